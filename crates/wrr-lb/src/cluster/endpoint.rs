//! One of those that requests are sent to.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Weak};

use clock::Clock;

use super::outlier::Tally;
use super::stats::EndpointStats;
use super::writer::Ejector;
use crate::Load;

/// Whether an endpoint gets requests. One in slow start is `Healthy`, with a smaller share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It gets its share.
    Healthy,
    /// It gets none, since its checks failed or it is ejected; unless too few are left, and the
    /// cluster is in a panic.
    Unhealthy,
    /// It gets no new ones, whatever happens, and finishes those that it has.
    Draining,
}

impl State {
    /// Its name in lower case, as metrics have it.
    pub const fn name(self) -> &'static str {
        match self {
            State::Healthy => "healthy",
            State::Unhealthy => "unhealthy",
            State::Draining => "draining",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A server, or what else takes requests, in a [`Cluster`](super::Cluster): a name, a weight, and
/// the data of type `T` with which the caller reaches it.
///
/// All that is read here may be out of date by the time that it is looked at, by at most one
/// change.
pub struct Endpoint<T> {
    vitals: Arc<Vitals>,
    data: T,
}

impl<T> Endpoint<T> {
    pub(super) fn new(vitals: Arc<Vitals>, data: T) -> Self {
        Endpoint { vitals, data }
    }

    /// Its name, which is unique in its cluster.
    pub fn name(&self) -> &str {
        &self.vitals.name
    }

    /// What the caller reaches it with.
    pub fn data(&self) -> &T {
        &self.data
    }

    /// Its weight as configured, without the ramp of slow start.
    pub fn weight(&self) -> u32 {
        self.vitals.weight.load(Relaxed)
    }

    /// Whether it gets requests.
    pub fn state(&self) -> State {
        self.vitals.state()
    }

    /// Whether it is `Unhealthy` by ejection.
    pub fn is_ejected(&self) -> bool {
        self.vitals.ejected.load(Relaxed)
    }

    /// The requests that it has, and its latency.
    pub fn load(&self) -> &Load {
        &self.vitals.load
    }

    /// What has happened to it so far.
    pub fn stats(&self) -> EndpointStats {
        self.vitals.stats()
    }

    /// Whether it is the same one, though its data may have been replaced.
    pub fn is_same(&self, other: &Endpoint<T>) -> bool {
        Arc::ptr_eq(&self.vitals, &other.vitals)
    }

    pub(super) fn shared_load(&self) -> &Arc<Load> {
        &self.vitals.load
    }

    pub(super) fn vitals(&self) -> &Arc<Vitals> {
        &self.vitals
    }
}

impl<T> fmt::Debug for Endpoint<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("name", &self.name())
            .field("weight", &self.weight())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

/// What an endpoint knows of its cluster.
#[derive(Clone)]
pub(super) struct Home {
    pub(super) clock: Arc<dyn Clock + Send + Sync>,
    /// Weak, since the cluster has the endpoints.
    pub(super) cluster: Weak<dyn Ejector>,
    /// How many failures in a row the cluster wants to hear of. 0: of none.
    pub(super) consecutive_failures: u32,
}

/// What stays of an endpoint when its data is replaced: who it is, and how it does.
///
/// All atomics are relaxed. They are counters, and copies for readers of what the registry knows;
/// nobody concludes from one of them what is in another.
pub(super) struct Vitals {
    pub(super) name: Arc<str>,
    pub(super) load: Arc<Load>,
    pub(super) weight: AtomicU32,
    /// The share of its weight in percent: less than 100 in slow start.
    pub(super) share: AtomicU32,
    state: AtomicU8,
    pub(super) ejected: AtomicBool,
    pub(super) ejections: AtomicU64,
    picks: AtomicU64,
    successes: AtomicU64,
    failures: AtomicU64,
    /// Failures since the last success.
    failures_in_a_row: AtomicU32,
    pub(super) home: Home,
}

impl Vitals {
    pub(super) fn new(name: Arc<str>, weight: u32, home: Home) -> Self {
        Vitals {
            name,
            home,
            load: Arc::new(Load::new()),
            weight: AtomicU32::new(weight),
            share: AtomicU32::new(super::slow_start::FULL),
            state: AtomicU8::new(State::Healthy as u8),
            ejected: AtomicBool::new(false),
            ejections: AtomicU64::new(0),
            picks: AtomicU64::new(0),
            successes: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            failures_in_a_row: AtomicU32::new(0),
        }
    }

    /// A request begins.
    #[inline]
    pub(super) fn picked(&self) {
        self.picks.fetch_add(1, Relaxed);
        self.load.start();
    }

    /// A request succeeded.
    #[inline]
    pub(super) fn succeeded(&self) {
        self.successes.fetch_add(1, Relaxed);
        // Almost always it is zero already, and to read a line is cheaper than to write it.
        if self.failures_in_a_row.load(Relaxed) != 0 {
            self.failures_in_a_row.store(0, Relaxed);
        }
    }

    // ANCHOR: consecutive
    /// A request failed. The one that makes it too many in a row tells the cluster; then they are
    /// counted from zero, so that the cluster is told once.
    pub(super) fn failed(&self) {
        let limit = self.home.consecutive_failures;
        self.failures.fetch_add(1, Relaxed);
        let before = self.failures_in_a_row.update(Relaxed, Relaxed, |before| {
            match before.saturating_add(1) {
                row if row == limit => 0,
                row => row,
            }
        });
        if before.saturating_add(1) == limit
            && let Some(cluster) = self.home.cluster.upgrade()
        {
            cluster.failing(self);
        }
    }
    // ANCHOR_END: consecutive

    pub(super) fn forget_failures_in_a_row(&self) {
        self.failures_in_a_row.store(0, Relaxed);
    }

    pub(super) fn tally(&self) -> Tally {
        Tally {
            successes: self.successes.load(Relaxed),
            failures: self.failures.load(Relaxed),
        }
    }

    pub(super) fn state(&self) -> State {
        match self.state.load(Relaxed) {
            0 => State::Healthy,
            1 => State::Unhealthy,
            _ => State::Draining,
        }
    }

    pub(super) fn set_state(&self, state: State) {
        self.state.store(state as u8, Relaxed);
    }

    fn stats(&self) -> EndpointStats {
        EndpointStats {
            name: self.name.to_string(),
            state: self.state(),
            ejected: self.ejected.load(Relaxed),
            weight: self.weight.load(Relaxed),
            share: self.share.load(Relaxed),
            active: self.load.active(),
            picks: self.picks.load(Relaxed),
            successes: self.successes.load(Relaxed),
            failures: self.failures.load(Relaxed),
            ejections: self.ejections.load(Relaxed),
        }
    }
}
