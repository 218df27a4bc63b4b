//! What all parts of an open database share.
//!
//! There are four locks, and whoever takes two of them takes them in this order:
//!
//! | lock | held | for |
//! |---|---|---|
//! | `writer` | for an append and an insertion | sequence numbers follow the log's order |
//! | `flushing` or `compacting` of [`Jobs`] | while a job runs | one flush, one compaction at a time |
//! | `manifest` | for an append and its sync | edits follow each other |
//! | `replacing` | to replace a pointer | one state follows from the one before |
//!
//! Readers take none: the state that they read is a pointer that is replaced as a whole.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use vfs::{FileSystem, Lock};
use wal::Wal;

use super::background::Jobs;
use super::manifest::Manifest;
use super::options::Options;
use super::snapshot::Snapshots;
use super::stall::Pressure;
use super::state::State;
use super::stats::Counters;
use super::tables::Tables;
use super::write::WriteLock;
use crate::key::Sequence;
use crate::memtable::Memtable;
use crate::table::SharedBlockCache;
use crate::version::VersionEdit;
use crate::{LsmError, Result};

/// An open database, but for its threads.
pub(crate) struct Core {
    pub fs: Arc<dyn FileSystem>,
    pub dir: PathBuf,
    pub options: Options,
    pub log: Wal,
    pub manifest: Mutex<Manifest>,
    pub writer: Mutex<WriteLock>,
    pub state: ArcSwap<State>,
    /// Held by who replaces it.
    pub replacing: Mutex<()>,
    /// The newest write that readers see.
    pub visible: AtomicU64,
    /// A number that no file has yet.
    pub next_file: AtomicU64,
    pub tables: Arc<Tables>,
    pub cache: Option<Arc<SharedBlockCache>>,
    pub snapshots: Arc<Snapshots>,
    pub jobs: Jobs,
    pub pressure: Pressure,
    pub counters: Counters,
    pub _lock: Lock,
}

/// Takes a lock, whatever happened to a thread that had it: what our locks guard is changed by
/// single assignments, after all that can fail.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Core {
    /// What there is to read now.
    pub fn state(&self) -> Arc<State> {
        self.state.load_full()
    }

    /// The newest write that readers see.
    pub fn visible(&self) -> Sequence {
        // Acquire: pairs with the release in `publish`; the entries up to it are complete.
        self.visible.load(Ordering::Acquire)
    }

    /// Shows all writes up to `sequence` to readers.
    pub fn publish(&self, sequence: Sequence) {
        self.visible.fetch_max(sequence, Ordering::Release);
    }

    /// What a reader needs. The state comes first: see [`State`].
    pub fn view(&self) -> (Arc<State>, Sequence) {
        let state = self.state();
        let visible = self.visible();
        (state, visible)
    }

    // ANCHOR: install
    /// Makes `edit` true: in the manifest, so that it survives, then for the readers. `flushed` is
    /// the memtable that a table of it replaces, if there is one.
    ///
    /// The tables that it adds are durable, names and all.
    pub fn install(&self, mut edit: VersionEdit, flushed: Option<&Arc<Memtable>>) -> Result<()> {
        let mut manifest = lock(&self.manifest);
        edit.next_file = Some(self.next_file.load(Ordering::Relaxed));
        let version = manifest.append(&edit).inspect_err(|error| {
            // Then it was not appended; after anything else it may have been.
            if matches!(error, LsmError::DiskFull | LsmError::BatchTooLarge { .. }) {
                self.remove_tables(edit.begun());
            }
        })?;
        self.pressure.measure(self, &version);
        let files = State::new(
            self.state().memtable.clone(),
            Vec::new(),
            version,
            self.tables.clone(),
        );
        self.replace_state(|state| {
            let sealed = state
                .sealed
                .iter()
                .filter(|sealed| flushed.is_none_or(|flushed| !Arc::ptr_eq(sealed, flushed)));
            files.with_memtables(Arc::clone(&state.memtable), sealed.cloned().collect())
        });
        drop(manifest);
        self.tables.retire(edit.replaced());
        Ok(())
    }
    // ANCHOR_END: install

    /// Replaces what there is to read.
    pub fn replace_state(&self, change: impl FnOnce(&State) -> State) {
        let replacing = lock(&self.replacing);
        let old = self.state.swap(Arc::new(change(&self.state.load())));
        drop(replacing);
        // Here, and not under the lock: with the last reader, a memtable may go.
        drop(old);
    }
}
