//! Shared recording: whatever the interleaving, each value is reported once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use histogram::{AtomicHistogram, Histogram, HistogramError, SyncHistogram};

const VALUES: u64 = 20_000;

/// All values of `threads` threads, in one histogram.
fn expected(threads: u64) -> Histogram {
    let mut histogram = Histogram::new_with_max(VALUES, 2).unwrap();
    for value in 0..VALUES {
        histogram.record_n(value % 5_000, threads).unwrap();
    }
    histogram
}

#[test]
fn drains_during_recording_lose_and_double_nothing() {
    let shared = AtomicHistogram::new_with_max(VALUES, 2).unwrap();
    let ended = AtomicBool::new(false);
    let mut sum = Histogram::new_with_max(VALUES, 2).unwrap();
    thread::scope(|threads| {
        let drainer = threads.spawn(|| {
            let mut sum = Histogram::new_with_max(VALUES, 2).unwrap();
            while !ended.load(Ordering::Acquire) {
                sum.add(&shared.drain()).unwrap();
            }
            sum
        });
        let record = || (0..VALUES).for_each(|value| shared.record(value % 5_000).unwrap());
        let recorders = [threads.spawn(record), threads.spawn(record)];
        for recorder in recorders {
            recorder.join().unwrap();
        }
        ended.store(true, Ordering::Release);
        sum = drainer.join().unwrap();
    });
    sum.add(&shared.drain()).unwrap();
    assert_eq!(sum, expected(2));
    assert!(shared.snapshot().is_empty());
}

#[test]
fn refreshes_during_recording_lose_and_double_nothing() {
    let shared = SyncHistogram::new_with_max(VALUES, 2).unwrap();
    let ended = AtomicBool::new(false);
    let mut sum = Histogram::new_with_max(VALUES, 2).unwrap();
    thread::scope(|threads| {
        let reader = threads.spawn(|| {
            let mut sum = Histogram::new_with_max(VALUES, 2).unwrap();
            while !ended.load(Ordering::Acquire) {
                sum.add(&shared.refresh()).unwrap();
            }
            sum
        });
        // Recorders come and go while they are read.
        let record = || {
            for first in (0..VALUES).step_by(1_000) {
                let mut recorder = shared.recorder();
                (first..first + 1_000).for_each(|value| recorder.record(value % 5_000).unwrap());
            }
        };
        let recorders = [threads.spawn(record), threads.spawn(record)];
        for recorder in recorders {
            recorder.join().unwrap();
        }
        ended.store(true, Ordering::Release);
        sum = reader.join().unwrap();
    });
    sum.add(&shared.refresh()).unwrap();
    assert_eq!(sum, expected(2));
}

#[test]
fn a_dropped_recorder_is_read_once_more_and_then_gives_its_memory_back() {
    let shared = SyncHistogram::new_with_max(1_000, 2).unwrap();
    let empty = shared.memory_bytes();
    let mut recorder = shared.recorder();
    let mut other = shared.recorder();
    recorder.record(3).unwrap();
    assert_eq!(shared.refresh().len(), 1);
    recorder.record(4).unwrap();
    other.record_n(4, 2).unwrap();
    drop(recorder);
    let second = shared.refresh();
    assert_eq!((second.len(), second.count_at(4)), (3, 3));
    assert!(shared.refresh().is_empty());
    let one = shared.memory_bytes();
    drop(other);
    assert!(shared.refresh().is_empty());
    assert!(one > empty && shared.memory_bytes() == empty);
}

#[test]
fn a_value_above_the_bound_is_refused_by_all() {
    let refused = Err(HistogramError::AboveBound {
        value: 5_000,
        bound: 1_023,
    });
    let shared = AtomicHistogram::new_with_max(1_000, 2).unwrap();
    assert_eq!(shared.record(5_000), refused);
    assert!(shared.snapshot().is_empty());
    let shared = SyncHistogram::new_with_max(1_000, 2).unwrap();
    assert_eq!(shared.recorder().record(5_000), refused);
    assert!(AtomicHistogram::new_with_max(1_000, 6).is_err());
    assert!(SyncHistogram::new_with_max(1, 2).is_err());
}
