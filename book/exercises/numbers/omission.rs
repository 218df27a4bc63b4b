use histogram::{Histogram, HistogramError};

/// A line of a load tester's log: when a request was sent and when its answer came, in
/// microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    pub sent: u64,
    pub answered: u64,
}

/// The latencies that users would have seen, from the log of one tester who meant to send a
/// request every `interval` microseconds, the first of them with the log's first line, but who
/// waited for each answer before sending the next.
///
/// Count each request from when it was *due*, and add none: the tester sent every one of them,
/// only late. A request that was sent before it was due counts from when it was sent.
pub fn from_due(log: &[Request], interval: u64) -> Result<Histogram, HistogramError> {
    todo!("when was the request with this number due?")
}

/// The same from a tester who left out what it could not send in time, and went on as if nothing
/// had happened: each line is of a request that was sent when it was due, but some are missing.
pub fn with_missing(log: &[Request], interval: u64) -> Result<Histogram, HistogramError> {
    todo!("which requests are missing, and when would they have been answered?")
}
