//! What is counted while it runs.

use super::BATCHES;
use super::lines::Request;
use super::responses::Responses;

/// What has happened since the beginning, warm-up included.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// Requests that came.
    pub arrived: u64,
    /// Requests that were served.
    pub served: u64,
    /// Requests that found no room.
    pub lost: u64,
    /// Requests that wait or are being served.
    pub in_system: u64,
    /// Of these, requests that wait.
    pub in_queue: u64,
    /// How much time has passed.
    pub time: f64,
    /// The integral of `in_system` over that time.
    pub area: f64,
    /// The times in the system of all who were served, added up.
    pub responses: f64,
}

/// What was measured in a batch.
///
/// Its time goes from the arrival of its first request to that of the next batch's first; its
/// requests are those that came in that time, whenever they are served.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) time: f64,
    /// Integrals over that time of how many are in the system, and in the queue.
    pub(crate) in_system: f64,
    pub(crate) in_queue: f64,
    /// Requests that were done in that time, whenever they came.
    pub(crate) done: u64,
    /// Of its requests: how many there were, how many of them were lost, and the times of the
    /// others.
    pub(crate) arrived: u64,
    pub(crate) lost: u64,
    pub(crate) response: f64,
    pub(crate) wait: f64,
    pub(crate) responses: Responses,
}

/// Counts and integrals.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    pub(crate) totals: Totals,
    pub(crate) batches: Vec<Batch>,
    warm_up: u64,
    requests: u64,
    /// The batch whose time it is.
    current: Option<usize>,
}

impl Meter {
    pub(crate) fn new(warm_up: u64, requests: u64, tick: f64) -> Self {
        let batch = Batch {
            time: 0.0,
            in_system: 0.0,
            in_queue: 0.0,
            done: 0,
            arrived: 0,
            lost: 0,
            response: 0.0,
            wait: 0.0,
            responses: Responses::new(tick),
        };
        Meter {
            totals: Totals::default(),
            batches: vec![batch; BATCHES],
            warm_up,
            requests,
            current: None,
        }
    }

    /// The batch to which a request belongs.
    fn batch_of(&self, number: u64) -> Option<usize> {
        let measured = number.checked_sub(self.warm_up)?;
        let batch = u128::from(measured) * BATCHES as u128 / u128::from(self.requests);
        (batch < BATCHES as u128).then_some(batch as usize)
    }

    // ANCHOR: advance
    /// Nothing has changed until `now`.
    pub(crate) fn advance(&mut self, now: f64) {
        let passed = now - self.totals.time;
        let (inside, waiting) = (self.totals.in_system as f64, self.totals.in_queue as f64);
        self.totals.time = now;
        self.totals.area += inside * passed;
        if let Some(batch) = self.current {
            let batch = &mut self.batches[batch];
            batch.time += passed;
            batch.in_system += inside * passed;
            batch.in_queue += waiting * passed;
        }
    }
    // ANCHOR_END: advance

    /// A request comes. If its number is beyond the last one's, it ends the last batch and is not
    /// counted.
    pub(crate) fn arrived(&mut self, number: u64) {
        self.current = self.batch_of(number);
        if let Some(batch) = self.current {
            self.batches[batch].arrived += 1;
        }
    }

    /// It finds a server or a place in line.
    pub(crate) fn admitted(&mut self, waits: bool) {
        self.totals.arrived += 1;
        self.totals.in_system += 1;
        self.totals.in_queue += u64::from(waits);
    }

    /// It finds neither.
    pub(crate) fn lost(&mut self, number: u64) {
        self.totals.arrived += 1;
        self.totals.lost += 1;
        if let Some(batch) = self.batch_of(number) {
            self.batches[batch].lost += 1;
        }
    }

    /// One that waited is being served.
    pub(crate) fn begun(&mut self) {
        self.totals.in_queue -= 1;
    }

    /// One is done.
    pub(crate) fn served(&mut self, request: &Request) {
        let response = self.totals.time - request.came;
        self.totals.served += 1;
        self.totals.in_system -= 1;
        self.totals.responses += response;
        if let Some(current) = self.current {
            self.batches[current].done += 1;
        }
        if let Some(batch) = self.batch_of(request.number) {
            let batch = &mut self.batches[batch];
            batch.response += response;
            // What is not service; rounding may leave less than nothing.
            batch.wait += (response - request.takes).max(0.0);
            batch.responses.record(response);
        }
    }
}
