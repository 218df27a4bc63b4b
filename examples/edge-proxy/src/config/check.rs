//! What types cannot say: that names refer to something, that values make sense together.
//!
//! A check looks at the plain values and names the field that is wrong by its path; where that field
//! is in the file is looked up afterwards ([`Places`](super::place::Places)). All faults are
//! gathered: who mends a file wants to do it once.

use std::collections::BTreeMap;
use std::time::Duration;

use super::place::{Step, is_bare, written};
use super::schema::{Config, RateLimit, Route, Upstream};
use super::values::Host;

/// A path and what is wrong there.
pub(super) struct Finding<'a> {
    pub(super) path: Vec<Step<'a>>,
    pub(super) message: String,
}

/// All that is wrong with `config`, in no order.
pub(super) fn check(config: &Config) -> Vec<Finding<'_>> {
    let mut findings = Findings(Vec::new());
    if config.listen.is_empty() {
        findings.add(["listen".into()], "there must be at least one address");
    }
    for (index, address) in config.listen.iter().enumerate() {
        // Its port could be bound again, because workers share ports, and do the same twice.
        if config.listen[..index].contains(address) {
            findings.add(
                ["listen".into(), index.into()],
                format!("{address} is there twice"),
            );
        }
    }
    if let Some(admin) = &config.admin
        && config.listen.contains(&admin.listen)
    {
        let clients = "is also where clients connect; the admin listener needs a port of its own";
        findings.add(
            ["admin".into(), "listen".into()],
            format!("{} {clients}", admin.listen),
        );
    }
    let timeouts = &config.timeouts;
    for (name, timeout) in [
        ("header", timeouts.header),
        ("idle", timeouts.idle),
        ("request", timeouts.request),
        ("body", timeouts.body),
    ] {
        findings.positive(["timeouts".into(), name.into()], timeout);
    }
    for (name, upstream) in &config.upstreams {
        check_upstream(name, upstream, &mut findings);
    }
    check_routes(config, &mut findings);
    findings.0
}

fn check_upstream<'a>(name: &'a str, upstream: &'a Upstream, findings: &mut Findings<'a>) {
    let at = |rest: &[Step<'a>]| {
        let mut path = vec!["upstreams".into(), name.into()];
        path.extend_from_slice(rest);
        path
    };
    if !is_bare(name) {
        let letters = "a name is made of ASCII letters, digits, '-' and '_'";
        findings.add(
            at(&[]),
            format!("{letters}, because it becomes a label of metrics"),
        );
    }
    if upstream.endpoints.is_empty() {
        findings.add(
            at(&["endpoints".into()]),
            "there must be at least one endpoint",
        );
    }
    let mut seen = BTreeMap::new();
    for (index, endpoint) in upstream.endpoints.iter().enumerate() {
        if let Some(first) = seen.insert(endpoint.address, index) {
            let (address, here) = (endpoint.address, ["endpoints".into(), index.into()]);
            let message = format!("{address} is endpoints[{first}] already; give it a weight");
            findings.add(at(&here), message);
        }
    }
    if let Some(check) = &upstream.check {
        if !check.path.starts_with('/') {
            let message = format!("{:?} does not begin with '/'", check.path);
            findings.add(at(&["check".into(), "path".into()]), message);
        }
        findings.positive(at(&["check".into(), "interval".into()]), check.interval);
        findings.positive(at(&["check".into(), "timeout".into()]), check.timeout);
    }
    check_crates(upstream, &at, findings);
    if let Some(timeout) = upstream.retry.per_try_timeout {
        findings.positive(at(&["retry".into(), "per_try_timeout".into()]), timeout);
    }
    let connect = ["pool".into(), "connect_timeout".into()];
    findings.positive(at(&connect), upstream.pool.connect_timeout);
}

// ANCHOR: check_crates
/// Each crate judges what is meant for it, and names the field as seen from its own configuration.
fn check_crates<'a>(
    upstream: &'a Upstream,
    at: &impl Fn(&[Step<'a>]) -> Vec<Step<'a>>,
    findings: &mut Findings<'a>,
) {
    let mut add = |base: &[Step<'a>], field: &'static str, message: String| {
        let mut path = at(base);
        path.extend(field.split('.').map(Step::Key));
        // The message begins with the field, which the place says already.
        let problem = message
            .strip_prefix(field)
            .and_then(|rest| rest.strip_prefix(": "));
        let problem = problem.unwrap_or(&message).to_owned();
        findings.add(path, problem);
    };
    let balance = &upstream.balance;
    if let Err(error) = balance.algorithm.validate() {
        let here = ["balance".into(), "algorithm".into()];
        add(&here, field_of(&error), error.to_string());
    } else if let Err(error) = balance.validate() {
        add(&["balance".into()], field_of(&error), error.to_string());
    }
    let breaker = upstream.breaker.as_ref();
    if let Some(Err(error)) = breaker.map(circuit_breaker::Config::validate) {
        add(&["breaker".into()], error.field, error.to_string());
    }
    let retry = &upstream.retry;
    for (part, result) in [
        ("backoff", retry.backoff.validate()),
        ("budget", retry.budget.validate()),
    ] {
        if let Err(error) = result {
            add(
                &["retry".into(), part.into()],
                error.field(),
                error.to_string(),
            );
        }
    }
}
// ANCHOR_END: check_crates

fn field_of(error: &wrr_lb::ConfigError) -> &'static str {
    match error {
        wrr_lb::ConfigError::OutOfRange { field, .. } => field,
        // The others are about lists of endpoints, which are not in what is judged here.
        _ => "algorithm",
    }
}

fn check_routes<'a>(config: &'a Config, findings: &mut Findings<'a>) {
    if config.routes.is_empty() {
        findings.add(["routes".into()], "there must be at least one route");
    }
    let mut seen: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for (index, route) in config.routes.iter().enumerate() {
        let at = |field: &'static str| ["routes".into(), index.into(), Step::Key(field)];
        if !config.upstreams.contains_key(&route.upstream) {
            let known = config.upstreams.keys().map(String::as_str);
            let hint = did_you_mean(&route.upstream, known);
            let message = format!("there is no upstream {:?}{hint}", route.upstream);
            findings.add(at("upstream"), message);
        }
        if let Err(message) = path_prefix(&route.path) {
            findings.add(at("path"), message);
        }
        if let Some(timeout) = route.timeout {
            findings.positive(at("timeout"), timeout);
        }
        if let Some(Err(error)) = route.rate_limit.as_ref().map(RateLimit::to_quota) {
            let quota = [
                "routes".into(),
                index.into(),
                "rate_limit".into(),
                "quota".into(),
            ];
            findings.add(quota, error.to_string());
        }
        if let Some(first) = seen.insert(key(route), index) {
            let message =
                format!("routes[{first}] has the same host and path; this one would never be used");
            findings.add(["routes".into(), index.into()], message);
        }
    }
}

/// What tells one route from another.
fn key(route: &Route) -> (String, &str) {
    let host = route.host.as_ref().map(Host::to_string);
    (host.unwrap_or_default(), route.path.trim_end_matches('/'))
}

fn path_prefix(path: &str) -> Result<(), String> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"?#".contains(&byte);
    if !path.starts_with('/') {
        Err(format!("{path:?} does not begin with '/'"))
    } else if !path.bytes().all(plain) {
        Err(format!(
            "{path:?} has a character that no path has: write it %-encoded, without a query"
        ))
    } else {
        Ok(())
    }
}

/// Gathers what is wrong.
struct Findings<'a>(Vec<Finding<'a>>);

impl<'a> Findings<'a> {
    fn add(&mut self, path: impl Into<Vec<Step<'a>>>, message: impl Into<String>) {
        let (path, message) = (path.into(), message.into());
        self.0.push(Finding { path, message });
    }

    fn positive(&mut self, path: impl Into<Vec<Step<'a>>>, time: Duration) {
        if time.is_zero() {
            self.add(
                path,
                "must be more than zero; to wait for ever, write a long time",
            );
        }
    }
}

impl Finding<'_> {
    pub(super) fn field(&self) -> String {
        written(&self.path)
    }
}

// ANCHOR: did_you_mean
/// `; did you mean "app"?` if one of `known` is close to what was written.
pub(super) fn did_you_mean<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> String {
    let closest = known
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .min();
    match closest {
        // A third of the letters may be wrong: enough for a slip, too little for another word.
        Some((wrong, known)) if wrong <= name.chars().count().div_ceil(3) => {
            format!("; did you mean {known:?}?")
        }
        _ => String::new(),
    }
}
// ANCHOR_END: did_you_mean
