//! A sketch against all values in order.

#[cfg_attr(feature = "yours", path = "../numbers/sketch.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/numbers/sketch.rs")]
mod exercise;

use exercise::Sketch;

/// Values over eighteen powers of ten, in no order.
fn values(count: u32) -> impl Iterator<Item = f64> {
    (0..count).map(|n| 10_f64.powf(f64::from(n * 7_919 % 18_013) / 1_000.0 - 9.0))
}

fn sketch(error: f64, values: impl Iterator<Item = f64>) -> Sketch {
    let mut sketch = Sketch::new(error);
    values.for_each(|value| assert!(sketch.add(value)));
    sketch
}

fn check(sketch: &Sketch, error: f64, mut sorted: Vec<f64>) {
    sorted.sort_by(f64::total_cmp);
    for q in (0..=1_000).map(|q| f64::from(q) / 1_000.0) {
        let rank = (q * sorted.len() as f64).ceil().max(1.0) as usize;
        let (exact, answer) = (sorted[rank - 1], sketch.quantile(q).unwrap());
        // A thousand-millionth more, for the logarithm's own rounding.
        let off = (answer - exact).abs() / exact;
        assert!(
            off <= error * (1.0 + 1e-6) + 1e-9,
            "{answer} for {exact} at {q}: {off}"
        );
    }
}

#[test]
fn every_quantile_is_within_the_error() {
    for error in [0.1, 0.01, 0.001] {
        check(
            &sketch(error, values(10_000)),
            error,
            values(10_000).collect(),
        );
    }
}

#[test]
fn one_value_is_every_quantile() {
    for value in [1e-9, 0.5, 1.0, 1e9] {
        check(&sketch(0.01, [value].into_iter()), 0.01, vec![value]);
    }
    assert_eq!(Sketch::new(0.01).quantile(0.5), None);
}

#[test]
fn a_merge_of_parts_is_the_whole() {
    let mut merged = sketch(0.01, values(5_000));
    assert!(merged.merge(&sketch(0.01, values(10_000).skip(5_000))));
    check(&merged, 0.01, values(10_000).collect());
    assert_eq!(merged.cells(), sketch(0.01, values(10_000)).cells());
    assert!(!merged.merge(&sketch(0.02, [1e12].into_iter())));
    assert!(merged.quantile(1.0).unwrap() < 1e11);
}

#[test]
fn what_has_no_logarithm_is_refused() {
    let mut sketch = Sketch::new(0.01);
    for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(!sketch.add(value));
    }
    assert_eq!(sketch.quantile(1.0), None);
}

#[test]
fn only_cells_with_something_in_them_are_kept() {
    let far_apart = [1e-9, 1e-9, 1.0, 1e9];
    assert_eq!(sketch(0.001, far_apart.into_iter()).cells(), 3);
}
