//! Runs the snippets that a page sends.
//!
//! A snippet is the reader's own code on the reader's own machine: it may do what any program of
//! the reader's may. So the limits here are no jail. They are for the snippet that loops for ever,
//! prints without end or takes all memory by mistake; that a snippet is the reader's own in the
//! first place is what [`crate::serve`] sees to.
//!
//! | step | limits |
//! |---|---|
//! | wait for one of a few slots | time; then the page is told to try again |
//! | [`scratch`]: compile, in a package that depends on all crates | time, memory |
//! | [`limits`]: run | time, output, memory, processor time, size of a file |
//!
//! Both programs run as the leader of a new process group, and whatever comes of them, the group is
//! killed in the end: at a limit, after a normal end (a snippet may have left something in the
//! background), and when the page that asked is gone. So is what a snippet has sent out of its
//! group, as far as it can be found: see [`strays`].

pub mod launcher;
mod limits;
mod scratch;
mod snippet;
mod strays;

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use limits::{Ended, run_limited};
use scratch::{Compiled, Scratch};

/// What a snippet may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Snippets that run at the same time.
    pub slots: usize,
    /// How long one may wait for a slot.
    pub wait: Duration,
    /// How long the compiler may take. The first time, it compiles the crates too.
    pub compile: Duration,
    /// Memory of each of the compiler's processes, in bytes.
    pub compile_memory: u64,
    /// How long a snippet may run.
    pub run: Duration,
    /// Memory of each of a snippet's processes, in bytes.
    pub memory: u64,
    /// How much it may print, in bytes.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            slots: 2,
            wait: Duration::from_secs(30),
            compile: Duration::from_secs(300),
            compile_memory: 16 << 30,
            run: Duration::from_secs(10),
            memory: 1 << 30,
            output: 64 << 10,
        }
    }
}

/// Why a snippet was not run at all. That it does not compile, panics or exceeds a limit is a
/// result, not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// All slots were taken for longer than one may wait.
    #[error("Other snippets are still running. Try again when they are done.")]
    Busy,
    /// The book's crates themselves do not compile, or could not be fetched.
    #[error("The crates of the book do not compile:\n{0}")]
    Crates(String),
    /// The scratch package could not be written, or a program not be started.
    #[error("The snippet cannot be run: {0}")]
    Io(#[from] std::io::Error),
    /// The repository's `Cargo.toml` cannot be understood.
    #[error("The snippet cannot be run, because Cargo.toml cannot be understood: {0}")]
    Manifest(#[from] toml::de::Error),
}

/// Compiles and runs snippets, a few at a time.
pub struct Runner {
    limits: Limits,
    scratch: Scratch,
    /// The numbers of the free slots; as many as `permits` has permits.
    free: Mutex<Vec<usize>>,
    permits: Semaphore,
}

impl Runner {
    /// A runner for the crates of the repository at `root`.
    pub fn new(root: &Path, limits: Limits) -> Self {
        Runner {
            limits,
            scratch: Scratch::new(root),
            free: Mutex::new((0..limits.slots).collect()),
            permits: Semaphore::new(limits.slots),
        }
    }

    /// Compiles the crates, so that the first snippet need not wait for it.
    ///
    /// # Errors
    ///
    /// See [`RunError`].
    pub async fn warm_up(&self) -> Result<(), RunError> {
        let messages = self.evaluate("fn main() {}").await?;
        match messages.is_empty() {
            true => Ok(()),
            false => Err(RunError::Crates(messages)),
        }
    }

    // ANCHOR: evaluate
    /// Returns what there is to show under a snippet: its output, what the compiler says, or which
    /// limit it hit.
    ///
    /// Dropping the future kills what it started.
    ///
    /// # Errors
    ///
    /// See [`RunError`].
    pub async fn evaluate(&self, code: &str) -> Result<String, RunError> {
        let permit = tokio::time::timeout(self.limits.wait, self.permits.acquire()).await;
        let Ok(Ok(_permit)) = permit else {
            return Err(RunError::Busy);
        };
        let slot = Slot::take(&self.free);
        match self
            .scratch
            .compile(slot.number, &snippet::program(code), &self.limits)
            .await?
        {
            Compiled::Program(path) => self.run(&path).await,
            Compiled::Refused(messages) => Ok(messages),
        }
    }
    // ANCHOR_END: evaluate

    async fn run(&self, program: &Path) -> Result<String, RunError> {
        let folder = tempfile::tempdir()?;
        let command = launcher::command(program, folder.path(), &self.limits)?;
        let ended = run_limited(
            command,
            Some(folder.path()),
            self.limits.run,
            self.limits.output,
        )
        .await?;
        Ok(report(ended, &self.limits))
    }
}

/// What a snippet printed, and why it was not more.
fn report(ended: Ended, limits: &Limits) -> String {
    let (output, reason) = match ended {
        Ended::Itself { output, status } => match status.signal() {
            None => return output,
            Some(_) if output.contains("memory allocation of ") => {
                let most = limits.memory >> 20;
                (output, format!("a snippet may have {most} MB of memory"))
            }
            Some(signal) => (output, format!("by signal {signal}")),
        },
        Ended::TookTooLong { output } => {
            let most = limits.run.as_secs_f32();
            (output, format!("it ran for longer than {most} s"))
        }
        Ended::PrintedTooMuch { output } => {
            let most = limits.output >> 10;
            (output, format!("it printed more than {most} kB"))
        }
    };
    format!("{output}\n[stopped: {reason}]")
}

/// A slot's number, which goes back when it is dropped.
struct Slot<'a> {
    number: usize,
    free: &'a Mutex<Vec<usize>>,
}

impl<'a> Slot<'a> {
    /// To be called with a permit in hand: then there is a free slot.
    fn take(free: &'a Mutex<Vec<usize>>) -> Self {
        let number = free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Slot {
            number: number.expect("a permit stands for a free slot"),
            free,
        }
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(self.number);
    }
}
