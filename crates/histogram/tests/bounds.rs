//! What is promised of every histogram: its error, its memory, and that nothing overflows.

#[path = "common/values.rs"]
mod values;

use histogram::{Histogram, HistogramError};
use proptest::prelude::*;

/// The value with this rank among the sorted ones, as a quantile of few values is defined.
fn exact(sorted: &[u64], quantile: f64) -> u64 {
    let rank = (quantile * sorted.len() as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_quantile_is_off_by_no_more_than_its_figures_allow(
        figures in 1..=3_u8,
        mut values in prop::collection::vec(values::value(), 1..200),
        quantile in 0.0..=1.0_f64,
    ) {
        let mut histogram = Histogram::new(figures).unwrap();
        for &value in &values {
            histogram.record(value).unwrap();
        }
        values.sort_unstable();
        let (reported, exact) = (histogram.value_at_quantile(quantile), exact(&values, quantile));
        let error = reported.abs_diff(exact) as f64;
        prop_assert!(error <= exact as f64 * 0.1_f64.powi(figures.into()), "{reported} for {exact}");
    }

    #[test]
    fn every_value_is_in_its_own_cell(
        figures in 1..=5_u8,
        low in 1..1_u64 << 40,
        value in prop_oneof![values::value(), any::<u64>(), Just(u64::MAX)],
    ) {
        let histogram = Histogram::new_with_bounds(low, low * 2, figures).unwrap();
        let (first, last) = (histogram.lowest_equivalent(value), histogram.highest_equivalent(value));
        prop_assert!(first <= value && value <= last);
        prop_assert_eq!(last - first + 1, histogram.equivalent_range(value));
        prop_assert!(histogram.equivalent(first, last));
        prop_assert!(first == 0 || !histogram.equivalent(first - 1, first));
        // Either of relative error 10^-figures, or less than the lowest value wanted.
        let width = (last - first) as f64;
        prop_assert!(width <= value as f64 * 0.1_f64.powi(figures.into()) || width < low as f64);
    }

    #[test]
    fn a_merge_of_parts_is_the_whole(
        values in prop::collection::vec((values::value(), 0..5_usize), 0..100),
    ) {
        let mut whole = Histogram::new(2).unwrap();
        let mut parts = vec![Histogram::new(2).unwrap(); 5];
        for (value, part) in values {
            whole.record(value).unwrap();
            parts[part].record(value).unwrap();
        }
        let mut merged = Histogram::new(2).unwrap();
        parts.iter().for_each(|part| merged.add(part).unwrap());
        prop_assert_eq!(merged, whole);
    }
}

#[test]
fn a_value_above_the_bound_is_an_error_and_changes_nothing() {
    let mut histogram = Histogram::new_with_max(1_000, 2).unwrap();
    histogram.record(7).unwrap();
    let before = histogram.clone();
    let refused = Err(HistogramError::AboveBound {
        value: 5_000,
        bound: 1_023,
    });
    assert_eq!(histogram.record(5_000), refused);
    assert_eq!(histogram.record_correct(5_000, 10), refused);
    assert_eq!(histogram, before);
    histogram.saturating_record(5_000);
    assert_eq!(histogram.max(), 1_003);
}

#[test]
fn what_does_not_fit_is_neither_added_nor_taken() {
    let mut small = Histogram::new_with_max(1_000, 2).unwrap();
    let mut large = Histogram::new(2).unwrap();
    small.record(3).unwrap();
    large.record(3).unwrap();
    large.record(1_000_000).unwrap();
    let before = small.clone();
    assert!(matches!(
        small.add(&large),
        Err(HistogramError::AboveBound { .. })
    ));
    assert!(matches!(
        small.add_correct(&large, 10),
        Err(HistogramError::AboveBound { .. })
    ));
    assert!(matches!(
        small.subtract(&large),
        Err(HistogramError::AboveBound { .. })
    ));
    assert_eq!(small, before);
    let mut twice = before.clone();
    twice.record(3).unwrap();
    assert_eq!(
        small.subtract(&twice),
        Err(HistogramError::Underflow {
            value: 3,
            count: 1,
            taken: 2
        })
    );
    assert_eq!(small, before);
    small.subtract(&before).unwrap();
    assert!(small.is_empty());
    assert_eq!(
        (small.min(), small.max(), small.value_at_quantile(0.5)),
        (0, 0, 0)
    );
}

#[test]
fn counts_beyond_32_bits_are_exact_and_beyond_64_they_stay() {
    let mut histogram = Histogram::new_with_max(100, 2).unwrap();
    let narrow = histogram.memory_bytes();
    let many = u64::from(u32::MAX);
    histogram.record_n(5, many).unwrap();
    histogram.record_n(80, 3).unwrap();
    assert_eq!(histogram.memory_bytes(), narrow);
    histogram.record(5).unwrap();
    assert_eq!(histogram.count_at(5), many + 1);
    assert_eq!(histogram.len(), many + 4);
    assert_eq!(
        histogram.memory_bytes() - narrow,
        4 * histogram.distinct_values()
    );
    let other = histogram.clone();
    histogram.add(&other).unwrap();
    assert_eq!(
        (histogram.count_at(5), histogram.count_at(80)),
        (2 * (many + 1), 6)
    );
    assert_eq!(
        (
            histogram.value_at_quantile(0.999),
            histogram.value_at_quantile(1.0)
        ),
        (5, 80)
    );

    for value in [5, 80] {
        histogram.record_n(value, u64::MAX - 1).unwrap();
    }
    assert_eq!(
        (histogram.count_at(5), histogram.len()),
        (u64::MAX, u64::MAX)
    );
    assert_eq!(histogram.value_at_quantile(0.25), 5);
    histogram.clear();
    assert_eq!(histogram.memory_bytes(), narrow);
    assert_eq!(histogram, Histogram::new_with_max(100, 2).unwrap());
}

#[test]
fn the_highest_value_there_is_has_a_cell() {
    for figures in 1..=3 {
        let mut histogram = Histogram::new(figures).unwrap();
        histogram.record(u64::MAX).unwrap();
        assert_eq!(
            (histogram.max(), histogram.value_at_quantile(0.5)),
            (u64::MAX, u64::MAX)
        );
        assert_eq!(histogram.high(), u64::MAX);
        assert_eq!(histogram.next_non_equivalent(u64::MAX), u64::MAX);
        assert_eq!(
            histogram
                .iter_log(1, 10.0)
                .map(|s| s.count_since_last_iteration())
                .sum::<u64>(),
            1
        );
    }
}

#[test]
fn a_correction_takes_time_by_cells_and_not_by_intervals() {
    let mut histogram = Histogram::new(2).unwrap();
    // One by one, 2^63 values would take centuries.
    histogram.record_correct(1 << 63, 1).unwrap();
    assert_eq!(histogram.len(), 1 << 63);
    let middle = histogram.value_at_quantile(0.5) as f64;
    assert!((middle / (1_u64 << 62) as f64 - 1.0).abs() < 0.01);
}

#[test]
fn steps_that_would_never_end_are_taken_for_some_that_do() {
    let mut histogram = Histogram::new(1).unwrap();
    histogram.record(40).unwrap();
    assert_eq!(
        histogram.iter_linear(0).count(),
        histogram.iter_linear(1).count()
    );
    for factor in [1.0, 0.5, -3.0, f64::NAN] {
        assert_eq!(
            histogram.iter_log(0, factor).count(),
            histogram.iter_log(1, 2.0).count()
        );
    }
    assert_eq!(
        histogram.iter_quantiles(0).count(),
        histogram.iter_quantiles(1).count()
    );
    assert!(histogram.iter_quantiles(u32::MAX).take(10).count() > 0);
}
