//! Permission to make one call, for code that `call` does not suit.

use std::time::Duration;

use clock::{Clock, Nanos, SystemClock};

use crate::{CircuitBreaker, Outcome};

/// What a permit remembers: the epoch it was given in, and when, if the breaker wants to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    pub(crate) tag: u32,
    pub(crate) started: Option<Nanos>,
}

/// Permission to make one call, and the duty to say what came of it.
///
/// Dropped without a word it counts as [`Config::on_drop`](crate::Config::on_drop) says, and dropped
/// by a panic as [`Config::on_panic`](crate::Config::on_panic) does: a trial's place is never lost.
///
/// ```
/// use circuit_breaker::{CircuitBreaker, Config};
///
/// let breaker = CircuitBreaker::new(Config::default())?;
/// match breaker.try_acquire() {
///     Err(open) => println!("not now, but perhaps in {:?}", open.retry_after),
///     Ok(permit) => match std::fs::read("/etc/hostname") {
///         Ok(_) => permit.success(),
///         Err(_) => permit.failure(),
///     },
/// }
/// # Ok::<(), circuit_breaker::ConfigError>(())
/// ```
#[derive(Debug)]
#[must_use = "a permit that is dropped counts as `Config::on_drop` says"]
pub struct Permit<'a, C: Clock = SystemClock> {
    breaker: &'a CircuitBreaker<C>,
    ticket: Option<Ticket>,
}

/// A [`Permit`] that borrows nothing, for calls that outlive the function that begins them.
#[derive(Debug)]
#[must_use = "a permit that is dropped counts as `Config::on_drop` says"]
pub struct OwnedPermit<C: Clock = SystemClock> {
    breaker: CircuitBreaker<C>,
    ticket: Option<Ticket>,
}

impl<'a, C: Clock> Permit<'a, C> {
    #[inline]
    pub(crate) fn new(breaker: &'a CircuitBreaker<C>, ticket: Ticket) -> Self {
        Permit {
            breaker,
            ticket: Some(ticket),
        }
    }

    /// The same permission without the borrow.
    pub fn into_owned(mut self) -> OwnedPermit<C> {
        OwnedPermit {
            breaker: self.breaker.clone(),
            ticket: self.ticket.take(),
        }
    }
}

// ANCHOR: permit
/// The end of a call: the outcome, unless nobody gave one.
#[inline]
fn settle<C: Clock>(
    breaker: &CircuitBreaker<C>,
    ticket: &mut Option<Ticket>,
    outcome: Option<Outcome>,
    elapsed: Option<Duration>,
) {
    let Some(ticket) = ticket.take() else { return };
    let outcome = outcome.unwrap_or_else(|| match std::thread::panicking() {
        true => breaker.config().on_panic,
        false => breaker.config().on_drop,
    });
    breaker.settle(ticket, outcome, elapsed);
}

impl<C: Clock> Drop for Permit<'_, C> {
    #[inline]
    fn drop(&mut self) {
        settle(self.breaker, &mut self.ticket, None, None);
    }
}
// ANCHOR_END: permit

impl<C: Clock> Drop for OwnedPermit<C> {
    fn drop(&mut self) {
        settle(&self.breaker, &mut self.ticket, None, None);
    }
}

impl<C: Clock> Permit<'_, C> {
    /// The call ended like this.
    #[inline]
    pub fn record(mut self, outcome: Outcome) {
        settle(self.breaker, &mut self.ticket, Some(outcome), None);
    }

    /// The call ended like this, and took so long: for callers that measure it themselves.
    pub fn record_elapsed(mut self, outcome: Outcome, elapsed: Duration) {
        let elapsed = Some(elapsed);
        settle(self.breaker, &mut self.ticket, Some(outcome), elapsed);
    }

    /// The call succeeded.
    #[inline]
    pub fn success(self) {
        self.record(Outcome::Success);
    }

    /// The call failed.
    #[inline]
    pub fn failure(self) {
        self.record(Outcome::Failure);
    }

    /// The call says nothing about the other side, or was not made.
    #[inline]
    pub fn ignore(self) {
        self.record(Outcome::Ignore);
    }
}

impl<C: Clock> OwnedPermit<C> {
    /// The call ended like this.
    pub fn record(mut self, outcome: Outcome) {
        settle(&self.breaker, &mut self.ticket, Some(outcome), None);
    }

    /// The call ended like this, and took so long: for callers that measure it themselves.
    pub fn record_elapsed(mut self, outcome: Outcome, elapsed: Duration) {
        let elapsed = Some(elapsed);
        settle(&self.breaker, &mut self.ticket, Some(outcome), elapsed);
    }

    /// The call succeeded.
    pub fn success(self) {
        self.record(Outcome::Success);
    }

    /// The call failed.
    pub fn failure(self) {
        self.record(Outcome::Failure);
    }

    /// The call says nothing about the other side, or was not made.
    pub fn ignore(self) {
        self.record(Outcome::Ignore);
    }
}
