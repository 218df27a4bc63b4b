//! Jobs: flushes and compactions, and the threads that do them.
//!
//! A job is a call that any thread may make, and that does nothing if there is nothing to do. The
//! background threads are loops around it; without them, whoever has made a job necessary does it;
//! and who waits for compactions does them himself, in turn with the thread. So there is one way to
//! do a job, and tests without threads take it too.
//!
//! # Errors
//!
//! A job that has failed rests. Its error is shown by the statistics, and returned by the next
//! write. If the disk was full, that write first has the job tried again; anything else stays until
//! the database is opened again, since a second try after a failed sync tells nothing. A job that
//! panics has failed, too: were its thread to die in silence, writes would wait for it for ever.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::core::{Core, lock};
use crate::key::Sequence;
use crate::memtable::Memtable;
use crate::{LsmError, Result};

/// How long a write waits, at most, to see whether a job goes better now.
const RETRY: Duration = Duration::from_secs(1);

/// Work to be done beside the writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    Flush,
    Compact,
}

impl Job {
    fn name(self) -> &'static str {
        match self {
            Job::Flush => "flush",
            Job::Compact => "compaction",
        }
    }
}

/// A memtable that is to be flushed.
#[derive(Clone)]
pub(crate) struct Sealed {
    pub memtable: Arc<Memtable>,
    /// The newest write that it may have.
    pub last_sequence: Sequence,
    /// LSN of the first record that comes after it.
    pub next_lsn: u64,
}

/// What there is to do, and how it went.
#[derive(Default)]
pub(crate) struct Jobs {
    /// Held by the thread that flushes.
    pub flushing: Mutex<()>,
    /// Held by the thread that compacts.
    pub compacting: Mutex<()>,
    queue: Mutex<Queue>,
    /// There is something to do, or the end has come.
    work: Condvar,
    /// A job has ended, well or not.
    done: Condvar,
    /// How many memtables are to be flushed, for writes to look at without the lock.
    sealed: AtomicUsize,
    /// Whether any job rests: most writes look no further.
    has_failed: AtomicBool,
    stop: AtomicBool,
}

/// What is to be done.
#[derive(Default)]
pub(crate) struct Queue {
    /// The oldest first.
    pub sealed: VecDeque<Sealed>,
    compaction_due: bool,
    flush: Outcome,
    compaction: Outcome,
}

/// How a job went last.
#[derive(Default)]
struct Outcome {
    error: Option<Arc<LsmError>>,
    /// Whether it is not to be tried again, for now.
    rests: bool,
}

impl Queue {
    fn outcome(&mut self, job: Job) -> &mut Outcome {
        match job {
            Job::Flush => &mut self.flush,
            Job::Compact => &mut self.compaction,
        }
    }

    fn is_due(&mut self, job: Job) -> bool {
        let is_due = match job {
            Job::Flush => !self.sealed.is_empty(),
            Job::Compact => self.compaction_due,
        };
        is_due && !self.outcome(job).rests
    }

    /// Whether a job rests since it failed.
    pub fn rests(&mut self, job: Job) -> bool {
        self.outcome(job).rests
    }

    fn error(&self) -> Option<&Arc<LsmError>> {
        self.flush.error.as_ref().or(self.compaction.error.as_ref())
    }
}

/// The error of a job, as a caller gets it.
fn surface(error: &Arc<LsmError>) -> LsmError {
    match &**error {
        LsmError::DiskFull => LsmError::DiskFull,
        _ => LsmError::Background(Arc::clone(error)),
    }
}

impl Jobs {
    pub fn add_sealed(&self, sealed: Sealed) {
        let mut queue = lock(&self.queue);
        queue.sealed.push_back(sealed);
        self.sealed.store(queue.sealed.len(), Ordering::Relaxed);
        drop(queue);
        self.work.notify_all();
    }

    pub fn oldest_sealed(&self) -> Option<Sealed> {
        lock(&self.queue).sealed.front().cloned()
    }

    pub fn remove_oldest_sealed(&self) {
        let mut queue = lock(&self.queue);
        let flushed = queue.sealed.pop_front();
        self.sealed.store(queue.sealed.len(), Ordering::Relaxed);
        drop(queue);
        // After the lock: it may be the last to have the memtable.
        drop(flushed);
    }

    /// How many memtables are to be flushed.
    pub fn sealed(&self) -> usize {
        // Relaxed: who sees one too many waits for the lock, and looks again.
        self.sealed.load(Ordering::Relaxed)
    }

    /// How the last job went that failed, and has not succeeded since.
    pub fn error(&self) -> Option<Arc<LsmError>> {
        lock(&self.queue).error().cloned()
    }

    pub fn is_stopping(&self) -> bool {
        // Relaxed: who misses it now sees it next time.
        self.stop.load(Ordering::Relaxed)
    }

    /// Lets the threads end, and those who wait return.
    pub fn stop(&self) {
        let queue = lock(&self.queue);
        self.stop.store(true, Ordering::Relaxed);
        drop(queue);
        self.work.notify_all();
        self.done.notify_all();
    }

    /// Waits until `condition` holds, or for `limit`, if there is one. Jobs that end wake it.
    pub fn wait_until(
        &self,
        limit: Option<Duration>,
        mut condition: impl FnMut(&mut Queue) -> bool,
    ) -> Result<()> {
        let end = limit.map(|limit| Instant::now() + limit);
        let mut queue = lock(&self.queue);
        while !condition(&mut queue) {
            if self.is_stopping() {
                return Err(LsmError::Closed);
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            queue = match left {
                Some(Duration::ZERO) => break,
                Some(left) => {
                    let woken = self.done.wait_timeout(queue, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let woken = self.done.wait(queue);
                    woken.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
        Ok(())
    }

    /// Waits for something to do among `jobs`; `None` when it is time to end.
    fn next(&self, jobs: &[Job]) -> Option<Job> {
        let mut queue = lock(&self.queue);
        loop {
            if self.is_stopping() {
                return None;
            }
            if let Some(job) = jobs.iter().find(|job| queue.is_due(**job)) {
                return Some(*job);
            }
            let woken = self.work.wait(queue);
            queue = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Notes that a job begins: what makes it necessary from here on does so anew.
    fn begin(&self, job: Job) {
        if job == Job::Compact {
            lock(&self.queue).compaction_due = false;
        }
    }

    /// Notes how a job went.
    fn end(&self, job: Job, result: Result<bool>) -> Result<bool> {
        let mut queue = lock(&self.queue);
        let outcome = queue.outcome(job);
        let result = match result {
            Ok(has_worked) => {
                *outcome = Outcome::default();
                queue.compaction_due |= has_worked;
                Ok(has_worked)
            }
            Err(LsmError::Closed) => Err(LsmError::Closed),
            Err(error) => {
                let error = Arc::new(error);
                (outcome.error, outcome.rests) = (Some(Arc::clone(&error)), true);
                queue.compaction_due |= job == Job::Compact;
                Err(surface(&error))
            }
        };
        let has_failed = queue.error().is_some();
        // Release: pairs with the acquire in `Core::retry_failed_jobs`.
        self.has_failed.store(has_failed, Ordering::Release);
        drop(queue);
        self.work.notify_all();
        self.done.notify_all();
        result
    }
}

impl Core {
    // ANCHOR: run
    /// Does a job, if there is one; says whether there was.
    pub fn run(&self, job: Job) -> Result<bool> {
        self.jobs.begin(job);
        let result = match job {
            Job::Flush => self.flush_oldest(),
            Job::Compact => self.compact_next(),
        };
        self.jobs.end(job, result)
    }
    // ANCHOR_END: run

    /// Has jobs tried again that failed since the disk was full. Any other failure is returned.
    pub fn retry_failed_jobs(&self) -> Result<()> {
        // Acquire: pairs with the release in `Jobs::end`.
        if !self.jobs.has_failed.load(Ordering::Acquire) {
            return Ok(());
        }
        for job in [Job::Flush, Job::Compact] {
            let error = lock(&self.jobs.queue).outcome(job).error.clone();
            match error.as_deref() {
                None => {}
                Some(LsmError::DiskFull) => self.retry(job)?,
                Some(_) => return error.as_ref().map_or(Ok(()), |error| Err(surface(error))),
            }
        }
        Ok(())
    }

    fn retry(&self, job: Job) -> Result<()> {
        if self.options.threads == 0 {
            while self.run(job)? {}
            return Ok(());
        }
        lock(&self.jobs.queue).outcome(job).rests = false;
        self.jobs.work.notify_all();
        let mut failed = None;
        self.jobs.wait_until(Some(RETRY), |queue| {
            let outcome = queue.outcome(job);
            failed = outcome
                .error
                .as_ref()
                .filter(|_| outcome.rests)
                .map(surface);
            outcome.error.is_none() || outcome.rests
        })?;
        failed.map_or(Ok(()), Err)
    }

    /// Starts the background threads.
    pub fn start(self: &Arc<Self>) -> Result<Vec<JoinHandle<()>>> {
        let duties: &[(&str, &'static [Job])] = match self.options.threads {
            0 => &[],
            1 => &[("lsm-jobs", &[Job::Flush, Job::Compact])],
            _ => &[
                ("lsm-flush", &[Job::Flush]),
                ("lsm-compact", &[Job::Compact]),
            ],
        };
        // A crash may have left work.
        lock(&self.jobs.queue).compaction_due = true;
        let start = |(name, jobs): &(&str, &'static [Job])| {
            let (core, jobs) = (Arc::clone(self), *jobs);
            let thread = thread::Builder::new().name((*name).into());
            Ok(thread.spawn(move || core.work(jobs))?)
        };
        duties.iter().map(start).collect()
    }

    fn work(&self, jobs: &[Job]) {
        while let Some(job) = self.jobs.next(jobs) {
            // An error is kept for the next write. What a panic leaves is what an error leaves: a
            // job changes nothing that others see until it is done.
            let run = AssertUnwindSafe(|| self.run(job));
            if catch_unwind(run).is_err() {
                let _ = self
                    .jobs
                    .end(job, Err(LsmError::Panicked { job: job.name() }));
            }
        }
    }
}
