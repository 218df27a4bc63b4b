//! Loads the configuration again when its file changes, or on SIGHUP.
//!
//! What is watched is the file's directory: an editor writes a new file and renames it over the old
//! one, and Kubernetes moves a symbolic link, after which a watch on the file itself would look at
//! a file that nobody sees any more.
//!
//! ```text
//!   directory ──event──▶ wait until it is quiet ──▶ read ──same text?──▶ nothing
//!   SIGHUP ─────────────────────────────────────▶          │
//!                                                  valid? ─┴─ yes ──▶ apply(config)
//!                                                             no  ──▶ log; the running one stays
//! ```
//!
//! # Invariants
//!
//! - `apply` is called with valid configurations only, one at a time, from one thread.
//! - A file that is being written is not read before it has been left alone for [`QUIET`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;
use std::{fs, io};

use notify::{RecursiveMode, Watcher};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{Config, ConfigError, parse};

/// How long a file is left alone before it counts as written.
pub const QUIET: Duration = Duration::from_millis(100);

/// How often the file was read again, and with what result.
#[derive(Debug, Default)]
pub struct Reloads {
    applied: AtomicU64,
    refused: AtomicU64,
}

impl Reloads {
    /// Configurations that took the place of the one before.
    pub fn applied(&self) -> u64 {
        // Relaxed, here and below: counts that order nothing.
        self.applied.load(Ordering::Relaxed)
    }

    /// Configurations that had a fault and changed nothing.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

/// Watches `file` from a thread of its own, to the end of the process, and gives each new
/// configuration to `apply`. What is wrong with others is logged, a line a fault. `running` is the
/// text of the configuration that runs already.
///
/// # Errors
///
/// If the directory cannot be watched, or the signal not be heard.
pub fn watch(
    file: PathBuf,
    running: String,
    apply: impl FnMut(Config) + Send + 'static,
) -> io::Result<Arc<Reloads>> {
    let reloads = Arc::new(Reloads::default());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (tell, events) = unbounded_channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading the file is an event as well, and would be answered by reading it.
        if !event.is_ok_and(|event| event.kind.is_access()) {
            let _ = tell.send(());
        }
    })
    .map_err(io::Error::other)?;
    let directory = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    watcher
        .watch(directory, RecursiveMode::NonRecursive)
        .map_err(io::Error::other)?;
    let hangup = {
        let _inside = runtime.enter();
        signal(SignalKind::hangup())?
    };
    let reader = Reader {
        file,
        running,
        reloads: Arc::clone(&reloads),
        apply,
    };
    thread::Builder::new()
        .name("config".into())
        .spawn(move || {
            runtime.block_on(reader.follow(events, hangup));
            drop(watcher);
        })?;
    Ok(reloads)
}

struct Reader<F> {
    file: PathBuf,
    running: String,
    reloads: Arc<Reloads>,
    apply: F,
}

impl<F: FnMut(Config)> Reader<F> {
    async fn follow(
        mut self,
        mut events: UnboundedReceiver<()>,
        mut hangup: tokio::signal::unix::Signal,
    ) {
        loop {
            tokio::select! {
                _ = hangup.recv() => self.reload(true),
                event = events.recv() => {
                    if event.is_none() {
                        return;
                    }
                    while let Ok(Some(())) = tokio::time::timeout(QUIET, events.recv()).await {}
                    self.reload(false);
                }
            }
        }
    }

    // ANCHOR: reload
    /// Reads the file, and applies it if it is valid and new (or `asked` for).
    fn reload(&mut self, asked: bool) {
        let name = self.file.display().to_string();
        let text = fs::read_to_string(&self.file);
        if text.as_ref().is_ok_and(|text| *text == self.running) && !asked {
            return;
        }
        let read = text.map_err(|source| ConfigError::Read {
            file: self.file.clone(),
            source,
        });
        match read.and_then(|text| Ok((parse(&name, &text)?, text))) {
            Ok((config, text)) => {
                (self.apply)(config);
                self.running = text;
                self.reloads.applied.fetch_add(1, Ordering::Relaxed);
                tracing::info!(file = name, "configuration applied");
            }
            Err(error) => {
                self.reloads.refused.fetch_add(1, Ordering::Relaxed);
                for line in error.to_string().lines() {
                    tracing::error!("configuration refused, the running one stays: {line}");
                }
            }
        }
    }
    // ANCHOR_END: reload
}
