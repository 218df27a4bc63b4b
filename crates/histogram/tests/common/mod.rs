//! Histograms of both crates with the same values in them.

use histogram::Histogram;
use proptest::prelude::*;

mod values;

pub use values::value;

pub type Theirs = hdrhistogram::Histogram<u64>;

/// How a histogram is made.
#[derive(Debug, Clone, Copy)]
pub enum Make {
    Growing(u8),
    Bounds(u64, u64, u8),
}

impl Make {
    pub fn ours(self) -> Histogram {
        match self {
            Make::Growing(figures) => Histogram::new(figures),
            Make::Bounds(low, high, figures) => Histogram::new_with_bounds(low, high, figures),
        }
        .expect("the strategy makes possible ones")
    }

    pub fn theirs(self) -> Theirs {
        match self {
            Make::Growing(figures) => Theirs::new(figures),
            Make::Bounds(low, high, figures) => Theirs::new_with_bounds(low, high, figures),
        }
        .expect("the strategy makes possible ones")
    }
}

/// Few cells, so that each may be compared: of figures 4 and 5 only one octave.
pub fn make() -> impl Strategy<Value = Make> {
    prop_oneof![
        (1..=3_u8).prop_map(Make::Growing),
        (0..40_u32, 1..12_u32, 0..1_000_u64, 1..=3_u8).prop_map(|(low, octaves, more, figures)| {
            let low = (1 << low) + more % (1 << low);
            Make::Bounds(low, low << octaves, figures)
        }),
        (2..100_000_u64, 4..=5_u8).prop_map(|(high, figures)| Make::Bounds(1, high, figures)),
    ]
}

pub fn values() -> impl Strategy<Value = Vec<(u64, u64)>> {
    prop::collection::vec((value(), prop_oneof![Just(1), 1..1_000_u64]), 0..60)
}

/// Records in both; what one refuses, so must the other.
pub fn record(ours: &mut Histogram, theirs: &mut Theirs, values: &[(u64, u64)]) {
    for &(value, count) in values {
        let same = ours.record_n(value, count).is_ok() == theirs.record_n(value, count).is_ok();
        assert!(same, "only one of them records {value}");
    }
}

/// Every cell, and everything that is derived from all cells.
pub fn assert_same(ours: &Histogram, theirs: &Theirs) {
    assert_eq!(ours.len(), theirs.len());
    assert_eq!(ours.is_empty(), theirs.is_empty());
    assert_eq!(ours.distinct_values(), theirs.distinct_values());
    let cells = theirs
        .iter_recorded()
        .map(|cell| (cell.value_iterated_to(), cell.count_at_value()));
    let same = ours
        .iter_recorded()
        .map(|cell| (cell.value_iterated_to(), cell.count_at_value()));
    assert!(same.eq(cells), "the cells differ");
    assert_eq!(ours.min(), theirs.min());
    // Of zeros alone, theirs is 0 although other values share their cell; of nothing left after a
    // subtraction, it is those others.
    if theirs.max() != 0 && !theirs.is_empty() {
        assert_eq!(ours.max(), theirs.max());
    }
    assert_close(ours.mean(), theirs.mean());
    assert_close(ours.stdev(), theirs.stdev());
}

pub fn assert_close(ours: f64, theirs: f64) {
    assert!(
        (ours - theirs).abs() <= theirs.abs() * 1e-9 + 1e-6,
        "{ours} is not {theirs}"
    );
}
