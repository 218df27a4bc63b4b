//! Not waiting for ever: for one try, and for all of them together.
//!
//! Without a timeout, a server that hangs takes its callers with it, one blocked request at a time.
//! One limit is not enough when there are retries: the *per-try* timeout says when to give up on a
//! server and ask another, the *overall* timeout when the answer is of no more use.
//!
//! ```text
//!   overall  ├──────────────────────────────────────────┤ deadline
//!   per try  ├───────────────┤  ├───────────────┤  ├────┤ cut short by the deadline
//! ```
//!
//! A future that is out of time is dropped, which cancels it here. The server does not know: tell
//! it the [`Deadline`] with the request.
//!
//! # Complexity
//!
//! A look at the clock and one timer for each try; no allocation.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clock::{Clock, SystemClock};

use crate::race::before;
use crate::{ConfigError, Deadline};

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct TimeoutConfig {
    /// For one try. None: until the deadline. 1 s.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub per_try: Option<Duration>,
    /// For all tries of a call, and the delays between them. None: without end. 10 s.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub overall: Option<Duration>,
}

impl Default for TimeoutConfig {
    fn default() -> Self {
        TimeoutConfig {
            per_try: Some(Duration::from_secs(1)),
            overall: Some(Duration::from_secs(10)),
        }
    }
}

impl TimeoutConfig {
    /// Whether the fields make sense together.
    ///
    /// # Errors
    ///
    /// `per_try` or `overall` of zero; `per_try` longer than `overall`.
    pub fn validate(&self) -> Result<(), ConfigError> {
        for (field, limit) in [("per_try", self.per_try), ("overall", self.overall)] {
            if limit == Some(Duration::ZERO) {
                let problem = "0s leaves no time to answer; leave it out for no limit";
                return Err(ConfigError::new(field, problem));
            }
        }
        match (self.per_try, self.overall) {
            (Some(one), Some(all)) if one > all => {
                let problem = format!("{one:?} is more than overall, {all:?}");
                Err(ConfigError::new("per_try", problem))
            }
            _ => Ok(()),
        }
    }
}

/// Which limit a call ran into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimedOut {
    /// This try took too long; another may still be in time.
    PerTry(Duration),
    /// The deadline is past: whoever asked has gone.
    Overall,
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimedOut::PerTry(limit) => write!(f, "no answer within {limit:?}"),
            TimedOut::Overall => f.write_str("no answer before the deadline"),
        }
    }
}

impl Error for TimedOut {}

/// Limits how long futures take. Share it by reference or in an `Arc`.
///
/// ```
/// use std::time::Duration;
/// use clock::ManualClock;
/// use resilience::{TimedOut, Timeout, TimeoutConfig};
///
/// # futures_executor::block_on(async {
/// let clock = ManualClock::new();
/// let timeout = Timeout::with_clock(TimeoutConfig::default(), clock)?;
/// let deadline = timeout.deadline();
///
/// // In production: tokio::time::sleep. This one is over at once.
/// let sleep = |_| std::future::ready(());
/// let hung = std::future::pending::<()>();
/// let answer = timeout.call_async(deadline, sleep, hung).await;
/// assert_eq!(answer, Err(TimedOut::PerTry(Duration::from_secs(1))));
/// # Ok::<(), resilience::ConfigError>(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct Timeout<C = SystemClock> {
    config: TimeoutConfig,
    clock: C,
    calls: AtomicU64,
    per_try: AtomicU64,
    overall: AtomicU64,
}

/// What a [`Timeout`] has seen since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeoutStats {
    /// Tries.
    pub calls: u64,
    /// Tries that took longer than `per_try`.
    pub per_try: u64,
    /// Tries that were cut short by the deadline.
    pub overall: u64,
}

impl Timeout {
    /// By the system's clock.
    ///
    /// # Errors
    ///
    /// Those of [`TimeoutConfig::validate`].
    pub fn new(config: TimeoutConfig) -> Result<Self, ConfigError> {
        Self::with_clock(config, SystemClock::new())
    }
}

impl<C: Clock> Timeout<C> {
    /// By `clock`.
    ///
    /// # Errors
    ///
    /// Those of [`TimeoutConfig::validate`].
    pub fn with_clock(config: TimeoutConfig, clock: C) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Timeout {
            config,
            clock,
            calls: AtomicU64::new(0),
            per_try: AtomicU64::new(0),
            overall: AtomicU64::new(0),
        })
    }

    /// When a call that begins now is over. Pass it to each of its tries, and to the server.
    pub fn deadline(&self) -> Deadline {
        self.deadline_within(Deadline::NEVER)
    }

    /// When a call that begins now is over, if it is part of one that is over at `outer`.
    pub fn deadline_within(&self, outer: Deadline) -> Deadline {
        match self.config.overall {
            Some(limit) => outer.or_after(self.clock.now(), limit),
            None => outer,
        }
    }

    // ANCHOR: timeout
    /// What `future` returns, if it does so in time; else it is dropped. `sleep` makes the timer:
    /// `tokio::time::sleep`, or what your runtime has.
    ///
    /// # Errors
    ///
    /// [`TimedOut`], with the limit that came first. Past the deadline, the future is not started.
    pub async fn call_async<T, S: Future<Output = ()>>(
        &self,
        deadline: Deadline,
        sleep: impl FnOnce(Duration) -> S,
        future: impl Future<Output = T>,
    ) -> Result<T, TimedOut> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let left = deadline.remaining(self.clock.now());
        let (limit, error) = match self.config.per_try {
            Some(per_try) if per_try < left => (per_try, TimedOut::PerTry(per_try)),
            _ => (left, TimedOut::Overall),
        };
        let answer = match limit {
            Duration::ZERO => None,
            limit => before(sleep(limit), future).await,
        };
        answer.ok_or_else(|| self.count(error))
    }
    // ANCHOR_END: timeout

    fn count(&self, error: TimedOut) -> TimedOut {
        let counter = match error {
            TimedOut::PerTry(_) => &self.per_try,
            TimedOut::Overall => &self.overall,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        error
    }

    /// The counters since it was made.
    pub fn stats(&self) -> TimeoutStats {
        TimeoutStats {
            calls: self.calls.load(Ordering::Relaxed),
            per_try: self.per_try.load(Ordering::Relaxed),
            overall: self.overall.load(Ordering::Relaxed),
        }
    }
}
