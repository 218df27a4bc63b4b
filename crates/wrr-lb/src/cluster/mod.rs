//! Endpoints, and who of them gets requests.
//!
//! A picker chooses among endpoints that are all well. Real ones start, die, hang, return errors,
//! are drained for an update. A [`Cluster`] knows how each of them does, by checks that ask it and
//! by the requests that it serves, and always has a picker over those that should get requests:
//!
//! ```text
//!   set, add, remove, drain ─┐                              many threads, no lock:
//!   report_check ────────────┤  Mutex    build, swap
//!   Lease::failure ──────────┼─ members ────────────▶ snapshot ◀─ pick() ─▶ Lease
//!   tick() ──────────────────┘  (rules)             picker, endpoints         │
//!              ▲                                                              │
//!              └────────────── successes, failures, latencies ◀───────────────┘
//! ```
//!
//! ```
//! use std::time::Duration;
//! use wrr_lb::Request;
//! use wrr_lb::cluster::{Cluster, ClusterConfig};
//!
//! let cluster = Cluster::new(ClusterConfig::default())?;
//! cluster.set([
//!     ("a", 2, "10.0.0.1:80"),
//!     ("b", 1, "10.0.0.2:80"),
//! ])?;
//! for _ in 0..3 {
//!     let lease = cluster.pick(Request::default()).expect("somebody is well");
//!     let address = lease.data(); // send the request there, then say how it went
//!     lease.success(Duration::from_millis(3));
//! }
//! assert_eq!(cluster.stats().endpoints[0].successes, 2);
//!
//! cluster.drain("a"); // no new requests for a
//! let lease = cluster.pick(Request::default()).unwrap();
//! assert_eq!(lease.endpoint().name(), "b");
//! # Ok::<(), wrr_lb::ConfigError>(())
//! ```
//!
//! Nothing runs by itself. The caller makes the checks when he likes, and calls
//! [`tick`](Cluster::tick) about once a second, which is the only thing that time drives.
//!
//! # Invariants
//!
//! - A pick returns an endpoint that was a candidate at a moment between its begin and its end.
//!   Candidates are the eligible endpoints; in a panic, all that do not drain.
//! - Never are more than `max_ejected_percent` of those that do not drain ejected.
//! - An endpoint's active requests are the leases on it that have not been dropped.
//!
//! # Complexity
//!
//! A pick costs what the picker costs, and about five atomic instructions. Every change costs O(n)
//! and building the picker. A tick that changes nothing costs O(n).
//!
//! # Left out
//!
//! Localities and priorities (Envoy sends what one group cannot take to the next), subsets, and
//! ejection by failure percentage. The first are clusters of clusters: `T` can be one.
//!
//! A weighted round robin that is built anew begins its sequence anew, at another place each time:
//! shares are exact between two changes of who is eligible, and over many of them on average.

mod config;
mod endpoint;
mod health;
mod lease;
mod member;
mod members;
mod outlier;
mod slow_start;
mod snapshot;
mod stats;
mod writer;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use clock::{Clock, SystemClock};

pub use config::{ClusterConfig, HealthConfig, OutlierConfig, SuccessRateConfig};
pub use endpoint::{Endpoint, State};
pub use health::HealthCheck;
pub use lease::Lease;
pub use stats::{ClusterStats, EndpointStats};

use crate::hash::{GOLDEN, mix};
use crate::{Algorithm, ConfigError, Request};
use snapshot::Snapshot;
use writer::Core;

/// How often [`Cluster::pick_other`] asks the picker again.
const ATTEMPTS: u64 = 3;

/// Endpoints, and a picker over those that should get requests. Clones are the same cluster.
///
/// `T` is what the caller reaches an endpoint with, such as an address or a client.
pub struct Cluster<T, C = SystemClock> {
    core: Arc<Core<T, C>>,
}

impl<T: Send + Sync + 'static> Cluster<T> {
    /// A cluster without endpoints.
    ///
    /// # Errors
    ///
    /// As [`ClusterConfig::validate`].
    pub fn new(config: ClusterConfig) -> Result<Self, ConfigError> {
        Cluster::with_clock(config, SystemClock::new())
    }
}

impl<T: Send + Sync + 'static, C: Clock + Send + Sync + 'static> Cluster<T, C> {
    /// A cluster without endpoints, which asks `clock` for the time.
    ///
    /// # Errors
    ///
    /// As [`ClusterConfig::validate`].
    pub fn with_clock(config: ClusterConfig, clock: C) -> Result<Self, ConfigError> {
        config.validate()?;
        let seed = config
            .seed
            .unwrap_or_else(|| RandomState::new().hash_one(()));
        let core = Core::new(config, clock, seed)?;
        Ok(Cluster { core })
    }

    // ANCHOR: pick
    /// Picks an endpoint for a request. `None` if there is no candidate.
    ///
    /// It waits for nobody and allocates nothing.
    #[inline]
    pub fn pick(&self, request: Request) -> Option<Lease<T>> {
        let snapshot = self.core.current.load();
        let picked = snapshot.picker.pick(self.timed(&snapshot, request));
        self.lease(&snapshot, picked)
    }

    /// A request goes to whom the snapshot says, and counts there before the snapshot is let go.
    #[inline]
    fn lease(&self, snapshot: &Snapshot<T>, picked: Option<usize>) -> Option<Lease<T>> {
        let Some(picked) = picked else {
            self.core.misses.fetch_add(1, Relaxed);
            return None;
        };
        if snapshot.panic {
            self.core.panic_picks.fetch_add(1, Relaxed);
        }
        let endpoint = snapshot.candidates[picked].clone();
        Some(Lease::begin(endpoint, snapshot.timed))
    }
    // ANCHOR_END: pick

    /// Reads the clock for those pickers that look at the time.
    #[inline]
    fn timed(&self, snapshot: &Snapshot<T>, request: Request) -> Request {
        match snapshot.timed {
            true => request.at(self.core.clock.now()),
            false => request,
        }
    }

    /// Picks an endpoint for a retry: if there is a candidate that is none of `not`, one of these.
    ///
    /// The second choice for a key is always the same, as long as the candidates are, so that
    /// retries find warm caches too.
    ///
    /// # Complexity
    ///
    /// A few picks; if they find only endpoints that were tried, O(n) for the least loaded of the
    /// others.
    pub fn pick_other(&self, request: Request, not: &[&Endpoint<T>]) -> Option<Lease<T>> {
        let snapshot = self.core.current.load();
        let tried = |at: &usize| {
            let endpoint = &snapshot.candidates[*at];
            not.iter().any(|n| n.is_same(endpoint))
        };
        let request = self.timed(&snapshot, request);
        let first = snapshot.picker.pick(request);
        let others = (1..=ATTEMPTS).filter_map(|attempt| {
            let key = request
                .key
                .map(|k| mix(k.wrapping_add(attempt.wrapping_mul(GOLDEN))));
            snapshot.picker.pick(Request { key, ..request })
        });
        let other = (first.into_iter().chain(others))
            .find(|at| !tried(at))
            .or_else(|| snapshot.least_loaded(|at| !tried(at)));
        self.lease(&snapshot, other.or(first))
    }

    /// Replaces the endpoints by these, each with name, weight and data.
    ///
    /// One whose name stays keeps its health, load and counters, and gets the new weight and data.
    /// One whose name is gone gets no new requests; those that it has can finish. One with a
    /// weight of zero is known and gets no requests.
    ///
    /// # Errors
    ///
    /// [`ConfigError::DuplicateName`], or [`ConfigError::TooManyEndpoints`] if they are more than
    /// the algorithm can choose from. Then nothing is changed.
    pub fn set<N: AsRef<str>>(
        &self,
        endpoints: impl IntoIterator<Item = (N, u32, T)>,
    ) -> Result<(), ConfigError> {
        self.core.set(endpoints.into_iter().collect())
    }

    /// Adds an endpoint, or gives the one of this name its new weight and data.
    ///
    /// # Errors
    ///
    /// [`ConfigError::TooManyEndpoints`] if the algorithm cannot choose from one more.
    pub fn add(&self, name: &str, weight: u32, data: T) -> Result<(), ConfigError> {
        self.core.add(name, weight, data)
    }

    /// Removes an endpoint at once; the requests that it has can finish. False if there is none of
    /// this name.
    pub fn remove(&self, name: &str) -> bool {
        let gone = self.core.change(|members, _, _| members.remove(name));
        gone.is_some()
    }

    /// Lets an endpoint finish its requests and gives it no new ones. False if there is none of
    /// this name.
    ///
    /// When it has finished ([`is_drained`](Cluster::is_drained)) it can be stopped and removed.
    pub fn drain(&self, name: &str) -> bool {
        self.core
            .change(|members, _, next| members.drain(name, next))
    }

    /// Ends draining, so that the endpoint gets requests again. False if there is none of this
    /// name that drains.
    pub fn resume(&self, name: &str) -> bool {
        self.core.change(|members, _, _| members.resume(name))
    }

    /// The endpoints that drain and have finished: they have no requests, and will not get any.
    pub fn drained(&self) -> Vec<Arc<Endpoint<T>>> {
        self.core.drained()
    }

    /// Whether the endpoint of this name drains and has finished.
    pub fn is_drained(&self, name: &str) -> bool {
        self.drained().iter().any(|drained| drained.name() == name)
    }

    /// Sets an endpoint's weight. False if there is none of this name.
    pub fn set_weight(&self, name: &str, weight: u32) -> bool {
        self.core
            .change(|members, _, _| members.set_weight(name, weight))
    }

    /// Chooses by another algorithm from now on. No request is lost by it, since leases know the
    /// endpoint and not the algorithm.
    ///
    /// # Errors
    ///
    /// As [`Algorithm::build`]. Then nothing is changed.
    pub fn set_algorithm(&self, algorithm: Algorithm) -> Result<(), ConfigError> {
        self.core.set_algorithm(algorithm)
    }

    /// Takes in the result of an active check. False if there is no endpoint of this name.
    pub fn report_check(&self, name: &str, healthy: bool) -> bool {
        self.core
            .change(|members, _, _| members.check(name, healthy))
    }

    /// Takes in the results of several active checks, and builds one picker for all of them.
    /// Unknown names are left out: their endpoints were removed in the meantime.
    pub fn report_checks<N: AsRef<str>>(&self, results: impl IntoIterator<Item = (N, bool)>) {
        let results: Vec<_> = results.into_iter().collect();
        self.core.change(|members, _, _| {
            for (name, healthy) in &results {
                members.check(name.as_ref(), *healthy);
            }
        });
    }

    /// Checks all endpoints that do not drain, one after the other, and takes in the results. No
    /// lock is held meanwhile.
    pub fn check_all(&self, check: &mut impl HealthCheck<T>) {
        let endpoints = self.endpoints();
        let checked = endpoints.iter().filter(|e| e.state() != State::Draining);
        self.report_checks(checked.map(|e| (e.name(), check.check(e))));
    }

    /// Does what time brings: it ends ejections, compares success rates, and raises shares in slow
    /// start. Call it about once a second; what it does is at most so late.
    pub fn tick(&self) {
        self.core.change(|members, now, _| members.tick(now));
    }

    /// All endpoints, in the order in which they were given.
    pub fn endpoints(&self) -> Vec<Arc<Endpoint<T>>> {
        self.core.current.load().all.to_vec()
    }

    /// What has happened so far. O(n); the picks do not wait.
    pub fn stats(&self) -> ClusterStats {
        self.core.stats()
    }

    /// The clock, to measure latencies with.
    pub fn clock(&self) -> &C {
        &self.core.clock
    }

    /// Panics when an invariant is broken: for the tests of this crate. O(n).
    #[doc(hidden)]
    pub fn check_invariants(&self) {
        self.core.check_invariants();
    }
}

impl<T, C> Clone for Cluster<T, C> {
    fn clone(&self) -> Self {
        Cluster {
            core: self.core.clone(),
        }
    }
}

impl<T, C> fmt::Debug for Cluster<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let snapshot = self.core.current.load();
        f.debug_struct("Cluster")
            .field("endpoints", &snapshot.all)
            .field("panicking", &snapshot.panic)
            .finish_non_exhaustive()
    }
}
