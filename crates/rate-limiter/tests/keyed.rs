//! A limiter that forgets decides as one that never does, and does not grow.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use clock::{Clock, ManualClock, Nanos};
use proptest::prelude::*;
use rate_limiter::gcra::GcraRule;
use rate_limiter::{Denied, Keyed, Quota, WhenFull};

/// The same hashes in every run.
type Fixed = BuildHasherDefault<DefaultHasher>;

fn keyed(quota: Quota, clock: &ManualClock) -> Keyed<u64, ManualClock, Fixed> {
    Keyed::with_clock_and_hasher(quota, clock.clone(), Fixed::default())
}

fn per_second(count: u32) -> Quota {
    Quota::per_second(NonZeroU32::new(count).unwrap())
}

/// Milliseconds. Mostly short, so that there are more busy keys than there is room for.
fn gaps() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 0..30_u64, 1 => 0..400_u64, 1 => Just(1500)]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// So little room that nearly every new key takes the slot of another. Who is refused for want
    /// of room is told so by the statistics; all other decisions are those of the model.
    #[test]
    fn a_limiter_that_forgets_decides_as_one_that_never_forgets(
        capacity in prop_oneof![Just(16_usize), Just(64), Just(100_000)],
        quota in (1..5_u32, 1..5_u32),
        requests in prop::collection::vec((0..40_u64, gaps(), 0..4_u32), 1..400),
    ) {
        let clock = ManualClock::new();
        let number = |n| NonZeroU32::new(n).unwrap();
        let quota = Quota::per_second(number(quota.0)).with_burst(number(quota.1));
        let limiter = keyed(quota, &clock).with_capacity(capacity);
        let rule = GcraRule::new(quota);
        let mut model: HashMap<u64, Nanos> = HashMap::new();
        let mut refused = 0;
        for (key, gap, n) in requests {
            clock.advance(Duration::from_millis(gap));
            let decision = limiter.check_key_n(&key, n);
            if limiter.stats().refused > refused {
                refused += 1;
                prop_assert!(matches!(decision, Err(Denied::RetryAfter(_))));
                continue;
            }
            let tat = model.entry(key).or_default();
            let expected = rule.decide(*tat, clock.now(), n);
            prop_assert_eq!(decision, expected.map(|(_, admitted)| admitted));
            if let Ok((next, _)) = expected {
                *tat = next;
            }
        }
        let busy = model.values().filter(|&&tat| tat > clock.now()).count();
        prop_assert_eq!(limiter.len(), busy);
        prop_assert!(capacity > 16 || limiter.stats().slots <= 16);
    }
}

#[test]
fn a_million_keys_that_come_and_go_take_the_memory_of_those_that_are_busy() {
    let clock = ManualClock::new();
    let limiter = keyed(per_second(10), &clock);
    for key in 0..1_000_000 {
        clock.advance(Duration::from_micros(100)); // 1000 of them are busy at a time
        assert!(limiter.check_key(&key).is_ok());
    }
    let stats = limiter.stats();
    assert_eq!(stats.placed, 1_000_000);
    assert_eq!(limiter.len(), 1000 - 1 + 1);
    assert!(stats.bytes < 2 << 20, "{stats:?}");
    assert_eq!(stats.refused, 0);
}

#[test]
fn a_million_strangers_with_a_generous_quota_stay_in_a_small_table() {
    let clock = ManualClock::new();
    let generous = per_second(1_000_000_000).with_burst(NonZeroU32::MAX);
    let limiter = keyed(generous, &clock);
    for key in 0..1_000_000 {
        clock.advance(Duration::from_nanos(1)); // after which the one before is idle
        assert!(limiter.check_key(&key).is_ok());
    }
    let stats = limiter.stats();
    assert_eq!((limiter.len(), stats.slots), (1, 1 << 15));
    assert_eq!(stats.evicted + (1 << 15), 1_000_000);
    assert!(stats.bytes < 1100 << 10, "{stats:?}");
}

#[test]
fn a_large_table_has_four_slots_a_busy_key_at_most() {
    let clock = ManualClock::new();
    let limiter = keyed(per_second(10), &clock);
    for key in 0..400_000 {
        clock.advance(Duration::from_micros(5)); // 20 000 of them are busy at a time
        assert!(limiter.check_key(&key).is_ok());
    }
    let stats = limiter.stats();
    assert_eq!(limiter.len(), 20_000);
    assert!(
        stats.slots <= (4 * 20_000_usize).next_power_of_two(),
        "{stats:?}"
    );
}

#[test]
fn a_small_table_keeps_idle_keys_so_that_they_find_their_slots() {
    let clock = ManualClock::new();
    let limiter = keyed(per_second(1_000_000_000), &clock);
    for _ in 0..3 {
        for key in 0..10_000 {
            clock.advance(Duration::from_secs(1));
            assert!(limiter.check_key(&key).is_ok());
        }
    }
    let stats = limiter.stats();
    assert_eq!((stats.placed, stats.evicted), (10_000, 0));
}

#[test]
fn memory_that_busy_keys_do_not_need_is_given_back_to_the_one_who_owns_the_limiter() {
    let clock = ManualClock::new();
    let mut limiter = keyed(per_second(1), &clock);
    for key in 0..100_000 {
        assert!(limiter.check_key(&key).is_ok());
    }
    clock.advance(Duration::from_millis(500));
    for key in 200_000..200_300 {
        assert!(limiter.check_key(&key).is_ok());
    }
    let before = limiter.stats();
    limiter.shrink_to_fit();
    let all = limiter.stats();
    assert_eq!(limiter.len(), 100_300, "all of them are busy");
    assert!(all.slots <= before.slots && all.bytes <= before.bytes);
    clock.advance(Duration::from_millis(500));
    limiter.shrink_to_fit();
    let stats = limiter.stats();
    assert!(stats.slots <= 2048, "{stats:?}");
    assert_eq!(limiter.len(), 300);
    for key in 200_000..200_300 {
        assert!(limiter.check_key(&key).is_err(), "{key} is forgotten");
    }
    assert!(limiter.check_key(&0).is_ok());
}

/// Its clock is that of a thread that stopped between reading it and asking.
#[test]
fn who_comes_late_gets_no_second_burst_because_he_has_been_forgotten() {
    struct Scripted(AtomicU64);
    impl Clock for Scripted {
        fn now(&self) -> Nanos {
            Nanos(self.0.load(Ordering::Relaxed))
        }
    }
    let clock = Scripted(0.into());
    let limiter: Keyed<u64, _, Fixed> =
        Keyed::with_clock_and_hasher(per_second(2), &clock, Fixed::default()).with_capacity(16);
    let ask = |now: u64, key: u64, n: u32| {
        clock.0.store(now, Ordering::Relaxed);
        limiter.check_key_n(&key, n)
    };
    assert!(ask(0, 0, 2).is_ok()); // idle from 1 s on
    for key in 1..100 {
        let _ = ask(1_000_000_000, key, 2); // forgets key 0
    }
    assert!(limiter.stats().evicted >= 1);
    // One nanosecond too early for a full burst by his clock; by everybody's it is time.
    let admitted = ask(999_999_999, 0, 0).map(|admitted| admitted.reset_after());
    assert_eq!(admitted, Ok(Duration::ZERO));
    // He is told to come back after others' time, not his.
    let late = ask(999_999_999, 0, 1);
    assert_eq!(late, Err(Denied::RetryAfter(Duration::from_secs(1))));
}

#[test]
fn a_million_keys_at_once_are_all_remembered_in_bounded_memory() {
    let clock = ManualClock::new();
    let limiter = keyed(per_second(1), &clock);
    for key in 0..1_000_000 {
        assert!(limiter.check_key(&key).is_ok());
    }
    for key in (0..1_000_000).step_by(97) {
        assert!(limiter.check_key(&key).is_err(), "{key} is forgotten");
    }
    let stats = limiter.stats();
    assert_eq!((limiter.len(), stats.refused), (1_000_000, 0));
    assert!(stats.bytes < 80 << 20, "{stats:?}");
}

#[test]
fn a_full_table_denies_new_keys_until_one_is_idle_and_keeps_its_limits() {
    let clock = ManualClock::new();
    let limiter = keyed(per_second(1), &clock).with_capacity(16);
    let admitted = (0..100)
        .filter(|key| limiter.check_key(key).is_ok())
        .count();
    assert_eq!(admitted, 16);
    let stats = limiter.stats();
    assert_eq!((stats.slots, stats.refused), (16, 84));
    // Known keys are still known.
    let wait = Duration::from_secs(1);
    assert_eq!(limiter.check_key(&0), Err(Denied::RetryAfter(wait)));
    assert_eq!(limiter.check_key(&99), Err(Denied::RetryAfter(wait)));
    clock.advance(wait);
    assert!(limiter.check_key(&99).is_ok());
}

#[test]
fn a_full_table_admits_new_keys_unseen_if_told_to() {
    let clock = ManualClock::new();
    let limiter = keyed(per_second(1), &clock)
        .with_capacity(16)
        .when_full(WhenFull::Admit);
    assert!((0..100).all(|key| limiter.check_key(&key).is_ok()));
    assert!(limiter.check_key(&0).is_err(), "who is known is limited");
    assert_eq!(limiter.stats().refused, 84);
}

#[test]
fn a_table_is_half_full_before_it_refuses_anybody() {
    let clock = ManualClock::new();
    let slots = 1 << 14;
    let limiter = keyed(per_second(1), &clock).with_capacity(slots);
    let admitted = (0..u64::MAX)
        .take_while(|key| limiter.check_key(key).is_ok())
        .count();
    assert!(admitted > slots / 2, "{admitted} of {slots}");
}

#[test]
fn to_ask_for_nothing_leaves_nothing_behind() {
    let limiter = keyed(per_second(5), &ManualClock::new());
    assert_eq!(limiter.check_key_n(&1, 0).unwrap().remaining(), 5);
    assert_eq!(limiter.stats().placed, 0);
    assert!(limiter.is_empty());
    let never = Denied::Never { asked: 6, burst: 5 };
    assert_eq!(limiter.check_key_n(&1, 6), Err(never));
    assert!(limiter.is_empty());
}

/// Threads that ask for the same keys while the table grows and while keys are forgotten, with a
/// clock that stands still at each step: each key gets its burst at each, no more and no less.
#[test]
fn threads_share_each_limit_while_the_table_grows() {
    const KEYS: usize = 3000;
    let clock = ManualClock::new();
    let limiter = keyed(per_second(3), &clock);
    for round in 0..4 {
        let counts: Vec<AtomicU32> = (0..KEYS).map(|_| AtomicU32::new(0)).collect();
        thread::scope(|scope| {
            for worker in 0..4 {
                let (limiter, counts) = (&limiter, &counts);
                scope.spawn(move || {
                    for step in 0..KEYS * 2 {
                        let key = (step * 7 + worker * 31) % KEYS;
                        let admitted = limiter.check_key(&((key + round * 1000) as u64)).is_ok();
                        counts[key].fetch_add(admitted.into(), Ordering::Relaxed);
                    }
                });
            }
        });
        assert!(
            counts
                .iter()
                .all(|count| count.load(Ordering::Relaxed) == 3)
        );
        clock.advance(Duration::from_secs(2));
    }
}
