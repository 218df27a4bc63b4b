//! What every clock promises.

use std::time::Duration;

use clock::{Clock, ManualClock, Nanos, SystemClock};

fn never_goes_backwards(clock: impl Clock) {
    let mut before = clock.now();
    for _ in 0..100_000 {
        let now = clock.now();
        assert!(now >= before, "{now:?} after {before:?}");
        before = now;
    }
}

#[test]
fn the_system_clock_never_goes_backwards() {
    never_goes_backwards(SystemClock::new());
}

#[cfg(feature = "fast")]
#[test]
fn the_fast_clock_never_goes_backwards_and_keeps_time_with_the_system() {
    let fast = clock::FastClock::new();
    let system = SystemClock::new();
    never_goes_backwards(fast.clone());
    let (fast, system) = (fast.now().since_zero(), system.now().since_zero());
    let apart = fast.abs_diff(system);
    assert!(
        apart < Duration::from_millis(100),
        "{fast:?} against {system:?}"
    );
}

#[test]
fn a_manual_clock_moves_only_when_told_and_its_clones_with_it() {
    let clock = ManualClock::new();
    let clone = clock.clone();
    assert_eq!(clock.now(), Nanos::ZERO);
    clone.advance(Duration::from_millis(7));
    assert_eq!(clock.now(), Nanos(7_000_000));
    clock.advance(Duration::MAX);
    clock.advance(Duration::from_secs(1));
    assert_eq!(clone.now(), Nanos::MAX);
}

#[test]
fn arithmetic_saturates_at_both_ends() {
    assert_eq!(Nanos(5) - Duration::from_nanos(6), Nanos::ZERO);
    assert_eq!(Nanos::MAX + Duration::from_nanos(1), Nanos::MAX);
    assert_eq!(Nanos(1) - Nanos(2), Duration::ZERO);
}
