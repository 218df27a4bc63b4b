//! Waiting for a limiter instead of being sent away.
//!
//! A limiter says when to come back, so a task can sleep until then and ask again. It has to *ask*
//! again: meanwhile others came, and a limiter does not keep places. So nobody is waited for in
//! vain, a task that stops waiting leaves nothing behind, and there is no list of those who wait.
//!
//! The price is fairness. All who wait for the same room wake together; one of them gets it, or
//! somebody who has just come, and the others sleep again: with `w` tasks waiting, each admission
//! costs `w` checks. Who asks for many at once may be overtaken for ever by those who ask for one.
//! Where that matters, give places: a leaky queue tells each its turn, first come first served.
//!
//! The limiter's clock and tokio's have to run alike; the clocks of the operating system do. In a
//! test with paused time, give the limiter a clock that reads [`tokio::time::Instant`].

use std::fmt;
use std::future::Future;

use crate::{Admitted, Decision, Denied, KeyedLimiter, Limiter};

/// Waiting would not help: more is asked for at once than the limit ever holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Never {
    /// How many were asked for.
    pub asked: u32,
    /// How many there can be at once.
    pub burst: u32,
}

impl fmt::Display for Never {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Never { asked, burst } = *self;
        Denied::Never { asked, burst }.fmt(f)
    }
}

impl std::error::Error for Never {}

/// Waits for any [`Limiter`].
///
/// ```
/// use std::num::NonZeroU32;
/// use rate_limiter::{Gcra, Quota, UntilReady};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), rate_limiter::Never> {
/// let limiter = Gcra::new(Quota::per_second(NonZeroU32::new(1000).unwrap()));
/// for _ in 0..1010 {
///     limiter.until_ready().await?; // the last ten, one each millisecond
/// }
/// # Ok(())
/// # }
/// ```
pub trait UntilReady: Limiter {
    /// Waits until one is admitted.
    ///
    /// # Errors
    ///
    /// [`Never`] if no request is ever admitted.
    fn until_ready(&self) -> impl Future<Output = Result<Admitted, Never>> + Send
    where
        Self: Sync,
    {
        self.until_n_ready(1)
    }

    /// Waits until `n` are admitted together.
    ///
    /// # Errors
    ///
    /// [`Never`] if `n` is more than the limit ever holds.
    fn until_n_ready(&self, n: u32) -> impl Future<Output = Result<Admitted, Never>> + Send
    where
        Self: Sync,
    {
        async move { wait(|| self.check_n(n)).await }
    }
}

impl<L: Limiter + ?Sized> UntilReady for L {}

/// Waits for any [`KeyedLimiter`].
pub trait UntilKeyReady<K: ?Sized>: KeyedLimiter<K> {
    /// Waits until one is admitted on behalf of `key`.
    ///
    /// # Errors
    ///
    /// [`Never`] if no request is ever admitted.
    fn until_key_ready(&self, key: &K) -> impl Future<Output = Result<Admitted, Never>> + Send
    where
        Self: Sync,
        K: Sync,
    {
        self.until_key_n_ready(key, 1)
    }

    /// Waits until `n` are admitted together on behalf of `key`.
    ///
    /// # Errors
    ///
    /// [`Never`] if `n` is more than the limit ever holds.
    fn until_key_n_ready(
        &self,
        key: &K,
        n: u32,
    ) -> impl Future<Output = Result<Admitted, Never>> + Send
    where
        Self: Sync,
        K: Sync,
    {
        async move { wait(|| self.check_key_n(key, n)).await }
    }
}

impl<K: ?Sized, L: KeyedLimiter<K> + ?Sized> UntilKeyReady<K> for L {}

// ANCHOR: until_ready
/// Checks, and sleeps for as long as the answer says, until the answer is yes or never.
async fn wait(mut check: impl FnMut() -> Decision) -> Result<Admitted, Never> {
    loop {
        match check() {
            Ok(admitted) => return Ok(admitted),
            Err(Denied::RetryAfter(pause)) => tokio::time::sleep(pause).await,
            Err(Denied::Never { asked, burst }) => return Err(Never { asked, burst }),
        }
    }
}
// ANCHOR_END: until_ready
