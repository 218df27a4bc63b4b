//! The three classic failures of a cache: each without the defence, where it fails, and with it.
//!
//! What is counted is how often the backend is asked. Nothing sleeps: the clock is moved by hand,
//! and where threads have to meet, they wait for each other.

use std::num::NonZeroUsize;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use lru::{Jitter, Lifetime, ManualClock, S3FifoCache, ShardedCache, Timed, TtlCache};

const MINUTE: Duration = Duration::from_secs(60);

type Expiring<V> = TtlCache<u32, V, S3FifoCache<u32, Timed<V>>, ManualClock>;
type Shared<V> = ShardedCache<u32, V, Expiring<V>>;

/// A cache whose entries have this lifetime, and its clock.
fn cache<V: Clone>(lifetime: impl Into<Lifetime<V>>) -> (Shared<V>, ManualClock) {
    let (clock, lifetime) = (ManualClock::new(), lifetime.into());
    let policy =
        |capacity| TtlCache::with_clock(S3FifoCache::new(capacity), lifetime, clock.clone());
    let capacity = NonZeroUsize::new(10_000).unwrap();
    (ShardedCache::new(capacity, policy), clock)
}

/// What the cache stands in front of. It counts its requests.
#[derive(Default)]
struct Backend {
    requests: AtomicUsize,
}

impl Backend {
    fn load(&self, key: u32) -> u32 {
        self.requests.fetch_add(1, SeqCst);
        key * 10
    }

    /// Only even keys exist.
    fn find(&self, key: u32) -> Option<u32> {
        let value = self.load(key);
        key.is_multiple_of(2).then_some(value)
    }

    /// Requests since this was asked last.
    fn requests(&self) -> usize {
        self.requests.swap(0, SeqCst)
    }
}

// ANCHOR: crowd
const CROWD: usize = 8;
const HOT: u32 = 1;

/// Each of a crowd of threads does this, at once.
fn crowd(ask: impl Fn() -> u32 + Sync) {
    thread::scope(|scope| {
        let threads = [(); CROWD].map(|()| scope.spawn(&ask));
        for thread in threads {
            assert_eq!(thread.join().unwrap(), 10);
        }
    });
}

/// A cache in which a hot key has just expired.
fn expired_hot_key() -> (Shared<u32>, ManualClock) {
    let (cache, clock) = cache(MINUTE);
    cache.put(HOT, 10);
    clock.advance(MINUTE);
    (cache, clock)
}
// ANCHOR_END: crowd

// ANCHOR: breakdown
#[test]
fn breakdown_without_single_flight_a_hot_key_that_expires_is_loaded_by_all_who_ask() {
    let (cache, _clock) = expired_hot_key();
    let (backend, all_missed) = (Backend::default(), Barrier::new(CROWD));
    crowd(|| {
        cache.get(&HOT).unwrap_or_else(|| {
            all_missed.wait();
            let value = backend.load(HOT);
            cache.put(HOT, value);
            value
        })
    });
    assert_eq!(backend.requests(), CROWD);
}

#[test]
fn breakdown_with_single_flight_a_hot_key_that_expires_is_loaded_once() {
    let (cache, _clock) = expired_hot_key();
    let backend = Backend::default();
    crowd(|| {
        cache.get_or_insert_with(&HOT, || {
            while cache.stats().misses < CROWD as u64 {
                thread::yield_now();
            }
            backend.load(HOT)
        })
    });
    assert_eq!(backend.requests(), 1);
}
// ANCHOR_END: breakdown

// ANCHOR: penetration
#[test]
fn penetration_without_negative_entries_what_does_not_exist_is_loaded_each_time() {
    let (cache, _clock) = cache(MINUTE);
    let backend = Backend::default();
    for _ in 0..100 {
        let absent = cache.get_or_try_insert_with(&7, || backend.find(7).ok_or("no such key"));
        assert_eq!(*absent.unwrap_err(), "no such key");
    }
    assert_eq!(backend.requests(), 100);
}

#[test]
fn penetration_with_negative_entries_what_does_not_exist_is_loaded_once_in_their_lifetime() {
    let second = Duration::from_secs(1);
    let lifetime = Lifetime::new(MINUTE).negative(second, Option::is_none);
    let (cache, clock) = cache(lifetime);
    let backend = Backend::default();
    let ask = |key| cache.get_or_insert_with(&key, || backend.find(key));
    for _ in 0..100 {
        assert_eq!((ask(7), ask(8)), (None, Some(80)));
    }
    assert_eq!(backend.requests(), 2);

    clock.advance(second);
    for _ in 0..100 {
        assert_eq!((ask(7), ask(8)), (None, Some(80)));
    }
    assert_eq!(backend.requests(), 1, "only what does not exist");
}
// ANCHOR_END: penetration

// ANCHOR: avalanche
/// Loads a thousand keys, and then asks for each of them every second for five minutes; returns the
/// most loads in one second.
fn peak(lifetime: Lifetime<u32>) -> usize {
    let (cache, clock) = cache(lifetime);
    let backend = Backend::default();
    let ask_for_all = || {
        for key in 0..1000 {
            cache.get_or_insert_with(&key, || backend.load(key));
        }
        backend.requests()
    };
    assert_eq!(ask_for_all(), 1000);
    let second = |_| {
        clock.advance(Duration::from_secs(1));
        ask_for_all()
    };
    (0..300).map(second).max().unwrap()
}

#[test]
fn avalanche_without_jitter_what_was_loaded_together_expires_together() {
    assert_eq!(peak(Lifetime::new(MINUTE)), 1000);
}

#[test]
fn avalanche_with_jitter_expirations_are_spread() {
    let jitter = Jitter::new(0.2, 42).unwrap();
    let peak = peak(Lifetime::new(MINUTE).jitter(jitter));
    // From second 48 to 72: about 1000 / 24 = 42 a second.
    assert!(peak < 80, "{peak} in one second");
}
// ANCHOR_END: avalanche
