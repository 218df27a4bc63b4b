//! An HTTP reverse proxy for the edge of a service: it routes, balances, retries, limits and
//! gives up in time.

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
pub mod h1;
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
