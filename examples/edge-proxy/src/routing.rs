//! What the configuration has become: routes that lead to upstreams. It is never changed; a new
//! configuration makes a new one, and requests that are under way keep theirs.

use std::sync::Arc;
use std::time::Duration;

use crate::config::{Config, Timeouts};
use crate::route::Table;
use crate::upload::Limits;
use crate::upstream::Upstream;

/// Everything that a request has to know of the configuration.
pub struct Routing {
    /// Where requests go.
    pub table: Table<Route>,
    /// How long the proxy waits for its clients.
    pub timeouts: Timeouts,
    /// Whether each request is logged.
    pub access_log: bool,
}

/// Where the requests for a host and a path go, and under which conditions.
pub struct Route {
    /// The servers.
    pub upstream: Arc<Upstream>,
    /// How large bodies may be.
    pub limits: Limits,
    /// How long a request may take until its answer begins.
    pub timeout: Duration,
}

impl Routing {
    /// What a checked configuration means.
    pub fn new(config: &Config) -> Self {
        let upstreams = config.upstreams.iter();
        let upstreams: std::collections::HashMap<_, _> = upstreams
            .map(|(name, settings)| (name, Arc::new(Upstream::new(name, settings.clone()))))
            .collect();
        let routes = config.routes.iter().filter_map(|route| {
            let upstream = Arc::clone(upstreams.get(&route.upstream)?);
            let limits = Limits {
                most: 1 << 20,
                buffer: 64 << 10,
                silence: config.timeouts.body,
            };
            let timeout = route.timeout.unwrap_or(config.timeouts.request);
            let made = Route {
                upstream,
                limits,
                timeout,
            };
            Some((route.host.clone(), route.path.clone(), made))
        });
        Routing {
            table: Table::new(routes),
            timeouts: config.timeouts.clone(),
            access_log: config.log.access,
        }
    }
}
