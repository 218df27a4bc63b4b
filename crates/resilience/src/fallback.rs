//! Something else instead of an error: yesterday's price, an empty list of recommendations.
//!
//! The best fallback does less than the call that it stands in for. One that asks another server
//! sends it all of the load, suddenly, on the one day in the year when it is needed; if that server
//! could take it, it should have been taking half of it all along. So a fallback is a plain
//! function here, not another call.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

/// Answers for calls that fail. `when` says for which errors, `instead` makes the answer.
///
/// ```
/// use resilience::Fallback;
///
/// let cached = 42;
/// let fallback = Fallback::new(|error: &&str| *error == "timed out", |_| Ok(cached));
/// assert_eq!(fallback.call(|| Err("timed out")), Ok(42));
/// assert_eq!(fallback.call(|| Err("not found")), Err("not found"));
/// assert_eq!(fallback.stats().used, 1);
/// ```
#[derive(Debug)]
pub struct Fallback<P, F> {
    when: P,
    instead: F,
    calls: AtomicU64,
    used: AtomicU64,
    failed: AtomicU64,
}

/// What a [`Fallback`] has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FallbackStats {
    /// Results that it has seen.
    pub calls: u64,
    /// Errors for which it was asked.
    pub used: u64,
    /// Of those, for how many it had no answer either.
    pub failed: u64,
}

impl<P, F> Fallback<P, F> {
    /// A fallback for the errors that `when` is true of.
    pub fn new(when: P, instead: F) -> Self {
        Fallback {
            when,
            instead,
            calls: AtomicU64::new(0),
            used: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        }
    }

    /// The result of `f`, or what there is instead.
    ///
    /// # Errors
    ///
    /// Those of `f` that this is no fallback for, and its own.
    pub fn call<T, E>(&self, f: impl FnOnce() -> Result<T, E>) -> Result<T, E>
    where
        P: Fn(&E) -> bool,
        F: Fn(E) -> Result<T, E>,
    {
        self.apply(f())
    }

    /// The result of `future`, or what there is instead.
    ///
    /// # Errors
    ///
    /// Those of `future` that this is no fallback for, and its own.
    pub async fn call_async<T, E>(&self, future: impl Future<Output = Result<T, E>>) -> Result<T, E>
    where
        P: Fn(&E) -> bool,
        F: Fn(E) -> Result<T, E>,
    {
        self.apply(future.await)
    }

    // ANCHOR: fallback
    /// `result`, or what there is instead.
    ///
    /// # Errors
    ///
    /// That of `result` if this is no fallback for it, and its own.
    pub fn apply<T, E>(&self, result: Result<T, E>) -> Result<T, E>
    where
        P: Fn(&E) -> bool,
        F: Fn(E) -> Result<T, E>,
    {
        self.calls.fetch_add(1, Ordering::Relaxed);
        match result {
            Err(error) if (self.when)(&error) => {
                self.used.fetch_add(1, Ordering::Relaxed);
                (self.instead)(error).inspect_err(|_| {
                    self.failed.fetch_add(1, Ordering::Relaxed);
                })
            }
            result => result,
        }
    }
    // ANCHOR_END: fallback

    /// The counters since it was made.
    pub fn stats(&self) -> FallbackStats {
        FallbackStats {
            calls: self.calls.load(Ordering::Relaxed),
            used: self.used.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
        }
    }
}
