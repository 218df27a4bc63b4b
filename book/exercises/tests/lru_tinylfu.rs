//! With an admission filter, a scan passes by a full cache instead of washing it out.

use std::num::NonZeroUsize;

use lru::LruCache;

#[cfg_attr(feature = "yours", path = "../lru/tinylfu.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lru/tinylfu.rs")]
mod exercise;

use exercise::TinyLfu;

const CAPACITY: NonZeroUsize = NonZeroUsize::new(100).unwrap();

/// A working set of 80 keys, and after each round over it a scan of 200 keys that are never asked
/// for again.
fn work_and_scans() -> Vec<u64> {
    let round = |n: u64| (0..80).chain(1_000 + 200 * n..1_000 + 200 * (n + 1));
    (0..200).flat_map(round).collect()
}

fn lru_hits(trace: &[u64]) -> usize {
    let mut cache = LruCache::new(CAPACITY);
    let mut hit = |key: &u64| cache.get(key).is_some() || cache.put(*key, ()).is_some();
    trace.iter().filter(|key| hit(key)).count()
}

fn filtered_hits(trace: &[u64]) -> usize {
    let mut cache = TinyLfu::new(CAPACITY);
    trace.iter().filter(|key| cache.request(**key)).count()
}

#[test]
fn a_scan_does_not_wash_out_the_working_set() {
    let trace = work_and_scans();
    assert_eq!(
        lru_hits(&trace),
        0,
        "each scan of 200 pushes all 80 out of an LRU cache of 100"
    );
    let hits = filtered_hits(&trace);
    assert!(
        hits > 80 * 200 * 9 / 10,
        "only {hits} of the 16 000 requests to the working set hit"
    );
}

#[test]
fn a_new_working_set_gets_in_after_a_while() {
    let old = (0..20).flat_map(|_| 0..80);
    let new = (0..100).flat_map(|_| 500..580);
    let trace: Vec<u64> = old.chain(new).collect();
    let hits = filtered_hits(&trace);
    assert!(
        hits > 80 * 120 / 2,
        "only {hits} of 9 600 hit: do the counts of the past fade?"
    );
}

#[test]
fn a_cache_that_is_not_full_refuses_nobody() {
    let mut cache = TinyLfu::new(CAPACITY);
    assert!((0..100).all(|key| !cache.request(key)));
    assert!((0..100).all(|key| cache.request(key)));
}
