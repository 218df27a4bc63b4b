//! The algorithms by name, so that a configuration can choose.

use std::sync::Arc;
use std::time::Duration;

use crate::hash::mix;
use crate::pick::{
    BoundedLoad, Cycle, LeastConnections, Maglev, PeakEwma, PowerOfTwo, Rendezvous, Ring,
    RoundRobin, WeightedRandom,
};
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
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case", remote = "Self"))]
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
    /// By key, on a ring. [`Ring::new`].
    Ring {
        /// How many points an endpoint of mean weight has: 160 by default.
        #[cfg_attr(feature = "serde", serde(default = "points"))]
        points: u32,
    },
    /// By key, on libketama's ring: for caches that are shared with other clients, which must agree
    /// on who has a key. [`Ring::ketama`].
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
        /// As of [`Algorithm::Ring`].
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
    Ring::KETAMA_POINTS
}

fn factor() -> f64 {
    BoundedLoad::DEFAULT_FACTOR
}

fn table_size() -> u32 {
    Maglev::DEFAULT_SIZE
}

impl Algorithm {
    /// Peak-EWMA with the usual memory of 10 s.
    pub fn peak_ewma() -> Self {
        Algorithm::PeakEwma { decay: decay() }
    }

    /// A ring with 160 points for an endpoint.
    pub fn ring() -> Self {
        Algorithm::Ring { points: points() }
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

    /// How many members there can be.
    pub(crate) fn most_members(&self) -> usize {
        match *self {
            Algorithm::Ring { points }
            | Algorithm::Ketama { points }
            | Algorithm::BoundedLoad { points, .. } => Ring::MOST / points.max(1) as usize,
            Algorithm::Maglev { table_size } => table_size as usize,
            _ => usize::MAX,
        }
    }

    /// A picker over `members`, whose positions it returns.
    ///
    /// The `seed` is that of the algorithms that draw at random; requests without a key are spread
    /// at random by those that want one. Those that go round start where the seed says, so that to
    /// build anew with another seed favours nobody.
    ///
    /// # Errors
    ///
    /// As [`Algorithm::validate`]; and [`ConfigError::TooManyEndpoints`] if they are more than a
    /// Maglev table has room for.
    pub fn build(&self, members: &[Member<'_>], seed: u64) -> Result<Box<dyn Picker>, ConfigError> {
        let weights = || -> Vec<u32> { members.iter().map(|member| member.weight).collect() };
        let named = || -> Vec<(&str, u32)> {
            let named = members.iter().map(|member| (member.name, member.weight));
            named.collect()
        };
        // Neighbouring seeds are to start far from each other.
        let start = mix(seed);
        Ok(match *self {
            Algorithm::RoundRobin => Box::new(RoundRobin::new(&weights()).starting_at(start)),
            Algorithm::SmoothWeighted => Box::new(Cycle::smooth(&weights()).starting_at(start)),
            Algorithm::Edf => Box::new(Cycle::edf(&weights()).starting_at(start)),
            Algorithm::Interleaved => Box::new(Cycle::interleaved(&weights()).starting_at(start)),
            Algorithm::WeightedRandom => Box::new(WeightedRandom::new(&weights(), seed)),
            Algorithm::LeastConnections => Box::new(LeastConnections::new(members)),
            Algorithm::PowerOfTwo => Box::new(PowerOfTwo::new(members, seed)),
            Algorithm::PeakEwma { decay } => Box::new(PeakEwma::new(members, decay, seed)?),
            Algorithm::Ring { points } => Box::new(Ring::new(&named(), points)?.seeded(seed)),
            Algorithm::Ketama { points } => Box::new(Ring::ketama(&named(), points)?.seeded(seed)),
            Algorithm::BoundedLoad { factor, points } => {
                Box::new(BoundedLoad::new(members, factor, points)?.seeded(seed))
            }
            Algorithm::Maglev { table_size } => {
                Box::new(Maglev::new(&named(), table_size)?.seeded(seed))
            }
            Algorithm::Rendezvous => Box::new(Rendezvous::new(&named()).seeded(seed)),
        })
    }
}

#[cfg(feature = "serde")]
mod by_name {
    use std::fmt;

    use serde::de::value::MapAccessDeserializer;
    use serde::de::{Error, MapAccess, Visitor, value::StrDeserializer};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Algorithm;

    impl Serialize for Algorithm {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            Algorithm::serialize(self, serializer)
        }
    }

    impl<'de> Deserialize<'de> for Algorithm {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(NameOrSettings)
        }
    }

    /// Accepts the name alone, also of an algorithm that has settings.
    struct NameOrSettings;

    impl<'de> Visitor<'de> for NameOrSettings {
        type Value = Algorithm;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the name of an algorithm, or a table of its settings under its name")
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<Algorithm, E> {
            match name {
                "peak_ewma" => Ok(Algorithm::peak_ewma()),
                "ring" => Ok(Algorithm::ring()),
                "ketama" => Ok(Algorithm::ketama()),
                "bounded_load" => Ok(Algorithm::bounded_load()),
                "maglev" => Ok(Algorithm::maglev()),
                _ => Algorithm::deserialize(StrDeserializer::<E>::new(name)),
            }
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Algorithm, A::Error> {
            Algorithm::deserialize(MapAccessDeserializer::new(map))
        }
    }
}
