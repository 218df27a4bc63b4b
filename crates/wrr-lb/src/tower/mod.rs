//! Balancing as a `tower` service, and as a layer.
//!
//! There are two ways to have a server per endpoint. Either each endpoint has a service of its own,
//! such as a client that is connected to it: then a [`Cluster`](crate::cluster::Cluster) of
//! services is itself a service, [`Balance`]. Or there is one client that can talk to any address:
//! then [`BalanceLayer`] goes on top of it and tells it for each request to whom, as a
//! [`Routed`] request.
//!
//! ```text
//!   request ─▶ Balance ─ pick ─▶ lease ─▶ the endpoint's service ─▶ response
//!   request ─▶ BalanceLayer ─ pick ─▶ Routed { request, endpoint } ─▶ client ─▶ response
//!                               └─ success(latency) or failure(), as the classifier says ◀─┘
//! ```
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! use tower::{ServiceExt, service_fn};
//! use wrr_lb::Request;
//! use wrr_lb::cluster::{Cluster, ClusterConfig};
//! use wrr_lb::tower::Balance;
//!
//! let server = |name: &'static str| {
//!     service_fn(move |request: &'static str| async move {
//!         Ok::<_, std::io::Error>(format!("{name} says {request}"))
//!     })
//! };
//! let cluster = Cluster::new(ClusterConfig::default()).unwrap();
//! cluster.set([("a", 1, server("a")), ("b", 1, server("b"))]).unwrap();
//!
//! let balance = Balance::new(cluster.clone());
//! assert!(balance.clone().oneshot("hello").await.unwrap().ends_with(" says hello"));
//! assert!(balance.clone().oneshot("hello").await.unwrap().ends_with(" says hello"));
//! assert_eq!(cluster.stats().endpoints[0].successes, 1);
//!
//! // Equal requests go to the same endpoint, if the algorithm looks at keys.
//! let sticky = balance.with_key(|request: &&str| Request::keyed(request));
//! # assert!(sticky.oneshot("hello").await.is_ok());
//! # });
//! ```
//!
//! # When it is ready
//!
//! [`Balance`] is ready when what it wraps is; over a cluster of services that is always. It
//! cannot say more and be honest: whom a request goes to depends on the request, which `poll_ready`
//! does not know, and what is ready now may be out of the cluster when the request comes. So the
//! chosen service is cloned and made ready after the pick, in the future that `call` returns, and a
//! service that is slow to be ready has a high latency, which pickers take into account. To bound
//! how many wait, put a concurrency limit or load shedding on top.
//!
//! # Invariants
//!
//! - A request is active at its endpoint from `call` until its future is ready or dropped. For HTTP
//!   that is when the head of the response has come; whoever wants to count the body as well picks
//!   by hand and keeps the [`Lease`](crate::cluster::Lease) with it.
//! - A future that is dropped before it is ready was cancelled, and says nothing.

mod classify;
mod error;
mod future;
mod layer;
mod service;

pub use classify::{Classify, ErrorsFail, Outcome};
pub use error::Error;
pub use future::{ReadyCall, ResponseFuture};
pub use layer::BalanceLayer;
pub use service::{Balance, Direct, Key, NoKey, Routed};
