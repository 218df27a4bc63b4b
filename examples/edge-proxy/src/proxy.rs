//! The whole proxy: workers, checks, reloads, and an end in good order.

use std::error::Error;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::{fs, io};

use arc_swap::ArcSwap;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use wrr_lb::cluster::State;

use crate::admin::{self, Draining};
use crate::config::{self, Config, LogFormat};
use crate::health::check_all;
use crate::metrics::{Metrics, Page};
use crate::routing::Routing;
use crate::worker::{Shared, Worker, listen};

type AnyError = Box<dyn Error>;

// ANCHOR: run
/// Runs the proxy with the configuration in `file` until SIGTERM or SIGINT, then drains it.
///
/// # Errors
///
/// If the configuration is refused, or an address cannot be listened at.
pub fn run(file: PathBuf) -> Result<(), AnyError> {
    let text = fs::read_to_string(&file)
        .map_err(|error| format!("{}: cannot be read: {error}", file.display()))?;
    let config = config::parse(&file.display().to_string(), &text)?;
    start_log(config.log.format);
    // First of all: from here on, a signal to stop is a request and not the end.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let stop = runtime.block_on(async { Stop::new() })?;
    let metrics = Arc::new(Metrics::new());
    let routing = ArcSwap::from_pointee(Routing::renew(&config, None)?);
    let shared = Arc::new(Shared {
        routing,
        metrics: Arc::clone(&metrics),
    });
    let (leave, leaving) = watch::channel(None);
    let workers = start_workers(&config, &shared, &leaving)?;
    let draining = Draining::default();
    let reloads = config::watch(file, text, reload(Arc::clone(&shared)))?;
    let asked = Arc::clone(&shared);
    metrics.on_render(move |page| {
        render(&asked.routing.load(), page);
        let help = "Configurations read again, by what became of them.";
        let results = [
            ("applied", reloads.applied()),
            ("refused", reloads.refused()),
        ];
        for (result, count) in results {
            page.counter(
                "edge_config_reloads_total",
                help,
                &[("result", result)],
                count,
            );
        }
    });
    // Who sees this listener may take everything else to be there.
    if let Some(admin) = &config.admin {
        let listener = std::net::TcpListener::bind(admin.listen)
            .map_err(|error| format!("cannot listen at {}: {error}", admin.listen))?;
        admin::serve(listener, Arc::clone(&metrics), draining.clone())?;
    }
    tracing::info!(listen = ?config.listen, workers = workers.len(), "ready");
    runtime.block_on(stop.told(shared));
    tracing::info!("draining");
    draining.start();
    leave.send(Some(config.drain_timeout))?;
    for worker in workers {
        worker.join().map_err(|_| "a worker panicked")??;
    }
    tracing::info!("stopped");
    Ok(())
}
// ANCHOR_END: run

fn start_workers(
    config: &Config,
    shared: &Arc<Shared>,
    leaving: &watch::Receiver<Option<std::time::Duration>>,
) -> Result<Vec<JoinHandle<io::Result<()>>>, AnyError> {
    let cores = thread::available_parallelism().ok();
    let count = config.workers.or(cores).map_or(1, |count| count.get());
    let mut workers = Vec::new();
    for number in 0..count {
        let mut listeners = Vec::new();
        for &address in &config.listen {
            let listener = listen(address);
            listeners.push(listener.map_err(|e| format!("cannot listen at {address}: {e}"))?);
        }
        let (shared, leaving) = (Arc::clone(shared), leaving.clone());
        let worker = thread::Builder::new().name(format!("worker {number}"));
        workers.push(worker.spawn(move || Worker::run(number, shared, listeners, leaving))?);
    }
    Ok(workers)
}

// ANCHOR: reload
/// Puts a new configuration in the place of the one before. What it says of listeners, workers and
/// the log's form holds from the next start on.
fn reload(shared: Arc<Shared>) -> impl FnMut(Config) {
    move |config| match Routing::renew(&config, Some(&shared.routing.load())) {
        Ok(routing) => shared.routing.store(Arc::new(routing)),
        Err(error) => tracing::error!("configuration refused, the running one stays: {error}"),
    }
}
// ANCHOR_END: reload

/// The signals to stop.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn new() -> io::Result<Self> {
        let terminate = signal(SignalKind::terminate())?;
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Stop {
            terminate,
            interrupt,
        })
    }

    /// Checks servers until it is told to stop.
    async fn told(mut self, shared: Arc<Shared>) {
        let checks = tokio::spawn(check_all(shared));
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        checks.abort();
    }
}

fn start_log(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing::Level::INFO.into())
        .from_env_lossy();
    let log = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_env_filter(filter);
    // It fails only if there is a log already.
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}

/// What breakers, clusters and budgets know of themselves.
fn render(routing: &Routing, page: &mut Page) {
    for upstream in &routing.upstreams {
        let label = ("upstream", upstream.name.as_str());
        if let Some(breaker) = &upstream.breaker {
            let stats = breaker.stats();
            // All of them are on the page, so that a graph of one has no gaps.
            for state in circuit_breaker::State::ALL {
                let labels = [label, ("state", state.name())];
                let is = f64::from(u8::from(stats.state == state));
                let help = "Which state is the breaker's.";
                page.gauge("edge_breaker_state", help, &labels, is);
            }
            let help = "Times that the breaker opened.";
            page.counter("edge_breaker_opened_total", help, &[label], stats.opened);
        }
        let stats = upstream.cluster.stats();
        let panicking = f64::from(u8::from(stats.panicking));
        let help = "Whether so few servers are well that all get requests.";
        page.gauge("edge_cluster_panic", help, &[label], panicking);
        for server in &stats.endpoints {
            let labels = [label, ("endpoint", server.name.as_str())];
            let healthy = f64::from(u8::from(server.state == State::Healthy));
            page.gauge(
                "edge_endpoint_healthy",
                "Whether it gets requests.",
                &labels,
                healthy,
            );
            let active = f64::from(server.active);
            page.gauge(
                "edge_endpoint_active",
                "Requests that it has.",
                &labels,
                active,
            );
            let help = "Times that it was picked.";
            page.counter("edge_endpoint_picks_total", help, &labels, server.picks);
            let help = "Requests that it failed.";
            page.counter(
                "edge_endpoint_failures_total",
                help,
                &labels,
                server.failures,
            );
            let help = "Times that it was ejected.";
            page.counter(
                "edge_endpoint_ejections_total",
                help,
                &labels,
                server.ejections,
            );
        }
    }
}
