//! Trying again: whether, when, and when to stop.
//!
//! A retry helps against a fault that is gone by the next attempt: a lost packet, a server that is
//! restarting behind a balancer. It harms in all other cases, so there are four ways to stop:
//!
//! ```text
//!   attempt ──▶ the predicate says ─┬─ Done ─────────────────────────────────▶ its result
//!      ▲                            └─ Retry, RetryAfter
//!      │                                    │ attempts left?  ── no ─▶ Attempts
//!      │                                    │ back in time?   ── no ─▶ Deadline
//!    sleep ◀── delay ◀── yes ───────────────┘ budget left?    ── no ─▶ Budget
//! ```
//!
//! Only retry what may safely be done twice. An attempt that timed out may have been carried out
//! all the same.
//!
//! # Invariants
//!
//! - At most `max_attempts` attempts for a call; each but the first was paid for by the budget.
//! - No sleep past the deadline: a call that cannot try again in time fails now.
//! - The budget is asked last, so that nothing is withdrawn for a retry that is not made.
//!
//! # Complexity
//!
//! A call that succeeds at once costs a deposit and a few counters. Seeds and delays are made only
//! at the first failure. No allocation.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clock::{Clock, SystemClock};

use crate::random::{GOLDEN, mix, os_seed};
use crate::{Attempt, Backoff, Budget, ConfigError, Deadline, Delays, GaveUp, Sleep, Verdict, Why};

/// How a [`Retry`] tries.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct RetryConfig {
    /// Attempts for one call, the first included. At least 1. 3.
    pub max_attempts: u32,
    /// The delays between them.
    pub backoff: Backoff,
    /// All the time that a call may take with its retries. None: as long as its deadline allows.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub overall_timeout: Option<Duration>,
}

impl Default for RetryConfig {
    fn default() -> Self {
        RetryConfig {
            max_attempts: 3,
            backoff: Backoff::default(),
            overall_timeout: None,
        }
    }
}

impl RetryConfig {
    /// Whether the fields make sense.
    ///
    /// # Errors
    ///
    /// `max_attempts` or `overall_timeout` of zero, and those of [`Backoff::validate`].
    pub fn validate(&self) -> Result<(), ConfigError> {
        if self.max_attempts == 0 {
            return Err(ConfigError::new("max_attempts", "0 is not at least 1"));
        }
        if self.overall_timeout == Some(Duration::ZERO) {
            let problem = "0s leaves no time to try; leave it out for none";
            return Err(ConfigError::new("overall_timeout", problem));
        }
        self.backoff.validate()
    }
}

/// Retries calls. Share it by reference or in an [`Arc`].
///
/// ```
/// use clock::ManualClock;
/// use resilience::{Retry, RetryConfig, Why};
///
/// let clock = ManualClock::new();
/// let retry = Retry::with_clock(RetryConfig::default(), clock.clone())?;
/// let answer = retry.call(&clock, |attempt| match attempt.number {
///     1 | 2 => Err("connection refused"),
///     _ => Ok("hello"),
/// });
/// assert_eq!(answer, Ok("hello"));
///
/// let error = retry.call(&clock, |_| Err::<(), _>("connection refused")).unwrap_err();
/// assert_eq!((error.attempts, error.why), (3, Why::Attempts));
/// # Ok::<(), resilience::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct Retry<C = SystemClock> {
    config: RetryConfig,
    budget: Option<Arc<Budget<C>>>,
    clock: C,
    /// Each call that fails takes the next seed.
    seed: AtomicU64,
    counters: Counters,
}

#[derive(Debug, Default)]
struct Counters {
    calls: AtomicU64,
    retries: AtomicU64,
    attempts: AtomicU64,
    budget: AtomicU64,
    deadline: AtomicU64,
}

/// What a [`Retry`] has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetryStats {
    /// Calls, however many attempts they took.
    pub calls: u64,
    /// Attempts beyond the first.
    pub retries: u64,
    /// Calls that gave up with all attempts used up.
    pub out_of_attempts: u64,
    /// Calls that gave up for want of budget.
    pub out_of_budget: u64,
    /// Calls that gave up for want of time.
    pub out_of_time: u64,
}

/// Where one call stands, for code that makes its attempts itself: see [`Retry::start`].
#[derive(Clone, Debug)]
pub struct Tries {
    number: u32,
    deadline: Deadline,
    delays: Option<Delays>,
}

impl Tries {
    /// The attempt to make now.
    pub fn attempt(&self) -> Attempt {
        Attempt {
            number: self.number,
            deadline: self.deadline,
        }
    }
}

impl Retry {
    /// Without a budget, by the system's clock.
    ///
    /// # Errors
    ///
    /// Those of [`RetryConfig::validate`].
    pub fn new(config: RetryConfig) -> Result<Self, ConfigError> {
        Self::with_clock(config, SystemClock::new())
    }
}

impl<C: Clock> Retry<C> {
    /// Without a budget, by `clock`.
    ///
    /// # Errors
    ///
    /// Those of [`RetryConfig::validate`].
    pub fn with_clock(config: RetryConfig, clock: C) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Retry {
            config,
            budget: None,
            clock,
            seed: AtomicU64::new(os_seed()),
            counters: Counters::default(),
        })
    }

    /// Takes retries out of `budget`, which is best shared by all calls to the same server.
    pub fn with_budget(mut self, budget: Arc<Budget<C>>) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Scatters the delays by `seed` instead of one from the operating system.
    pub fn with_seed(self, seed: u64) -> Self {
        let seed = AtomicU64::new(seed);
        Retry { seed, ..self }
    }

    /// Calls `f` until it succeeds, trying again after any error, and sleeps between.
    ///
    /// # Errors
    ///
    /// [`GaveUp`], with the last error and why it was the last.
    pub fn call<T, E>(
        &self,
        sleep: impl Sleep,
        f: impl FnMut(Attempt) -> Result<T, E>,
    ) -> Result<T, GaveUp<E>> {
        self.call_if(Deadline::NEVER, any_error, sleep, f)
    }

    // ANCHOR: call
    /// Calls `f` until `verdict` is content with the result or there is a reason to stop.
    ///
    /// The verdict may ask for another attempt after an `Ok` too, such as a response that says
    /// "busy". When there is none, that `Ok` is returned: the caller's client may make more of it
    /// than of an error.
    ///
    /// # Errors
    ///
    /// [`GaveUp`], with the last error and why it was the last.
    pub fn call_if<T, E>(
        &self,
        deadline: Deadline,
        verdict: impl Fn(&Result<T, E>) -> Verdict,
        sleep: impl Sleep,
        mut f: impl FnMut(Attempt) -> Result<T, E>,
    ) -> Result<T, GaveUp<E>> {
        let mut tries = self.start(deadline);
        loop {
            let result = f(tries.attempt());
            match self.next(&mut tries, verdict(&result)) {
                Ok(delay) => sleep.sleep(delay),
                Err(why) => return tries.finish(result, why),
            }
        }
    }
    // ANCHOR_END: call

    /// [`call`](Self::call) for async code. `sleep` makes the futures that wait between attempts:
    /// `tokio::time::sleep`, or what your runtime has.
    ///
    /// # Errors
    ///
    /// [`GaveUp`], with the last error and why it was the last.
    pub async fn call_async<T, E, F, S>(
        &self,
        sleep: impl FnMut(Duration) -> S,
        f: impl FnMut(Attempt) -> F,
    ) -> Result<T, GaveUp<E>>
    where
        F: Future<Output = Result<T, E>>,
        S: Future<Output = ()>,
    {
        self.call_async_if(Deadline::NEVER, any_error, sleep, f)
            .await
    }

    /// [`call_if`](Self::call_if) for async code.
    ///
    /// # Errors
    ///
    /// [`GaveUp`], with the last error and why it was the last.
    pub async fn call_async_if<T, E, F, S>(
        &self,
        deadline: Deadline,
        verdict: impl Fn(&Result<T, E>) -> Verdict,
        mut sleep: impl FnMut(Duration) -> S,
        mut f: impl FnMut(Attempt) -> F,
    ) -> Result<T, GaveUp<E>>
    where
        F: Future<Output = Result<T, E>>,
        S: Future<Output = ()>,
    {
        let mut tries = self.start(deadline);
        loop {
            let result = f(tries.attempt()).await;
            match self.next(&mut tries, verdict(&result)) {
                Ok(delay) => sleep(delay).await,
                Err(why) => return tries.finish(result, why),
            }
        }
    }

    /// Begins a call, for code that makes its attempts itself: make [`Tries::attempt`], ask
    /// [`next`](Self::next), sleep, and so on. Deposits into the budget.
    pub fn start(&self, deadline: Deadline) -> Tries {
        self.counters.calls.fetch_add(1, Ordering::Relaxed);
        if let Some(budget) = &self.budget {
            budget.deposit();
        }
        Tries {
            number: 1,
            deadline: match self.config.overall_timeout {
                Some(limit) => deadline.or_after(self.clock.now(), limit),
                None => deadline,
            },
            delays: None,
        }
    }

    // ANCHOR: next
    /// How long to sleep before the next attempt, which `tries` then stands at; or why there is
    /// none.
    ///
    /// # Errors
    ///
    /// [`Why`] there is no further attempt.
    pub fn next(&self, tries: &mut Tries, verdict: Verdict) -> Result<Duration, Why> {
        let asked = match verdict {
            Verdict::Done => return Err(Why::NotRetryable),
            Verdict::Retry => Duration::ZERO,
            Verdict::RetryAfter(asked) => asked,
        };
        if tries.number >= self.config.max_attempts {
            return Err(self.give_up(Why::Attempts));
        }
        let delay = self.delay(tries).saturating_add(asked);
        if tries.deadline != Deadline::NEVER && tries.deadline.is_past(self.clock.now() + delay) {
            return Err(self.give_up(Why::Deadline));
        }
        if self
            .budget
            .as_ref()
            .is_some_and(|budget| !budget.withdraw())
        {
            return Err(self.give_up(Why::Budget));
        }
        self.counters.retries.fetch_add(1, Ordering::Relaxed);
        tries.number += 1;
        Ok(delay)
    }
    // ANCHOR_END: next

    fn delay(&self, tries: &mut Tries) -> Duration {
        let delays = tries.delays.get_or_insert_with(|| {
            let seed = mix(self.seed.fetch_add(GOLDEN, Ordering::Relaxed));
            self.config.backoff.delays_seeded(seed)
        });
        delays.next().unwrap_or(self.config.backoff.max)
    }

    fn give_up(&self, why: Why) -> Why {
        let counter = match why {
            Why::Budget => &self.counters.budget,
            Why::Deadline => &self.counters.deadline,
            Why::Attempts | Why::NotRetryable => &self.counters.attempts,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        why
    }

    /// The counters since it was made.
    pub fn stats(&self) -> RetryStats {
        // Relaxed, here and where they are counted: they order nothing.
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        RetryStats {
            calls: read(&self.counters.calls),
            retries: read(&self.counters.retries),
            out_of_attempts: read(&self.counters.attempts),
            out_of_budget: read(&self.counters.budget),
            out_of_time: read(&self.counters.deadline),
        }
    }
}

impl Tries {
    /// The result of the call, when [`Retry::next`] has said why there is no further attempt.
    ///
    /// # Errors
    ///
    /// [`GaveUp`], around the error of `result`.
    pub fn finish<T, E>(&self, result: Result<T, E>, why: Why) -> Result<T, GaveUp<E>> {
        let attempts = self.number;
        result.map_err(|last| GaveUp {
            last,
            why,
            attempts,
        })
    }
}

fn any_error<T, E>(result: &Result<T, E>) -> Verdict {
    match result {
        Ok(_) => Verdict::Done,
        Err(_) => Verdict::Retry,
    }
}
