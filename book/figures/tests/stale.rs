//! What is committed is what the code draws, what is recorded is what the traces give, and what
//! was measured is what theory says.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn committed_figures_are_what_the_code_draws() {
    let figures = book_figures::all(&root()).unwrap();
    let stale = book_figures::stale(&root(), &figures).unwrap();
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; run `cargo book figures` and commit the result"
    );
}

#[test]
fn recorded_curves_are_what_the_traces_give() {
    let recorded = book_figures::Curves::load(&root()).unwrap();
    let replayed = book_figures::replay(&root()).unwrap();
    assert!(
        recorded == replayed,
        "run `cargo book figures --replay` and commit the result"
    );
}

/// If the crate, its theory and the record are right, a row in two million fails.
#[test]
fn recorded_rates_are_within_statistical_error_of_theory() {
    let recorded = book_figures::Rates::load(&root()).unwrap();
    let rows = recorded.deviations();
    assert_eq!(rows.len(), 4 * 4 * 5 + 2 * 5);
    for (row, deviations) in rows {
        assert!(
            deviations.abs() < 5.0,
            "{row}: {deviations} standard deviations"
        );
    }
}
