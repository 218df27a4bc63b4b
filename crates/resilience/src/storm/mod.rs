//! A retry storm, simulated: what clients do to a server that was slow for a moment.
//!
//! The server can do 200 requests a second and is asked for 140. Then, for ten seconds, it is ten
//! times slower: a disk that rebuilds, a cache that is cold, a neighbour on the same machine. Its
//! queue fills. What happens *after* those ten seconds depends on nothing but the clients:
//!
//! ```text
//!   clients ──attempt──▶ ┌ queue, bounded ┐ ──▶ 20 workers, 100 ms each ──▶ answer
//!      ▲                 └────────────────┘                                  │
//!      │                     │ full: refused                                 ▼
//!      └──── retry? ◀────────┴──── no answer within 1 s ◀──── too late: work for nobody
//! ```
//!
//! The queue is longer than the clients' patience. Once it is full, the server spends all its time
//! on requests whose clients have gone; and if each of them has left retries behind, it stays full,
//! though the cause is long gone. Such a state that sustains itself is called *metastable*
//! (Bronson et al., *Metastable Failures in Distributed Systems*, HotOS 2021).
//!
//! The clients use this crate's [`Retry`](crate::Retry), [`Backoff`] and
//! [`Budget`](crate::Budget), and the `circuit_breaker` crate, on a [`ManualClock`]: what is shown
//! is what they do, not what a model of them would.
//!
//! # Invariants
//!
//! - Equal storms give equal samples, on any machine: all arithmetic is on integers, events at the
//!   same time happen in the order in which they were scheduled, and all chance comes from `seed`.
//! - Every call ends in exactly one of success and failure; every attempt is answered, refused or
//!   abandoned.
//!
//! # Complexity
//!
//! O(log n) for each event, some three for each attempt: a minute takes about 50 ms.

mod run;

use std::time::Duration;

use circuit_breaker::{Config, Window};
use clock::ManualClock;

use crate::{Backoff, BudgetConfig, ConfigError, Jitter};

/// What the clients do when an attempt fails. Each policy is the one before and something more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Nothing: a call is one attempt.
    NoRetry,
    /// Three more attempts, at once.
    Naive,
    /// Three more attempts, after 100, 200 and 400 ms.
    Backoff,
    /// After a random time up to each of those.
    Jitter,
    /// As long as retries are at most a tenth of the calls.
    Budget,
    /// And none at all for about two seconds when half of the client's last 20 attempts failed.
    Breaker,
}

impl Policy {
    /// All of them, in the order in which one would try them.
    pub const ALL: [Policy; 6] = [
        Policy::NoRetry,
        Policy::Naive,
        Policy::Backoff,
        Policy::Jitter,
        Policy::Budget,
        Policy::Breaker,
    ];

    // ANCHOR: policies
    fn max_attempts(self) -> u32 {
        if self == Policy::NoRetry { 1 } else { 4 }
    }

    fn backoff(self) -> Backoff {
        let at_once = Backoff {
            initial: Duration::ZERO,
            factor: 2.0,
            max: Duration::ZERO,
            jitter: Jitter::None,
        };
        let growing = Backoff {
            initial: Duration::from_millis(100),
            max: Duration::from_secs(10),
            ..at_once
        };
        match self {
            Policy::NoRetry | Policy::Naive => at_once,
            Policy::Backoff => growing,
            Policy::Jitter | Policy::Budget | Policy::Breaker => Backoff {
                jitter: Jitter::Full,
                ..growing
            },
        }
    }

    fn budget(self) -> Option<BudgetConfig> {
        matches!(self, Policy::Budget | Policy::Breaker).then_some(BudgetConfig {
            retry_ratio: 0.1,
            min_retries_per_second: 0,
            ttl: Duration::from_secs(10),
        })
    }

    fn breaker(self, seed: u64) -> Option<Config> {
        (self == Policy::Breaker).then_some(Config {
            failure_rate_threshold: 50.0,
            window: Window::Count(20),
            minimum_calls: 10,
            permitted_half_open_calls: 3,
            wait_in_open: Duration::from_secs(2),
            jitter: 0.5,
            seed: Some(seed),
            ..Config::default()
        })
    }
    // ANCHOR_END: policies
}

/// The load, the server, and what befalls it. The default is the one in the module's
/// documentation, with the hiccup from 10 s to 20 s.
///
/// ```
/// use resilience::storm::{Policy, Storm};
///
/// let storm = Storm::default();
/// let lost = |policy| {
///     let samples = storm.run(policy).unwrap();
///     samples.iter().map(|sample| sample.offered.saturating_sub(sample.goodput)).sum::<u64>()
/// };
/// assert!(lost(Policy::Naive) > 2 * lost(Policy::Budget));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storm {
    /// Clients, each with a budget and a breaker of its own.
    pub clients: u32,
    /// Calls a second that all clients together begin, whatever becomes of them.
    pub calls_per_second: u32,
    /// How long a client waits for the answer to an attempt.
    pub timeout: Duration,
    /// Requests that the server works on at a time.
    pub workers: u32,
    /// How long it works on each.
    pub service_time: Duration,
    /// Requests that may wait for a worker; more are refused at once.
    pub queue: usize,
    /// When the hiccup begins.
    pub hiccup_at: Duration,
    /// How long it lasts.
    pub hiccup_length: Duration,
    /// How many times longer the work takes that is begun meanwhile.
    pub slowdown: u32,
    /// How long to simulate.
    pub length: Duration,
    /// The time between samples.
    pub tick: Duration,
    /// For arrivals and jitter.
    pub seed: u64,
}

impl Default for Storm {
    fn default() -> Self {
        Storm {
            clients: 10,
            calls_per_second: 140,
            timeout: Duration::from_secs(1),
            workers: 20,
            service_time: Duration::from_millis(100),
            queue: 300,
            hiccup_at: Duration::from_secs(10),
            hiccup_length: Duration::from_secs(10),
            slowdown: 10,
            length: Duration::from_secs(60),
            tick: Duration::from_millis(500),
            seed: 1,
        }
    }
}

/// What happened in one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// When the tick ended.
    pub at: Duration,
    /// Calls that began.
    pub offered: u64,
    /// Attempts that were sent to the server, retries included.
    pub attempts: u64,
    /// Calls that were answered in time.
    pub goodput: u64,
    /// Answers that nobody was waiting for any more.
    pub wasted: u64,
    /// Requests waiting for a worker at the end of the tick.
    pub queue: usize,
    /// Clients whose breaker was open at the end of the tick.
    pub open: u32,
}

impl Storm {
    /// Lets it pass over clients of that policy; a sample for each tick.
    ///
    /// # Errors
    ///
    /// A field of zero that has to be more: `clients`, `calls_per_second`, `workers`,
    /// `service_time`, `slowdown`, `tick`.
    pub fn run(&self, policy: Policy) -> Result<Vec<Sample>, ConfigError> {
        self.validate()?;
        let clock = ManualClock::new();
        Ok(run::Run::new(*self, policy, clock)?.samples())
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let fields = [
            ("clients", self.clients == 0),
            ("calls_per_second", self.calls_per_second == 0),
            ("workers", self.workers == 0),
            ("service_time", self.service_time.is_zero()),
            ("slowdown", self.slowdown == 0),
            ("tick", self.tick.is_zero()),
        ];
        match fields.iter().find(|(_, is_zero)| *is_zero) {
            Some((field, _)) => Err(ConfigError::new(field, "0 is too little")),
            None => Ok(()),
        }
    }

    /// How long a request takes whose work begins `at` this time.
    fn service_time(&self, at: Duration) -> Duration {
        let hiccup = self.hiccup_at..self.hiccup_at + self.hiccup_length;
        match hiccup.contains(&at) {
            true => self.service_time * self.slowdown,
            false => self.service_time,
        }
    }
}
