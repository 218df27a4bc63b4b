//! Who is in the cluster, and which of them get requests: the rules, without threads.
//!
//! ```text
//!   checks ─▶ health ───┐
//!   failures ─▶ ejection ┼─▶ eligible? ──no──▶ gets nothing, unless there is a panic
//!   drain() ─▶ draining ─┤       │
//!   weight ─────────────┘       yes, since when? ─▶ share of slow start
//! ```
//!
//! What comes in from outside changes one of the four on the left. Then [`settle`](Members::settle)
//! draws the conclusions, in one place: whoever becomes eligible, for whatever reason, starts
//! slowly.
//!
//! # Invariants
//!
//! - Eligible is who is healthy, not ejected, not draining, and has a weight.
//! - At most `max_ejected_percent` of those that do not drain are ejected.
//! - What [`Endpoint`]s show is what is known here.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use clock::Nanos;

use super::config::ClusterConfig;
use super::endpoint::{Endpoint, Home, Vitals};
use super::member::Member;
use super::outlier::{self, Tally};
use super::slow_start;
use crate::Algorithm;

/// All endpoints of a cluster, in the order in which they were given.
pub(super) struct Members<T> {
    pub(super) config: ClusterConfig,
    list: Vec<Member<T>>,
    /// Where in the list.
    index: HashMap<Arc<str>, usize>,
    /// When the interval of the outlier detection began.
    interval_began: Nanos,
    /// Ejections that were refused.
    pub(super) refused: u64,
    /// Whether something was changed that only a new snapshot shows.
    dirty: bool,
}

impl<T> Members<T> {
    pub(super) fn new(config: ClusterConfig, now: Nanos) -> Self {
        Members {
            config,
            list: Vec::new(),
            index: HashMap::new(),
            interval_began: now,
            refused: 0,
            dirty: false,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Member<T>> {
        self.list.iter()
    }

    fn get(&mut self, name: &str) -> Option<&mut Member<T>> {
        let at = *self.index.get(name)?;
        Some(&mut self.list[at])
    }

    /// Adds an endpoint; if there is one of this name, it gets the new weight and data, and keeps
    /// the rest. Returns what it replaced.
    pub(super) fn put(
        &mut self,
        name: &str,
        weight: u32,
        data: T,
        home: &Home,
    ) -> Option<Arc<Endpoint<T>>> {
        self.dirty = true;
        if let Some(member) = self.get(name) {
            let vitals = member.vitals().clone();
            vitals.weight.store(weight, Relaxed);
            let endpoint = Arc::new(Endpoint::new(vitals, data));
            return Some(std::mem::replace(&mut member.endpoint, endpoint));
        }
        let vitals = Arc::new(Vitals::new(name.into(), weight, home.clone()));
        let endpoint = Arc::new(Endpoint::new(vitals, data));
        self.push(Member::new(endpoint, &self.config.health));
        None
    }

    /// Replaces the list. Returns what is gone.
    pub(super) fn set<N: AsRef<str>>(
        &mut self,
        list: Vec<(N, u32, T)>,
        home: &Home,
    ) -> Vec<Arc<Endpoint<T>>> {
        let mut before: HashMap<Arc<str>, Member<T>> = std::mem::take(&mut self.list)
            .into_iter()
            .map(|member| (member.vitals().name.clone(), member))
            .collect();
        let mut gone = Vec::new();
        self.dirty = true;
        self.index.clear();
        for (name, weight, data) in list {
            if let Some(stays) = before.remove(name.as_ref()) {
                self.push(stays);
            }
            gone.extend(self.put(name.as_ref(), weight, data, home));
        }
        gone.extend(before.into_values().map(|member| member.endpoint));
        gone
    }

    fn push(&mut self, member: Member<T>) {
        let name = member.vitals().name.clone();
        self.index.insert(name, self.list.len());
        self.list.push(member);
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<Arc<Endpoint<T>>> {
        let at = *self.index.get(name)?;
        let gone = self.list.remove(at).endpoint;
        self.dirty = true;
        self.index.remove(name);
        for (at, member) in self.list.iter().enumerate().skip(at) {
            self.index.insert(member.vitals().name.clone(), at);
        }
        Some(gone)
    }

    /// False if there is none of this name.
    pub(super) fn set_weight(&mut self, name: &str, weight: u32) -> bool {
        let Some(member) = self.get(name) else {
            return false;
        };
        let before = member.vitals().weight.swap(weight, Relaxed);
        self.dirty |= before != weight;
        true
    }

    pub(super) fn set_algorithm(&mut self, algorithm: Algorithm) {
        self.config.algorithm = algorithm;
        self.dirty = true;
    }

    /// Drains from the snapshot of this version on. False if there is none of this name.
    pub(super) fn drain(&mut self, name: &str, version: u64) -> bool {
        let Some(member) = self.get(name) else {
            return false;
        };
        member.draining.get_or_insert(version);
        // It counts no more among those of whom only a share may be ejected.
        member.end_ejection();
        // Even if it was not eligible: it may have been picked in a panic.
        self.dirty = true;
        true
    }

    /// Ends draining. False if there is none of this name that drains.
    pub(super) fn resume(&mut self, name: &str) -> bool {
        let drained = self.get(name).is_some_and(|m| m.draining.take().is_some());
        self.dirty |= drained;
        drained
    }

    /// The endpoints that drain, and since which snapshot.
    pub(super) fn draining(&self) -> impl Iterator<Item = (&Arc<Endpoint<T>>, u64)> {
        self.list
            .iter()
            .filter_map(|member| Some((&member.endpoint, member.draining?)))
    }

    /// Takes in an active check. False if there is none of this name.
    pub(super) fn check(&mut self, name: &str, passed: bool) -> bool {
        let config = self.config.health;
        self.get(name).is_some_and(|member| {
            member.health.check(passed, &config);
            true
        })
    }

    /// Ejects an endpoint that failed too many requests in a row.
    pub(super) fn failing(&mut self, vitals: &Vitals, now: Nanos) {
        let Some(&at) = self.index.get(&vitals.name) else {
            return;
        };
        // Another one of the same name is not to blame.
        if std::ptr::eq(&**self.list[at].vitals(), vitals) {
            self.eject(at, now);
        }
    }

    // ANCHOR: eject
    /// Takes an endpoint out for some time, unless it is out already or enough others are.
    fn eject(&mut self, at: usize, now: Nanos) {
        if !self.list[at].may_be_picked() {
            return;
        }
        let (ejected, wanted) = self.ejected();
        if !self.is_ejectable(ejected + 1, wanted) {
            self.refused += 1;
            return;
        }
        let member = &mut self.list[at];
        member.ejection.begin(now, &self.config.outlier);
        member.vitals().ejections.fetch_add(1, Relaxed);
    }

    /// Whether as many may be ejected.
    fn is_ejectable(&self, ejected: usize, of: usize) -> bool {
        ejected * 100 <= self.config.outlier.max_ejected_percent as usize * of
    }
    // ANCHOR_END: eject

    /// How many are ejected, and of how many.
    fn ejected(&self) -> (usize, usize) {
        let wanted = self.list.iter().filter(|m| m.is_wanted());
        let ejected = wanted.clone().filter(|m| m.ejection.until().is_some());
        (ejected.count(), wanted.count())
    }

    /// What time brings: ejections end, and those whose success rate is an outlier's begin.
    pub(super) fn tick(&mut self, now: Nanos) {
        let interval_is_over = now - self.interval_began >= self.config.outlier.interval;
        for member in &mut self.list {
            // Before its ejection ends: the interval in which it was out forgives nothing.
            if interval_is_over {
                member.ejection.forgive();
            }
            if member.ejection.end_if_due(now) {
                member.readmit();
            }
        }
        if interval_is_over {
            self.interval_began = now;
            self.compare_success_rates(now);
        }
    }

    fn compare_success_rates(&mut self, now: Nanos) {
        let mut tallies = Vec::with_capacity(self.list.len());
        for member in &mut self.list {
            let tally = member.vitals().tally();
            let before = std::mem::replace(&mut member.before, tally);
            tallies.push(match member.may_be_picked() {
                true => tally.since(before),
                false => Tally::default(),
            });
        }
        for at in outlier::outliers(&tallies, &self.config.outlier.success_rate) {
            self.eject(at, now);
        }
    }

    /// Draws the conclusions from what has changed. True if others may be picked now, or with
    /// another weight.
    pub(super) fn settle(&mut self, now: Nanos) -> bool {
        self.end_excess_ejections();
        let config = &self.config;
        let mut changed = std::mem::take(&mut self.dirty);
        for member in &mut self.list {
            let eligible = member.may_be_picked();
            if eligible != member.eligible {
                member.eligible = eligible;
                member.since = now;
                changed = true;
            }
            let share = match eligible {
                true => slow_start::share(
                    now - member.since,
                    config.slow_start,
                    config.slow_start_from,
                ),
                false => slow_start::FULL,
            };
            changed |= member.vitals().share.swap(share, Relaxed) != share;
            let vitals = member.vitals();
            vitals.set_state(member.state());
            vitals
                .ejected
                .store(member.ejection.until().is_some(), Relaxed);
        }
        changed
    }

    /// When endpoints have left, the ejected may be too large a share of those that stay: the ones
    /// whose time is over first come back.
    fn end_excess_ejections(&mut self) {
        let (mut ejected, wanted) = self.ejected();
        while !self.is_ejectable(ejected, wanted) {
            let next = (self.list.iter_mut())
                .filter(|m| m.is_wanted())
                .filter_map(|m| Some((m.ejection.until()?, m)))
                .min_by_key(|&(until, _)| until);
            if let Some((_, member)) = next {
                member.end_ejection();
            }
            ejected -= 1;
        }
    }

    // ANCHOR: panic
    /// Who may be picked, how many of them by their own state, and whether this is a panic.
    ///
    /// When most are out, those that are left would be crushed by the requests of all. Then the
    /// checks are more likely to be wrong than the endpoints, and if they are right all is lost
    /// anyway: so everybody gets requests again, but for those that drain.
    pub(super) fn candidates(&self) -> (Vec<&Member<T>>, usize, bool) {
        let wanted: Vec<_> = self.list.iter().filter(|m| m.is_wanted()).collect();
        let eligible = wanted.iter().filter(|m| m.eligible).count();
        let panic = eligible * 100 < self.config.panic_threshold as usize * wanted.len();
        let candidates = match panic {
            true => wanted,
            false => wanted.into_iter().filter(|m| m.eligible).collect(),
        };
        (candidates, eligible, panic)
    }
    // ANCHOR_END: panic

    pub(super) fn check_invariants(&self) {
        assert_eq!(self.index.len(), self.list.len());
        for (at, member) in self.list.iter().enumerate() {
            assert_eq!(self.index[&member.vitals().name], at);
            member.health.check_invariants(&self.config.health);
            member.ejection.check_invariants(&self.config.outlier);
            assert_eq!(member.eligible, member.may_be_picked());
            assert_eq!(member.endpoint.state(), member.state());
            assert_eq!(
                member.endpoint.is_ejected(),
                member.ejection.until().is_some()
            );
            assert!(member.draining.is_none() || member.ejection.until().is_none());
        }
        let (ejected, wanted) = self.ejected();
        assert!(
            self.is_ejectable(ejected, wanted),
            "{ejected} of {wanted} are ejected"
        );
    }
}
