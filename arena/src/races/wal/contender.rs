//! What a log must be able to do to take part, and the check that it does.

use std::{path::Path, thread};

use super::folder;
use crate::harness::Identity;

/// Bytes that a log keeps in one file, of those that let one choose.
pub const SEGMENT: u64 = 16 << 20;

/// When a record is durable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durable {
    /// When `append` returns.
    OnReturn,
    /// When the system likes. A killed process loses nothing.
    Later,
}

/// A log in a folder, to which threads append.
pub trait Log: Sized + Sync + 'static {
    /// Who it is.
    const WHO: Identity;

    /// Whether threads share a sync. One whose threads do not is given fewer records, as each takes
    /// so much longer.
    const SHARES: bool = true;

    /// Makes a log in `folder`, which is empty, for this many threads.
    fn create(folder: &Path, durable: Durable, threads: u32) -> anyhow::Result<Self>;

    /// Appends a record; `thread` is the number of the thread that does.
    fn append(&self, thread: u32, record: &[u8]) -> anyhow::Result<()>;

    /// How often it has waited for the disk, if it tells.
    fn syncs(&self) -> Option<u64>;

    /// Closes the log.
    fn close(self) -> anyhow::Result<()> {
        Ok(())
    }

    /// Opens the log in `folder`, and gives all records; those of one thread are in order.
    fn read(folder: &Path, threads: u32) -> anyhow::Result<Vec<Vec<u8>>>;
}

/// Record `number` of a thread: it says so.
pub fn record(thread: u32, number: u32, len: usize) -> Vec<u8> {
    let mut record = vec![(thread + number) as u8; len];
    record[..4].copy_from_slice(&thread.to_le_bytes());
    record[4..8].copy_from_slice(&number.to_le_bytes());
    record
}

const THREADS: u32 = 4;
const RECORDS: u32 = 50;

/// Makes sure that a `C` gives back what was appended, in the order of each thread.
///
/// # Panics
///
/// If it does not: then its times would mean nothing.
///
/// # Errors
///
/// Those of the log.
pub fn check<C: Log>() -> anyhow::Result<()> {
    let folder = folder();
    let log = C::create(folder.path(), Durable::OnReturn, THREADS)?;
    append_all(&log, THREADS, RECORDS, 100)?;
    log.close()?;
    let mut next = [0; THREADS as usize];
    for found in C::read(folder.path(), THREADS)? {
        let thread = found[0].into();
        let number = &mut next[found[0] as usize];
        let name = C::WHO.name;
        assert_eq!(
            found,
            record(thread, *number, 100),
            "{name} lost or mixed up a record"
        );
        *number += 1;
    }
    assert_eq!(
        next,
        [RECORDS; THREADS as usize],
        "{} lost records",
        C::WHO.name
    );
    Ok(())
}

/// Appends so many records from each thread at once.
pub fn append_all<C: Log>(log: &C, threads: u32, each: u32, len: usize) -> anyhow::Result<()> {
    thread::scope(|scope| {
        let work = |thread| {
            move || (0..each).try_for_each(|n| log.append(thread, &record(thread, n, len)))
        };
        let workers: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(work(thread)))
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().expect("a worker does not panic"))
    })
}
