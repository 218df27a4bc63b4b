//! What readers call: a state, a number, and the moment.

use std::fmt;
use std::ops::RangeBounds;
use std::sync::Arc;

use super::core::Core;
use super::cursor::DbCursor;
use super::range::Range;
use super::snapshot::SnapshotGuard;
use super::state::State;
use crate::Result;
use crate::key::Sequence;

impl Core {
    // ANCHOR: get_at
    /// The value of `key` that is seen now, or was at `snapshot`.
    ///
    /// A look-up borrows the state, and so writes to nothing that other readers read or write.
    pub fn get_at(&self, key: &[u8], snapshot: Option<Sequence>) -> Result<Option<Vec<u8>>> {
        let state = self.state.load();
        let snapshot = snapshot.unwrap_or_else(|| self.visible());
        state.get(key, snapshot, || self.options.clock.now_ms())
    }
    // ANCHOR_END: get_at
}

/// A state, and up to which write it is to be seen.
pub(crate) struct View {
    state: Arc<State>,
    sequence: Sequence,
    now_ms: u64,
}

impl View {
    /// The present.
    pub fn now(core: &Core) -> Self {
        let (state, sequence) = core.view();
        View {
            state,
            sequence,
            now_ms: core.options.clock.now_ms(),
        }
    }

    pub fn cursor(&self) -> Result<DbCursor> {
        self.state.cursor(self.sequence, self.now_ms)
    }

    pub fn range<K: AsRef<[u8]>>(self, range: impl RangeBounds<K>) -> Range {
        Range::new(self.state, self.sequence, self.now_ms, range)
    }

    pub fn prefix(self, prefix: &[u8]) -> Range {
        Range::prefix(self.state, self.sequence, self.now_ms, prefix)
    }
}

/// What a database had at one moment. Clones are the same moment.
///
/// It costs nothing but the room for what is overwritten or deleted later, which is kept as long as
/// it lives. It keeps the database open.
#[derive(Clone)]
pub struct Snapshot {
    core: Arc<Core>,
    guard: SnapshotGuard,
}

impl Snapshot {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        let guard = core.snapshots.acquire(|| core.visible());
        Snapshot { core, guard }
    }

    /// Of the present state, what was there then: no compaction drops it.
    fn view(&self) -> View {
        View {
            sequence: self.guard.sequence(),
            ..View::now(&self.core)
        }
    }

    /// The value that `key` had.
    ///
    /// # Errors
    ///
    /// As [`Db::get`](crate::Db::get).
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.core.get_at(key, Some(self.guard.sequence()))
    }

    /// A cursor over all keys there were.
    ///
    /// # Errors
    ///
    /// As [`Db::cursor`](crate::Db::cursor).
    pub fn cursor(&self) -> Result<DbCursor> {
        self.view().cursor()
    }

    /// All keys there were, and their values, in order.
    pub fn iter(&self) -> Range {
        self.view().range::<&[u8]>(..)
    }

    /// The keys of a range.
    pub fn range<K: AsRef<[u8]>>(&self, range: impl RangeBounds<K>) -> Range {
        self.view().range(range)
    }

    /// The keys that begin with `prefix`.
    pub fn prefix(&self, prefix: &[u8]) -> Range {
        self.view().prefix(prefix)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("sequence", &self.guard.sequence())
            .finish_non_exhaustive()
    }
}
