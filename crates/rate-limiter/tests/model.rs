//! What all algorithms promise, on random requests.

mod common;

use std::time::Duration;

use clock::Nanos;
use proptest::prelude::*;
use rate_limiter::Denied;

use common::{any_quota, arrivals, subjects};

proptest! {
    #![proptest_config(common::config())]

    /// One algorithm under three names.
    #[test]
    fn gcra_decides_as_a_token_bucket_and_as_a_leaky_meter(
        quota in any_quota(),
        arrivals in arrivals(),
    ) {
        let mut subjects = subjects(quota);
        let mut now = 0;
        for (gap, n) in arrivals {
            now += gap;
            let decisions: Vec<_> = subjects[..3]
                .iter_mut()
                .map(|subject| (subject.at)(Nanos(now), n))
                .map(|decision| decision.map(|yes| (yes.remaining(), yes.reset_after())))
                .collect();
            prop_assert_eq!(decisions[0], decisions[1]);
            prop_assert_eq!(decisions[0], decisions[2]);
        }
    }

    /// The same history twice, or thrice: once to be told how long to wait, then to wait that long,
    /// or a nanosecond less.
    #[test]
    fn who_waits_as_told_is_admitted_and_who_waits_less_is_not(
        quota in any_quota(),
        arrivals in arrivals(),
        n in 1..5_u32,
    ) {
        for algorithm in 0..subjects(quota).len() {
            let after = |wait: Duration| {
                let mut subject = subjects(quota).swap_remove(algorithm);
                let mut now = Nanos::ZERO;
                for &(gap, n) in &arrivals {
                    now = now + Duration::from_nanos(gap);
                    let _ = (subject.at)(now, n);
                }
                (subject.name, (subject.at)(now + wait, n))
            };
            if let (name, Err(Denied::RetryAfter(wait))) = after(Duration::ZERO) {
                prop_assert!(after(wait).1.is_ok(), "{name} of {quota}, {wait:?}");
                let early = wait - Duration::from_nanos(1);
                prop_assert!(after(early).1.is_err(), "{name} of {quota}, {early:?}");
            }
        }
    }

    #[test]
    fn what_remains_is_what_can_be_taken(quota in any_quota(), arrivals in arrivals()) {
        for mut subject in subjects(quota) {
            let mut now = Nanos::ZERO;
            for &(gap, n) in &arrivals {
                now = now + Duration::from_nanos(gap);
                let _ = (subject.at)(now, n);
            }
            let remaining = (subject.at)(now, 0).unwrap().remaining();
            let one_more = (subject.at)(now, remaining + 1);
            prop_assert!(one_more.is_err(), "{} of {}", subject.name, quota);
            let rest = (subject.at)(now, remaining).map(|yes| yes.remaining());
            prop_assert_eq!(rest, Ok(0), "{} of {}", subject.name, quota);
        }
    }

    #[test]
    fn after_the_reset_it_is_as_at_the_start(quota in any_quota(), arrivals in arrivals()) {
        for mut subject in subjects(quota) {
            let burst = (subject.at)(Nanos::ZERO, 0).unwrap().remaining();
            let mut now = Nanos::ZERO;
            for &(gap, n) in &arrivals {
                now = now + Duration::from_nanos(gap);
                let _ = (subject.at)(now, n);
            }
            now = now + (subject.at)(now, 0).unwrap().reset_after();
            let after = (subject.at)(now, 0).unwrap();
            prop_assert_eq!(after.remaining(), burst, "{} of {}", subject.name, quota);
            prop_assert_eq!(after.reset_after(), Duration::ZERO, "{} of {}", subject.name, quota);
        }
    }

    #[test]
    fn more_than_there_ever_is_is_never_admitted(quota in any_quota(), more in 1..9_u32) {
        for mut subject in subjects(quota) {
            let burst = (subject.at)(Nanos::ZERO, 0).unwrap().remaining();
            let asked = burst + more;
            let denied = (subject.at)(Nanos(1), asked);
            prop_assert_eq!(denied, Err(Denied::Never { asked, burst }), "{}", subject.name);
            prop_assert!((subject.at)(Nanos(1), burst).is_ok(), "{}", subject.name);
        }
    }

    /// A thread that read the clock and was then held up comes with a time that is over.
    #[test]
    fn a_late_thread_gets_no_more_than_the_others(quota in any_quota(), arrivals in arrivals()) {
        for mut subject in subjects(quota) {
            let mut sum = 0;
            let mut newest = 0;
            for &(gap, n) in &arrivals {
                newest += gap;
                // Every other one is from before the one that came before it.
                let late = if n % 2 == 0 { 2 * gap + 7 } else { 0 };
                let now = newest.saturating_sub(late);
                sum += if (subject.at)(Nanos(now), n).is_ok() { u64::from(n) } else { 0 };
            }
            let bound = (subject.bound)(newest);
            prop_assert!(sum <= bound, "{} of {}: {} > {}", subject.name, quota, sum, bound);
        }
    }
}
