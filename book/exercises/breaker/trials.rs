use std::time::Duration;

/// What a breaker does with calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Closed,
    Open,
    HalfOpen,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failure,
    /// It was not made after all, or nobody knows: as if there had been no call.
    Abandoned,
}

/// Permission for one call.
pub struct Ticket {
    // What must a call remember, so that its outcome counts where it belongs?
}

/// A breaker for one thread, which is told the time.
pub struct Breaker {
    failures: u32,
    trials: u32,
    wait: Duration,
    // And what it must know.
}

impl Breaker {
    /// A closed breaker. It opens after so many `failures` in a row, for as long as `wait`, and
    /// then permits so many `trials`.
    pub fn new(failures: u32, wait: Duration, trials: u32) -> Self {
        todo!()
    }

    /// Permission for one call, if it may be made now.
    ///
    /// When the wait is over, to the very moment, whoever calls next begins the half-open state,
    /// and is its first trial. There are never more than `trials` of them that are under way or
    /// have succeeded.
    pub fn try_acquire(&mut self, now: Duration) -> Option<Ticket> {
        todo!()
    }

    /// A call has ended, now.
    ///
    /// Closed: a success forgets the failures before it. Half-open: the first trial that fails
    /// opens the circuit again, for another `wait`; when all `trials` have succeeded, it closes.
    /// A call that was permitted before the state last changed does not count.
    pub fn end(&mut self, ticket: Ticket, outcome: Outcome, now: Duration) {
        todo!()
    }

    /// What it does with calls. An open one stays so until somebody calls.
    pub fn state(&self) -> State {
        todo!()
    }
}
