//! Reading: transactions that see one commit, and nothing of what comes after.

use std::marker::PhantomData;
use std::ops::RangeBounds;
use std::sync::Arc;

use super::StoreError;
use super::snapshot::Snapshot;
use super::stats::TableStats;
use super::store::Inner;
use super::tree::{Cursor, Pages, Pair, Range, Tree, Visit};

/// A read transaction: the store as the newest commit left it when
/// [`Store::read`](super::Store::read) was called.
///
/// Values are slices of the file's own memory; they live as long as the transaction. It may be sent
/// to, and shared with, other threads.
#[derive(Debug)]
pub struct ReadTx {
    inner: Arc<Inner>,
    snapshot: Arc<Snapshot>,
}

impl Drop for ReadTx {
    fn drop(&mut self) {
        self.inner.leave(self.snapshot.txn);
    }
}

impl ReadTx {
    pub(crate) fn new(inner: Arc<Inner>, snapshot: Arc<Snapshot>) -> Self {
        ReadTx { inner, snapshot }
    }

    /// Number of the commit that is seen.
    pub fn transaction(&self) -> u64 {
        self.snapshot.txn
    }

    /// The table called `name`. One that was never written to is empty.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn table(&self, name: &str) -> Result<Table<'_>, StoreError> {
        let tree = self.snapshot.table(name.as_bytes())?.unwrap_or_default();
        Ok(Table {
            snapshot: &self.snapshot,
            tree,
            of: PhantomData,
        })
    }

    /// The names of the tables, in order.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn tables(&self) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        self.snapshot.each_table(|name, _| {
            names.push(String::from_utf8_lossy(name).into_owned());
            Ok(())
        })?;
        Ok(names)
    }
}

/// A table as a [`ReadTx`] sees it.
#[derive(Clone, Copy, Debug)]
pub struct Table<'tx> {
    snapshot: &'tx Snapshot,
    tree: Tree,
    of: PhantomData<&'tx ReadTx>,
}

impl<'tx> Table<'tx> {
    // ANCHOR: read_get
    /// The value of `key`. O(log n), without copying or allocating.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt), naming the page: as for all reading.
    #[inline]
    pub fn get(&self, key: impl AsRef<[u8]>) -> Result<Option<&'tx [u8]>, StoreError> {
        self.tree.get(self.snapshot, key.as_ref())
    }
    // ANCHOR_END: read_get

    /// Number of entries. O(1).
    pub fn len(&self) -> u64 {
        self.tree.len
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.tree.len == 0
    }

    /// The entries with keys in `range`, in order, from both ends. O(log n), and O(1) an entry.
    ///
    /// ```
    /// # use bplustree::disk::Store;
    /// # let dir = tempfile::tempdir()?;
    /// # let store = Store::open(dir.path().join("store"))?;
    /// let mut tx = store.write()?;
    /// let mut towns = tx.table("towns")?;
    /// towns.insert("Bergen", "Norway")?;
    /// towns.insert("Berlin", "Germany")?;
    /// towns.insert("Bern", "Switzerland")?;
    /// tx.commit()?;
    ///
    /// let tx = store.read();
    /// let from_berlin = tx.table("towns")?.range("Berlin"..)?;
    /// let names = from_berlin.rev().map(|entry| entry.map(|(name, _)| name));
    /// let names = names.collect::<Result<Vec<_>, _>>()?;
    /// assert_eq!(names, [b"Bern".as_slice(), b"Berlin"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn range<K, R>(&self, range: R) -> Result<Range<'tx>, StoreError>
    where
        K: AsRef<[u8]>,
        R: RangeBounds<K>,
    {
        let bounds = (
            range.start_bound().map(|key| key.as_ref()),
            range.end_bound().map(|key| key.as_ref()),
        );
        Range::new(self.snapshot, self.tree, bounds)
    }

    /// All entries, in order, from both ends.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn iter(&self) -> Result<Range<'tx>, StoreError> {
        Range::all(self.snapshot, self.tree)
    }

    /// The entry with the least key.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn first(&self) -> Result<Option<Pair<'tx>>, StoreError> {
        self.iter()?.next().transpose()
    }

    /// The entry with the greatest key.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn last(&self) -> Result<Option<Pair<'tx>>, StoreError> {
        self.iter()?.next_back().transpose()
    }

    /// A cursor before the first entry.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn cursor(&self) -> Result<Cursor<'tx>, StoreError> {
        Cursor::new(self.snapshot, self.tree)
    }

    /// What the table's tree is made of. Reads all its pages.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    pub fn stats(&self) -> Result<TableStats, StoreError> {
        tree_stats(self.snapshot, &self.tree, self.snapshot.view.page_size)
    }
}

pub(crate) fn tree_stats<P: Pages>(
    pages: &P,
    tree: &Tree,
    page_size: usize,
) -> Result<TableStats, StoreError> {
    let height = if tree.is_empty() {
        0
    } else {
        u32::from(tree.level) + 1
    };
    let mut stats = TableStats {
        entries: tree.len,
        height,
        ..TableStats::default()
    };
    tree.walk(pages, &mut |visit| {
        match visit {
            Visit::Page(page) => {
                *if page.is_leaf() {
                    &mut stats.leaves
                } else {
                    &mut stats.branches
                } += 1;
                stats.used_bytes += page.used() as u64;
                stats.page_bytes += page_size as u64;
            }
            Visit::Overflow(value) => stats.overflow_pages += u64::from(value.pages(page_size)),
        }
        Ok(true)
    })?;
    Ok(stats)
}
