//! What is known of one endpoint, and what follows from it.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use clock::Nanos;

use super::config::HealthConfig;
use super::endpoint::{Endpoint, State, Vitals};
use super::health::Health;
use super::outlier::{Ejection, Tally};

/// An endpoint, and what only the writers know of it.
pub(super) struct Member<T> {
    pub(super) endpoint: Arc<Endpoint<T>>,
    pub(super) health: Health,
    pub(super) ejection: Ejection,
    /// The version of the first snapshot without it, if it drains.
    pub(super) draining: Option<u64>,
    /// As of the last [`Members::settle`](super::members::Members::settle).
    pub(super) eligible: bool,
    /// When it became eligible.
    pub(super) since: Nanos,
    /// Its requests before this interval.
    pub(super) before: Tally,
}

impl<T> Member<T> {
    /// One that is new. It becomes eligible when the conclusions are drawn.
    pub(super) fn new(endpoint: Arc<Endpoint<T>>, config: &HealthConfig) -> Self {
        Member {
            endpoint,
            health: Health::new(config),
            ejection: Ejection::default(),
            draining: None,
            eligible: false,
            since: Nanos::ZERO,
            before: Tally::default(),
        }
    }

    pub(super) fn vitals(&self) -> &Arc<Vitals> {
        self.endpoint.vitals()
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.draining.is_none() && self.endpoint.weight() > 0
    }

    pub(super) fn may_be_picked(&self) -> bool {
        self.is_wanted() && self.health.is_healthy() && self.ejection.until().is_none()
    }

    /// Its weight, and its share of it in percent.
    pub(super) fn weight(&self) -> (u32, u32) {
        (self.endpoint.weight(), self.vitals().share.load(Relaxed))
    }

    /// The state that it shows.
    pub(super) fn state(&self) -> State {
        if self.draining.is_some() {
            State::Draining
        } else if self.health.is_healthy() && self.ejection.until().is_none() {
            State::Healthy
        } else {
            State::Unhealthy
        }
    }

    pub(super) fn end_ejection(&mut self) {
        self.ejection.end();
        self.readmit();
    }

    /// What it did before its ejection ended is not held against it.
    pub(super) fn readmit(&mut self) {
        self.before = self.vitals().tally();
        self.vitals().forget_failures_in_a_row();
    }
}
