//! An HTTP reverse proxy for the edge of a service: it routes, balances, retries, limits and
//! gives up in time.
//!
//! It is made of the crates that it shows: `wrr-lb` says which server, `circuit-breaker` whether
//! any, `resilience` how often, `rate-limiter` for whom. What is left is HTTP, and the care that a
//! program needs that must not fall over.
//!
//! ```text
//!            accept        head         limit        breaker      server
//!   client ────────▶ client ──▶ handle ──────▶ forward ──────▶ upstream ──▶ pool ──▶ link ──▶ server
//!      ▲                          route          │  ▲ retry                            │
//!      └──────────── turn ◀── streaming ◀────────┘  └── failure ◀──────────────────────┘
//! ```
//!
//! | to read first | what it shows |
//! |---|---|
//! | [`handle`](mod@handle) | the life of a request as one function |
//! | [`forward`](mod@forward), [`retry`] | attempts, and when another is safe |
//! | [`upstream`] | breaker and balancer in front of a server |
//! | [`link`], [`pool`] | connections to servers, without a task or a lock |
//! | [`client`], [`alarm`] | connections of clients, and deadlines that cost nothing |
//! | [`drain`], [`routing`] | leaving, and changing the configuration, without losing a request |
//!
//! # Invariants
//!
//! - A request is executed twice only if its method is idempotent.
//! - Every wait has an end: for the client, for a connection, for an answer, for each piece of a
//!   body.
//! - Memory does not grow with the size of bodies, the number of clients' keys, or the slowness of
//!   either side.
//! - What is shared between threads is read or counted, never waited for.
//!
//! # What is left out
//!
//! TLS: put it in front, or run behind something that ends it; `X-Forwarded-Proto` says `http`.
//! Names of servers instead of addresses, caching, compression, and HTTP/3. CONNECT is refused.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod admin;
pub mod alarm;
pub mod body;
pub mod client;
pub mod config;
pub mod demo;
pub mod drain;
pub mod failure;
pub mod forward;
pub mod handle;
pub mod headers;
pub mod health;
pub mod limit;
pub mod link;
pub mod metrics;
pub mod outbound;
pub mod pool;
pub mod proxy;
pub mod retry;
pub mod route;
pub mod routing;
pub mod socket;
pub mod streaming;
pub mod tunnel;
pub mod turn;
pub mod upload;
pub mod upstream;
pub mod worker;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
