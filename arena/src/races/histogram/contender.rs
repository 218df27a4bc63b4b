//! What a histogram must be able to do to take part, and the checks that it does.

use crate::harness::Identity;

/// The largest value: an hour in microseconds.
pub const HOUR: u64 = 3_600_000_000;

/// Significant figures: a relative error of a thousandth.
pub const FIGURES: u8 = 3;

/// A histogram of one thread.
pub trait Solo: Sized + 'static {
    /// Who it is.
    const WHO: Identity;

    /// One without values, of values up to an hour.
    fn empty() -> Self;

    /// Counts a value.
    fn record(&mut self, value: u64);

    /// The value that a share of all values does not exceed.
    fn quantile(&self, quantile: f64) -> u64;

    /// Adds the values of another.
    fn merge(&mut self, other: &Self);
}

/// A histogram that corrects for coordinated omission.
pub trait Correcting: Solo {
    /// Counts a value and those that a tester missed who meant to ask at this interval.
    fn record_correct(&mut self, value: u64, interval: u64);
}

/// A histogram of many threads.
pub trait Shared: 'static {
    /// Who it is.
    const WHO: Identity;

    /// What a thread records through.
    type Handle: Send;

    /// One without values, of values up to an hour.
    fn empty() -> Self;

    /// A handle for one more thread.
    fn handle(&self) -> Self::Handle;

    /// Counts a value.
    fn record(handle: &mut Self::Handle, value: u64);

    /// How many values have been recorded by all, when no handle is left.
    fn total(&mut self) -> u64;
}

/// Checks that `H` answers within its precision, and so for a sum.
pub fn check<H: Solo>() {
    let [mut low, mut high] = [H::empty(), H::empty()];
    (1..=5_000).for_each(|value| low.record(value * 100));
    (5_001..=10_000).for_each(|value| high.record(value * 100));
    low.merge(&high);
    for (quantile, exact) in [
        (0.01, 10_000),
        (0.5, 500_000),
        (0.9, 900_000),
        (0.999, 999_000),
    ] {
        let answer = low.quantile(quantile);
        let error = answer.abs_diff(exact) as f64 / exact as f64;
        assert!(error < 0.002, "{} says {answer} for {exact}", H::WHO.name);
    }
}

/// Checks that `H` fills in what was missed.
pub fn check_correcting<H: Correcting>() {
    let mut histogram = H::empty();
    histogram.record_correct(100_000, 10_000);
    let median = histogram.quantile(0.5);
    assert!(
        median.abs_diff(50_000) < 100,
        "{} says {median}",
        H::WHO.name
    );
}

/// Checks that `H` loses nothing of what several threads record.
pub fn check_shared<H: Shared>() {
    let mut histogram = H::empty();
    std::thread::scope(|threads| {
        for _ in 0..2 {
            let mut handle = histogram.handle();
            threads.spawn(move || (0..1_000).for_each(|value| H::record(&mut handle, value)));
        }
    });
    assert_eq!(histogram.total(), 2_000, "{}", H::WHO.name);
}
