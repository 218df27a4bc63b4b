//! How a limiter talks to Redis, and what it does without it.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::ConfigError;

/// How to reach Redis, how long to wait for it, and what to do when it does not answer.
///
/// ```
/// use std::num::NonZeroU32;
/// use rate_limiter::redis::{OnUnavailable, RedisConfig};
///
/// let config = RedisConfig {
///     url: "redis://10.0.0.7:6379/0".to_owned(),
///     on_unavailable: OnUnavailable::Local { machines: NonZeroU32::MIN },
///     ..RedisConfig::default()
/// };
/// config.validate()?;
/// # Ok::<(), rate_limiter::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct RedisConfig {
    /// Where Redis is: `redis://[user:password@]host[:port][/database]` or `unix:///path`.
    pub url: String,
    /// What the keys begin with. Limits that are not meant to share need different ones.
    pub prefix: String,
    /// How long to wait for a connection; it is waited for once a back-off.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub connect_timeout: Duration,
    /// How long to wait for a decision. This is what a request loses when Redis hangs.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub call_timeout: Duration,
    /// For how long Redis is left alone after it failed.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub back_off: Duration,
    /// How many connections wait for the next request. More than that are made when more threads
    /// ask at a time, and closed after it. An `AsyncRedisLimiter` has one, which all requests
    /// share.
    pub idle_connections: usize,
    /// What is decided without Redis.
    pub on_unavailable: OnUnavailable,
}

/// What to decide when Redis does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum OnUnavailable {
    /// Admit all: the limit is a courtesy, and answering matters more than limiting.
    Open,
    /// Deny all: what the limit protects would not survive without it.
    Closed,
    /// Limit on this machine alone, to its share.
    Local {
        /// Among how many machines the quota is divided. With 1 each admits the whole of it.
        machines: NonZeroU32,
    },
}

impl Default for RedisConfig {
    /// A Redis on this machine, given 250 ms to connect and 50 ms to decide, left alone for 500 ms
    /// when it fails; without it, all is admitted.
    fn default() -> Self {
        RedisConfig {
            url: "redis://127.0.0.1:6379".to_owned(),
            prefix: "rate-limiter:".to_owned(),
            connect_timeout: Duration::from_millis(250),
            call_timeout: Duration::from_millis(50),
            back_off: Duration::from_millis(500),
            idle_connections: 8,
            on_unavailable: OnUnavailable::Open,
        }
    }
}

impl RedisConfig {
    /// Says what is wrong with it, if anything is. Nothing is connected to.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the URL is none of Redis's, or a duration is zero.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.client().map(drop)
    }

    pub(super) fn client(&self) -> Result<redis::Client, ConfigError> {
        let durations = [
            ("connect_timeout", self.connect_timeout),
            ("call_timeout", self.call_timeout),
            ("back_off", self.back_off),
        ];
        for (field, duration) in durations {
            if duration.is_zero() {
                return Err(ConfigError::new(field, "is zero; give at least 1ms"));
            }
        }
        // The URL is not repeated: it may have a password in it.
        redis::Client::open(self.url.as_str()).map_err(|error| {
            ConfigError::new(
                "url",
                format!("is not redis://host:port/database, nor unix:///path: {error}"),
            )
        })
    }
}
