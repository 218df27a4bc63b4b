//! A limit on retries as a share of the calls, so that retries cannot become the load.
//!
//! Three attempts a call are harmless while one call in a thousand fails. When the server is down,
//! all fail, and the very moment at which it needs relief brings three times the load. A limit per
//! call cannot see this; a budget that all calls to a server share can: each call deposits a tenth
//! of a retry, each retry withdraws a whole one, and with an empty budget the first failure is
//! final. The load from retries is then a tenth at worst, instead of a multiple.
//!
//! A client with little traffic would never have saved up for even one retry, so there is a small
//! *reserve* of retries per second besides.
//!
//! # Invariants
//!
//! The bound, exactly: whenever a retry is allowed, the retries in the `ttl` up to then, itself
//! included, are at most
//!
//! ```text
//!   retry_ratio × (calls in the same time)  +  min_retries_per_second × ttl
//! ```
//!
//! where the time is counted in tenths of the ttl, the one that is running included. So it holds
//! over any time: cut it into windows of one ttl each, backwards from the last retry. Threads that
//! ask for the last retry at the same time may all be refused; never are two let through.
//!
//! # Complexity
//!
//! No locks, no allocation, 200 bytes. [`deposit`](Budget::deposit) is a look at the clock and one
//! read-modify-write; [`withdraw`](Budget::withdraw) is some twenty loads more.
//!
//! After the `RetryBudget` of Twitter's Finagle (2015) and those of Linkerd and tower, which share
//! its three parameters. Theirs are exact in one thread and can overdraw in several.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clock::{Clock, SystemClock, nanos};

use crate::ConfigError;
use crate::window::{SLOTS, Window};

/// How many retries a [`Budget`] allows.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct BudgetConfig {
    /// Retries that each call pays for. Counted in millionths, rounded down. 0.1.
    pub retry_ratio: f64,
    /// Retries a second that there are without any calls. 3.
    pub min_retries_per_second: u32,
    /// For how long a call pays for retries: 1 to 60 seconds. 10 s.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub ttl: Duration,
}

impl Default for BudgetConfig {
    fn default() -> Self {
        BudgetConfig {
            retry_ratio: 0.1,
            min_retries_per_second: 3,
            ttl: Duration::from_secs(10),
        }
    }
}

impl BudgetConfig {
    /// Whether the fields are in their ranges.
    ///
    /// # Errors
    ///
    /// `retry_ratio` not between 0 and 1000; `ttl` not between 1 s and 60 s.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if !(0.0..=1000.0).contains(&self.retry_ratio) {
            let problem = format!("{} is not between 0 and 1000", self.retry_ratio);
            return Err(ConfigError::new("retry_ratio", problem));
        }
        if !(Duration::from_secs(1)..=Duration::from_secs(60)).contains(&self.ttl) {
            let problem = format!("{:?} is not between 1s and 60s", self.ttl);
            return Err(ConfigError::new("ttl", problem));
        }
        Ok(())
    }
}

/// A budget of retries that all calls to one server share, by reference or in an
/// [`Arc`](std::sync::Arc).
///
/// ```
/// use resilience::{Budget, BudgetConfig};
///
/// let budget = Budget::new(BudgetConfig { min_retries_per_second: 0, ..Default::default() })?;
/// for _ in 0..20 {
///     budget.deposit();
/// }
/// assert!(budget.withdraw() && budget.withdraw()); // a tenth of twenty
/// assert!(!budget.withdraw());
/// # Ok::<(), resilience::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct Budget<C = SystemClock> {
    /// Millionths of a retry.
    ratio: u64,
    /// Millionths of a retry, in each window.
    reserve: u64,
    /// The length of a slot, in nanoseconds.
    slot: u64,
    window: Window,
    refused: AtomicU64,
    clock: C,
}

/// What a [`Budget`] has seen. Balances are of this moment, `refused` is since it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetStats {
    /// Calls in the window.
    pub calls: u64,
    /// Retries in the window.
    pub retries: u64,
    /// How many more retries it would allow now.
    pub balance: u64,
    /// Retries that it has refused.
    pub refused: u64,
}

const MILLION: u64 = 1_000_000;

impl Budget {
    /// A budget by the system's clock.
    ///
    /// # Errors
    ///
    /// Those of [`BudgetConfig::validate`].
    pub fn new(config: BudgetConfig) -> Result<Self, ConfigError> {
        Self::with_clock(config, SystemClock::new())
    }
}

impl<C: Clock> Budget<C> {
    /// A budget by `clock`.
    ///
    /// # Errors
    ///
    /// Those of [`BudgetConfig::validate`].
    pub fn with_clock(config: BudgetConfig, clock: C) -> Result<Self, ConfigError> {
        config.validate()?;
        let seconds_millionths = config.ttl.as_micros() as u64;
        Ok(Budget {
            ratio: (config.retry_ratio * MILLION as f64) as u64,
            reserve: u64::from(config.min_retries_per_second) * seconds_millionths,
            slot: nanos(config.ttl).div_ceil(SLOTS),
            window: Window::new(),
            refused: AtomicU64::new(0),
            clock,
        })
    }

    // ANCHOR: budget
    /// A call is being made, not counting its retries: it pays for a share of one.
    pub fn deposit(&self) {
        self.window.deposit(self.slot_now());
    }

    /// Takes one retry out of the budget. If there is none, the caller must not retry.
    #[must_use]
    pub fn withdraw(&self) -> bool {
        let allowed = self
            .window
            .withdraw(self.slot_now(), |calls| self.limit(calls));
        if !allowed {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        allowed
    }

    /// How many retries a window with so many calls allows.
    fn limit(&self, calls: u64) -> u64 {
        calls
            .saturating_mul(self.ratio)
            .saturating_add(self.reserve)
            / MILLION
    }
    // ANCHOR_END: budget

    /// The counters. Those of the window may be torn when other threads are at it.
    pub fn stats(&self) -> BudgetStats {
        let (calls, retries) = self.window.sums(self.slot_now());
        BudgetStats {
            calls,
            retries,
            balance: self.limit(calls).saturating_sub(retries),
            refused: self.refused.load(Ordering::Relaxed),
        }
    }

    fn slot_now(&self) -> u64 {
        self.clock.now().0 / self.slot
    }
}
