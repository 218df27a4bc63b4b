//! Counters of what a cache has done.

use std::iter::Sum;

/// Counts since the cache was made. All are events, not bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Look-ups that found their key.
    pub hits: u64,
    /// Look-ups that did not.
    pub misses: u64,
    /// Keys that became resident.
    pub insertions: u64,
    /// Keys that were pushed out to make room.
    pub evictions: u64,
    /// Keys that were dropped because their time had come.
    pub expirations: u64,
}

impl Sum for Stats {
    fn sum<I: Iterator<Item = Stats>>(stats: I) -> Stats {
        stats.fold(Stats::default(), |sum, one| Stats {
            hits: sum.hits + one.hits,
            misses: sum.misses + one.misses,
            insertions: sum.insertions + one.insertions,
            evictions: sum.evictions + one.evictions,
            expirations: sum.expirations + one.expirations,
        })
    }
}
