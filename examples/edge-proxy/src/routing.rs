//! What the configuration has become: routes that lead to upstreams. It is never changed; a new
//! configuration makes a new one, and requests that are under way keep theirs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::config::{self, Config, Timeouts};
use crate::limit::Limit;
use crate::route::Table;
use crate::upload::Limits;
use crate::upstream::Upstream;

/// Everything that a request has to know of the configuration.
pub struct Routing {
    /// Where requests go.
    pub table: Table<Route>,
    /// All groups of servers, by their numbers.
    pub upstreams: Vec<Arc<Upstream>>,
    /// The routes' names for metrics, by their numbers.
    pub names: Vec<(String, usize)>,
    /// How long the proxy waits for its clients.
    pub timeouts: Timeouts,
    /// Whether each request is logged.
    pub access_log: bool,
}

/// Where the requests for a host and a path go, and under which conditions.
pub struct Route {
    /// Its place in [`Routing::names`].
    pub number: usize,
    /// The servers.
    pub upstream: Arc<Upstream>,
    /// How large bodies may be.
    pub limits: Limits,
    /// How long a request may take until its answer begins.
    pub timeout: Duration,
    /// How many requests a client may make.
    pub limit: Option<Arc<Limit>>,
    settings: config::Route,
}

impl Routing {
    // ANCHOR: renew
    /// What a checked configuration means. What `before` has learnt is kept: the health of servers,
    /// the state of breakers, what clients have used of their limits.
    ///
    /// # Errors
    ///
    /// If one of the crates refuses its part of the configuration, which a checked one does not
    /// have.
    pub fn renew(config: &Config, before: Option<&Routing>) -> Result<Self, String> {
        let mut upstreams = Vec::new();
        for (name, settings) in &config.upstreams {
            let known = before.and_then(|before| before.upstream(name));
            let number = upstreams.len();
            let upstream = Upstream::renew(name, number, settings.clone(), known.map(|u| &**u))?;
            upstreams.push(Arc::new(upstream));
        }
        let by_name: HashMap<&str, &Arc<Upstream>> = upstreams
            .iter()
            .map(|upstream| (upstream.name.as_str(), upstream))
            .collect();
        let mut routes = Vec::new();
        let mut names = Vec::new();
        for settings in &config.routes {
            let upstream = by_name
                .get(settings.upstream.as_str())
                .ok_or("no such upstream")?;
            let known = before.and_then(|before| before.limit(settings));
            let route = Route::new(names.len(), settings, config, upstream, known)?;
            let host = settings.host.as_ref().map(ToString::to_string);
            names.push((host.unwrap_or_default() + &settings.path, upstream.number));
            routes.push((settings.host.clone(), settings.path.clone(), route));
        }
        Ok(Routing {
            table: Table::new(routes),
            upstreams,
            names,
            timeouts: config.timeouts.clone(),
            access_log: config.log.access,
        })
    }
    // ANCHOR_END: renew

    fn upstream(&self, name: &str) -> Option<&Arc<Upstream>> {
        self.upstreams.iter().find(|upstream| upstream.name == name)
    }

    /// The limit of the route for the same host and path, if it was the same.
    fn limit(&self, settings: &config::Route) -> Option<Arc<Limit>> {
        let same = |known: &config::Route| {
            known.host == settings.host
                && known.path == settings.path
                && known.rate_limit == settings.rate_limit
        };
        let known = self.table.iter().find(|route| same(&route.settings))?;
        known.limit.clone()
    }
}

impl Route {
    fn new(
        number: usize,
        settings: &config::Route,
        config: &Config,
        upstream: &Arc<Upstream>,
        known: Option<Arc<Limit>>,
    ) -> Result<Self, String> {
        let limit = match (known, &settings.rate_limit) {
            (Some(known), _) => Some(known),
            (None, None) => None,
            (None, Some(limit)) => {
                let quota = limit.to_quota().map_err(|error| error.to_string())?;
                Some(Arc::new(Limit::new(limit.by.clone(), quota)))
            }
        };
        Ok(Route {
            number,
            upstream: Arc::clone(upstream),
            limits: Limits {
                most: settings.max_body,
                buffer: upstream.settings.retry.max_buffered,
                silence: config.timeouts.body,
            },
            timeout: settings.timeout.unwrap_or(config.timeouts.request),
            limit,
            settings: settings.clone(),
        })
    }
}
