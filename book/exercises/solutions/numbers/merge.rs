use std::collections::BTreeMap;

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
/// None of an hour's numbers but the count follows from those of its minutes; all follow from the
/// sum of its histograms.
pub fn hours(minutes: &[Minute]) -> Result<Vec<Hour>, HistogramError> {
    let mut sums: BTreeMap<u64, Histogram> = BTreeMap::new();
    for minute in minutes.iter().filter(|minute| !minute.latencies.is_empty()) {
        let hour = minute.began / 3_600 * 3_600;
        match sums.get_mut(&hour) {
            Some(sum) => sum.add(&minute.latencies)?,
            None => {
                let mut sum = minute.latencies.clone();
                // Another server's histogram may reach further up.
                sum.auto(true);
                sums.insert(hour, sum);
            }
        }
    }
    let hour = |(began, sum): (u64, Histogram)| Hour {
        began,
        requests: sum.len(),
        mean: sum.mean(),
        p50: sum.value_at_quantile(0.5),
        p99: sum.value_at_quantile(0.99),
    };
    Ok(sums.into_iter().map(hour).collect())
}
