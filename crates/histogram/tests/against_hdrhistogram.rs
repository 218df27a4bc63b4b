//! The same questions to this crate and to `hdrhistogram`, which must have the same answers.

mod common;

use common::{assert_close, assert_same, make, record, value, values};
use proptest::prelude::*;

proptest! {
    // Cells are many and the peer is not optimised in tests.
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_recorded_is_the_same(make in make(), values in values()) {
        let (mut ours, mut theirs) = (make.ours(), make.theirs());
        record(&mut ours, &mut theirs, &values);
        assert_same(&ours, &theirs);
        prop_assert_eq!(ours.high(), theirs.high());
        // Not after a subtraction: if zeros are left, theirs is then that of a value taken.
        prop_assert_eq!(ours.min_nz(), theirs.min_nz());
    }

    #[test]
    fn quantiles_are_the_same(
        make in make(),
        values in values(),
        quantiles in prop::collection::vec(0.0..1.0_f64, 20),
    ) {
        let (mut ours, mut theirs) = (make.ours(), make.theirs());
        record(&mut ours, &mut theirs, &values);
        let round = [-1.0, 0.0, 1e-300, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1.0, 7.0, f64::NAN];
        for quantile in round.into_iter().chain(quantiles) {
            let (our, their) = (ours.value_at_quantile(quantile), theirs.value_at_quantile(quantile));
            prop_assert_eq!(our, their, "at {}", quantile);
            let percentile = quantile * 100.0;
            prop_assert_eq!(
                ours.value_at_percentile(percentile),
                theirs.value_at_percentile(percentile)
            );
        }
    }

    #[test]
    fn counts_and_ranks_of_values_are_the_same(
        make in make(),
        values in values(),
        asked in prop::collection::vec((value(), value()), 20),
    ) {
        let (mut ours, mut theirs) = (make.ours(), make.theirs());
        record(&mut ours, &mut theirs, &values);
        for (a, b) in asked {
            prop_assert_eq!(ours.count_at(a), theirs.count_at(a));
            prop_assert_eq!(ours.count_between(a, b), theirs.count_between(a, b));
            assert_close(ours.quantile_below(a), theirs.quantile_below(a));
            assert_close(ours.percentile_below(a), theirs.percentile_below(a));
            prop_assert_eq!(ours.lowest_equivalent(a), theirs.lowest_equivalent(a));
            prop_assert_eq!(ours.highest_equivalent(a), theirs.highest_equivalent(a));
            prop_assert_eq!(ours.median_equivalent(a), theirs.median_equivalent(a));
            prop_assert_eq!(ours.next_non_equivalent(a), theirs.next_non_equivalent(a));
            prop_assert_eq!(ours.equivalent_range(a), theirs.equivalent_range(a));
            prop_assert_eq!(ours.equivalent(a, b), theirs.equivalent(a, b));
        }
    }

    #[test]
    fn what_is_too_large_is_recorded_as_the_bound(make in make(), values in values()) {
        let (mut ours, mut theirs) = (make.ours(), make.theirs());
        for (value, count) in values {
            ours.saturating_record_n(value, count);
            theirs.saturating_record_n(value, count);
        }
        assert_same(&ours, &theirs);
    }

    #[test]
    fn sums_are_the_same(
        makes in (make(), make(), any::<bool>()),
        here in values(),
        there in values(),
    ) {
        let (a, b, alike) = makes;
        let b = if alike { a } else { b };
        let (mut ours, mut theirs) = (a.ours(), a.theirs());
        let (mut our_other, mut their_other) = (b.ours(), b.theirs());
        record(&mut ours, &mut theirs, &here);
        record(&mut our_other, &mut their_other, &there);
        prop_assert_eq!(ours.add(&our_other).is_ok(), theirs.add(&their_other).is_ok());
        assert_same(&ours, &theirs);
    }

    #[test]
    fn differences_are_the_same(make in make(), rest in values(), taken in values()) {
        let (mut ours, mut theirs) = (make.ours(), make.theirs());
        let (mut our_other, mut their_other) = (make.ours(), make.theirs());
        record(&mut our_other, &mut their_other, &taken);
        record(&mut ours, &mut theirs, &rest);
        ours.add(&our_other).unwrap();
        theirs.add(&their_other).unwrap();
        ours.subtract(&our_other).unwrap();
        theirs.subtract(&their_other).unwrap();
        assert_same(&ours, &theirs);
    }

    #[test]
    fn corrections_are_the_same(
        make in make(),
        values in prop::collection::vec((0..200_000_u64, 1..5_u64), 0..10),
        interval in prop_oneof![Just(0), 20..1_000_u64, 1_000..100_000_u64],
    ) {
        let (mut ours, mut theirs) = (make.ours(), make.theirs());
        let (mut our_plain, mut their_plain) = (make.ours(), make.theirs());
        for (value, count) in values {
            let fits = ours.record_n_correct(value, count, interval).is_ok();
            prop_assert_eq!(fits, theirs.record_n_correct(value, count, interval).is_ok());
            let _ = our_plain.record_n(value, count);
            let _ = their_plain.record_n(value, count);
        }
        assert_same(&ours, &theirs);
        assert_same(&our_plain.clone_correct(interval), &their_plain.clone_correct(interval));
    }

    #[test]
    fn iterators_stop_at_the_same_places(
        make in make(),
        values in prop::collection::vec((0..100_000_u64, 1..100_u64), 0..40),
        steps in (1_000..100_000_u64, 1..100_000_u64, 1.01..10.0_f64, 1..20_u32),
    ) {
        let (mut ours, mut theirs) = (make.ours(), make.theirs());
        record(&mut ours, &mut theirs, &values);
        let (step, start, factor, ticks) = steps;
        same_stops(ours.iter_recorded(), theirs.iter_recorded());
        same_stops(ours.iter_all(), theirs.iter_all());
        same_stops(ours.iter_linear(step), theirs.iter_linear(step));
        same_stops(ours.iter_log(start, factor), theirs.iter_log(start, factor));
        same_stops(ours.iter_quantiles(ticks), theirs.iter_quantiles(ticks));
    }
}

fn same_stops(
    ours: impl Iterator<Item = histogram::IterationValue>,
    theirs: impl Iterator<Item = hdrhistogram::iterators::IterationValue<u64>>,
) {
    let ours: Vec<_> = ours.collect();
    let theirs: Vec<_> = theirs.collect();
    assert_eq!(ours.len(), theirs.len());
    for (our, their) in ours.iter().zip(&theirs) {
        assert_eq!(our.value_iterated_to(), their.value_iterated_to());
        assert_eq!(our.count_at_value(), their.count_at_value());
        assert_eq!(
            our.count_since_last_iteration(),
            their.count_since_last_iteration()
        );
        // Of an empty histogram theirs are not numbers.
        if !their.quantile().is_nan() {
            assert_eq!(our.quantile(), their.quantile());
            assert_eq!(our.percentile(), their.percentile());
            assert_eq!(our.quantile_iterated_to(), their.quantile_iterated_to());
        }
    }
}

#[test]
fn the_same_bounds_are_possible() {
    for figures in 1..=5 {
        for low in [
            0,
            1,
            2,
            3,
            1_000,
            1 << 44,
            1 << 45,
            1 << 46,
            1 << 58,
            1 << 62,
            u64::MAX / 2 + 1,
        ] {
            for high in [0, 1, 2, 3, 1_999, 2_000, 1 << 47, u64::MAX] {
                // Large arrays are not made only to see that they can be.
                if high == u64::MAX && figures > 3 && low < 1 << 40 {
                    continue;
                }
                let ours = histogram::Histogram::new_with_bounds(low, high, figures);
                let theirs = common::Theirs::new_with_bounds(low, high, figures);
                assert_eq!(
                    ours.is_ok(),
                    theirs.is_ok(),
                    "{low} to {high}, {figures} figures"
                );
                if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
                    assert_eq!(ours.distinct_values(), theirs.distinct_values());
                }
            }
        }
    }
}
