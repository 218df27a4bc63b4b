// A store has `used` bytes on it and room for `room`. On day 0 it takes in `daily` bytes; each year
// the bytes of a day grow by `growth` (0.5 is 50 %), a little every day.

/// After how many whole days it is full: the first day at whose end there is not enough room. None
/// if that is more than a hundred years away.
pub fn full_after_days(used: f64, room: f64, daily: f64, growth: f64) -> Option<u32> {
    todo!(
        "add the days one by one, or solve it: the bytes of day t are daily × (1 + growth)^(t / 365)"
    )
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
    todo!("when does it reach `most` of the room?")
}

/// The growth that explains what was seen: the bytes of a day were `before`, and `now` they are what
/// they are, so many days later.
pub fn growth_seen(before: f64, now: f64, days: f64) -> f64 {
    todo!("which (1 + growth)^(days / 365) makes `now` of `before`?")
}
