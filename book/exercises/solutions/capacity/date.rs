const HUNDRED_YEARS: u32 = 36_500;

/// After how many whole days it is full: the first day at whose end there is not enough room. None
/// if that is more than a hundred years away.
///
/// A hundred years are few enough to add up, and the sum needs no case of its own for a growth of
/// zero, where the formula divides by the logarithm of one.
pub fn full_after_days(used: f64, room: f64, daily: f64, growth: f64) -> Option<u32> {
    let mut used = used;
    for day in 0..HUNDRED_YEARS {
        used += daily * (1.0 + growth).powf(f64::from(day) / 365.0);
        if used > room {
            return Some(day);
        }
    }
    None
}

/// On which day to order more, if it takes `lead` days to arrive and the store should never be
/// fuller than `most` (0.8 is 80 %): the last day that is early enough. 0 if it is too late.
pub fn order_on_day(
    used: f64,
    room: f64,
    daily: f64,
    growth: f64,
    most: f64,
    lead: u32,
) -> Option<u32> {
    let full = full_after_days(used, room * most, daily, growth)?;
    Some(full.saturating_sub(lead))
}

/// The growth that explains what was seen: the bytes of a day were `before`, and `now` they are what
/// they are, so many days later.
pub fn growth_seen(before: f64, now: f64, days: f64) -> f64 {
    (now / before).powf(365.0 / days) - 1.0
}
