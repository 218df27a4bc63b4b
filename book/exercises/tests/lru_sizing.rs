//! The smallest LRU capacity that reaches a hit rate, found with about log2(largest) replays
//! instead of `largest`.

use std::num::NonZeroUsize;

use lru::LruCache;

#[cfg_attr(feature = "yours", path = "../lru/sizing.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lru/sizing.rs")]
mod exercise;

/// Small keys come up more often: the minimum of two uniform draws, from a fixed linear
/// congruential sequence.
fn trace() -> Vec<u64> {
    let mut state = 7u64;
    let mut draw = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 1_000
    };
    (0..20_000).map(|_| draw().min(draw())).collect()
}

fn lru_hit_rate(trace: &[u64], capacity: usize) -> f64 {
    let mut cache =
        LruCache::new(NonZeroUsize::new(capacity).expect("a cache of nothing was asked for"));
    for &key in trace {
        if cache.get(&key).is_none() {
            cache.put(key, ());
        }
    }
    cache.stats().hits as f64 / trace.len() as f64
}

#[test]
fn the_answer_reaches_the_rate_and_one_less_does_not() {
    let trace = trace();
    for wanted in [0.01, 0.2, 0.5, 0.9] {
        let found =
            exercise::smallest_capacity(1_000, wanted, |capacity| lru_hit_rate(&trace, capacity));
        let capacity = found.expect("1 000 entries hold every key");
        assert!(
            lru_hit_rate(&trace, capacity) >= wanted,
            "{capacity} is too small for {wanted}"
        );
        assert!(
            capacity == 1 || lru_hit_rate(&trace, capacity - 1) < wanted,
            "{capacity} is not the smallest for {wanted}"
        );
    }
}

#[test]
fn a_rate_out_of_reach_has_no_capacity() {
    let trace = trace();
    assert_eq!(
        exercise::smallest_capacity(100, 0.99, |capacity| lru_hit_rate(&trace, capacity)),
        None
    );
}

#[test]
fn a_million_sizes_cost_a_few_dozen_replays() {
    let mut replays = 0;
    let found = exercise::smallest_capacity(1_000_000, 0.5, |capacity| {
        replays += 1;
        capacity as f64 / 1_000_000.0
    });
    assert_eq!(found, Some(500_000));
    assert!(replays <= 25, "{replays} replays");
}
