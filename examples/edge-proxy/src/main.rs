//! The program: `edge-proxy proxy.toml`.

#![forbid(unsafe_code)]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use arc_swap::ArcSwap;
use clap::Parser;
use edge_proxy::config;
use edge_proxy::routing::Routing;
use edge_proxy::worker::{Shared, Worker, listen};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Routes HTTP requests to the servers that a TOML file names.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// The configuration. It is read again when it changes.
    config: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let config = config::load(&options.config)?;
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let shared = Arc::new(Shared { routing: ArcSwap::from_pointee(Routing::new(&config)) });
    let workers = config.workers.or(thread::available_parallelism().ok()).map_or(1, |n| n.get());
    let (leave, leaving) = watch::channel(None);
    let mut threads = Vec::new();
    for _ in 0..workers {
        let listeners = config.listen.iter().map(|&address| listen(address));
        let listeners = listeners.collect::<Result<Vec<_>, _>>()?;
        let (shared, leaving) = (Arc::clone(&shared), leaving.clone());
        threads.push(thread::spawn(move || Worker::run(shared, listeners, leaving)));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        Ok::<(), std::io::Error>(())
    })?;
    leave.send(Some(config.drain_timeout))?;
    for thread in threads {
        thread.join().map_err(|_| "a worker panicked")??;
    }
    Ok(())
}
