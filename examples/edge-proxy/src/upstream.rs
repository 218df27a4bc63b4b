//! A group of servers that are alike, and all that stands between a request and one of them.
//!
//! ```text
//!   request ─▶ breaker: is the group worth calling? ─▶ cluster: which server? ─▶ Attempt
//!                 ▲                                        ▲                        │ answered
//!                 └────────────────────────────────────────│──────────────────────── Claim
//!                                                          └──── all of the answer ─┘
//! ```
//!
//! An [`Attempt`] asks, and its outcome is the breaker's business. Once there is an answer it is a
//! [`Claim`] on the server, which counts as busy until the last byte. Either may be dropped because
//! the client is gone: that says nothing about the server.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use circuit_breaker::{CircuitBreaker, Permit};
use http::StatusCode;
use http::request::Parts;
use resilience::Budget;
use wrr_lb::cluster::{Cluster, Endpoint, Lease};
use wrr_lb::{Algorithm, Request};

use crate::config;
use crate::failure::{Failure, Refusal};
use crate::limit::with_key;
use crate::pool::{EndpointId, Keep};

/// Where a server is.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    /// What its connections are kept under.
    pub id: EndpointId,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// The server at `address`. It has the same number as long as the process lives, so that its
    /// connections survive a reload.
    pub fn at(address: SocketAddr) -> Self {
        static NUMBERS: LazyLock<Mutex<HashMap<SocketAddr, u32>>> = LazyLock::new(Mutex::default);
        let mut numbers = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
        let next = numbers.len() as u32;
        let id = EndpointId(*numbers.entry(address).or_insert(next));
        Server { id, address }
    }
}

/// A group of servers that are alike.
pub struct Upstream {
    /// Its name in the configuration.
    pub name: String,
    /// Its place among the upstreams of the routing.
    pub number: usize,
    /// What the configuration says.
    pub settings: config::Upstream,
    /// The servers, and how they are.
    pub cluster: Cluster<Server>,
    /// Whether they are worth calling at all.
    pub breaker: Option<CircuitBreaker>,
    /// How many retries there may be.
    pub budget: Arc<Budget>,
    /// Whether the algorithm looks at a key.
    keyed: bool,
}

impl Upstream {
    // ANCHOR: renew
    /// The upstream that a configuration describes. What `before` knew under the same name, about
    /// its servers' health and its own failures, it keeps where the configuration of it is the same.
    ///
    /// # Errors
    ///
    /// If one of the crates refuses its part of the configuration, which a checked one does not
    /// have.
    pub fn renew(
        name: &str,
        number: usize,
        settings: config::Upstream,
        before: Option<&Upstream>,
    ) -> Result<Self, String> {
        let same = |a: &config::Upstream| {
            let algorithm = settings.balance.algorithm;
            wrr_lb::cluster::ClusterConfig {
                algorithm,
                ..a.balance.clone()
            } == settings.balance
        };
        let cluster = match before.filter(|before| same(&before.settings)) {
            Some(before) => before.cluster.clone(),
            None => Cluster::new(settings.balance.clone()).map_err(text)?,
        };
        let servers = settings.endpoints.iter();
        let servers = servers.map(|endpoint| (endpoint.address, endpoint.weight.get()));
        let servers = servers.map(|(at, weight)| (at.to_string(), weight, Server::at(at)));
        cluster.set(servers).map_err(text)?;
        cluster
            .set_algorithm(settings.balance.algorithm)
            .map_err(text)?;
        let known = before.filter(|before| before.settings.breaker == settings.breaker);
        let breaker = match known.and_then(|before| before.breaker.clone()) {
            Some(breaker) => Some(breaker),
            None => settings
                .breaker
                .clone()
                .map(CircuitBreaker::new)
                .transpose()
                .map_err(text)?,
        };
        let known = before.filter(|before| before.settings.retry.budget == settings.retry.budget);
        let budget = match known {
            Some(before) => Arc::clone(&before.budget),
            None => Arc::new(Budget::new(settings.retry.budget).map_err(text)?),
        };
        let keyed = is_keyed(&settings.balance.algorithm);
        let name = name.to_owned();
        Ok(Upstream {
            name,
            number,
            settings,
            cluster,
            breaker,
            budget,
            keyed,
        })
    }
    // ANCHOR_END: renew

    /// How connections to it are kept.
    pub fn keep(&self) -> Keep {
        Keep {
            most: self.settings.pool.max_idle,
            idle: self.settings.pool.idle_timeout,
        }
    }

    /// What a request looks like to the balancer.
    pub fn request(&self, head: &Parts, client: IpAddr) -> Request {
        if !self.keyed {
            return Request::default();
        }
        with_key(&self.settings.hash_by, head, client, Request::keyed)
    }

    // ANCHOR: attempt
    /// Asks for a server for one attempt at a request, preferably one that is not among `tried`.
    ///
    /// # Errors
    ///
    /// If the breaker is open, or no server takes requests.
    pub fn attempt(
        &self,
        request: Request,
        tried: &[Arc<Endpoint<Server>>],
    ) -> Result<Attempt<'_>, Refusal> {
        let permit = self
            .breaker
            .as_ref()
            .map(CircuitBreaker::try_acquire)
            .transpose();
        let permit = permit.map_err(|open| Refusal::BreakerOpen(open.retry_after))?;
        let lease = if tried.is_empty() {
            self.cluster.pick(request)
        } else {
            let tried: Vec<&Endpoint<Server>> = tried.iter().map(|tried| &**tried).collect();
            self.cluster.pick_other(request, &tried)
        };
        match lease {
            Some(lease) => Ok(Attempt { lease, permit }),
            None => {
                // Nobody was called, so nobody failed.
                if let Some(permit) = permit {
                    permit.ignore();
                }
                Err(Refusal::NoEndpoint)
            }
        }
    }
    // ANCHOR_END: attempt
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

fn is_keyed(algorithm: &Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::Ketama { .. }
            | Algorithm::BoundedLoad { .. }
            | Algorithm::Maglev { .. }
            | Algorithm::Rendezvous
    )
}

/// One attempt at a request, of which nothing is known yet.
pub struct Attempt<'a> {
    lease: Lease<Server>,
    permit: Option<Permit<'a>>,
}

impl Attempt<'_> {
    /// The server.
    pub fn server(&self) -> Server {
        *self.lease.data()
    }

    /// The server among those that have been tried.
    pub fn endpoint(&self) -> Arc<Endpoint<Server>> {
        Arc::clone(self.lease.endpoint())
    }

    /// The head of the answer is here.
    pub fn answered(self, status: StatusCode, elapsed: Duration) -> Claim {
        // A server that says so itself is no better than one that says nothing.
        let failed = status.is_server_error();
        if let Some(permit) = self.permit {
            let outcome = match failed {
                true => circuit_breaker::Outcome::Failure,
                false => circuit_breaker::Outcome::Success,
            };
            permit.record_elapsed(outcome, elapsed);
        }
        Claim {
            lease: self.lease,
            latency: (!failed).then_some(elapsed),
        }
    }

    /// There was no answer.
    pub fn failed(self, failure: Failure) {
        match (failure, self.permit) {
            // It was the client's body: the server has done nothing wrong.
            (Failure::Client(_), Some(permit)) => permit.ignore(),
            (Failure::Client(_), None) => {}
            (_, permit) => {
                if let Some(permit) = permit {
                    permit.failure();
                }
                self.lease.failure();
            }
        }
    }
}

/// A server that is answering.
pub struct Claim {
    lease: Lease<Server>,
    /// Until the head of the answer; none if the answer is a failure.
    latency: Option<Duration>,
}

impl Claim {
    /// The server.
    pub fn server(&self) -> Server {
        *self.lease.data()
    }

    /// All of the answer is here.
    pub fn finished(self) {
        match self.latency {
            Some(latency) => self.lease.success(latency),
            None => self.lease.failure(),
        }
    }

    /// The answer was cut off.
    pub fn broken(self) {
        self.lease.failure();
    }
}
