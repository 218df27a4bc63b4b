//! One pass over a trace gives what replaying it at every capacity gives.

use std::num::NonZeroUsize;

use lru::LruCache;

#[cfg_attr(feature = "yours", path = "../lru/mattson.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lru/mattson.rs")]
mod exercise;

fn replayed(trace: &[u64], capacity: usize) -> u64 {
    let Some(capacity) = NonZeroUsize::new(capacity) else {
        return 0;
    };
    let mut cache = LruCache::new(capacity);
    for &key in trace {
        if cache.get(&key).is_none() {
            cache.put(key, ());
        }
    }
    cache.stats().hits
}

#[test]
fn a_trace_small_enough_to_follow_by_hand() {
    // Distances: – – 2 1 – 3 2, so one hit at capacity 1, two more at 2, one more at 3.
    assert_eq!(
        exercise::hits_by_capacity(&[1, 2, 1, 1, 3, 2, 3], 4),
        [0, 1, 3, 4, 4]
    );
    assert_eq!(exercise::hits_by_capacity(&[], 2), [0, 0, 0]);
}

#[test]
fn agrees_with_a_replay_at_every_capacity() {
    let mut state = 11u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 80
    };
    let trace: Vec<u64> = (0..3_000).map(|_| draw().min(draw())).collect();
    let expected: Vec<u64> = (0..=100)
        .map(|capacity| replayed(&trace, capacity))
        .collect();
    assert_eq!(exercise::hits_by_capacity(&trace, 100), expected);
}
