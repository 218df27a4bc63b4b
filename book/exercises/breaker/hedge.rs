/// The smallest time within which at least `percent` of a hundred of `latencies` are, which are not
/// sorted, and not empty. `percent` is from 1 to 100.
pub fn percentile(latencies: &[u64], percent: u32) -> u64 {
    todo!()
}

/// How many requests more a call takes on average, if those that are not answered *within* `delay`
/// are sent a second time.
pub fn extra(latencies: &[u64], delay: u64) -> f64 {
    todo!()
}

/// The percentile of the times that calls take if they are hedged after `delay`.
///
/// Both requests take one of `latencies`, whichever, independently of one another: so there are
/// `latencies.len()`² equally likely calls. (The second request is sent at `delay`, and the first
/// answer counts.) To look at all of them takes too long.
pub fn hedged(latencies: &[u64], delay: u64, percent: u32) -> u64 {
    todo!("with which probability has neither answered at a time t?")
}

/// The delay, 0 or one of `latencies`, after which hedging makes that percentile smallest, with no
/// more than `most_extra` requests more a call; of several, the one with the fewest requests.
///
/// There may be thousands of latencies.
pub fn best_delay(latencies: &[u64], percent: u32, most_extra: f64) -> u64 {
    todo!()
}
