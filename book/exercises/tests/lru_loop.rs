//! A trace over `capacity + 1` keys on which LRU never hits, although a cache that sees the future
//! would hit nearly always.

use std::collections::HashSet;
use std::num::NonZeroUsize;

use lru::LruCache;

#[cfg_attr(feature = "yours", path = "../lru/loop.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lru/loop.rs")]
mod exercise;

#[test]
fn lru_never_hits_on_it() {
    for capacity in [1, 2, 10, 100] {
        let mut cache = LruCache::new(NonZeroUsize::new(capacity).unwrap());
        for (position, key) in exercise::hostile(capacity, 1_000).into_iter().enumerate() {
            assert!(
                cache.get(&key).is_none(),
                "capacity {capacity}: request {position}, for key {key}, hits"
            );
            cache.put(key, ());
        }
    }
}

#[test]
fn it_is_as_long_as_asked_and_uses_one_key_too_many_at_most() {
    for capacity in [1, 2, 10, 100] {
        let trace = exercise::hostile(capacity, 1_000);
        assert_eq!(trace.len(), 1_000);
        let keys: HashSet<u64> = trace.into_iter().collect();
        assert!(
            keys.len() <= capacity + 1,
            "capacity {capacity}: {} different keys",
            keys.len()
        );
    }
}
