//! The day on which a store is full.

#[cfg_attr(feature = "yours", path = "../capacity/date.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/capacity/date.rs")]
mod exercise;

/// What is used at the end of a day, as an integral instead of a sum.
fn used_after(used: f64, daily: f64, growth: f64, day: f64) -> f64 {
    let rate = growth.ln_1p();
    if rate == 0.0 {
        return used + daily * day;
    }
    used + daily * 365.0 * (f64::exp(rate * day / 365.0) - 1.0) / rate
}

#[test]
fn without_growth_it_is_a_division() {
    // A hundred days fit exactly; the day after, which is day 100, does not.
    assert_eq!(exercise::full_after_days(0.0, 100.0, 1.0, 0.0), Some(100));
    assert_eq!(exercise::full_after_days(99.5, 100.0, 1.0, 0.0), Some(0));
    assert_eq!(exercise::full_after_days(0.0, 1e9, 1.0, 0.0), None);
}

#[test]
fn growth_brings_the_day_nearer_than_one_thinks() {
    for (growth, room) in [(0.3, 2e3), (1.0, 2e3), (1.0, 64e3), (3.0, 1e6), (-0.2, 1e3)] {
        let day = exercise::full_after_days(100.0, room, 1.0, growth).expect("it will be full");
        // Within a day and a half of the smooth curve: a sum and an integral differ by half a day.
        let around = [f64::from(day) - 1.0, f64::from(day) + 2.0];
        let used = around.map(|day| used_after(100.0, 1.0, growth, day));
        assert!(
            used[0] <= room && room <= used[1],
            "with {growth} a year, room for {room} is not full on day {day}"
        );
    }
    // It shrinks, and all that will ever come fits.
    assert_eq!(exercise::full_after_days(0.0, 1e4, 1.0, -0.9), None);
}

#[test]
fn what_is_ordered_arrives_before_it_is_needed() {
    let order = exercise::order_on_day(0.0, 1_000.0, 1.0, 0.0, 0.8, 90);
    assert_eq!(
        order,
        Some(710),
        "80 % are reached on day 800, and it takes 90 days"
    );
    assert_eq!(
        exercise::order_on_day(790.0, 1_000.0, 1.0, 0.0, 0.8, 90),
        Some(0)
    );
    assert_eq!(exercise::order_on_day(0.0, 1e9, 1.0, 0.0, 0.8, 90), None);
}

#[test]
fn growth_is_seen_from_two_days() {
    let close = |said: f64, expected: f64| {
        assert!(
            (said - expected).abs() < 1e-9,
            "the growth is {expected}, not {said}"
        );
    };
    close(exercise::growth_seen(100.0, 200.0, 365.0), 1.0);
    close(exercise::growth_seen(100.0, 121.0, 730.0), 0.1);
    close(exercise::growth_seen(100.0, 50.0, 365.0), -0.5);
    let month = exercise::growth_seen(1.0, 1.1, 365.0 / 12.0);
    assert!(
        (month - 2.138).abs() < 0.001,
        "10 % a month are 214 % a year, not {month}"
    );
}
