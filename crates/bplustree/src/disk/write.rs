//! Writing: one transaction at a time, which nobody sees until it commits.

use std::collections::BTreeMap;
use std::mem;
use std::ops::RangeBounds;
use std::sync::{Arc, MutexGuard};

use super::page::{Pointer, max_key};
use super::snapshot::{Snapshot, find_table};
use super::store::{Inner, State, lock};
use super::tree::{Cursor, Range, Tree};
use super::writer::Writer;
use super::{MAX_VALUE, StoreError};

/// A write transaction. It sees its own changes; nobody else does, until [`commit`](Self::commit).
/// Dropped without, it is aborted, and nothing of it remains.
///
/// After an error other than one about its arguments it can only be dropped: `commit` refuses.
///
/// What it changes is in memory until the commit, whole pages of it.
pub struct WriteTx<'s> {
    pub(crate) inner: &'s Inner,
    pub(crate) state: MutexGuard<'s, State>,
    pub(crate) writer: Writer,
    /// The tree of tables.
    pub(crate) catalog: Tree,
    /// The same, when the transaction began.
    pub(crate) catalog_before: Tree,
    /// The tree of free pages.
    pub(crate) free: Tree,
    /// The tables that were asked for.
    pub(crate) tables: BTreeMap<String, Open>,
    pub(crate) aborted: bool,
}

/// A table of a write transaction.
#[derive(Debug, Default)]
pub(crate) struct Open {
    pub tree: Tree,
    pub changed: bool,
}

impl std::fmt::Debug for WriteTx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let dirty = self.writer.dirty.len();
        f.debug_struct("WriteTx")
            .field("txn", &self.writer.txn)
            .field("dirty", &dirty)
            .finish()
    }
}

impl Drop for WriteTx<'_> {
    fn drop(&mut self) {
        // After a commit there is nothing to roll back.
        self.writer.space.rollback();
        self.state.space = mem::take(&mut self.writer.space);
    }
}

impl<'s> WriteTx<'s> {
    pub(crate) fn begin(inner: &'s Inner) -> Result<Self, StoreError> {
        let mut state = lock(&inner.state);
        if state.halted {
            return Err(StoreError::Halted);
        }
        let (snapshot, oldest_reader): (Arc<Snapshot>, u64) = {
            let shared = lock(&inner.shared);
            let oldest = shared.readers.keys().next().copied();
            (
                Arc::clone(&shared.current),
                oldest.unwrap_or(shared.current.txn),
            )
        };
        let durable = state.durable;
        state.space.release(oldest_reader, durable);
        let writer = Writer {
            txn: snapshot.txn + 1,
            page_size: inner.page_size,
            view: snapshot.view.clone(),
            dirty: Default::default(),
            space: mem::take(&mut state.space),
            storage: Arc::clone(&inner.storage),
            counters: Arc::clone(&inner.counters),
            path: Vec::new(),
        };
        let (catalog, free) = (snapshot.tables, snapshot.free);
        Ok(WriteTx {
            inner,
            state,
            writer,
            catalog,
            catalog_before: catalog,
            free,
            tables: BTreeMap::new(),
            aborted: false,
        })
    }

    /// Number of the commit that this is going to be.
    pub fn transaction(&self) -> u64 {
        self.writer.txn
    }

    /// The table called `name`, to read and change. It comes to be with its first entry.
    ///
    /// # Errors
    ///
    /// [`KeyTooLarge`](StoreError::KeyTooLarge) about the name; [`Corrupt`](StoreError::Corrupt).
    pub fn table(&mut self, name: &str) -> Result<TableMut<'_>, StoreError> {
        check_key(name.as_bytes(), self.writer.page_size)?;
        if !self.tables.contains_key(name) {
            let tree = find_table(&self.writer, &self.catalog, name.as_bytes())?;
            let open = Open {
                tree: tree.unwrap_or_default(),
                changed: false,
            };
            self.tables.insert(name.to_owned(), open);
        }
        let open = self.tables.entry(name.to_owned()).or_default();
        Ok(TableMut {
            writer: &mut self.writer,
            open,
            aborted: &mut self.aborted,
        })
    }

    /// Deletes the table called `name`; returns whether there was one. Reads all its pages.
    ///
    /// # Errors
    ///
    /// As [`TableMut::insert`].
    pub fn delete_table(&mut self, name: &str) -> Result<bool, StoreError> {
        self.table(name)?.clear()?;
        self.tables.remove(name);
        let removed = self.catalog.remove(&mut self.writer, name.as_bytes());
        self.aborted |= removed.is_err();
        removed
    }

    /// Ends the transaction and makes it what every reader sees from now on, as durable as
    /// [`Options::durability`](super::Options::durability) says.
    ///
    /// # Errors
    ///
    /// [`Full`](StoreError::Full) and [`Io`](StoreError::Io): the transaction is aborted. If it was
    /// a sync or the writing of the meta page that failed, the store is
    /// [`Halted`](StoreError::Halted) from then on, and whether the transaction is there after
    /// opening it again is not known.
    pub fn commit(self) -> Result<(), StoreError> {
        let durability = self.inner.options.durability;
        self.commit_with(durability)
    }

    /// Ends the transaction as if it had never been. As dropping it does.
    pub fn abort(self) {}
}

pub(crate) fn check_key(key: &[u8], page_size: usize) -> Result<(), StoreError> {
    let (len, max) = (key.len(), max_key(page_size));
    if len > max {
        Err(StoreError::KeyTooLarge { len, max })
    } else {
        Ok(())
    }
}

fn check_value(value: &[u8]) -> Result<(), StoreError> {
    let len = value.len();
    if len > MAX_VALUE {
        Err(StoreError::ValueTooLarge { len })
    } else {
        Ok(())
    }
}

/// A table as a [`WriteTx`] sees and changes it.
pub struct TableMut<'tx> {
    writer: &'tx mut Writer,
    open: &'tx mut Open,
    aborted: &'tx mut bool,
}

impl TableMut<'_> {
    /// Puts `value` at `key`; returns whether the key is new. O(log n).
    ///
    /// # Errors
    ///
    /// [`KeyTooLarge`](StoreError::KeyTooLarge), [`ValueTooLarge`](StoreError::ValueTooLarge):
    /// nothing has changed. [`Full`](StoreError::Full), [`Corrupt`](StoreError::Corrupt): the
    /// transaction can only be dropped.
    pub fn insert(
        &mut self,
        key: impl AsRef<[u8]>,
        value: impl AsRef<[u8]>,
    ) -> Result<bool, StoreError> {
        let (key, value) = (key.as_ref(), value.as_ref());
        check_key(key, self.writer.page_size)?;
        check_value(value)?;
        self.change(|tree, writer| tree.insert(writer, key, value))
    }

    /// Removes `key`; returns whether it was there. O(log n).
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert).
    pub fn remove(&mut self, key: impl AsRef<[u8]>) -> Result<bool, StoreError> {
        self.change(|tree, writer| tree.remove(writer, key.as_ref()))
    }

    /// Removes all entries. Reads all pages.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert).
    pub fn clear(&mut self) -> Result<(), StoreError> {
        self.change(|tree, writer| tree.clear(writer))
    }

    /// Fills an empty table from entries whose keys strictly ascend: several times as fast as
    /// inserting them, and every page is full. They go to the end of the file at once, so that
    /// memory does not grow with them.
    ///
    /// # Errors
    ///
    /// [`NotEmpty`](StoreError::NotEmpty): nothing has changed.
    /// [`NotSorted`](StoreError::NotSorted) and those of [`insert`](Self::insert): the transaction
    /// can only be dropped.
    pub fn bulk_load<K, V>(
        &mut self,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Result<(), StoreError>
    where
        K: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        if !self.is_empty() {
            return Err(StoreError::NotEmpty);
        }
        let page_size = self.writer.page_size;
        let check = |key: &[u8], value: &[u8]| {
            check_key(key, page_size)?;
            check_value(value)
        };
        self.change(|tree, writer| {
            *tree = writer.load(entries, check)?;
            Ok(())
        })
    }

    /// Runs a change; after an error the transaction may be half-way through it.
    fn change<T>(
        &mut self,
        change: impl FnOnce(&mut Tree, &mut Writer) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if *self.aborted {
            return Err(StoreError::Aborted);
        }
        let before = self.open.tree;
        let result = change(&mut self.open.tree, self.writer);
        // The first change of all copies the root.
        self.open.changed |= self.open.tree != before;
        *self.aborted = result.is_err();
        result
    }

    /// The value of `key`.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn get(&self, key: impl AsRef<[u8]>) -> Result<Option<&[u8]>, StoreError> {
        self.readable()?;
        self.open.tree.get(self.writer, key.as_ref())
    }

    /// Number of entries. O(1).
    pub fn len(&self) -> u64 {
        self.open.tree.len
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.open.tree.root == Pointer::NONE
    }

    /// As [`Table::range`](super::Table::range).
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn range<K, R>(&self, range: R) -> Result<Range<'_>, StoreError>
    where
        K: AsRef<[u8]>,
        R: RangeBounds<K>,
    {
        self.readable()?;
        let bounds = (
            range.start_bound().map(|key| key.as_ref()),
            range.end_bound().map(|key| key.as_ref()),
        );
        Range::new(self.writer, self.open.tree, bounds)
    }

    /// As [`Table::iter`](super::Table::iter).
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn iter(&self) -> Result<Range<'_>, StoreError> {
        self.readable()?;
        Range::all(self.writer, self.open.tree)
    }

    /// As [`Table::cursor`](super::Table::cursor).
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn cursor(&self) -> Result<Cursor<'_>, StoreError> {
        self.readable()?;
        Cursor::new(self.writer, self.open.tree)
    }

    fn readable(&self) -> Result<(), StoreError> {
        if *self.aborted {
            Err(StoreError::Aborted)
        } else {
            Ok(())
        }
    }
}
