//! CLOCK: a hit sets a bit; the hand spares a page with its bit set once, and evicts the first one
//! without.

use std::num::NonZeroUsize;

use lru::LruCache;

#[cfg_attr(feature = "yours", path = "../lru/clock.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lru/clock.rs")]
mod exercise;

use exercise::Clock;

fn hits(trace: &[u64], capacity: usize) -> Vec<bool> {
    let mut cache = Clock::new(capacity);
    trace.iter().map(|key| cache.request(*key)).collect()
}

#[test]
fn a_used_page_gets_a_second_chance() {
    // 1 is used, so the hand passes it and 4 takes 2's place.
    assert_eq!(
        hits(&[1, 2, 3, 1, 4, 1, 3, 2], 3),
        [false, false, false, true, false, true, true, false]
    );
}

#[test]
fn a_second_chance_is_not_a_third() {
    // 5 takes 1's place only after the hand went once round and cleared every bit.
    assert_eq!(
        hits(&[1, 2, 1, 2, 5, 2, 1], 2),
        [false, false, true, true, false, true, false]
    );
}

#[test]
fn unused_pages_leave_in_the_order_of_arrival() {
    assert_eq!(
        hits(&[1, 2, 3, 4, 5, 1, 5], 3),
        [false, false, false, false, false, false, true]
    );
}

#[test]
fn comes_close_to_lru_on_a_skewed_trace() {
    let mut state = 3u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 500
    };
    let trace: Vec<u64> = (0..20_000)
        .map(|_| draw().min(draw()).min(draw()))
        .collect();

    let clock = hits(&trace, 100).into_iter().filter(|hit| *hit).count() as f64;
    let mut lru = LruCache::new(NonZeroUsize::new(100).unwrap());
    for &key in &trace {
        if lru.get(&key).is_none() {
            lru.put(key, ());
        }
    }
    let ratio = clock / lru.stats().hits as f64;
    assert!(
        (0.9..1.2).contains(&ratio),
        "CLOCK has {ratio:.2} of LRU's hits"
    );
}
