//! The policies by name.

use std::fmt;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::num::NonZeroUsize;
use std::str::FromStr;

use lru::{ArcCache, Cache, LfuCache, LruCache, S3FifoCache};

use crate::belady_hits;

/// A replacement policy that a trace can be replayed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// First in, first out: the baseline that learns nothing from a hit.
    Fifo,
    /// Least recently used.
    Lru,
    /// Least frequently used, ties by recency.
    Lfu,
    /// Adaptive replacement cache.
    Arc,
    /// Three static FIFO queues.
    S3Fifo,
    /// Belady's clairvoyant bound.
    Opt,
}

impl Policy {
    /// Every policy, the baseline first and the bound last.
    pub const ALL: [Policy; 6] = [
        Policy::Fifo,
        Policy::Lru,
        Policy::Lfu,
        Policy::Arc,
        Policy::S3Fifo,
        Policy::Opt,
    ];

    /// The name that the field uses.
    pub fn name(self) -> &'static str {
        match self {
            Policy::Fifo => "FIFO",
            Policy::Lru => "LRU",
            Policy::Lfu => "LFU",
            Policy::Arc => "ARC",
            Policy::S3Fifo => "S3-FIFO",
            Policy::Opt => "OPT",
        }
    }

    /// Number of requests of `trace` that this policy serves from a cache of `capacity` entries.
    ///
    /// `progress` is told every so many requests how many more are done.
    pub fn hits(self, trace: &[u64], capacity: NonZeroUsize, progress: impl Fn(u64)) -> u64 {
        // S3-FIFO's ghosts are fingerprints: with a random hash function, a hit more or less would
        // be a matter of luck.
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        match self {
            Policy::Fifo => replay(
                LruCache::with_hasher(capacity, hasher),
                trace,
                |cache, key| cache.contains(key),
                progress,
            ),
            Policy::Lru => replay(
                LruCache::with_hasher(capacity, hasher),
                trace,
                touch,
                progress,
            ),
            Policy::Lfu => replay(
                LfuCache::with_hasher(capacity, hasher),
                trace,
                touch,
                progress,
            ),
            Policy::Arc => replay(
                ArcCache::with_hasher(capacity, hasher),
                trace,
                touch,
                progress,
            ),
            Policy::S3Fifo => replay(
                S3FifoCache::with_hasher(capacity, hasher),
                trace,
                touch,
                progress,
            ),
            Policy::Opt => {
                let hits = belady_hits(trace, capacity.get());
                progress(trace.len() as u64);
                hits
            }
        }
    }
}

fn touch<C: Cache<u64, ()>>(cache: &mut C, key: &u64) -> bool {
    cache.get(key).is_some()
}

const STEP: usize = 4096;

fn replay<C: Cache<u64, ()>>(
    mut cache: C,
    trace: &[u64],
    hit: impl Fn(&mut C, &u64) -> bool,
    progress: impl Fn(u64),
) -> u64 {
    let mut hits = 0;
    for requests in trace.chunks(STEP) {
        for key in requests {
            if hit(&mut cache, key) {
                hits += 1;
            } else {
                cache.put(*key, ());
            }
        }
        progress(requests.len() as u64);
    }
    hits
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The name is of no policy.
#[derive(Debug, thiserror::Error)]
#[error("no policy is called '{0}'; there are fifo, lru, lfu, arc, s3-fifo and opt")]
pub struct UnknownPolicy(String);

impl FromStr for Policy {
    type Err = UnknownPolicy;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let plain = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
        Policy::ALL
            .into_iter()
            .find(|policy| plain(policy.name()) == plain(name))
            .ok_or_else(|| UnknownPolicy(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_known_by_its_name_however_it_is_written() {
        for policy in Policy::ALL {
            assert_eq!(
                policy.name().to_lowercase().parse::<Policy>().unwrap(),
                policy
            );
        }
        assert_eq!("s3fifo".parse::<Policy>().unwrap(), Policy::S3Fifo);
        assert!(
            "mru"
                .parse::<Policy>()
                .unwrap_err()
                .to_string()
                .contains("'mru'")
        );
    }

    #[test]
    fn no_policy_beats_the_bound() {
        let trace: Vec<u64> = (0..4_000u64)
            .map(|i| (i * i) % 61 + (i % 7) * (i % 3))
            .collect();
        let capacity = NonZeroUsize::new(20).unwrap();
        let bound = Policy::Opt.hits(&trace, capacity, |_| ());
        for policy in Policy::ALL {
            let hits = policy.hits(&trace, capacity, |_| ());
            assert!(hits <= bound, "{policy}: {hits} > {bound}");
            assert!(hits > 0, "{policy} never hits");
        }
    }
}
