//! What a store did and has.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts of what a store did since it was opened. Relaxed: they order nothing.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub commits: AtomicU64,
    pub syncs: AtomicU64,
    pub writes: AtomicU64,
    pub bytes_written: AtomicU64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn wrote(&self, bytes: usize) {
        Self::add(&self.writes);
        self.bytes_written
            .fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// What a [`Store`](super::Store) has, and what it did since it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Bytes to a page.
    pub page_size: u32,
    /// Number of the last commit.
    pub transaction: u64,
    /// Number of the last commit that would be found after a crash.
    pub durable: u64,
    /// A commit that was found unfinished when the store was opened, and was taken back.
    pub discarded: Option<u64>,
    /// Pages of the file, with meta pages and free ones, without what it was grown by in advance.
    pub pages: u32,
    /// Pages that the next transaction may write.
    pub free_pages: u32,
    /// Pages that nothing in the newest tree leads to, kept for a reader or for a crash.
    pub pending_pages: u32,
    /// Readers that have not ended.
    pub readers: usize,
    /// Transaction of the oldest snapshot that is being read.
    pub oldest_reader: Option<u64>,
    /// Commits since the store was opened, of both kinds.
    pub commits: u64,
    /// Calls of the disk's sync.
    pub syncs: u64,
    /// Calls of the disk's write.
    pub writes: u64,
    /// Bytes in those writes.
    pub bytes_written: u64,
}

/// What one table's tree is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableStats {
    /// Number of entries.
    pub entries: u64,
    /// Pages from the root to a leaf; 0 for an empty table.
    pub height: u32,
    /// Number of leaf pages.
    pub leaves: u64,
    /// Number of branch pages.
    pub branches: u64,
    /// Number of pages of values that did not fit a leaf.
    pub overflow_pages: u64,
    /// Bytes that entries take in leaves and branches.
    pub used_bytes: u64,
    /// Bytes of leaves and branches together.
    pub page_bytes: u64,
}

impl TableStats {
    /// The share of leaf and branch pages that entries take, from 0 to 1.
    pub fn fill(&self) -> f64 {
        self.used_bytes as f64 / self.page_bytes.max(1) as f64
    }
}
