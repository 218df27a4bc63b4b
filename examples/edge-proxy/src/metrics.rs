//! What the proxy has done, as Prometheus reads it.
//!
//! Counting is on the path of every request, reading happens every few seconds. So each worker has
//! counters of its own, which no other writes: an increment is one instruction on a cache line that
//! the processor has already. Whoever reads adds the workers' counts up.
//!
//! ```text
//!   worker 0 ──▶ RouteMetrics ─┐
//!   worker 1 ──▶ RouteMetrics ─┼─ sum ──▶ edge_requests_total{route="/api",upstream="app",status="2xx"} 42
//!   breakers, clusters ────────┘  ask     edge_breaker_state{upstream="app",state="open"} 1
//! ```
//!
//! What the crates count themselves (breaker, cluster, budget) is not counted twice: they are asked
//! when the page is made ([`Metrics::on_render`]). The text format is simple enough to be written by
//! hand, and a registry of metrics would be a second home for numbers that have one.
//!
//! # Invariants
//!
//! - A counter never goes down: the counters of a route that a reload took away are kept, and go on
//!   if it comes back.
//! - Labels come from the configuration, never from requests: no client can make the page grow.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A number that grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    #[inline]
    pub fn increment(&self) {
        self.add(1);
    }

    /// So many more.
    #[inline]
    pub fn add(&self, count: u64) {
        // Relaxed: a count orders nothing else.
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// How many there were.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The upper bounds of the latency histogram, in microseconds; above the last one is `+Inf`.
const BOUNDS: [u64; 15] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000,
];

/// What one worker counts for one route. On cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct RouteMetrics {
    /// By class: 1xx, 2xx, 3xx, 4xx, 5xx.
    statuses: [Counter; 5],
    latencies: [Counter; BOUNDS.len() + 1],
    micros: Counter,
    /// Requests that were refused because their client had too many.
    pub rate_limited: Counter,
}

impl RouteMetrics {
    // ANCHOR: record
    /// Counts a request that was answered with `status`, `elapsed` after its head had arrived.
    #[inline]
    pub fn record(&self, status: u16, elapsed: Duration) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.statuses[class].increment();
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.iter().position(|&bound| micros <= bound);
        self.latencies[bucket.unwrap_or(BOUNDS.len())].increment();
        self.micros.add(micros);
    }
    // ANCHOR_END: record
}

/// What one worker counts for one upstream. On cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct UpstreamMetrics {
    /// Requests that were sent again.
    pub retries: Counter,
    /// Requests that would have been sent again if the budget had not been used up.
    pub retries_over_budget: Counter,
    /// Requests that were not sent because the breaker was open.
    pub breaker_refused: Counter,
    /// Attempts that had no answer in time.
    pub timeouts: Counter,
    /// Attempts that failed: no connection, cut off, not HTTP.
    pub failures: Counter,
    /// Connections that were opened.
    pub connections_opened: Counter,
    /// Attempts that found an idle connection.
    pub connections_reused: Counter,
    /// Connections that were closed, for whatever reason.
    pub connections_closed: Counter,
}

/// What one worker counts for all its clients. On cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct ClientMetrics {
    /// Connections that clients opened.
    pub connections_opened: Counter,
    /// Connections that are closed again.
    pub connections_closed: Counter,
    /// Requests whose head was complete.
    pub requests_started: Counter,
    /// Requests that are over: answered to the last byte, or cut off.
    pub requests_finished: Counter,
    /// Requests that were answered by the proxy because no route was for them.
    pub no_route: Counter,
    /// Connections that were closed because what came was not HTTP, or came too slowly.
    pub bad_requests: Counter,
    /// Connections that were asked to end by a drain.
    pub drained: Counter,
}

type Worker = usize;
type PerWorker<T> = BTreeMap<Worker, Arc<T>>;
type Source = Box<dyn Fn(&mut Page) + Send + Sync>;

/// All counters, and all sources that are asked.
#[derive(Default)]
pub struct Metrics {
    routes: Mutex<BTreeMap<(String, String), PerWorker<RouteMetrics>>>,
    upstreams: Mutex<BTreeMap<String, PerWorker<UpstreamMetrics>>>,
    clients: Mutex<PerWorker<ClientMetrics>>,
    sources: Mutex<Vec<Source>>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    /// None of anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A worker's counters for a route, named by host and path: new ones, or those that it had
    /// before a reload. Takes a lock: to be called when a configuration is applied, not for each
    /// request.
    pub fn route(&self, worker: Worker, route: &str, upstream: &str) -> Arc<RouteMetrics> {
        let mut routes = lock(&self.routes);
        let labels = (route.to_owned(), upstream.to_owned());
        Arc::clone(routes.entry(labels).or_default().entry(worker).or_default())
    }

    /// A worker's counters for an upstream; otherwise like [`route`](Self::route).
    pub fn upstream(&self, worker: Worker, name: &str) -> Arc<UpstreamMetrics> {
        let mut upstreams = lock(&self.upstreams);
        Arc::clone(
            upstreams
                .entry(name.to_owned())
                .or_default()
                .entry(worker)
                .or_default(),
        )
    }

    /// A worker's counters for its clients.
    pub fn clients(&self, worker: Worker) -> Arc<ClientMetrics> {
        Arc::clone(lock(&self.clients).entry(worker).or_default())
    }

    /// Adds someone who is asked whenever the page is made. It should hold what it reads, such as
    /// the current upstreams, the way that requests do: so that it sees the newest.
    pub fn on_render(&self, source: impl Fn(&mut Page) + Send + Sync + 'static) {
        lock(&self.sources).push(Box::new(source));
    }

    /// The page, in Prometheus' text format, version 0.0.4.
    pub fn render(&self) -> String {
        let mut page = Page::default();
        for ((route, upstream), workers) in lock(&self.routes).iter() {
            render_route(
                &mut page,
                [("route", route), ("upstream", upstream)],
                workers,
            );
        }
        for (name, workers) in lock(&self.upstreams).iter() {
            render_upstream(&mut page, name, workers);
        }
        render_clients(&mut page, &lock(&self.clients));
        for source in lock(&self.sources).iter() {
            source(&mut page);
        }
        page.finish()
    }
}

fn render_route(page: &mut Page, labels: [(&str, &str); 2], workers: &PerWorker<RouteMetrics>) {
    let sum =
        |count: &dyn Fn(&RouteMetrics) -> u64| workers.values().map(|w| count(w)).sum::<u64>();
    for (class, name) in ["1xx", "2xx", "3xx", "4xx", "5xx"].into_iter().enumerate() {
        let count = sum(&|worker| worker.statuses[class].get());
        let help = "Requests answered, by class of status.";
        page.counter(
            "edge_requests_total",
            help,
            &with(labels, "status", name),
            count,
        );
    }
    let limited = sum(&|worker| worker.rate_limited.get());
    let help = "Requests refused because of a rate limit.";
    page.counter("edge_rate_limited_total", help, &labels, limited);

    let name = "edge_request_duration_seconds";
    let latencies = page.family(
        name,
        "histogram",
        "From the head of a request to that of its answer.",
    );
    let mut below = 0;
    for bucket in 0..=BOUNDS.len() {
        below += sum(&|worker| worker.latencies[bucket].get());
        let bound = BOUNDS
            .get(bucket)
            .map(|&micros| (micros as f64 / 1e6).to_string());
        let bound = with(labels, "le", bound.as_deref().unwrap_or("+Inf"));
        sample(latencies, &format!("{name}_bucket"), &bound, below);
    }
    let seconds = sum(&|worker| worker.micros.get()) as f64 / 1e6;
    sample(latencies, &format!("{name}_sum"), &labels, seconds);
    sample(latencies, &format!("{name}_count"), &labels, below);
}

fn with<'a>(
    labels: [(&'a str, &'a str); 2],
    name: &'a str,
    value: &'a str,
) -> [(&'a str, &'a str); 3] {
    [labels[0], labels[1], (name, value)]
}

fn render_upstream(page: &mut Page, name: &str, workers: &PerWorker<UpstreamMetrics>) {
    type Field = fn(&UpstreamMetrics) -> &Counter;
    let counters: [(&str, &str, Field); 7] = [
        ("retries", "Attempts after the first.", |u| &u.retries),
        (
            "retries_over_budget",
            "Retries that the budget did not allow.",
            |u| &u.retries_over_budget,
        ),
        (
            "breaker_refused",
            "Requests that an open breaker refused.",
            |u| &u.breaker_refused,
        ),
        (
            "upstream_timeouts",
            "Attempts without an answer in time.",
            |u| &u.timeouts,
        ),
        ("upstream_failures", "Attempts without any answer.", |u| {
            &u.failures
        }),
        ("upstream_connections_opened", "Connections opened.", |u| {
            &u.connections_opened
        }),
        (
            "upstream_connections_reused",
            "Attempts on an open connection.",
            |u| &u.connections_reused,
        ),
    ];
    let labels = [("upstream", name)];
    for (name, help, field) in counters {
        let count = workers.values().map(|worker| field(worker).get()).sum();
        page.counter(&format!("edge_{name}_total"), help, &labels, count);
    }
    let opened: u64 = workers
        .values()
        .map(|worker| worker.connections_opened.get())
        .sum();
    let closed: u64 = workers
        .values()
        .map(|worker| worker.connections_closed.get())
        .sum();
    let help = "Connections to endpoints that are open.";
    page.gauge(
        "edge_upstream_connections",
        help,
        &labels,
        opened.saturating_sub(closed) as f64,
    );
}

fn render_clients(page: &mut Page, workers: &PerWorker<ClientMetrics>) {
    type Field = fn(&ClientMetrics) -> &Counter;
    let sum = |field: Field| {
        workers
            .values()
            .map(|worker| field(worker).get())
            .sum::<u64>()
    };
    let counters: [(&str, &str, Field); 5] = [
        ("connections", "Connections that clients opened.", |c| {
            &c.connections_opened
        }),
        ("requests_started", "Requests whose head arrived.", |c| {
            &c.requests_started
        }),
        ("no_route", "Requests that no route was for.", |c| {
            &c.no_route
        }),
        (
            "bad_requests",
            "Connections closed for what came, or came too slowly.",
            |c| &c.bad_requests,
        ),
        ("drained_connections", "Connections asked to end.", |c| {
            &c.drained
        }),
    ];
    for (name, help, field) in counters {
        page.counter(&format!("edge_{name}_total"), help, &[], sum(field));
    }
    let open = sum(|c| &c.connections_opened).saturating_sub(sum(|c| &c.connections_closed));
    page.gauge(
        "edge_active_connections",
        "Connections of clients.",
        &[],
        open as f64,
    );
    let active = sum(|c| &c.requests_started).saturating_sub(sum(|c| &c.requests_finished));
    page.gauge(
        "edge_active_requests",
        "Requests that are not over.",
        &[],
        active as f64,
    );
}

/// A page of metrics that is being written. Samples of one family may come in any order: the page
/// puts them together, as the format wants it.
#[derive(Debug, Default)]
pub struct Page {
    families: BTreeMap<String, String>,
}

impl Page {
    /// A number that only grows. The name should end in `_total`.
    pub fn counter(&mut self, name: &str, help: &str, labels: &[(&str, &str)], value: u64) {
        sample(self.family(name, "counter", help), name, labels, value);
    }

    /// A number that goes up and down.
    pub fn gauge(&mut self, name: &str, help: &str, labels: &[(&str, &str)], value: f64) {
        sample(self.family(name, "gauge", help), name, labels, value);
    }

    fn family(&mut self, name: &str, kind: &str, help: &str) -> &mut String {
        self.families
            .entry(name.to_owned())
            .or_insert_with(|| format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"))
    }

    fn finish(self) -> String {
        self.families.into_values().collect()
    }
}

fn sample(family: &mut String, name: &str, labels: &[(&str, &str)], value: impl Display) {
    family.push_str(name);
    for (index, (label, value)) in labels.iter().enumerate() {
        let value = value
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        let before = if index == 0 { '{' } else { ',' };
        // Writing to a String does not fail.
        let _ = write!(family, "{before}{label}=\"{value}\"");
    }
    let end = if labels.is_empty() { "" } else { "}" };
    let _ = writeln!(family, "{end} {value}");
}

/// The lock, also when a thread died with it: counters are never half written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_all_workers_are_added_up() {
        let metrics = Metrics::new();
        for worker in [0, 1, 1] {
            let route = metrics.route(worker, "a.com/\"x", "app");
            route.record(200, Duration::from_millis(2));
            metrics.upstream(worker, "app").retries.increment();
        }
        metrics
            .route(0, "a.com/\"x", "app")
            .record(999, Duration::from_secs(60));
        let page = metrics.render();
        let labels = "route=\"a.com/\\\"x\",upstream=\"app\"";
        for line in [
            format!("edge_requests_total{{{labels},status=\"2xx\"}} 3"),
            format!("edge_requests_total{{{labels},status=\"5xx\"}} 1"),
            format!("edge_request_duration_seconds_bucket{{{labels},le=\"0.001\"}} 0"),
            format!("edge_request_duration_seconds_bucket{{{labels},le=\"0.0025\"}} 3"),
            format!("edge_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}} 4"),
            format!("edge_request_duration_seconds_sum{{{labels}}} 60.006"),
            format!("edge_request_duration_seconds_count{{{labels}}} 4"),
            "edge_retries_total{upstream=\"app\"} 3".to_owned(),
            "edge_active_requests 0".to_owned(),
        ] {
            assert!(page.lines().any(|l| l == line), "{line}\nis not in\n{page}");
        }
    }

    #[test]
    fn each_family_is_in_one_piece_under_its_type() {
        let metrics = Metrics::new();
        metrics.on_render(|page| {
            for upstream in ["a", "b"] {
                page.gauge("edge_x", "X.", &[("upstream", upstream)], 1.0);
                page.counter("edge_y_total", "Y.", &[("upstream", upstream)], 2);
            }
        });
        let page = metrics.render();
        let x = "# HELP edge_x X.\n# TYPE edge_x gauge\nedge_x{upstream=\"a\"} 1\nedge_x{upstream=\"b\"} 1\n";
        assert!(page.contains(x), "{page}");
        assert_eq!(page.matches("# TYPE edge_y_total counter").count(), 1);
    }
}
