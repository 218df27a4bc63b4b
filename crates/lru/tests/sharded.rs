//! The sharded cache in one thread, and in several that really run at once.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use lru::{
    ArcCache, Cache, ConfigError, LfuCache, Lifetime, LruCache, ManualClock, S3FifoCache,
    ShardedCache, ShardedCacheBuilder, TtlCache,
};

fn capacity(entries: usize) -> NonZeroUsize {
    NonZeroUsize::new(entries).unwrap()
}

fn lru(entries: usize) -> ShardedCache<u64, u64, LruCache<u64, u64>> {
    ShardedCache::new(capacity(entries), LruCache::new)
}

#[test]
fn is_a_map_that_threads_share() {
    let cache = lru(100);
    assert_eq!(cache.put(1, 10), None);
    assert_eq!(cache.put(1, 11), Some(10));
    assert_eq!((cache.get(&1), cache.get(&2)), (Some(11), None));
    assert_eq!((cache.peek(&1), cache.contains(&2)), (Some(11), false));
    assert_eq!((cache.pop(&1), cache.pop(&1)), (Some(11), None));
    assert!(cache.is_empty());
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.insertions), (1, 1, 1));
}

#[test]
fn shards_share_the_capacity_to_the_last_entry() {
    for (entries, shards) in [(1, 1), (7, 4), (8, 8), (1000, 64)] {
        let mut shares = Vec::new();
        let cache = ShardedCacheBuilder::new(capacity(entries))
            .shards(shards)
            .build(|share| {
                shares.push(share.get());
                LruCache::<u64, u64>::new(share)
            })
            .unwrap();
        assert_eq!((cache.shards(), cache.cap()), (shards, entries as u64));
        assert!(shares.iter().max().unwrap() - shares.iter().min().unwrap() <= 1);
    }
}

#[test]
fn the_number_of_shards_is_a_power_of_two_and_no_shard_is_empty() {
    for (entries, shards) in [(100, 0), (100, 3), (100, 128), (1, 2)] {
        let builder = ShardedCacheBuilder::new(capacity(entries)).shards(shards);
        let error = builder.build(LruCache::<u64, u64>::new).unwrap_err();
        let capacity = capacity(entries);
        assert_eq!(error, ConfigError::Shards { shards, capacity });
        assert!(error.to_string().starts_with("shards: "), "{error}");
    }
    for entries in [1, 31, 32, 33, 63, 64, 65, 1000, 1_000_000] {
        assert!(lru(entries).shards().is_power_of_two());
    }
}

#[test]
fn keys_spread_evenly_over_the_shards() {
    let (entries, shards) = (1 << 14, 16);
    let builder = ShardedCacheBuilder::new(capacity(entries)).shards(shards);
    let cache = builder.build(LruCache::new).unwrap();
    for key in 0..entries as u64 {
        cache.put(key, key);
    }
    // Each shard has 1024 places and gets 1024 ± 31 keys, so about 13 in each shard find none.
    let missing = entries - cache.len();
    assert!(missing < 32 * shards, "{missing} keys were evicted");
}

#[test]
fn clear_removes_everything_and_keeps_the_statistics() {
    let cache = lru(100);
    for key in 0..10 {
        cache.put(key, key);
    }
    cache.clear();
    assert_eq!((cache.len(), cache.stats().insertions), (0, 10));
}

#[test]
fn entries_of_all_shards_expire() {
    let clock = ManualClock::new();
    let minute = Duration::from_secs(60);
    let cache = ShardedCache::new(capacity(1000), |cap| {
        TtlCache::with_clock(LruCache::new(cap), Lifetime::forever(), clock.clone())
    });
    for key in 0..100 {
        cache.put_with_ttl(key, key, minute);
        cache.put(key + 100, key);
    }
    clock.advance(minute);
    assert_eq!((cache.get(&0), cache.get(&100)), (None, Some(0)));
    assert_eq!((cache.purge_expired(), cache.len()), (99, 100));
    assert_eq!(cache.stats().expirations, 100);
}

#[test]
fn a_change_while_a_key_is_loaded_wins() {
    let cache = lru(100);
    let popped = cache.get_or_insert_with(&1, || {
        cache.pop(&1);
        10
    });
    assert_eq!((popped, cache.get(&1)), (10, None));
    let put = cache.get_or_insert_with(&1, || {
        cache.put(1, 20);
        10
    });
    assert_eq!((put, cache.get(&1)), (10, Some(20)));
    let cleared = cache.get_or_insert_with(&2, || {
        cache.clear();
        10
    });
    assert_eq!((cleared, cache.get(&2)), (10, None));
}

#[test]
fn a_put_with_its_own_ttl_while_a_key_is_loaded_wins() {
    let cache = ShardedCache::new(capacity(100), |cap| {
        TtlCache::new(LruCache::new(cap), Lifetime::forever())
    });
    let loaded = cache.get_or_insert_with(&1, || {
        cache.put_with_ttl(1, 20, Duration::MAX);
        10
    });
    assert_eq!((loaded, cache.get(&1)), (10, Some(20)));
}

#[test]
fn changes_of_other_keys_do_not_matter_to_a_load() {
    let builder = ShardedCacheBuilder::new(capacity(100)).shards(1);
    let cache = builder.build(LruCache::new).unwrap();
    cache.get_or_insert_with(&1, || {
        cache.put(2, 20);
        cache.pop(&3);
        10
    });
    assert_eq!((cache.get(&1), cache.get(&2)), (Some(10), Some(20)));
}

#[test]
fn a_load_sees_no_value_of_its_own_key() {
    let cache = lru(100);
    cache.get_or_insert_with(&1, || {
        assert_eq!(cache.get(&1), None);
        assert!(!cache.contains(&1));
        10
    });
}

#[test]
fn a_loader_that_asks_for_its_own_key_panics_instead_of_waiting_forever() {
    let cache = lru(100);
    let circle = || cache.get_or_insert_with(&1, || cache.get_or_insert_with(&1, || 10));
    let panic = catch_unwind(AssertUnwindSafe(circle)).unwrap_err();
    let message = panic.downcast_ref::<&str>().unwrap();
    assert!(message.contains("asked for that same key"), "{message}");
    assert_eq!(cache.get_or_insert_with(&1, || 20), 20);
}

#[test]
fn a_loader_that_panics_leaves_nothing_behind() {
    let cache = lru(100);
    let panics = || cache.get_or_insert_with(&1, || panic!("no backend"));
    catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    assert_eq!((cache.get(&1), cache.len()), (None, 0));
    assert_eq!(cache.get_or_insert_with(&1, || 10), 10);
}

#[test]
fn an_error_is_returned_and_not_kept() {
    let cache = lru(100);
    let failed = cache.get_or_try_insert_with(&1, || Err("no backend"));
    assert_eq!(failed, Err(Arc::new("no backend")));
    assert_eq!(cache.get_or_try_insert_with(&1, || Ok::<_, ()>(10)), Ok(10));
    assert_eq!(cache.get_or_try_insert_with(&1, || Err(())), Ok(10));
}

#[test]
fn those_who_wait_get_the_error_of_the_one_who_loads() {
    let (cache, failures) = (lru(100), AtomicU64::new(0));
    let ask = || {
        let fail = || {
            while cache.stats().misses < THREADS {
                thread::yield_now();
            }
            Err(failures.fetch_add(1, SeqCst))
        };
        cache.get_or_try_insert_with(&1, fail).unwrap_err()
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask)).collect();
        for thread in threads {
            assert_eq!(*thread.join().unwrap(), 0);
        }
    });
    assert_eq!(failures.load(SeqCst), 1);
}

/// A value whose clone can be made to panic.
struct Fragile(bool);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        assert!(!self.0, "cannot be cloned");
        Fragile(false)
    }
}

#[test]
fn a_loaded_value_that_cannot_be_cloned_wedges_nobody() {
    let cache = ShardedCache::new(capacity(100), LruCache::new);
    let panics = || cache.get_or_insert_with(&1, || Fragile(true));
    assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    assert!(!cache.get_or_insert_with(&1, || Fragile(false)).0);
}

const THREADS: u64 = 4;
const OPERATIONS: u64 = 20_000;

/// Numbers that look random, the same in each run.
fn random(seed: u64) -> impl Iterator<Item = u64> {
    let mix = |state: u64| {
        let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        state ^ (state >> 31)
    };
    (1..).map(move |step: u64| mix((seed ^ step << 8).wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}

/// Several threads do what they like with few keys. A value always tells whose it is.
fn stress<C: Cache<u64, u64> + Send>(policy: impl FnMut(NonZeroUsize) -> C) {
    let builder = ShardedCacheBuilder::new(capacity(64)).shards(4);
    let cache = builder.build(policy).unwrap();
    let (gets, loads) = (AtomicU64::new(0), AtomicU64::new(0));
    let work = |seed| {
        let mut numbers = random(seed);
        for _ in 0..OPERATIONS {
            let number = numbers.next().unwrap();
            let (key, value) = (number % 100, number % 100 + 100 * (number % 7));
            let found = match number >> 32 & 31 {
                0 => cache.pop(&key),
                1..=4 => cache.put(key, value),
                5..=15 => {
                    loads.fetch_add(1, SeqCst);
                    Some(cache.get_or_insert_with(&key, || value))
                }
                16 if number >> 40 & 63 == 0 => {
                    cache.clear();
                    None
                }
                _ => {
                    gets.fetch_add(1, SeqCst);
                    cache.get(&key)
                }
            };
            assert!(found.is_none_or(|value| value % 100 == key));
            assert!(cache.len() <= 64);
        }
    };
    thread::scope(|scope| {
        for seed in 0..THREADS {
            scope.spawn(move || work(seed));
        }
    });
    let stats = cache.stats();
    assert_eq!(
        stats.hits + stats.misses,
        gets.load(SeqCst) + loads.load(SeqCst)
    );
}

#[test]
fn threads_that_share_a_cache_of_any_policy_find_only_what_belongs_to_the_key() {
    stress(LruCache::new);
    stress(LfuCache::new);
    stress(ArcCache::new);
    stress(S3FifoCache::new);
    stress(|cap| TtlCache::new(LruCache::new(cap), Duration::from_secs(3600)));
}

#[test]
fn nobody_gets_a_value_older_than_the_last_change_that_was_complete_when_it_asked() {
    let cache = lru(64);
    let (source, forgotten) = (AtomicU64::new(0), AtomicU64::new(0));
    let write = || {
        for version in 1..=OPERATIONS {
            source.store(version, SeqCst);
            cache.pop(&1);
            forgotten.store(version, SeqCst);
        }
    };
    let read = || {
        while forgotten.load(SeqCst) < OPERATIONS {
            let oldest = forgotten.load(SeqCst);
            let read = cache.get_or_insert_with(&1, || {
                let value = source.load(SeqCst);
                thread::yield_now();
                value
            });
            assert!(read >= oldest, "{read} was forgotten at {oldest}");
        }
    };
    thread::scope(|scope| {
        for _ in 1..THREADS {
            scope.spawn(read);
        }
        write();
    });
}
