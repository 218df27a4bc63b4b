//! What can be got through a fixed window, against the crate's.

use std::num::NonZeroU32;
use std::time::Duration;

use clock::ManualClock;
use rate_limiter::{FixedWindow, Quota};

#[cfg_attr(feature = "yours", path = "../rate-limiter/edge.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/rate-limiter/edge.rs")]
mod exercise;

use exercise::{greedy, most};

const SECOND: Duration = Duration::from_secs(1);
const NANO: Duration = Duration::from_nanos(1);

#[test]
fn an_instant_is_in_one_window_and_a_nanosecond_can_be_in_two() {
    assert_eq!(most(10, SECOND, Duration::ZERO), 10);
    assert_eq!(most(10, SECOND, NANO), 20);
    assert_eq!(
        most(10, SECOND, SECOND),
        20,
        "from the end of one to the end of the next"
    );
    assert_eq!(most(10, SECOND, SECOND + NANO), 30);
    assert_eq!(most(3, 60 * SECOND, 3600 * SECOND), 183);
}

#[test]
fn the_crate_admits_all_that_a_greedy_client_asks_for() {
    for count in [1, 2, 10] {
        for per in [SECOND, 60 * SECOND, Duration::from_millis(7)] {
            for apart in [Duration::ZERO, NANO, per / 2, per, per + NANO, 5 * per] {
                let times = greedy(count, per, apart);
                let wanted = most(count, per, apart);
                assert_eq!(
                    times.len() as u64,
                    wanted,
                    "{count} in {per:?}, {apart:?} apart"
                );
                assert!(times.is_sorted(), "{times:?}");
                let (first, last) = (times[0], times[times.len() - 1]);
                assert!(
                    last - first <= apart,
                    "{:?} is more than {apart:?}",
                    last - first
                );

                let clock = ManualClock::new();
                let count = NonZeroU32::new(count as u32).expect("a limit");
                let quota = Quota::new(count, per).expect("a quota");
                let limiter = FixedWindow::with_clock(quota, clock.clone()).expect("a window");
                let mut now = Duration::ZERO;
                for time in times {
                    clock.advance(time - now);
                    now = time;
                    assert!(limiter.check().is_ok(), "denied at {time:?}, of {quota}");
                }
            }
        }
    }
}
