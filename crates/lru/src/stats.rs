//! Counters of what a cache has done.

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
