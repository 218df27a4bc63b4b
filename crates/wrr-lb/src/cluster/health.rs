//! What active checks say: thresholds against flapping.
//!
//! A check that fails once says little, since a packet was lost or the garbage was collected. So an
//! endpoint changes its health only when several checks in a row say the same:
//!
//! ```text
//!   checks   ok ok ✗ ok ✗ ✗ ✗ ok ✗ ok ok         unhealthy_after = 3, healthy_after = 2
//!   health   ──── healthy ────┐           ┌──
//!                             └ unhealthy ┘
//! ```
//!
//! Who checks, how and when (HTTP, TCP, every five seconds) is the caller's: see [`HealthCheck`].

use super::Endpoint;
use super::config::HealthConfig;

/// How to ask an endpoint whether it is well. A closure `FnMut(&Endpoint<T>) -> bool` is one.
///
/// [`Cluster::check_all`](super::Cluster::check_all) asks one endpoint after the other, without
/// holding a lock. Code that asks them concurrently, or that is async, calls
/// [`Cluster::report_checks`](super::Cluster::report_checks) with the answers instead.
pub trait HealthCheck<T> {
    /// Whether the endpoint passed. A check that takes too long should give up and say `false`.
    fn check(&mut self, endpoint: &Endpoint<T>) -> bool;
}

impl<T, F: FnMut(&Endpoint<T>) -> bool> HealthCheck<T> for F {
    fn check(&mut self, endpoint: &Endpoint<T>) -> bool {
        self(endpoint)
    }
}

/// The health of one endpoint, by its active checks.
///
/// Invariant: `streak` is the number of latest checks that contradict `healthy`, and is less than
/// what it takes to change it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Health {
    healthy: bool,
    streak: u32,
}

impl Health {
    /// The health of an endpoint that has not been checked. Unless it is presumed healthy, its
    /// first check decides: an endpoint that waits at start-up for several good checks would be
    /// missing for no reason.
    pub(super) fn new(config: &HealthConfig) -> Self {
        Health {
            healthy: config.presume_healthy,
            streak: match config.presume_healthy {
                true => 0,
                false => config.healthy_after - 1,
            },
        }
    }

    pub(super) fn is_healthy(&self) -> bool {
        self.healthy
    }

    // ANCHOR: check
    /// Takes in the result of a check. True if the endpoint changed its health by it.
    pub(super) fn check(&mut self, passed: bool, config: &HealthConfig) -> bool {
        if passed == self.healthy {
            self.streak = 0;
            return false;
        }
        self.streak += 1;
        let needed = match passed {
            true => config.healthy_after,
            false => config.unhealthy_after,
        };
        if self.streak < needed {
            return false;
        }
        *self = Health {
            healthy: passed,
            streak: 0,
        };
        true
    }
    // ANCHOR_END: check

    pub(super) fn check_invariants(&self, config: &HealthConfig) {
        let needed = match self.healthy {
            true => config.unhealthy_after,
            false => config.healthy_after,
        };
        assert!(
            self.streak < needed,
            "a streak of {} changed nothing",
            self.streak
        );
    }
}
