//! A request's hold on the endpoint that was picked for it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Endpoint;

/// An endpoint, picked for one request, that counts as active there until this is dropped.
///
/// Tell it how the request went: [`success`](Lease::success) or [`failure`](Lease::failure). One
/// that is dropped without either was cancelled, and says nothing about the endpoint.
///
/// It outlives what happens to the cluster: the endpoint can be removed, and the cluster dropped.
#[must_use = "the request is over when this is dropped"]
pub struct Lease<T> {
    endpoint: Arc<Endpoint<T>>,
    /// Whether latency is of interest, since the picker asks for it.
    timed: bool,
    latency: Option<Duration>,
}

impl<T> Lease<T> {
    #[inline]
    pub(super) fn begin(endpoint: Arc<Endpoint<T>>, timed: bool) -> Self {
        endpoint.vitals().picked();
        Lease {
            endpoint,
            timed,
            latency: None,
        }
    }

    /// The endpoint to send the request to.
    #[inline]
    pub fn endpoint(&self) -> &Arc<Endpoint<T>> {
        &self.endpoint
    }

    /// What to reach it with.
    #[inline]
    pub fn data(&self) -> &T {
        self.endpoint.data()
    }

    // ANCHOR: outcome
    /// The request succeeded, and took `latency`. It costs a few relaxed atomic instructions.
    ///
    /// The latency enters the endpoint's average,
    /// [`Load::latency_ewma`](crate::Load::latency_ewma), only if the algorithm looks at it: that
    /// takes reading the clock.
    #[inline]
    pub fn success(mut self, latency: Duration) {
        self.endpoint.vitals().succeeded();
        self.latency = Some(latency);
    }

    /// The request failed, by the endpoint's fault. If it is the last of too many in a row, the
    /// endpoint is ejected before this returns, for which it takes the cluster's lock.
    pub fn failure(self) {
        self.endpoint.vitals().failed();
    }
    // ANCHOR_END: outcome
}

impl<T> Drop for Lease<T> {
    #[inline]
    fn drop(&mut self) {
        let vitals = self.endpoint.vitals();
        match self.latency {
            Some(latency) if self.timed => vitals.load.finish(latency, vitals.home.clock.now()),
            _ => vitals.load.release(),
        }
    }
}

impl<T> fmt::Debug for Lease<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lease").field(&self.endpoint).finish()
    }
}
