//! The events of a [`Storm`], one after the other.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use circuit_breaker::{CircuitBreaker, Outcome, OwnedPermit, State};
use clock::{Clock, ManualClock, Nanos};

use super::{Policy, Sample, Storm};
use crate::random::Random;
use crate::{Budget, ConfigError, Deadline, Retry, RetryConfig, Tries, Verdict};

/// What is going to happen. Calls and attempts are known by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A call begins.
    Call,
    /// A call makes its next attempt.
    Attempt { call: usize },
    /// The server has finished with an attempt.
    Finished { attempt: usize },
    /// A client stops waiting for an attempt.
    TimedOut { attempt: usize },
    /// A sample is due.
    Tick,
}

struct Call {
    client: usize,
    tries: Tries,
}

/// A request that a client has sent.
struct Sent {
    call: usize,
    /// Whether the client still wants the answer.
    awaited: bool,
    permit: Permit,
}

/// A client's breaker hears of every attempt that it let through.
type Permit = Option<OwnedPermit<ManualClock>>;

/// What a client shares among its calls.
struct Client {
    retry: Retry<ManualClock>,
    breaker: Option<CircuitBreaker<ManualClock>>,
}

pub(super) struct Run {
    storm: Storm,
    clock: ManualClock,
    random: Random,
    /// The next event is on top. The number in the middle keeps those of the same time in order.
    events: BinaryHeap<Reverse<(Nanos, u64, Event)>>,
    scheduled: u64,
    clients: Vec<Client>,
    calls: Vec<Call>,
    sent: Vec<Sent>,
    queue: VecDeque<usize>,
    idle: u32,
    sample: Sample,
    samples: Vec<Sample>,
}

impl Run {
    pub(super) fn new(
        storm: Storm,
        policy: Policy,
        clock: ManualClock,
    ) -> Result<Self, ConfigError> {
        let mut random = Random::new(storm.seed);
        let mut client = || -> Result<Client, ConfigError> {
            let config = RetryConfig {
                max_attempts: policy.max_attempts(),
                backoff: policy.backoff(),
                overall_timeout: None,
            };
            let mut retry = Retry::with_clock(config, clock.clone())?.with_seed(random.next());
            if let Some(budget) = policy.budget() {
                retry = retry.with_budget(Arc::new(Budget::with_clock(budget, clock.clone())?));
            }
            let breaker = policy.breaker(random.next()).map(|config| {
                let breaker = CircuitBreaker::with_clock(config, clock.clone());
                breaker.map_err(|error| ConfigError::new("breaker", error.to_string()))
            });
            let breaker = breaker.transpose()?;
            Ok(Client { retry, breaker })
        };
        let clients = (0..storm.clients)
            .map(|_| client())
            .collect::<Result<_, _>>()?;
        Ok(Run {
            storm,
            clock,
            random,
            events: BinaryHeap::new(),
            scheduled: 0,
            clients,
            calls: Vec::new(),
            sent: Vec::new(),
            queue: VecDeque::new(),
            idle: storm.workers,
            sample: Sample::default(),
            samples: Vec::new(),
        })
    }

    // ANCHOR: events
    pub(super) fn samples(mut self) -> Vec<Sample> {
        self.schedule(Duration::ZERO, Event::Call);
        self.schedule(self.storm.tick, Event::Tick);
        let end = Nanos::ZERO + self.storm.length;
        while let Some(Reverse((at, _, event))) = self.events.pop()
            && at <= end
        {
            self.clock.advance(at - self.clock.now());
            match event {
                Event::Call => self.call(),
                Event::Attempt { call } => self.attempt(call),
                Event::Finished { attempt } => self.finished(attempt),
                Event::TimedOut { attempt } => self.timed_out(attempt),
                Event::Tick => self.tick(),
            }
        }
        self.samples
    }
    // ANCHOR_END: events

    fn schedule(&mut self, delay: Duration, event: Event) {
        self.scheduled += 1;
        let at = self.clock.now() + delay;
        self.events.push(Reverse((at, self.scheduled, event)));
    }

    /// A call begins, and the next one is scheduled.
    fn call(&mut self) {
        let client = self.calls.len() % self.clients.len();
        let tries = self.clients[client].retry.start(Deadline::NEVER);
        let call = self.calls.len();
        self.calls.push(Call { client, tries });
        self.sample.offered += 1;
        self.attempt(call);

        let mean = 1_000_000_000 / u64::from(self.storm.calls_per_second);
        let gap = self.random.between(0, 2 * mean);
        self.schedule(Duration::from_nanos(gap), Event::Call);
    }

    // ANCHOR: attempt
    /// A client sends a request, unless its breaker is open: then the call has failed.
    fn attempt(&mut self, call: usize) {
        let breaker = &self.clients[self.calls[call].client].breaker;
        let permit = match breaker.as_ref().map(CircuitBreaker::try_acquire_owned) {
            Some(Err(_open)) => return,
            Some(Ok(permit)) => Some(permit),
            None => None,
        };
        self.sample.attempts += 1;
        if self.idle == 0 && self.queue.len() >= self.storm.queue {
            return self.failed(call, permit); // refused
        }
        let attempt = self.sent.len();
        let awaited = true;
        self.sent.push(Sent {
            call,
            awaited,
            permit,
        });
        self.queue.push_back(attempt);
        self.schedule(self.storm.timeout, Event::TimedOut { attempt });
        self.work();
    }

    /// An idle worker takes the oldest request, not knowing whether anyone still waits for it.
    fn work(&mut self) {
        if self.idle > 0
            && let Some(attempt) = self.queue.pop_front()
        {
            self.idle -= 1;
            let now = self.clock.now().since_zero();
            self.schedule(self.storm.service_time(now), Event::Finished { attempt });
        }
    }
    // ANCHOR_END: attempt

    fn finished(&mut self, attempt: usize) {
        let sent = &mut self.sent[attempt];
        if std::mem::take(&mut sent.awaited) {
            record(sent.permit.take(), Outcome::Success);
            self.sample.goodput += 1;
        } else {
            self.sample.wasted += 1;
        }
        self.idle += 1;
        self.work();
    }

    fn timed_out(&mut self, attempt: usize) {
        let sent = &mut self.sent[attempt];
        if std::mem::take(&mut sent.awaited) {
            let (call, permit) = (sent.call, sent.permit.take());
            self.failed(call, permit);
        }
    }

    // ANCHOR: failed
    /// The client tries again, if its policy has it so.
    fn failed(&mut self, call: usize, permit: Permit) {
        record(permit, Outcome::Failure);
        let Call { client, tries } = &mut self.calls[call];
        let next = self.clients[*client].retry.next(tries, Verdict::Retry);
        if let Ok(delay) = next {
            self.schedule(delay, Event::Attempt { call });
        }
    }
    // ANCHOR_END: failed

    fn tick(&mut self) {
        self.sample.at = self.clock.now().since_zero();
        self.sample.queue = self.queue.len();
        let breakers = self
            .clients
            .iter()
            .filter_map(|client| client.breaker.as_ref());
        let open = breakers.filter(|breaker| breaker.state() == State::Open);
        self.sample.open = open.count() as u32;
        self.samples.push(std::mem::take(&mut self.sample));
        self.schedule(self.storm.tick, Event::Tick);
    }
}

fn record(permit: Permit, outcome: Outcome) {
    if let Some(permit) = permit {
        permit.record(outcome);
    }
}
