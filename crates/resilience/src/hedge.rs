//! Asking twice when the first answer is late, and taking whichever comes first.
//!
//! One request in a hundred meets a server that is just collecting garbage, or a disk that is just
//! spinning up. Who asks a hundred servers for one page meets such a one more often than not. A
//! second request, sent to another server once the first has taken longer than 95 % do, is answered as
//! fast as most: the tail is gone, for 5 % more load.
//!
//! ```text
//!   first    ├──────────────┬─────────────────────── ✗ dropped
//!            ◀─── delay ───▶│
//!   hedge                   ├────── ✓ the answer
//! ```
//!
//! **Only for calls that may be made twice**: reads, and writes that carry an idempotency key. The
//! loser may have been carried out as well; that it is dropped here does not undo it there.
//!
//! # Invariants
//!
//! - At most `max_hedges` further requests a call, each paid for by the budget.
//! - The first good answer is returned, and all other futures are dropped before that. If none is
//!   good, it is the last that came;
//!   a bad one that comes before any hedge is returned at once, as trying again is for a retry.
//!
//! # Complexity
//!
//! One allocation for each request sent and one for the timers.
//!
//! After Dean and Barroso, *The Tail at Scale*, CACM 2013: hedging after 10 ms took the 99.9th
//! percentile of a BigTable read from 1800 ms to 74 ms, for 2 % more requests.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use clock::{Clock, Nanos, SystemClock};

use crate::latencies::Latencies;
use crate::{Budget, ConfigError};

/// When a [`Hedge`] asks again, and how often.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct HedgeConfig {
    /// Ask again after the time in which so many of a hundred recent calls were answered, between
    /// 0 and 100, neither included. None: always after `delay`. 95.
    pub percentile: Option<f64>,
    /// Ask again after this time, while there is no percentile yet (64 calls) or for good. 100 ms.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub delay: Duration,
    /// How often to ask again, each time after the same delay. 1 to 100. 1.
    pub max_hedges: u32,
}

impl Default for HedgeConfig {
    fn default() -> Self {
        HedgeConfig {
            percentile: Some(95.0),
            delay: Duration::from_millis(100),
            max_hedges: 1,
        }
    }
}

impl HedgeConfig {
    /// Whether the fields make sense.
    ///
    /// # Errors
    ///
    /// `percentile` not between 0 and 100; `max_hedges` not between 1 and 100.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if let Some(percentile) = self.percentile
            && !(percentile > 0.0 && percentile < 100.0)
        {
            let problem = format!("{percentile} is not between 0 and 100");
            return Err(ConfigError::new("percentile", problem));
        }
        if !(1..=100).contains(&self.max_hedges) {
            let problem = format!("{} is not between 1 and 100", self.max_hedges);
            return Err(ConfigError::new("max_hedges", problem));
        }
        Ok(())
    }
}

/// Hedges calls. Share it by reference or in an [`Arc`].
///
/// ```
/// use std::future::{pending, ready};
/// use std::time::Duration;
/// use futures_util::future::Either;
/// use resilience::{Hedge, HedgeConfig};
///
/// # futures_executor::block_on(async {
/// let hedge = Hedge::new(HedgeConfig::default())?;
/// let sleep = |_: Duration| ready(()); // in production: tokio::time::sleep
/// let ask = |request| match request {
///     0 => Either::Left(pending()), // the first server hangs
///     _ => Either::Right(ready(Ok::<_, &str>("hello"))),
/// };
/// assert_eq!(hedge.call_async(sleep, Result::is_ok, ask).await, Ok("hello"));
/// assert_eq!(hedge.stats().hedges_won, 1);
/// # Ok::<(), resilience::ConfigError>(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct Hedge<C = SystemClock> {
    config: HedgeConfig,
    latencies: Option<Latencies>,
    budget: Option<Arc<Budget<C>>>,
    clock: C,
    calls: AtomicU64,
    hedges: AtomicU64,
    won: AtomicU64,
}

/// What a [`Hedge`] has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HedgeStats {
    /// Calls.
    pub calls: u64,
    /// Requests sent beyond the first of each call.
    pub hedges: u64,
    /// Calls that such a request answered.
    pub hedges_won: u64,
    /// After how long a call would be hedged now.
    pub delay: Duration,
}

impl Hedge {
    /// Without a budget, by the system's clock.
    ///
    /// # Errors
    ///
    /// Those of [`HedgeConfig::validate`].
    pub fn new(config: HedgeConfig) -> Result<Self, ConfigError> {
        Self::with_clock(config, SystemClock::new())
    }
}

impl<C: Clock> Hedge<C> {
    /// Without a budget, by `clock`.
    ///
    /// # Errors
    ///
    /// Those of [`HedgeConfig::validate`].
    pub fn with_clock(config: HedgeConfig, clock: C) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Hedge {
            config,
            latencies: config.percentile.map(Latencies::new),
            budget: None,
            clock,
            calls: AtomicU64::new(0),
            hedges: AtomicU64::new(0),
            won: AtomicU64::new(0),
        })
    }

    /// Takes hedges out of `budget`. When all servers are slow, all calls would be hedged, which
    /// makes them slower: the budget is what stops that.
    pub fn with_budget(mut self, budget: Arc<Budget<C>>) -> Self {
        self.budget = Some(budget);
        self
    }

    /// After how long a call would be hedged now.
    pub fn delay(&self) -> Duration {
        let percentile = self.latencies.as_ref().and_then(Latencies::percentile);
        percentile.unwrap_or(self.config.delay)
    }

    /// The first answer that is `good`, or the last if none is. `ask` sends a request, the first
    /// with number 0; `sleep` makes the timers: `tokio::time::sleep`, or what your runtime has.
    pub async fn call_async<T, F, S>(
        &self,
        sleep: impl FnMut(Duration) -> S,
        good: impl Fn(&T) -> bool,
        mut ask: impl FnMut(u32) -> F,
    ) -> T
    where
        F: Future<Output = T>,
        S: Future<Output = ()>,
    {
        let first = ask(0);
        self.race(sleep, good, first, |number| Some(ask(number)))
            .await
    }

    // ANCHOR: hedge
    /// The first good answer among that of `first` and those of the hedges, if `again` makes any.
    pub(crate) async fn race<T, F, S>(
        &self,
        mut sleep: impl FnMut(Duration) -> S,
        good: impl Fn(&T) -> bool,
        first: F,
        mut again: impl FnMut(u32) -> Option<F>,
    ) -> T
    where
        F: Future<Output = T>,
        S: Future<Output = ()>,
    {
        let (start, delay) = (self.start(), self.delay());
        let mut timer = Box::pin(sleep(delay));
        let mut asked = vec![(0, Box::pin(first))];
        let mut next = 1;
        poll_fn(|cx| {
            loop {
                if let Some((number, answer)) = first_good(cx, &mut asked, &good) {
                    self.answered(start, number);
                    return Poll::Ready(answer);
                }
                if next > self.config.max_hedges || timer.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                let Some(hedge) = self.withdraw().then(|| again(next)).flatten() else {
                    next = u32::MAX; // no more for this call
                    continue;
                };
                self.hedges.fetch_add(1, Ordering::Relaxed);
                asked.push((next, Box::pin(hedge)));
                next += 1;
                timer.set(sleep(delay));
            }
        })
        .await
    }
    // ANCHOR_END: hedge

    fn start(&self) -> Nanos {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if let Some(budget) = &self.budget {
            budget.deposit();
        }
        self.clock.now()
    }

    fn withdraw(&self) -> bool {
        self.budget.as_ref().is_none_or(|budget| budget.withdraw())
    }

    fn answered(&self, start: Nanos, number: u32) {
        self.won.fetch_add(u64::from(number > 0), Ordering::Relaxed);
        // The time since the first request was sent, even if a hedge won: that one then took longer
        // still. The percentile would sink, call by call, if it saw only the hedges' own times.
        if let Some(latencies) = &self.latencies {
            latencies.record(self.clock.now() - start);
        }
    }

    /// The counters since it was made, and the delay of this moment.
    pub fn stats(&self) -> HedgeStats {
        HedgeStats {
            calls: self.calls.load(Ordering::Relaxed),
            hedges: self.hedges.load(Ordering::Relaxed),
            hedges_won: self.won.load(Ordering::Relaxed),
            delay: self.delay(),
        }
    }
}

/// The first good answer among those that are there, and the number of its request; then the others
/// are dropped. Bad ones are too, but the last of all is returned.
fn first_good<T, F: Future<Output = T>>(
    cx: &mut Context<'_>,
    asked: &mut Vec<(u32, Pin<Box<F>>)>,
    good: impl Fn(&T) -> bool,
) -> Option<(u32, T)> {
    let mut i = 0;
    while i < asked.len() {
        let Poll::Ready(answer) = asked[i].1.as_mut().poll(cx) else {
            i += 1;
            continue;
        };
        let (number, _) = asked.remove(i);
        if good(&answer) || asked.is_empty() {
            asked.clear();
            return Some((number, answer));
        }
    }
    None
}
