//! What a metrics exporter reads.

use super::State;

/// What has happened in a cluster so far. Fields that are said to *count* only grow.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterStats {
    /// Each endpoint's, in the order in which they were given.
    pub endpoints: Vec<EndpointStats>,
    /// Endpoints that get requests by their own state.
    pub eligible: usize,
    /// Whether there are so few of them that all get requests, except those that drain.
    pub panicking: bool,
    /// Counts the panics.
    pub panics: u64,
    /// Counts the picks during panics.
    pub panic_picks: u64,
    /// Counts the picks that found nobody.
    pub misses: u64,
    /// Counts the snapshots that were built.
    pub rebuilds: u64,
    /// Counts the ejections that did not happen, because enough were ejected already.
    pub refused_ejections: u64,
}

/// What has happened to an endpoint so far. Fields that are said to *count* only grow, as long as
/// the endpoint is in the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointStats {
    /// Its name.
    pub name: String,
    /// Whether it gets requests.
    pub state: State,
    /// Whether it is unhealthy by ejection.
    pub ejected: bool,
    /// Its weight as configured.
    pub weight: u32,
    /// How much of its weight it has: 100 percent, and less in slow start.
    pub share: u32,
    /// Requests that it has now.
    pub active: u32,
    /// Counts the times that it was picked. What is neither active nor a success nor a failure
    /// ended without an opinion.
    pub picks: u64,
    /// Counts the requests that succeeded.
    pub successes: u64,
    /// Counts the requests that failed.
    pub failures: u64,
    /// Counts its ejections.
    pub ejections: u64,
}
