//! What was measured.

use super::estimate::Estimate;
use super::meter::{Batch, Meter, Totals};
use super::responses::Responses;
use crate::error::{Error, within};

/// The results of a run.
///
/// Averages are over the time in which measured requests came, or over those requests; the warm-up
/// is left out, and so is the time after the last arrival.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// ρ, the share of time during which a server was busy.
    pub utilisation: Estimate,
    /// Requests served in a unit of time.
    pub throughput: Estimate,
    /// L, how many were in line and in service.
    pub in_system: Estimate,
    /// Lq, how many were in line.
    pub in_queue: Estimate,
    /// W, the time from arrival to answer of those who were not lost.
    pub response: Estimate,
    /// Wq, the time in line of those who were not lost.
    pub wait: Estimate,
    /// The share of requests that were lost.
    pub loss: Estimate,
    /// What happened in all, with the warm-up and until the last request was served.
    pub totals: Totals,
    /// Response times of each batch, and of all.
    responses: Vec<Responses>,
    merged: Responses,
}

impl Report {
    pub(super) fn new(meter: &Meter, servers: u32) -> Self {
        let batches = || meter.batches.iter();
        let over_time = |value: fn(&Batch) -> f64| {
            let lasted = batches().filter(|batch| batch.time > 0.0);
            let means: Vec<f64> = lasted.map(|batch| value(batch) / batch.time).collect();
            Estimate::of(&means)
        };
        let over_requests = |value: fn(&Batch) -> f64, count: fn(&Batch) -> u64| {
            let counted = batches().filter(|batch| count(batch) > 0);
            let means = counted.map(|batch| value(batch) / count(batch) as f64);
            Estimate::of(&means.collect::<Vec<f64>>())
        };
        // Batches of which all were lost have nothing to say about times.
        let served = |batch: &Batch| batch.arrived - batch.lost;
        let responses: Vec<Responses> = batches().map(|batch| batch.responses.clone()).collect();
        let busy = over_time(|batch| batch.in_system - batch.in_queue);
        let servers = f64::from(servers);
        Report {
            utilisation: Estimate {
                mean: busy.mean / servers,
                error: busy.error / servers,
            },
            throughput: over_time(|batch| batch.done as f64),
            in_system: over_time(|batch| batch.in_system),
            in_queue: over_time(|batch| batch.in_queue),
            response: over_requests(|batch| batch.response, served),
            wait: over_requests(|batch| batch.wait, served),
            loss: over_requests(|batch| batch.lost as f64, |batch| batch.arrived),
            totals: meter.totals,
            merged: Responses::merge(&responses),
            responses,
        }
    }

    // ANCHOR: quantile
    /// The time within which a share `q` of the requests was answered, to three digits.
    ///
    /// It is the quantile of all batches' histograms merged. The mean of their quantiles would be
    /// too small: batches in which the line was long have more than their share of the long times,
    /// and would have one vote like any other.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if `q` is not in `0..=1`.
    pub fn response_quantile(&self, q: f64) -> Result<Estimate, Error> {
        let q = within("quantile", q, 0.0, 1.0)?;
        let served = self.responses.iter().filter(|batch| !batch.is_empty());
        let of_batches: Vec<f64> = served.map(|batch| batch.quantile(q)).collect();
        Ok(Estimate::around(self.merged.quantile(q), &of_batches))
    }
    // ANCHOR_END: quantile
}
