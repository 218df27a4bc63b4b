//! FIFO evicts in the order of arrival, hits or no hits; and there is a trace on which more room
//! gives it fewer hits.

#[cfg_attr(feature = "yours", path = "../lru/fifo.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lru/fifo.rs")]
mod exercise;

use exercise::Fifo;

fn misses(trace: &[u64], capacity: usize) -> usize {
    let mut cache = Fifo::new(capacity);
    trace.iter().filter(|key| !cache.request(**key)).count()
}

#[test]
fn a_hit_does_not_save_the_oldest() {
    let mut cache = Fifo::new(2);
    let hits: Vec<bool> = [1, 2, 1, 3, 1]
        .into_iter()
        .map(|key| cache.request(key))
        .collect();
    assert_eq!(
        hits,
        [false, false, true, false, false],
        "1 came first, so 3 pushes it out although it was just used"
    );
}

#[test]
fn what_fits_stays() {
    assert_eq!(misses(&[1, 2, 3, 3, 2, 1, 1, 2, 3], 3), 3);
    assert_eq!(misses(&[1, 1, 2, 2, 1, 1], 1), 3);
}

#[test]
fn more_room_can_mean_more_misses() {
    let (trace, small, large) = exercise::anomaly();
    assert!(small < large, "the first capacity is the smaller one");
    let (with_less, with_more) = (misses(&trace, small), misses(&trace, large));
    assert!(
        with_more > with_less,
        "{with_less} misses at {small}, {with_more} at {large}"
    );
}
