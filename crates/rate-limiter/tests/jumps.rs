//! What a clock that is not monotonic does to a limit.

use std::cell::Cell;
use std::time::Duration;

use clock::{Clock, Nanos};
use rate_limiter::{Denied, FixedWindow, Gcra, Limiter, Quota, SlidingLog, SlidingWindow};

const SECOND: u64 = 1_000_000_000;

/// A clock that somebody sets, in seconds.
struct Wall(Cell<u64>);

impl Clock for Wall {
    fn now(&self) -> Nanos {
        Nanos(self.0.get() * SECOND)
    }
}

fn ten_a_second() -> Quota {
    "10/s".parse().expect("a quota")
}

fn limiters(wall: &Wall) -> [(&'static str, Box<dyn Limiter + '_>); 4] {
    let quota = ten_a_second();
    [
        ("GCRA", Box::new(Gcra::with_clock(quota, wall))),
        (
            "fixed window",
            Box::new(FixedWindow::with_clock(quota, wall).expect("a window")),
        ),
        (
            "sliding window",
            Box::new(SlidingWindow::with_clock(quota, wall).expect("a window")),
        ),
        (
            "sliding log",
            Box::new(SlidingLog::with_clock(quota, wall).expect("a log")),
        ),
    ]
}

fn admitted(limiter: &dyn Limiter) -> usize {
    (0..100).filter(|_| limiter.check().is_ok()).count()
}

#[test]
fn a_jump_forward_is_worth_one_burst_however_far_it_goes() {
    for hours in [1, 24, 24 * 365] {
        let wall = Wall(Cell::new(100_000));
        for (name, limiter) in limiters(&wall) {
            wall.0.set(100_000);
            assert_eq!(admitted(&*limiter), 10, "{name}");
            wall.0.set(100_000 + hours * 3_600);
            assert_eq!(admitted(&*limiter), 10, "{name}, {hours} h later");
        }
    }
}

/// This is why the clock has to be monotonic.
#[test]
fn a_clock_that_is_set_back_shuts_the_door_until_it_has_caught_up_and_never_opens_it_wider() {
    let wall = Wall(Cell::new(100_000));
    for (name, limiter) in limiters(&wall) {
        wall.0.set(100_000 + 3_600);
        assert_eq!(admitted(&*limiter), 10, "{name}");
        wall.0.set(100_000);
        match limiter.check() {
            Err(Denied::RetryAfter(wait)) => {
                assert!(wait >= Duration::from_secs(3_600), "{name}: {wait:?}");
            }
            other => panic!("{name}: {other:?}"),
        }
        wall.0.set(100_000 + 3_602);
        assert_eq!(admitted(&*limiter), 10, "{name}, caught up");
    }
}
