//! A group of servers that are alike, and all that stands between a request and one of them.
//!
//! ```text
//!   request ──▶ breaker: is the group worth calling? ──▶ cluster: which server? ──▶ Attempt
//!                  ▲                                        ▲                          │
//!                  └────────────── how it went ─────────────┴──────────────────────────┘
//! ```
//!
//! An [`Attempt`] is the request's claim on a server. It reports how it went to both, whichever way
//! it ends: an attempt that is dropped, because the client is gone, says nothing about the server.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use http::StatusCode;
use http::request::Parts;

use crate::config;
use crate::failure::{Failure, Refusal};
use crate::pool::{EndpointId, Keep};
use crate::stand_in::{Cluster, Endpoint, Lease, Request};

/// Where a server is.
#[derive(Clone, Debug)]
pub struct Server {
    /// What its connections are kept under.
    pub id: EndpointId,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// A server at `address`, under a number of its own.
    pub fn new(address: SocketAddr) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        // Relaxed: it need only be different from all others.
        let id = EndpointId(NEXT.fetch_add(1, Ordering::Relaxed));
        Server { id, address }
    }
}

/// A group of servers that are alike.
pub struct Upstream {
    /// Its name in the configuration.
    pub name: String,
    /// What the configuration says.
    pub settings: config::Upstream,
    cluster: Cluster<Server>,
}

impl Upstream {
    /// The upstream that a configuration describes.
    pub fn new(name: &str, settings: config::Upstream) -> Self {
        let cluster = Cluster::set(settings.endpoints.iter().map(|endpoint| {
            let address = endpoint.address;
            (
                address.to_string(),
                endpoint.weight.get(),
                Server::new(address),
            )
        }));
        Upstream {
            name: name.to_owned(),
            settings,
            cluster,
        }
    }

    /// How connections to it are kept.
    pub fn keep(&self) -> Keep {
        Keep {
            most: self.settings.pool.max_idle,
            idle: self.settings.pool.idle_timeout,
        }
    }

    /// What consistent hashing goes by.
    pub fn key(&self, head: &Parts, client: IpAddr) -> Option<u64> {
        let _ = (head, client);
        None
    }

    // ANCHOR: attempt
    /// A claim on a server for one attempt at a request, preferably one that is not among `tried`.
    /// `key` is what consistent hashing goes by.
    ///
    /// # Errors
    ///
    /// If the breaker is open, or no server takes requests.
    pub fn attempt(
        &self,
        key: Option<u64>,
        tried: &[Arc<Endpoint<Server>>],
    ) -> Result<Attempt, Refusal> {
        let request = key.map_or_else(Request::default, Request::hashed);
        let lease = if tried.is_empty() {
            self.cluster.pick(request)
        } else {
            let tried: Vec<&Endpoint<Server>> = tried.iter().map(|endpoint| &**endpoint).collect();
            self.cluster.pick_other(request, &tried)
        };
        let lease = lease.ok_or(Refusal::NoEndpoint)?;
        Ok(Attempt {
            lease,
            latency: None,
        })
    }
    // ANCHOR_END: attempt

    /// Whether the retry budget allows one more.
    pub fn may_retry(&self) -> bool {
        true
    }
}

/// A request's claim on a server.
pub struct Attempt {
    lease: Lease<Server>,
    latency: Option<Duration>,
}

impl Attempt {
    /// The server.
    pub fn server(&self) -> &Server {
        self.lease.endpoint().data()
    }

    /// The server among those that have been tried.
    pub fn endpoint(&self) -> Arc<Endpoint<Server>> {
        Arc::clone(self.lease.endpoint())
    }

    /// The head of the answer is here.
    pub fn answered(&mut self, _status: StatusCode, since: Instant, now: Instant) {
        self.latency = Some(now - since);
    }

    /// All of the answer is here.
    pub fn finished(self) {
        self.lease.success(self.latency.unwrap_or_default());
    }

    /// The answer was cut off.
    pub fn broken(self) {
        self.lease.failure();
    }

    /// There was no answer.
    pub fn failed(self, _: Failure) {
        self.lease.failure();
    }
}
