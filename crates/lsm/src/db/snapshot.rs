//! The live snapshots: numbers of which compaction must keep what they see.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::key::Sequence;

/// How many snapshots there are of each number.
#[derive(Debug, Default)]
pub(crate) struct Snapshots {
    live: Mutex<BTreeMap<Sequence, usize>>,
}

impl Snapshots {
    /// The numbers, ascending.
    pub fn sequences(&self) -> Vec<Sequence> {
        self.lock().keys().copied().collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lock().values().sum()
    }

    // ANCHOR: acquire
    /// A snapshot of what `published` gives.
    ///
    /// It is called under the lock: between it and the note of the number, a compaction would find
    /// no snapshot, and might drop what this one sees.
    pub fn acquire(self: &Arc<Self>, published: impl FnOnce() -> Sequence) -> SnapshotGuard {
        let mut live = self.lock();
        let sequence = published();
        *live.entry(sequence).or_insert(0) += 1;
        SnapshotGuard {
            sequence,
            snapshots: Arc::clone(self),
        }
    }
    // ANCHOR_END: acquire

    fn release(&self, sequence: Sequence) {
        let mut live = self.lock();
        if let Some(count) = live.get_mut(&sequence) {
            *count -= 1;
            if *count == 0 {
                live.remove(&sequence);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Sequence, usize>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A live snapshot; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct SnapshotGuard {
    sequence: Sequence,
    snapshots: Arc<Snapshots>,
}

impl SnapshotGuard {
    /// The newest write that it sees.
    pub fn sequence(&self) -> Sequence {
        self.sequence
    }
}

impl Clone for SnapshotGuard {
    fn clone(&self) -> Self {
        self.snapshots.acquire(|| self.sequence)
    }
}

impl Drop for SnapshotGuard {
    fn drop(&mut self) {
        self.snapshots.release(self.sequence);
    }
}
