//! What is committed is what the code draws, and what is recorded is what the traces give.

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
