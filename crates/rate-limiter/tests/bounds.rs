//! What each algorithm can let through, at most, in any interval: never exceeded, and reached.

mod common;

use clock::Nanos;
use proptest::prelude::*;

use common::{any_quota, arrivals, quota, subjects};

/// The first pair of requests between which more was admitted than the bound for their distance.
fn excess(admitted: &[(u64, u32)], bound: &dyn Fn(u64) -> u64) -> Option<(u64, u64, u64)> {
    for (first, &(start, _)) in admitted.iter().enumerate() {
        let mut sum = 0;
        for &(end, n) in &admitted[first..] {
            sum += u64::from(n);
            if sum > bound(end - start) {
                return Some((start, end, sum));
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(common::config())]

    #[test]
    fn no_interval_has_more_than_the_bound(quota in any_quota(), arrivals in arrivals()) {
        for mut subject in subjects(quota) {
            let (mut now, mut admitted) = (0, Vec::new());
            for &(gap, n) in &arrivals {
                now += gap;
                if (subject.at)(Nanos(now), n).is_ok() {
                    admitted.push((now, n));
                }
            }
            let excess = excess(&admitted, &*subject.bound);
            prop_assert_eq!(excess, None, "{} of {}: {:?}", subject.name, quota, admitted);
        }
    }

    /// Who starts at the worst moment and asks all the time gets exactly the bound, at each length.
    #[test]
    fn greed_reaches_the_bound(quota in any_quota(), windows in 1..5_u64) {
        let per = quota.per().as_nanos() as u64;
        let start = windows * per - 1; // the last point of a window
        for mut subject in subjects(quota) {
            let mut sum = 0;
            for t in 0..=(3 * per).min(subject.tight) {
                while (subject.at)(Nanos(start + t), 1).is_ok() {
                    sum += 1;
                }
                let bound = (subject.bound)(t);
                prop_assert_eq!(sum, bound, "{} of {} after {}", subject.name, quota, t);
            }
        }
    }
}

#[test]
fn a_fixed_window_lets_twice_its_limit_through_at_the_edge() {
    let per = 1_000;
    let mut fixed = subjects(quota(10, per, 10)).swap_remove(3);
    assert_eq!(fixed.name, "fixed window");
    let passed = |at: &mut dyn FnMut(Nanos, u32) -> _, now| {
        (0..100)
            .filter(|_| Result::<_, rate_limiter::Denied>::is_ok(&at(Nanos(now), 1)))
            .count()
    };
    assert_eq!(passed(&mut fixed.at, per - 1), 10);
    assert_eq!(passed(&mut fixed.at, per), 10, "a nanosecond later");
    assert_eq!(passed(&mut fixed.at, per + 1), 0);
}

/// A queue's bound is on those who leave.
mod queue {
    use std::time::Duration;

    use clock::{Clock, ManualClock};
    use rate_limiter::LeakyQueue;

    use super::*;

    proptest! {
        #![proptest_config(common::config())]

        #[test]
        fn those_who_leave_are_an_interval_apart(
            quota in any_quota(),
            gaps in prop::collection::vec(0..30_u64, 1..100),
        ) {
            let clock = ManualClock::new();
            let queue = LeakyQueue::with_clock(quota, clock.clone());
            let mut last = None;
            for gap in gaps {
                clock.advance(Duration::from_nanos(gap));
                let Ok(departure) = queue.enqueue() else { continue };
                prop_assert_eq!(departure.at, clock.now() + departure.after);
                prop_assert!(departure.after <= quota.interval() * (quota.burst().get() - 1));
                // He leaves when he comes, unless that is too close to the one before.
                let free = last.map_or(clock.now(), |last| last + quota.interval());
                prop_assert_eq!(departure.at, free.max(clock.now()));
                last = Some(departure.at);
            }
        }
    }
}
