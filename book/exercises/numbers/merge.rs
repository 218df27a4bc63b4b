use histogram::{Histogram, HistogramError};

/// What a server reports each minute: when the minute began, in seconds, and its latencies.
pub struct Minute {
    pub began: u64,
    pub latencies: Histogram,
}

/// What a dashboard shows of an hour.
#[derive(Debug, Clone, PartialEq)]
pub struct Hour {
    /// When it began, in seconds: a multiple of 3600.
    pub began: u64,
    pub requests: u64,
    pub mean: f64,
    pub p50: u64,
    pub p99: u64,
}

/// The hours in which there were requests, in order of time, from the minutes of all servers in
/// any order.
///
/// An hour's numbers are those of its *requests*: as if all of them had been recorded in one
/// place. There may be millions of minutes, so a minute is looked at once.
pub fn hours(minutes: &[Minute]) -> Result<Vec<Hour>, HistogramError> {
    todo!("which of an hour's numbers can be computed from those of its minutes?")
}
