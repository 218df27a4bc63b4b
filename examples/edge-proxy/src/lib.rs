//! An HTTP reverse proxy for the edge of a service: it routes, balances, retries, limits and
//! gives up in time.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod admin;
pub mod config;
pub mod demo;
pub mod metrics;
