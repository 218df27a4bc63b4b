//! What a configuration says, as types.
//!
//! ```toml
//! listen = "127.0.0.1:8080"
//!
//! [upstreams.app]                      # servers that are alike
//! endpoints = ["127.0.0.1:9001", { address = "127.0.0.1:9002", weight = 3 }]
//! balance = { algorithm = "power_of_two" }
//! check = { path = "/healthz" }
//!
//! [[routes]]                           # which requests go to them
//! host = "example.com"
//! path = "/api"
//! upstream = "app"
//! rate_limit = { by = "header:x-api-key", quota = "100/s" }
//! ```
//!
//! Everything but `listen`, `upstreams` and `routes` may be left out; a field that is not known is
//! an error, because it is most often a known one misspelt. How the parts of an upstream behave is
//! configured by the crates that they come from: `balance` is wrr-lb's, `breaker` circuit-breaker's,
//! `retry.backoff` and `retry.budget` are resilience's.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use rate_limiter::Quota;
use resilience::{Backoff, BudgetConfig};
use serde::Deserialize;
use wrr_lb::cluster::ClusterConfig;

use super::values::{Host, KeyBy, Rate};

/// A whole configuration. One that came from [`load`](super::load) or [`parse`](super::parse) has
/// been checked: what its parts refer to exists, and the crates accept what is meant for them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where clients connect: one address or several.
    #[serde(deserialize_with = "super::forms::addresses")]
    pub listen: Vec<SocketAddr>,
    /// Threads that serve requests. By default, one a core.
    pub workers: Option<NonZeroUsize>,
    /// How long requests may go on after SIGTERM, before their connections are cut.
    #[serde(default = "drain_timeout", with = "humantime_serde")]
    pub drain_timeout: Duration,
    /// How long the proxy waits for its clients.
    #[serde(default)]
    pub timeouts: Timeouts,
    /// Where `/metrics` and `/healthz` are; nowhere by default.
    pub admin: Option<Admin>,
    /// What is logged.
    #[serde(default)]
    pub log: Log,
    /// Groups of servers, by name.
    pub upstreams: BTreeMap<String, Upstream>,
    /// Which requests go where. Of several that match, the one with the most exact host wins, then
    /// the one with the longest path; the order in the file means nothing.
    pub routes: Vec<Route>,
}

/// How long the proxy waits for its clients.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timeouts {
    /// For the head of a request, from its first byte on. A client that sends it a byte at a time
    /// ("slowloris") holds a connection no longer than this.
    #[serde(with = "humantime_serde")]
    pub header: Duration,
    /// For the next request on a connection that is kept open.
    #[serde(with = "humantime_serde")]
    pub idle: Duration,
    /// For a whole request with all its retries, until its response begins. A route may have its
    /// own.
    #[serde(with = "humantime_serde")]
    pub request: Duration,
    /// Between two pieces of a body, in either direction.
    #[serde(with = "humantime_serde")]
    pub body: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            header: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            request: Duration::from_secs(30),
            body: Duration::from_secs(30),
        }
    }
}

/// The listener for those who run the proxy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    /// Where it listens. It has no password: let it be an address that the world does not reach.
    #[serde(deserialize_with = "super::forms::address")]
    pub listen: SocketAddr,
}

/// What is logged, to the standard error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Whether each request is.
    pub access: bool,
    /// In which form.
    pub format: LogFormat,
}

/// The form of a line of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Servers that are alike: any of them may answer any request.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// The servers; at least one.
    pub endpoints: Vec<Endpoint>,
    /// How one of them is picked, and which are left out: algorithm, slow start, panic threshold,
    /// outliers.
    #[serde(default)]
    pub balance: ClusterConfig,
    /// What consistent hashing hashes.
    #[serde(default)]
    pub hash_by: KeyBy,
    /// Questions to each endpoint whether it is well; none by default.
    pub check: Option<Check>,
    /// Stops calling an upstream that fails; none by default.
    pub breaker: Option<circuit_breaker::Config>,
    /// What happens to a request that failed.
    #[serde(default)]
    pub retry: Retry,
    /// Connections to the endpoints.
    #[serde(default)]
    pub pool: Pool,
    /// Whether the endpoints speak HTTP/2 without TLS ("h2c", known beforehand). Otherwise
    /// HTTP/1.1.
    #[serde(default)]
    pub http2: bool,
}

/// A server.
///
/// Written `"127.0.0.1:9001"` or `{ address = "127.0.0.1:9001", weight = 3 }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its share of the requests, relative to the others'. 1 by default.
    pub weight: NonZeroU32,
}

/// Asks each endpoint regularly whether it is well. How many answers it takes to believe it is set
/// in `balance.health`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Check {
    /// What is asked for by GET. A status of 200 to 299 is well.
    pub path: String,
    /// From one question to the next.
    #[serde(with = "humantime_serde")]
    pub interval: Duration,
    /// How long an answer may take.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
}

impl Default for Check {
    fn default() -> Self {
        Check {
            path: "/healthz".into(),
            interval: Duration::from_secs(2),
            timeout: Duration::from_secs(1),
        }
    }
}

/// Sending a request again to another endpoint.
///
/// Only what has certainly not been executed, or is idempotent by its method (RFC 9110: GET, HEAD,
/// OPTIONS, TRACE, PUT, DELETE), is sent twice.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// How often a request is sent at most, the first time included: 1 is never again.
    pub attempts: NonZeroU32,
    /// How long one attempt may take; otherwise as long as the request may.
    #[serde(with = "humantime_serde")]
    pub per_try_timeout: Option<Duration>,
    /// The wait before each further attempt.
    pub backoff: Backoff,
    /// How many retries there may be for how many requests: what keeps a failure from multiplying
    /// the load.
    pub budget: BudgetConfig,
    /// The size, in bytes, up to which the body of an idempotent request is collected before it is
    /// sent, so that it can be sent again.
    pub max_buffered: u64,
}

impl Default for Retry {
    fn default() -> Self {
        Retry {
            attempts: NonZeroU32::new(2).unwrap_or(NonZeroU32::MIN),
            per_try_timeout: None,
            backoff: Backoff {
                initial: Duration::from_millis(25),
                max: Duration::from_millis(250),
                ..Backoff::default()
            },
            budget: BudgetConfig::default(),
            max_buffered: 64 << 10,
        }
    }
}

/// Connections to each endpoint of an upstream.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pool {
    /// Idle connections that a worker keeps to each endpoint.
    pub max_idle: usize,
    /// How long an idle connection is kept. It should be less than the servers' own.
    #[serde(with = "humantime_serde")]
    pub idle_timeout: Duration,
    /// How long connecting may take.
    #[serde(with = "humantime_serde")]
    pub connect_timeout: Duration,
}

impl Default for Pool {
    fn default() -> Self {
        Pool {
            max_idle: 64,
            idle_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(1),
        }
    }
}

/// Which requests go to which upstream.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The host that is asked for; any by default.
    pub host: Option<Host>,
    /// What the path begins with, in whole segments: `/api` has `/api` and `/api/x`, not `/apis`.
    /// All paths by default.
    #[serde(default = "root")]
    pub path: String,
    /// The name of the upstream.
    pub upstream: String,
    /// How many requests there may be; any number by default.
    pub rate_limit: Option<RateLimit>,
    /// For a whole request, in place of `timeouts.request`.
    #[serde(default, with = "humantime_serde")]
    pub timeout: Option<Duration>,
    /// The size of the largest body that a request may have, in bytes. 1 MiB by default, as in
    /// nginx.
    #[serde(default = "max_body")]
    pub max_body: u64,
}

/// How many requests of each client there may be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// What is counted by.
    #[serde(default)]
    pub by: KeyBy,
    /// How many, on average.
    pub quota: Rate,
    /// How many at once after a pause. By default, what the quota allows in its time.
    pub burst: Option<NonZeroU32>,
}

impl RateLimit {
    /// The same as the limiter wants it.
    ///
    /// # Errors
    ///
    /// If the time of the quota is too long.
    pub fn to_quota(&self) -> Result<Quota, rate_limiter::ConfigError> {
        let quota = Quota::new(self.quota.count, self.quota.per)?;
        Ok(self.burst.map_or(quota, |burst| quota.with_burst(burst)))
    }
}

fn drain_timeout() -> Duration {
    Duration::from_secs(30)
}

fn max_body() -> u64 {
    1 << 20
}

fn root() -> String {
    "/".into()
}
