//! GCRA against the table that throttled and redis-cell test themselves with.

use std::num::NonZeroU32;
use std::time::Duration;

use clock::{Clock, ManualClock};
use rate_limiter::{Denied, Gcra, Keyed, Limiter, Quota};

/// `-1` in the table is nothing.
fn millis(field: &str) -> Option<Duration> {
    field.parse().ok().map(Duration::from_millis)
}

fn agrees_with_the_table(clock: &ManualClock, check: impl Fn(u32) -> rate_limiter::Decision) {
    let table = include_str!("data/gcra.tsv");
    let rows = table
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    let mut cases = 0;
    for row in rows {
        let fields: Vec<&str> = row.split('\t').collect();
        let [_, now, volume, remaining, reset, retry, limited] = fields[..] else {
            panic!("{row}: seven fields are expected");
        };
        clock.advance(millis(now).unwrap() - clock.now().since_zero());
        match check(volume.parse().unwrap()) {
            Ok(_) => assert_eq!(limited, "0", "case {row}"),
            Err(denied) => {
                assert_eq!(limited, "1", "case {row}");
                assert_eq!(denied.retry_after(), millis(retry), "case {row}");
            }
        }
        let left = check(0).unwrap();
        assert_eq!(left.remaining().to_string(), remaining, "case {row}");
        assert_eq!(Some(left.reset_after()), millis(reset), "case {row}");
        cases += 1;
    }
    assert_eq!(cases, 16);
}

fn quota() -> Quota {
    Quota::per_second(NonZeroU32::MIN).with_burst(NonZeroU32::new(5).unwrap())
}

#[test]
fn decides_as_throttled_and_redis_cell_do() {
    let clock = ManualClock::new();
    let limiter = Gcra::with_clock(quota(), clock.clone());
    agrees_with_the_table(&clock, |n| limiter.check_n(n));
}

#[test]
fn decides_the_same_for_a_key() {
    let clock = ManualClock::new();
    let limiter: Keyed<str, _> = Keyed::with_clock(quota(), clock.clone());
    agrees_with_the_table(&clock, |n| limiter.check_key_n("key", n));
}

#[test]
fn what_is_more_than_a_burst_is_never_admitted() {
    let limiter = Gcra::with_clock(quota(), ManualClock::new());
    let never = Denied::Never { asked: 6, burst: 5 };
    assert_eq!(Limiter::check_n(&limiter, 6), Err(never));
    assert_eq!(never.retry_after(), None);
    assert!(limiter.check_n(5).is_ok(), "nothing was taken");
}
