//! The limiter over Redis for threads.

use clock::Clock;

use super::away::{Away, Stats, Trouble};
use super::config::RedisConfig;
use super::pool::Pool;
use super::script::Questions;
use crate::{ConfigError, Decision, DefaultClock, KeyedLimiter, Quota};

/// A keyed limiter whose state is in Redis, so that many machines share it.
///
/// It has the same interface as [`Keyed`](crate::Keyed). A decision waits for Redis, at most for
/// the time that the configuration gives; without an answer, it is what
/// [`OnUnavailable`](super::OnUnavailable) says. The clock is only for how long Redis is left alone
/// after it failed, and for a local limit meanwhile.
///
/// ```no_run
/// use std::num::NonZeroU32;
/// use rate_limiter::Quota;
/// use rate_limiter::redis::{RedisConfig, RedisLimiter};
///
/// let quota = Quota::per_second(NonZeroU32::new(100).unwrap());
/// let limiter = RedisLimiter::new(&RedisConfig::default(), quota)?;
/// match limiter.check_key("client 7") {
///     Ok(admitted) => println!("{} left", admitted.remaining()),
///     Err(denied) => println!("{denied}"),
/// }
/// # Ok::<(), rate_limiter::ConfigError>(())
/// ```
pub struct RedisLimiter<C = DefaultClock> {
    questions: Questions,
    pool: Pool,
    away: Away<C>,
}

impl RedisLimiter {
    /// A limiter of `quota` for each key. Nothing is connected to before the first question, so
    /// that a program can start without its Redis.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] as of [`RedisConfig::validate`], or if a burst takes longer than 104 days to
    /// refill, which is as far as the script counts exactly.
    pub fn new(config: &RedisConfig, quota: Quota) -> Result<Self, ConfigError> {
        Self::with_clock(config, quota, DefaultClock::default())
    }
}

impl<C: Clock + Clone> RedisLimiter<C> {
    /// The same, by another clock.
    ///
    /// # Errors
    ///
    /// As of [`new`](RedisLimiter::new).
    pub fn with_clock(config: &RedisConfig, quota: Quota, clock: C) -> Result<Self, ConfigError> {
        let client = config.client()?;
        Ok(RedisLimiter {
            questions: Questions::new(&config.prefix, quota)?,
            pool: Pool::new(client, config),
            away: Away::new(config, quota, clock)?,
        })
    }
}

impl<C: Clock> RedisLimiter<C> {
    /// Asks for one on behalf of `key`. Waits for Redis.
    pub fn check_key(&self, key: &str) -> Decision {
        self.check_key_n(key, 1)
    }

    /// Asks for `n` together on behalf of `key`: all are admitted, or none. Waits for Redis.
    pub fn check_key_n(&self, key: &str, n: u32) -> Decision {
        self.questions.possible(n)?;
        if !self.away.may_ask() {
            return self.away.decide(key, n);
        }
        let answer = self.ask(key, n);
        self.away.hear(&answer);
        answer.unwrap_or_else(|_| self.away.decide(key, n))
    }

    /// What is allowed to each key.
    pub fn quota(&self) -> Quota {
        self.questions.quota()
    }

    /// What was decided by Redis, and what without it.
    pub fn stats(&self) -> Stats {
        self.away.stats()
    }

    // ANCHOR: ask
    fn ask(&self, key: &str, n: u32) -> Result<Decision, Trouble> {
        let mut connection = self.pool.take().map_err(|_| Trouble::Lost)?;
        let answer = self.questions.ask(key, n).invoke(&mut connection);
        match answer {
            Ok(answer) => {
                self.pool.put(connection);
                self.questions.understand(n, answer)
            }
            Err(error) => {
                // After a timeout the answer may still come, and would be taken for the next
                // question's; one that says READONLY comes from what is no primary any more. The
                // connections that wait are to the same server.
                self.pool.clear();
                Err(Trouble::of(&error))
            }
        }
    }
    // ANCHOR_END: ask
}

impl<C: Clock> KeyedLimiter<str> for RedisLimiter<C> {
    fn check_key_n(&self, key: &str, n: u32) -> Decision {
        RedisLimiter::check_key_n(self, key, n)
    }

    fn quota(&self) -> Quota {
        RedisLimiter::quota(self)
    }
}
