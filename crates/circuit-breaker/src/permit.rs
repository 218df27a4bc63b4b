//! Permission to make one call, for code that `call` does not suit.

use std::time::Duration;

use clock::{Clock, Nanos};

use crate::{CircuitBreaker, DefaultClock, Outcome};

/// What a permit remembers: the epoch it was given in, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    pub(crate) tag: u32,
    /// [`Nanos::MAX`] if nobody wants to know.
    pub(crate) started: Nanos,
}

/// Permission to make one call, and the duty to say what came of it.
///
/// Dropped without a word it counts as [`Config::on_drop`](crate::Config::on_drop) says, and
/// dropped by a panic as [`Config::on_panic`](crate::Config::on_panic) does: a trial's place is
/// never lost.
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
pub struct Permit<'a, C: Clock = DefaultClock> {
    breaker: &'a CircuitBreaker<C>,
    ticket: Ticket,
}

/// A [`Permit`] that borrows nothing, for calls that outlive the function that begins them.
#[derive(Debug)]
#[must_use = "a permit that is dropped counts as `Config::on_drop` says"]
pub struct OwnedPermit<C: Clock = DefaultClock> {
    breaker: CircuitBreaker<C>,
    ticket: Option<Ticket>,
}

impl<'a, C: Clock> Permit<'a, C> {
    #[inline]
    pub(crate) fn new(breaker: &'a CircuitBreaker<C>, ticket: Ticket) -> Self {
        Permit { breaker, ticket }
    }

    /// What is in the permit, and no permit any more: nothing happens when it is dropped.
    #[inline]
    fn spend(self) -> (&'a CircuitBreaker<C>, Ticket) {
        let parts = (self.breaker, self.ticket);
        std::mem::forget(self); // nothing is leaked: a reference and two numbers
        parts
    }

    /// The same permission without the borrow.
    pub fn into_owned(self) -> OwnedPermit<C> {
        let (breaker, ticket) = self.spend();
        OwnedPermit {
            breaker: breaker.clone(),
            ticket: Some(ticket),
        }
    }

    /// The call ended like this.
    #[inline]
    pub fn record(self, outcome: Outcome) {
        let (breaker, ticket) = self.spend();
        breaker.settle(ticket, outcome, None);
    }

    /// The call ended like this, and took so long: for callers that measure it themselves.
    pub fn record_elapsed(self, outcome: Outcome, elapsed: Duration) {
        let (breaker, ticket) = self.spend();
        breaker.settle(ticket, outcome, Some(elapsed));
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

// ANCHOR: permit
/// Nobody said how the call ended.
impl<C: Clock> Drop for Permit<'_, C> {
    #[cold]
    fn drop(&mut self) {
        self.breaker.settle_dropped(self.ticket);
    }
}

impl<C: Clock> CircuitBreaker<C> {
    fn settle_dropped(&self, ticket: Ticket) {
        let outcome = match std::thread::panicking() {
            true => self.config().on_panic,
            false => self.config().on_drop,
        };
        self.settle(ticket, outcome, None);
    }
}
// ANCHOR_END: permit

impl<C: Clock> Drop for OwnedPermit<C> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.breaker.settle_dropped(ticket);
        }
    }
}

impl<C: Clock> OwnedPermit<C> {
    fn settle(&mut self, outcome: Outcome, elapsed: Option<Duration>) {
        // Taken first, so that a listener that panics does not make it count twice.
        if let Some(ticket) = self.ticket.take() {
            self.breaker.settle(ticket, outcome, elapsed);
        }
    }

    /// The call ended like this.
    pub fn record(mut self, outcome: Outcome) {
        self.settle(outcome, None);
    }

    /// The call ended like this, and took so long: for callers that measure it themselves.
    pub fn record_elapsed(mut self, outcome: Outcome, elapsed: Duration) {
        self.settle(outcome, Some(elapsed));
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
