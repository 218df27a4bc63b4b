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

/// Permission for one call, and the epoch that it was given in.
pub struct Ticket {
    epoch: u64,
}

/// A breaker for one thread, which is told the time.
///
/// Every change of the state begins an epoch with counts of its own, so that there is nothing to
/// clean up: what belongs to an older epoch is not looked at. The state alone is not enough, since
/// a late trial of one half-open time may end in the next.
pub struct Breaker {
    failures: u32,
    trials: u32,
    wait: Duration,
    epoch: u64,
    state: State,
    since: Duration,
    /// Closed: failures in a row. Half-open: successes.
    count: u32,
    under_way: u32,
}

impl Breaker {
    /// A closed breaker.
    pub fn new(failures: u32, wait: Duration, trials: u32) -> Self {
        Breaker {
            failures,
            trials,
            wait,
            epoch: 0,
            state: State::Closed,
            since: Duration::ZERO,
            count: 0,
            under_way: 0,
        }
    }

    fn enter(&mut self, state: State, now: Duration) {
        self.epoch += 1;
        (self.state, self.since) = (state, now);
        (self.count, self.under_way) = (0, 0);
    }

    /// Permission for one call, if it may be made now.
    pub fn try_acquire(&mut self, now: Duration) -> Option<Ticket> {
        if self.state == State::Open && now >= self.since + self.wait {
            self.enter(State::HalfOpen, now);
        }
        let may = match self.state {
            State::Closed => true,
            State::Open => false,
            State::HalfOpen => self.under_way + self.count < self.trials,
        };
        may.then(|| {
            self.under_way += 1;
            Ticket { epoch: self.epoch }
        })
    }

    /// A call has ended, now.
    pub fn end(&mut self, ticket: Ticket, outcome: Outcome, now: Duration) {
        if ticket.epoch != self.epoch {
            return;
        }
        self.under_way -= 1;
        match (self.state, outcome) {
            (State::Closed, Outcome::Success) => self.count = 0,
            (State::HalfOpen, Outcome::Failure) => self.enter(State::Open, now),
            (State::Closed, Outcome::Failure) => {
                self.count += 1;
                if self.count == self.failures {
                    self.enter(State::Open, now);
                }
            }
            (State::HalfOpen, Outcome::Success) => {
                self.count += 1;
                if self.count == self.trials {
                    self.enter(State::Closed, now);
                }
            }
            (_, Outcome::Abandoned) | (State::Open, _) => {}
        }
    }

    /// What it does with calls.
    pub fn state(&self) -> State {
        self.state
    }
}
