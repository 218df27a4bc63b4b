//! Quotas: what they mean, how they are written, and what is wrong with those that are none.

use std::num::NonZeroU32;
use std::time::Duration;

use proptest::prelude::*;
use rate_limiter::{ConfigError, FixedWindow, Quota, SlidingLog, SlidingWindow};

fn number(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_can_be_read(count in 1..u32::MAX, per in 1..u64::MAX, burst in 1..u32::MAX) {
        let quota = Quota::new(number(count), Duration::from_nanos(per));
        prop_assume!(quota.is_ok());
        let quota = quota.unwrap().with_burst(number(burst));
        prop_assert_eq!(quota.to_string().parse(), Ok(quota));
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,30}", number in "[0-9]{0,22}") {
        let _ = text.parse::<Quota>();
        let _ = format!("{number}/{number}s burst {number}").parse::<Quota>();
    }

    #[test]
    fn the_rate_is_never_more_than_was_asked_for(count in 1..u32::MAX, per in 1..1_u64 << 50) {
        let quota = Quota::new(number(count), Duration::from_nanos(per)).unwrap();
        let interval = quota.interval().as_nanos();
        prop_assert!(interval * u128::from(count) >= u128::from(per));
        prop_assert!((interval - 1) * u128::from(count) < u128::from(per));
    }
}

#[test]
fn errors_name_the_field() {
    let error = |text: &str| text.parse::<Quota>().unwrap_err().to_string();
    assert!(error("0/s").starts_with("count: 0"));
    assert!(error("1/s burst 0").starts_with("burst: 0"));
    assert!(error("1/0s").starts_with("per: "));
    assert!(error("x/s").contains("count: not a whole number"));
    assert!(error("1/fortnight").contains("per: not a time"));
    assert!(error("1/s burst many").contains("burst: not a whole number"));
    assert!(Quota::new(number(1), Duration::MAX).is_err());
}

#[test]
fn a_burst_that_takes_longer_than_146_years_to_come_back_is_cut() {
    let quota = Quota::per_hour(number(1)).with_burst(number(u32::MAX));
    assert!(quota.burst().get() > 1_000_000 && quota.burst().get() < u32::MAX);
    assert!(quota.refill() < Duration::from_secs(147 * 366 * 86_400));
}

#[test]
fn windows_that_do_not_fit_a_word_are_refused() {
    let quota = |count, per| Quota::new(number(count), Duration::from_millis(per)).unwrap();
    assert!(FixedWindow::new(quota(u32::MAX, 1000)).is_ok());
    assert!(SlidingWindow::new(quota(100_000, 1000)).is_ok());
    let error = SlidingWindow::new(quota(1_000_000, 1000)).unwrap_err();
    assert!(
        matches!(error, ConfigError::TooMany { most, .. } if most == (1 << 17) - 1),
        "{error}"
    );
    assert!(SlidingLog::new(quota(u32::MAX, 1000)).is_err());
    assert!(
        FixedWindow::new(Quota::new(number(1), Duration::from_secs(2_000_000_000)).unwrap())
            .is_err()
    );
}
