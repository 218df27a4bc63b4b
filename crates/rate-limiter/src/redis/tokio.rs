//! The limiter over Redis for tasks.
//!
//! One connection carries the questions of all tasks, one after the other without waiting for the
//! answers between (pipelining): this is how Redis likes to be asked, and why there is no pool.

use std::sync::atomic::{AtomicU64, Ordering};

use clock::Clock;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client};
use tokio::sync::Mutex;

use super::away::{Away, Stats, Trouble};
use super::config::RedisConfig;
use super::script::Questions;
use crate::{ConfigError, Decision, DefaultClock, Quota};

/// [`RedisLimiter`](super::RedisLimiter) for async code: the same script, keys and fallbacks. The
/// two can share a limit.
///
/// A future that is dropped before its decision may have been counted.
pub struct AsyncRedisLimiter<C = DefaultClock> {
    questions: Questions,
    line: Line,
    away: Away<C>,
}

impl AsyncRedisLimiter {
    /// A limiter of `quota` for each key. Nothing is connected to before the first question.
    ///
    /// # Errors
    ///
    /// As of [`RedisLimiter::new`](super::RedisLimiter::new).
    pub fn new(config: &RedisConfig, quota: Quota) -> Result<Self, ConfigError> {
        Self::with_clock(config, quota, DefaultClock::default())
    }
}

impl<C: Clock + Clone> AsyncRedisLimiter<C> {
    /// The same, by another clock.
    ///
    /// # Errors
    ///
    /// As of [`RedisLimiter::new`](super::RedisLimiter::new).
    pub fn with_clock(config: &RedisConfig, quota: Quota, clock: C) -> Result<Self, ConfigError> {
        let line = Line::new(config.client()?, config);
        Ok(AsyncRedisLimiter {
            questions: Questions::new(&config.prefix, quota)?,
            line,
            away: Away::new(config, quota, clock)?,
        })
    }
}

impl<C: Clock> AsyncRedisLimiter<C> {
    /// Asks for one on behalf of `key`.
    pub async fn check_key(&self, key: &str) -> Decision {
        self.check_key_n(key, 1).await
    }

    /// Asks for `n` together on behalf of `key`: all are admitted, or none.
    pub async fn check_key_n(&self, key: &str, n: u32) -> Decision {
        self.questions.possible(n)?;
        if !self.away.may_ask() {
            return self.away.decide(key, n);
        }
        let answer = self.ask(key, n).await;
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

    async fn ask(&self, key: &str, n: u32) -> Result<Decision, Trouble> {
        let (number, mut connection) = self.line.connection().await?;
        let answer = self
            .questions
            .ask(key, n)
            .invoke_async(&mut connection)
            .await;
        match answer {
            Ok(answer) => self.questions.understand(n, answer),
            Err(error) => {
                self.line.lost(number).await;
                Err(Trouble::of(&error))
            }
        }
    }
}

/// The connection that all tasks share, made when the first needs it.
struct Line {
    client: Client,
    config: AsyncConnectionConfig,
    /// How many connections were lost, or could not be made. Only changes under the lock.
    lost: AtomicU64,
    connection: Mutex<Option<MultiplexedConnection>>,
}

impl Line {
    fn new(client: Client, config: &RedisConfig) -> Self {
        Line {
            client,
            config: AsyncConnectionConfig::new()
                .set_connection_timeout(Some(config.connect_timeout))
                .set_response_timeout(Some(config.call_timeout)),
            lost: AtomicU64::new(0),
            connection: Mutex::new(None),
        }
    }

    /// The connection, and its number for [`lost`](Self::lost).
    async fn connection(&self) -> Result<(u64, MultiplexedConnection), Trouble> {
        let before = self.lost.load(Ordering::Relaxed);
        let mut slot = self.connection.lock().await;
        let number = self.lost.load(Ordering::Relaxed);
        if let Some(connection) = &*slot {
            return Ok((number, connection.clone()));
        }
        // Whoever waited while another could not connect would not fare better: without this, they
        // would try in turn, each for the whole timeout.
        if number != before {
            return Err(Trouble::Lost);
        }
        let made = self
            .client
            .get_multiplexed_async_connection_with_config(&self.config);
        match made.await {
            Ok(connection) => {
                *slot = Some(connection.clone());
                Ok((number, connection))
            }
            Err(_) => {
                self.lost.store(number + 1, Ordering::Relaxed);
                Err(Trouble::Lost)
            }
        }
    }

    /// Closes a connection, unless it has been replaced already.
    async fn lost(&self, number: u64) {
        let mut slot = self.connection.lock().await;
        if self.lost.load(Ordering::Relaxed) == number {
            *slot = None;
            self.lost.store(number + 1, Ordering::Relaxed);
        }
    }
}
