//! What was measured.

use super::estimate::Estimate;
use super::meter::{Batch, Meter, Totals};
use super::responses::Responses;
use crate::error::{Error, within};

/// The results of a run.
///
/// Averages are over the time in which measured requests came, or over those requests; the warm-up is left out, and so is the
/// time after the last arrival.
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
    responses: Vec<Responses>,
}

impl Report {
    pub(super) fn new(meter: &Meter, servers: u32) -> Self {
        let batches = || meter.batches.iter();
        let over_time = |value: fn(&Batch) -> f64| {
            let lasted = batches().filter(|batch| batch.time > 0.0);
            Estimate::of(lasted.map(|batch| value(batch) / batch.time))
        };
        // Batches of which all were lost have nothing to say about response times.
        let over_served = |value: fn(&Batch) -> f64| {
            let served = batches().filter(|batch| batch.arrived > batch.lost);
            Estimate::of(served.map(|batch| value(batch) / (batch.arrived - batch.lost) as f64))
        };
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
            response: over_served(|batch| batch.response),
            wait: over_served(|batch| batch.wait),
            loss: Estimate::of(batches().map(|batch| batch.lost as f64 / batch.arrived as f64)),
            totals: meter.totals,
            responses: batches().map(|batch| batch.responses.clone()).collect(),
        }
    }

    /// The time within which a share `q` of the requests was answered: the mean of the batches' quantiles.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if `q` is not in `0..=1`.
    pub fn response_quantile(&self, q: f64) -> Result<Estimate, Error> {
        let q = within("quantile", q, 0.0, 1.0)?;
        let of_batch = |responses: &Responses| responses.quantile(q);
        Ok(Estimate::of(self.responses.iter().filter_map(of_batch)))
    }
}
