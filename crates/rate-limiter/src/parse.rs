//! Quotas as people write them: `100/s`, `100/s burst 20`, `5/10min`.
//!
//! With the feature `serde` a configuration has them as such a text, or as a table with `count`,
//! `per` and `burst`, where `per` is one of the units or a number of them, as `"10min"`. What is
//! wrong is said with the name of the field.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use crate::{ConfigError, Quota};

const SECOND: u64 = 1_000_000_000;

/// Units of time, and how many nanoseconds they have.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("min", 60 * SECOND),
    ("h", 3_600 * SECOND),
    ("d", 86_400 * SECOND),
];

/// `"100/s"`, or `"100/s burst 20"`.
///
/// ```
/// use std::time::Duration;
/// use rate_limiter::Quota;
///
/// let quota: Quota = "5/10min burst 2".parse()?;
/// assert_eq!((quota.count().get(), quota.burst().get()), (5, 2));
/// assert_eq!(quota.per(), Duration::from_secs(600));
///
/// let error = "5 in a while".parse::<Quota>().unwrap_err();
/// assert!(error.to_string().contains("no / between the count and the time"));
/// # Ok::<(), rate_limiter::ConfigError>(())
/// ```
impl FromStr for Quota {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let wrong = |reason| ConfigError::Syntax {
            text: text.chars().take(60).collect(),
            reason,
        };
        let (rate, burst) = match text.split_once("burst") {
            Some((rate, burst)) => (rate, Some(burst)),
            None => (text, None),
        };
        let Some((number, per)) = rate.split_once('/') else {
            return Err(wrong("there is no / between the count and the time"));
        };
        let count = number
            .trim()
            .parse()
            .map_err(|_| wrong("count: not a whole number up to 4294967295"))?;
        let per =
            duration(per.trim()).ok_or(wrong("per: not a time such as s, min, h or 250ms"))?;
        let quota = Quota::new(positive("count", count)?, per)?;
        let Some(burst) = burst else { return Ok(quota) };
        let burst = burst
            .trim()
            .parse()
            .map_err(|_| wrong("burst: not a whole number up to 4294967295"))?;
        Ok(quota.with_burst(positive("burst", burst)?))
    }
}

fn positive(field: &'static str, number: u32) -> Result<NonZeroU32, ConfigError> {
    NonZeroU32::new(number).ok_or(ConfigError::Zero { field })
}

/// A unit, or a whole number of them.
fn duration(text: &str) -> Option<Duration> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let number: u64 = if number.is_empty() {
        1
    } else {
        number.parse().ok()?
    };
    let (_, nanos) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    Some(Duration::from_nanos(number.checked_mul(*nanos)?))
}

#[cfg(feature = "serde")]
mod with_serde {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Quota, duration, positive};
    use crate::ConfigError;

    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "a quota is a text such as \"100/s burst 20\", or a table with \
        count, per (\"1s\") and perhaps burst, and nothing else"
    )]
    enum Form {
        Text(String),
        Table(Table),
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Table {
        count: u32,
        per: String,
        burst: Option<u32>,
    }

    impl Table {
        fn quota(&self) -> Result<Quota, ConfigError> {
            let per = duration(&self.per).ok_or_else(|| ConfigError::Syntax {
                text: self.per.chars().take(60).collect(),
                reason: "per: not a time such as s, min, h or 250ms",
            })?;
            let quota = Quota::new(positive("count", self.count)?, per)?;
            Ok(match self.burst {
                Some(burst) => quota.with_burst(positive("burst", burst)?),
                None => quota,
            })
        }
    }

    impl<'de> Deserialize<'de> for Quota {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let quota = match Form::deserialize(deserializer)? {
                Form::Text(text) => text.parse(),
                Form::Table(table) => table.quota(),
            };
            quota.map_err(D::Error::custom)
        }
    }

    /// As a text.
    impl Serialize for Quota {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }
}
