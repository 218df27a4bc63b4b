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
/// The request with number `n` was due `n` intervals after the first.
pub fn from_due(log: &[Request], interval: u64) -> Result<Histogram, HistogramError> {
    let mut latencies = Histogram::new(3)?;
    let first = log.first().map_or(0, |request| request.sent);
    for (number, request) in (0_u64..).zip(log) {
        let due = first.saturating_add(number.saturating_mul(interval));
        // Whoever sent it early has made nobody wait.
        let from = due.min(request.sent);
        latencies.record(request.answered.saturating_sub(from))?;
    }
    Ok(latencies)
}

/// The same from a tester who left out what it could not send in time, and went on as if nothing
/// had happened: each line is of a request that was sent when it was due, but some are missing.
///
/// Those that were due while an answer was waited for would have been answered with it.
pub fn with_missing(log: &[Request], interval: u64) -> Result<Histogram, HistogramError> {
    let mut latencies = Histogram::new(3)?;
    for request in log {
        let latency = request.answered.saturating_sub(request.sent);
        latencies.record_correct(latency, interval)?;
    }
    Ok(latencies)
}
