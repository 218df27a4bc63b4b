//! Entries that expire: exactly on time, never served after it, under every policy.

use std::cell::Cell;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use lru::{
    ArcCache, Cache, Clock, ConfigError, Jitter, LfuCache, Lifetime, LruCache, ManualClock,
    S3FifoCache, Stats, Timed, TtlCache,
};
use proptest::prelude::*;

const TTL: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_nanos(1);

type Expiring<V> = TtlCache<&'static str, V, LruCache<&'static str, Timed<V>>, ManualClock>;

fn capacity(entries: usize) -> NonZeroUsize {
    NonZeroUsize::new(entries).unwrap()
}

/// A cache of ten entries, and its clock.
fn expiring(lifetime: impl Into<Lifetime<i32>>) -> (Expiring<i32>, ManualClock) {
    let clock = ManualClock::new();
    let policy = LruCache::new(capacity(10));
    let cache = TtlCache::with_clock(policy, lifetime, clock.clone());
    (cache, clock)
}

/// Hits, misses, insertions, evictions, expirations.
fn counts(stats: Stats) -> [u64; 5] {
    [
        stats.hits,
        stats.misses,
        stats.insertions,
        stats.evictions,
        stats.expirations,
    ]
}

#[test]
fn serves_an_entry_until_its_last_nanosecond_and_not_after() {
    let (mut cache, clock) = expiring(TTL);
    cache.put("a", 1);
    clock.advance(TTL - TICK);
    assert_eq!(cache.get("a"), Some(&1));
    clock.advance(TICK);
    assert_eq!(cache.get("a"), None);
}

#[test]
fn a_look_up_that_finds_an_expired_entry_is_a_miss_and_removes_it() {
    let (mut cache, clock) = expiring(TTL);
    cache.put("a", 1);
    clock.advance(TTL);
    assert_eq!(cache.get("a"), None);
    assert_eq!(cache.len(), 0);
    assert_eq!(cache.get("a"), None);
    assert_eq!(counts(cache.stats()), [0, 2, 1, 0, 1]);
}

#[test]
fn peek_and_contains_do_not_see_an_expired_entry_and_leave_it_there() {
    let (mut cache, clock) = expiring(TTL);
    cache.put("a", 1);
    assert_eq!((cache.peek("a"), cache.contains("a")), (Some(&1), true));
    clock.advance(TTL);
    assert_eq!((cache.peek("a"), cache.contains("a")), (None, false));
    assert_eq!(cache.len(), 1);
    assert_eq!(counts(cache.stats()), [0, 0, 1, 0, 0]);
}

#[test]
fn a_put_over_an_expired_entry_is_an_insertion_and_returns_nothing() {
    let (mut cache, clock) = expiring(TTL);
    cache.put("a", 1);
    assert_eq!(cache.put("a", 2), Some(1));
    clock.advance(TTL);
    assert_eq!(cache.put("a", 3), None);
    assert_eq!(cache.get("a"), Some(&3));
    assert_eq!(counts(cache.stats()), [1, 0, 2, 0, 1]);
}

#[test]
fn a_put_starts_a_new_life() {
    let (mut cache, clock) = expiring(TTL);
    cache.put("a", 1);
    clock.advance(TTL - TICK);
    cache.put("a", 2);
    clock.advance(TTL - TICK);
    assert_eq!(cache.get("a"), Some(&2));
}

#[test]
fn a_get_or_a_change_in_place_does_not_prolong_a_life() {
    let (mut cache, clock) = expiring(TTL);
    cache.put("a", 1);
    clock.advance(TTL - TICK);
    *cache.get_mut("a").unwrap() += 1;
    assert_eq!(cache.get("a"), Some(&2));
    clock.advance(TICK);
    assert_eq!(cache.get("a"), None);
}

#[test]
fn an_expired_entry_cannot_be_changed() {
    let (mut cache, clock) = expiring(TTL);
    cache.put("a", 1);
    clock.advance(TTL);
    assert_eq!(cache.get_mut("a"), None);
    assert_eq!(counts(cache.stats()), [0, 1, 1, 0, 1]);
}

#[test]
fn pop_of_an_expired_entry_returns_nothing_and_removes_it() {
    let (mut cache, clock) = expiring(TTL);
    cache.put("a", 1);
    cache.put_with_ttl("b", 2, 2 * TTL);
    clock.advance(TTL);
    assert_eq!((cache.pop("a"), cache.pop("b")), (None, Some(2)));
    assert_eq!((cache.len(), cache.stats().expirations), (0, 1));
}

#[test]
fn a_time_to_live_of_its_own_goes_before_that_of_the_cache() {
    let (mut cache, clock) = expiring(TTL);
    cache.put_with_ttl("short", 1, TICK);
    cache.put_with_ttl("long", 2, 2 * TTL);
    clock.advance(TICK);
    assert!(!cache.contains("short"));
    clock.advance(TTL);
    assert!(cache.contains("long"));
    // The next plain put goes back to the cache's own.
    cache.put("long", 3);
    clock.advance(TTL);
    assert!(!cache.contains("long"));
}

#[test]
fn an_entry_with_no_time_to_live_is_never_served() {
    let (mut cache, _) = expiring(Duration::ZERO);
    cache.put("a", 1);
    assert_eq!(cache.get("a"), None);
}

#[test]
fn a_life_beyond_the_end_of_the_clock_lasts_until_eviction() {
    let (mut cache, clock) = expiring(Duration::MAX);
    clock.advance(Duration::from_nanos(u64::MAX - 1));
    cache.put("a", 1);
    cache.put_with_ttl("b", 2, Duration::from_secs(1));
    cache.put_with_ttl("c", 3, Duration::from_nanos(u64::MAX - 1));
    clock.advance(Duration::MAX);
    assert_eq!(clock.now(), Duration::from_nanos(u64::MAX));
    assert_eq!(cache.purge_expired(), 0);
    assert_eq!(cache.len(), 3);
}

/// A clock that counts how often it was read.
#[derive(Default)]
struct Counted(Cell<u32>);

impl Clock for Counted {
    fn now(&self) -> Duration {
        self.0.set(self.0.get() + 1);
        Duration::ZERO
    }
}

#[test]
fn an_entry_that_lives_forever_is_served_without_a_reading_of_the_clock() {
    let clock = Counted::default();
    let policy = LruCache::new(capacity(10));
    let mut cache = TtlCache::with_clock(policy, Lifetime::forever(), &clock);
    cache.put("a", 1);
    assert_eq!(clock.0.get(), 1);
    assert_eq!(cache.get("a"), Some(&1));
    assert_eq!(cache.peek("a"), Some(&1));
    assert_eq!(cache.pop("a"), Some(1));
    assert_eq!(clock.0.get(), 1);
}

#[test]
fn retain_does_not_show_what_has_expired() {
    let (mut cache, clock) = expiring(TTL);
    cache.put("dead", 1);
    cache.put_with_ttl("alive", 2, 2 * TTL);
    cache.put_with_ttl("unwanted", 3, 2 * TTL);
    clock.advance(TTL);
    cache.retain(|key, value| {
        assert_ne!(*key, "dead");
        *value += 10;
        *key == "alive"
    });
    assert_eq!((cache.len(), cache.get("alive")), (1, Some(&12)));
    assert_eq!(cache.stats().expirations, 1);
}

#[test]
fn what_expires_but_is_evicted_first_is_an_eviction() {
    let clock = ManualClock::new();
    let mut cache = TtlCache::with_clock(LruCache::new(capacity(1)), TTL, clock.clone());
    cache.put("a", 1);
    clock.advance(TTL);
    cache.put("b", 2);
    assert_eq!(counts(cache.stats()), [0, 0, 2, 1, 0]);
}

#[test]
fn clear_leaves_nothing_to_expire() {
    let (mut cache, clock) = expiring(TTL);
    cache.put("a", 1);
    cache.clear();
    clock.advance(TTL);
    assert_eq!((cache.purge_expired(), cache.len()), (0, 0));
}

#[test]
fn negative_values_have_a_life_of_their_own() {
    let lifetime = Lifetime::new(TTL).negative(TICK, |value| *value < 0);
    let (mut cache, clock) = expiring(lifetime);
    cache.put("found", 1);
    cache.put("nothing", -1);
    assert_eq!(cache.get("nothing"), Some(&-1));
    clock.advance(TICK);
    assert_eq!(cache.get("nothing"), None);
    assert_eq!(cache.get("found"), Some(&1));
}

#[test]
fn jitter_is_the_same_for_a_seed_a_key_and_a_time_and_stays_within_its_share() {
    let lives = |seed, now| {
        let lifetime = Lifetime::new(TTL).jitter(Jitter::new(0.25, seed).unwrap());
        (0..1000)
            .map(|key| lifetime.of(&key, &(), now))
            .collect::<Vec<_>>()
    };
    let one = lives(1, TTL);
    assert_eq!(one, lives(1, TTL));
    assert_ne!(one, lives(2, TTL));
    assert_ne!(one, lives(1, TTL + TICK));
    let (shortest, longest) = (one.iter().min().unwrap(), one.iter().max().unwrap());
    assert!(*shortest >= TTL.mul_f64(0.75) && *longest <= TTL.mul_f64(1.25));
    // A thousand keys use all of the room.
    assert!(*shortest < TTL.mul_f64(0.76) && *longest > TTL.mul_f64(1.24));
    let mean = one.iter().sum::<Duration>() / 1000;
    assert!(mean > TTL.mul_f64(0.98) && mean < TTL.mul_f64(1.02));
}

#[test]
fn jitter_does_not_shorten_forever() {
    let lifetime = Lifetime::forever().jitter(Jitter::new(0.5, 7).unwrap());
    for key in 0..100 {
        assert!(lifetime.of(&key, &(), TTL) > Duration::from_nanos(u64::MAX));
    }
}

#[test]
fn jitter_must_be_a_share() {
    for jitter in [0.0, 0.999] {
        assert!(Jitter::new(jitter, 0).is_ok());
    }
    for jitter in [-0.1, 1.0, f64::INFINITY] {
        let error = Jitter::new(jitter, 0).unwrap_err();
        assert_eq!(error, ConfigError::Jitter { jitter });
        assert!(error.to_string().starts_with("jitter: "), "{error}");
    }
    assert!(Jitter::new(f64::NAN, 0).is_err());
}

const KEYS: u8 = 20;

/// What a cache that is large enough has to do, said as simply as can be.
#[derive(Default)]
struct Oracle {
    entries: HashMap<u8, (u32, Duration)>,
    now: Duration,
}

impl Oracle {
    fn get(&self, key: u8) -> Option<u32> {
        let &(value, deadline) = self.entries.get(&key)?;
        (self.now < deadline).then_some(value)
    }

    fn put(&mut self, key: u8, value: u32, ttl: Duration) -> Option<u32> {
        let replaced = self.get(key);
        self.entries.insert(key, (value, self.now + ttl));
        replaced
    }

    fn pop(&mut self, key: u8) -> Option<u32> {
        let popped = self.get(key);
        self.entries.remove(&key);
        popped
    }

    fn alive(&self) -> usize {
        (0..KEYS).filter(|&key| self.get(key).is_some()).count()
    }
}

#[derive(Clone, Debug)]
enum Operation {
    Get(u8),
    Peek(u8),
    Put(u8, u32),
    PutFor(u8, u32, u64),
    Pop(u8),
    Advance(u64),
    Purge,
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let key = || 0..KEYS;
    prop_oneof![
        4 => key().prop_map(Get),
        2 => key().prop_map(Peek),
        4 => (key(), any::<u32>()).prop_map(|(key, value)| Put(key, value)),
        4 => (key(), any::<u32>(), 0..100_u64).prop_map(|(key, value, ttl)| PutFor(key, value, ttl)),
        1 => key().prop_map(Pop),
        4 => (0..40_u64).prop_map(Advance),
        1 => Just(Purge),
    ]
}

/// Does the same to the oracle and to a cache that has room for every key.
fn agrees_with_the_oracle(
    policy: impl Cache<u8, Timed<u32>>,
    operations: &[Operation],
) -> Result<(), TestCaseError> {
    const TTL: Duration = Duration::from_nanos(50);
    let clock = ManualClock::new();
    let mut cache = TtlCache::with_clock(policy, TTL, clock.clone());
    let mut oracle = Oracle::default();
    for operation in operations {
        match *operation {
            Operation::Get(key) => prop_assert_eq!(cache.get(&key).copied(), oracle.get(key)),
            Operation::Peek(key) => prop_assert_eq!(cache.peek(&key).copied(), oracle.get(key)),
            Operation::Put(key, value) => {
                prop_assert_eq!(cache.put(key, value), oracle.put(key, value, TTL));
            }
            Operation::PutFor(key, value, ttl) => {
                let ttl = Duration::from_nanos(ttl);
                let replaced = cache.put_with_ttl(key, value, ttl);
                prop_assert_eq!(replaced, oracle.put(key, value, ttl));
            }
            Operation::Pop(key) => prop_assert_eq!(cache.pop(&key), oracle.pop(key)),
            Operation::Advance(nanos) => {
                clock.advance(Duration::from_nanos(nanos));
                oracle.now = clock.now();
            }
            Operation::Purge => {
                cache.purge_expired();
                prop_assert_eq!(cache.len(), oracle.alive());
            }
        }
        prop_assert!(cache.len() >= oracle.alive());
    }
    let stats = cache.stats();
    prop_assert_eq!(stats.evictions, 0);
    Ok(())
}

proptest! {
    #[test]
    fn every_policy_expires_what_the_oracle_does(operations in prop::collection::vec(operation(), 1..200)) {
        agrees_with_the_oracle(LruCache::new(capacity(KEYS.into())), &operations)?;
        agrees_with_the_oracle(LfuCache::new(capacity(KEYS.into())), &operations)?;
        agrees_with_the_oracle(ArcCache::new(capacity(KEYS.into())), &operations)?;
        agrees_with_the_oracle(S3FifoCache::new(capacity(KEYS.into())), &operations)?;
    }
}
