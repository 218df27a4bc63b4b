//! Changing a cluster: one writer at a time, who never makes a pick wait.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use arc_swap::ArcSwap;
use clock::{Clock, Nanos};

use super::config::ClusterConfig;
use super::endpoint::{Endpoint, Home, Vitals};
use super::members::Members;
use super::slow_start;
use super::snapshot::{Retired, Snapshot};
use super::stats::ClusterStats;
use crate::hash::mix;
use crate::{Algorithm, ConfigError, Member};

/// What the clones of a cluster share.
pub(super) struct Core<T, C> {
    /// What picks look at.
    pub(super) current: ArcSwap<Snapshot<T>>,
    pub(super) clock: Arc<C>,
    writer: Mutex<Writer<T>>,
    home: Home,
    seed: u64,
    panics: AtomicU64,
    pub(super) panic_picks: AtomicU64,
    pub(super) misses: AtomicU64,
}

/// What writers look at, one at a time.
struct Writer<T> {
    members: Members<T>,
    retired: Retired<T>,
}

/// What an endpoint tells its cluster.
pub(super) trait Ejector: Send + Sync {
    /// Too many requests in a row failed.
    fn failing(&self, vitals: &Vitals);
}

impl<T, C> Ejector for Core<T, C>
where
    T: Send + Sync + 'static,
    C: Clock + Send + Sync + 'static,
{
    fn failing(&self, vitals: &Vitals) {
        self.change(|members, now, _| members.failing(vitals, now));
    }
}

impl<T, C> Core<T, C>
where
    T: Send + Sync + 'static,
    C: Clock + Send + Sync + 'static,
{
    pub(super) fn new(
        config: ClusterConfig,
        clock: C,
        seed: u64,
    ) -> Result<Arc<Self>, ConfigError> {
        let clock = Arc::new(clock);
        let members = Members::new(config, clock.now());
        let empty = Snapshot::build(&members, 0, seed)?;
        Ok(Arc::new_cyclic(|core: &Weak<Self>| Core {
            home: Home {
                clock: clock.clone(),
                cluster: core.clone(),
                consecutive_failures: members.config.outlier.consecutive_failures,
            },
            current: ArcSwap::from_pointee(empty),
            clock,
            writer: Mutex::new(Writer {
                members,
                retired: Retired::new(),
            }),
            seed,
            panics: AtomicU64::new(0),
            panic_picks: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }))
    }

    // ANCHOR: swap
    /// Changes something, and puts a new snapshot in place if it makes a difference to picks. The
    /// change is told the time and the version of the next snapshot.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut Members<T>, Nanos, u64) -> R) -> R {
        let mut writer = self.lock();
        let version = self.current.load().version + 1;
        let now = self.clock.now();
        let result = change(&mut writer.members, now, version);
        if writer.members.settle(now) {
            let next = Snapshot::build(&writer.members, version, self.seed)
                .expect("who changes the members or the algorithm asks fits()");
            let panic = next.panic;
            let last = self.current.swap(Arc::new(next));
            self.panics
                .fetch_add((panic && !last.panic) as u64, Relaxed);
            writer.retired.push(last);
        }
        let unused = writer.retired.take_unused();
        // To free them may run the destructor of a T, which may call the cluster again.
        drop(writer);
        drop(unused);
        result
    }
    // ANCHOR_END: swap

    pub(super) fn set<N: AsRef<str>>(&self, list: Vec<(N, u32, T)>) -> Result<(), ConfigError> {
        let mut names = HashSet::with_capacity(list.len());
        for (name, ..) in &list {
            if !names.insert(name.as_ref()) {
                let name = name.as_ref().to_owned();
                return Err(ConfigError::DuplicateName { name });
            }
        }
        let gone = self.change(|members, _, _| {
            fits(&members.config.algorithm, list.len())?;
            Ok(members.set(list, &self.home))
        });
        gone.map(drop)
    }

    pub(super) fn add(&self, name: &str, weight: u32, data: T) -> Result<(), ConfigError> {
        let gone = self.change(|members, _, _| {
            let known = members.iter().any(|m| m.endpoint.name() == name);
            fits(
                &members.config.algorithm,
                members.iter().count() + usize::from(!known),
            )?;
            Ok(members.put(name, weight, data, &self.home))
        });
        gone.map(drop)
    }

    pub(super) fn set_algorithm(&self, algorithm: Algorithm) -> Result<(), ConfigError> {
        algorithm.validate()?;
        self.change(|members, _, _| {
            fits(&algorithm, members.iter().count())?;
            members.set_algorithm(algorithm);
            Ok(())
        })
    }

    // ANCHOR: drained
    /// The endpoints that drain and have no request, nor will get one from a pick that still looks
    /// at a snapshot from before they drained.
    pub(super) fn drained(&self) -> Vec<Arc<Endpoint<T>>> {
        let mut writer = self.lock();
        let unused = writer.retired.take_unused();
        let drained = (writer.members.draining())
            .filter(|&(_, since)| !writer.retired.in_use_before(since))
            // Only then is the count final: it is read after the last such pick has let go.
            .filter(|(endpoint, _)| endpoint.load().active() == 0)
            .map(|(endpoint, _)| endpoint.clone())
            .collect();
        drop(writer);
        drop(unused);
        drained
    }
    // ANCHOR_END: drained

    pub(super) fn stats(&self) -> ClusterStats {
        let refused_ejections = self.lock().members.refused;
        let snapshot = self.current.load();
        ClusterStats {
            endpoints: snapshot.all.iter().map(|e| e.stats()).collect(),
            eligible: snapshot.eligible,
            panicking: snapshot.panic,
            panics: self.panics.load(Relaxed),
            panic_picks: self.panic_picks.load(Relaxed),
            misses: self.misses.load(Relaxed),
            rebuilds: snapshot.version,
            refused_ejections,
        }
    }

    pub(super) fn check_invariants(&self) {
        let writer = self.lock();
        writer.members.check_invariants();
        let snapshot = self.current.load();
        let (candidates, eligible, panic) = writer.members.candidates();
        assert_eq!(
            (snapshot.eligible, snapshot.panic),
            (eligible, panic),
            "the snapshot is out of date"
        );
        let current = candidates.iter().map(|member| &member.endpoint);
        assert!(
            snapshot
                .candidates
                .iter()
                .map(Arc::as_ptr)
                .eq(current.map(Arc::as_ptr))
        );
        assert_eq!(snapshot.all.len(), writer.members.iter().count());
    }

    /// A panic under the lock is a bug of ours in the middle of a change; then the picks go on
    /// with the last snapshot, and the next change builds another.
    fn lock(&self) -> MutexGuard<'_, Writer<T>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the algorithm can choose from as many endpoints. It is asked for all, so that the
/// eligible ones, whoever they will be, are never too many.
fn fits(algorithm: &Algorithm, endpoints: usize) -> Result<(), ConfigError> {
    if endpoints <= algorithm.most_members() {
        return Ok(());
    }
    let any = Member {
        name: "",
        weight: 1,
        load: &Arc::default(),
    };
    // The algorithm knows best what to say to it.
    algorithm.build(&vec![any; endpoints], 0).map(drop)
}

impl<T> Snapshot<T> {
    // ANCHOR: build
    /// The members as they are now, and a picker over the candidates among them: so a pick need
    /// not test who is well.
    fn build(members: &Members<T>, version: u64, seed: u64) -> Result<Self, ConfigError> {
        let (candidates, eligible, panic) = members.candidates();
        let shares: Vec<_> = candidates.iter().map(|member| member.weight()).collect();
        let weights = slow_start::scaled(&shares);
        let described: Vec<_> = std::iter::zip(&candidates, weights)
            .map(|(member, weight)| Member {
                name: member.endpoint.name(),
                weight,
                load: member.endpoint.shared_load(),
            })
            .collect();
        // Another seed each time, lest frequent changes favour whom the first picks go to.
        let picker = members
            .config
            .algorithm
            .build(&described, mix(seed ^ version))?;
        Ok(Snapshot {
            version,
            timed: picker.needs_time(),
            picker,
            candidates: candidates.iter().map(|m| m.endpoint.clone()).collect(),
            all: members.iter().map(|m| m.endpoint.clone()).collect(),
            eligible,
            panic,
        })
    }
    // ANCHOR_END: build
}
