//! From a file to a running proxy, and to its end.
//!
//! ```text
//!   edge.toml ─▶ listeners ─▶ workers, a thread each ─▶ SIGTERM ─▶ drain ─▶ the end
//!       └─ watch ─▶ new routing for all workers
//! ```
//!
//! Whatever can fail fails before the first client is accepted.

use std::error::Error;
use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use arc_swap::ArcSwap;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use crate::admin::{self, Draining};
use crate::config::{self, Config, LogFormat};
use crate::metrics::Metrics;
use crate::routing::Routing;
use crate::worker::{Shared, Worker, listen};

// ANCHOR: run
/// Runs the proxy that `file` configures, until SIGTERM or SIGINT, and drains it.
///
/// # Errors
///
/// If the configuration is refused, or what it asks for cannot be had: a port that is in use.
pub fn run(file: PathBuf) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(&file).map_err(|source| config::ConfigError::Read {
        file: file.clone(),
        source,
    })?;
    let config = config::parse(&file.display().to_string(), &text)?;
    start_log(&config);
    let shared = Arc::new(Shared {
        routing: ArcSwap::from_pointee(Routing::new(&config)),
    });
    let (leave, leaving) = watch::channel(None);
    let workers = start_workers(&config, &shared, &leaving)?;
    let (metrics, draining) = (Arc::new(Metrics::new()), Draining::default());
    if let Some(admin) = &config.admin {
        let listener = TcpListener::bind(admin.listen)
            .map_err(|error| cannot_listen("admin.listen", admin.listen, &error))?;
        admin::serve(listener, Arc::clone(&metrics), draining.clone())?;
    }
    let routing = Arc::clone(&shared);
    let reloads = config::watch(file, text, move |config| {
        routing.routing.store(Arc::new(Routing::new(&config)));
    })?;
    metrics.on_render(move |page| {
        let help = "Configurations read again, by what became of them.";
        for (result, count) in [
            ("applied", reloads.applied()),
            ("refused", reloads.refused()),
        ] {
            page.counter(
                "edge_config_reloads_total",
                help,
                &[("result", result)],
                count,
            );
        }
    });
    wait_for_the_end()?;
    draining.start();
    leave.send(Some(config.drain_timeout))?;
    for worker in workers {
        worker.join().map_err(|_| "a worker panicked")??;
    }
    Ok(())
}
// ANCHOR_END: run

fn start_workers(
    config: &Config,
    shared: &Arc<Shared>,
    leaving: &watch::Receiver<Option<std::time::Duration>>,
) -> Result<Vec<thread::JoinHandle<io::Result<()>>>, Box<dyn Error>> {
    let cores = thread::available_parallelism().ok();
    let count = config.workers.or(cores).map_or(1, |count| count.get());
    // All of them are bound before one accepts.
    let mut listeners = Vec::new();
    for _ in 0..count {
        let mut own = Vec::new();
        for &address in &config.listen {
            own.push(listen(address).map_err(|error| cannot_listen("listen", address, &error))?);
        }
        listeners.push(own);
    }
    let mut workers = Vec::new();
    for (number, listeners) in listeners.into_iter().enumerate() {
        let (shared, leaving) = (Arc::clone(shared), leaving.clone());
        let thread = thread::Builder::new().name(format!("worker {number}"));
        workers.push(thread.spawn(move || Worker::run(shared, listeners, leaving))?);
    }
    Ok(workers)
}

fn cannot_listen(field: &str, address: std::net::SocketAddr, error: &io::Error) -> String {
    format!("{field}: cannot listen at {address}: {error}")
}

fn wait_for_the_end() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        Ok(())
    })
}

/// Lines on the standard error. `RUST_LOG` chooses which; without it, from "info" on.
fn start_log(config: &Config) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match config.log.format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}
