//! The store: one file, one writer at a time, any number of readers.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::StoreError;
use super::meta::METAS;
use super::open::{Opened, create, open};
use super::page::PageNo;
use super::read::ReadTx;
use super::snapshot::Snapshot;
use super::space::Space;
use super::stats::{Counters, Stats};
use super::storage::{FileStorage, Storage};
use super::write::WriteTx;

/// How a commit reaches the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// `commit` returns when the disk has the transaction: a crash at any later instant keeps it.
    #[default]
    Durable,
    /// `commit` returns when readers see the transaction. It becomes durable with the next durable
    /// commit, or when the store is closed; a crash before takes it back, whole.
    Deferred,
}

/// How a store is opened.
///
/// ```
/// use bplustree::disk::{Durability, Options};
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("store");
/// let store = Options::new().page_size(8192).durability(Durability::Deferred).open(&path)?;
/// assert_eq!(store.stats().page_size, 8192);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    page_size: u32,
    max_size: u64,
    pub(crate) durability: Durability,
    pub(crate) two_syncs: bool,
    read_only: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// Pages of 4 KiB, no limit of size, durable commits of one sync, reading and writing.
    pub fn new() -> Self {
        Options {
            page_size: 4096,
            max_size: u64::MAX,
            durability: Durability::Durable,
            two_syncs: false,
            read_only: false,
        }
    }

    /// Bytes to a page, when the file is made: a power of two from 512 to 32 768. A file that there
    /// is keeps its own.
    pub fn page_size(mut self, bytes: u32) -> Self {
        self.page_size = bytes;
        self
    }

    /// Bytes that the file may grow to. A transaction that needs more is
    /// [`Full`](StoreError::Full).
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = bytes;
        self
    }

    /// What [`WriteTx::commit`] does.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Syncs pages before the meta page is written, and again after: twice the wait for every
    /// durable commit.
    ///
    /// With one sync, pages and meta may reach the disk in any order, and after a crash the newest
    /// commit's checksums tell whether all of it did (a torn one passes once in 2³²). With two, a
    /// meta page is proof that its pages are there, so that nothing has to be checked on opening,
    /// and damage to the newest commit is never mistaken for an unfinished one.
    pub fn two_syncs(mut self, yes: bool) -> Self {
        self.two_syncs = yes;
        self
    }

    /// Opens for reading only, beside others who do. The file must be there.
    pub fn read_only(mut self, yes: bool) -> Self {
        self.read_only = yes;
        self
    }

    /// Opens the store in the file at `path`, or makes one there.
    ///
    /// # Errors
    ///
    /// [`Locked`](StoreError::Locked) when it is open elsewhere,
    /// [`NotAStore`](StoreError::NotAStore), [`Version`](StoreError::Version),
    /// [`Truncated`](StoreError::Truncated), [`Corrupt`](StoreError::Corrupt): the file is left as
    /// it is. [`PageSize`](StoreError::PageSize), [`Io`](StoreError::Io).
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Store, StoreError> {
        let path = path.as_ref();
        self.check()?;
        if self.read_only {
            return self.open_storage(FileStorage::open_read_only(path)?);
        }
        let is_new = !path.exists();
        let store = self.open_storage(FileStorage::open(path)?)?;
        if is_new {
            sync_directory_of(path)?;
        }
        Ok(store)
    }

    /// Opens the store in any storage, or makes one there if it is empty.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), less `Locked`.
    pub fn open_storage(&self, storage: impl Storage + 'static) -> Result<Store, StoreError> {
        self.check()?;
        let counters = Counters::default();
        if !self.read_only {
            create(&storage, self.page_size, &counters)?;
        }
        let opened = open(&storage, self.max_size)?;
        Ok(Store::new(
            self.clone(),
            Arc::new(storage),
            counters,
            opened,
        ))
    }

    fn check(&self) -> Result<(), StoreError> {
        match super::meta::page_sizes().any(|size| size == self.page_size) {
            true => Ok(()),
            false => Err(StoreError::PageSize {
                bytes: self.page_size,
            }),
        }
    }
}

/// A new file is durable only when the directory that names it is.
pub(crate) fn sync_directory_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        std::fs::File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// An ordered key-value store in one file.
///
/// Share it by reference, or in an [`Arc`], among threads. One [`WriteTx`] at a time changes it;
/// any number of [`ReadTx`] look at it, each at the commit that was newest when it began. See the
/// [module](super) for an example.
///
/// Dropping it makes deferred commits durable, if the disk allows; [`close`](Self::close) tells.
#[derive(Debug)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
    closed: bool,
}

/// What transactions need of the store.
#[derive(Debug)]
pub(crate) struct Inner {
    pub options: Options,
    pub page_size: usize,
    pub counters: Arc<Counters>,
    pub storage: Arc<dyn Storage>,
    /// Held by the write transaction while it lives.
    pub state: Mutex<State>,
    pub shared: Mutex<Shared>,
    discarded: Option<u64>,
}

impl std::fmt::Debug for dyn Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("dyn Storage")
    }
}

/// The writer's part.
#[derive(Debug)]
pub(crate) struct State {
    pub space: Space,
    /// The last commit that is durable, and which meta page holds it.
    pub durable: u64,
    pub slot: PageNo,
    /// Whether that meta says that all its pages are durable.
    pub proven: bool,
    /// Whether a write or sync failed whose outcome cannot be known.
    pub halted: bool,
}

/// What everybody needs for a moment.
#[derive(Debug)]
pub(crate) struct Shared {
    pub current: Arc<Snapshot>,
    /// Transactions whose snapshots are being read, and how many times.
    pub readers: BTreeMap<u64, usize>,
}

/// A panic while a lock was held leaves nothing half-done: what a transaction did is undone by its
/// `drop`.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    /// Ends the reading of a snapshot.
    pub(crate) fn leave(&self, txn: u64) {
        let readers = &mut lock(&self.shared).readers;
        if let Some(count) = readers.get_mut(&txn) {
            *count -= 1;
            if *count == 0 {
                readers.remove(&txn);
            }
        }
    }
}

impl Store {
    fn new(
        options: Options,
        storage: Arc<dyn Storage>,
        counters: Counters,
        opened: Opened,
    ) -> Self {
        let Opened {
            snapshot,
            space,
            slot,
            proven,
            discarded,
        } = opened;
        let durable = snapshot.txn;
        let inner = Inner {
            options,
            page_size: snapshot.view.page_size,
            counters: Arc::new(counters),
            storage,
            state: Mutex::new(State {
                space,
                durable,
                slot,
                proven,
                halted: false,
            }),
            shared: Mutex::new(Shared {
                current: Arc::new(snapshot),
                readers: BTreeMap::new(),
            }),
            discarded,
        };
        Store {
            inner: Arc::new(inner),
            closed: false,
        }
    }

    /// Opens the store in the file at `path`, or makes one there. See [`Options`] for other ways.
    ///
    /// The file is mapped into memory. It is locked against other stores, but whoever ignores
    /// advisory locks and writes to the file, or truncates it, while the store is open, may make
    /// this process read nonsense, or end it by a bus error: as for every program that maps files.
    ///
    /// # Errors
    ///
    /// See [`Options::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Options::new().open(path)
    }

    /// Begins to read the newest commit. It blocks nobody and is blocked by nobody, but the pages
    /// that it may look at are kept from being written again while it lives, so that a reader that
    /// stays for long makes the file grow.
    pub fn read(&self) -> ReadTx {
        let mut shared = lock(&self.inner.shared);
        let snapshot = Arc::clone(&shared.current);
        *shared.readers.entry(snapshot.txn).or_default() += 1;
        drop(shared);
        ReadTx::new(Arc::clone(&self.inner), snapshot)
    }

    /// Begins to write, when no other transaction is writing any more: until then it waits. In one
    /// thread, a second one while the first lives would wait forever.
    ///
    /// # Errors
    ///
    /// [`ReadOnly`](StoreError::ReadOnly); [`Halted`](StoreError::Halted) after a failed sync.
    pub fn write(&self) -> Result<WriteTx<'_>, StoreError> {
        if self.inner.options.read_only {
            return Err(StoreError::ReadOnly);
        }
        WriteTx::begin(&self.inner)
    }

    /// What the store has and did. Waits for the write transaction, as [`write`](Self::write) does.
    pub fn stats(&self) -> Stats {
        let state = lock(&self.inner.state);
        let shared = lock(&self.inner.shared);
        let counters = &self.inner.counters;
        Stats {
            page_size: self.inner.page_size as u32,
            transaction: shared.current.txn,
            durable: state.durable,
            discarded: self.inner.discarded,
            pages: state.space.pages.max(METAS),
            free_pages: state.space.available() as u32,
            pending_pages: state.space.pending() as u32,
            readers: shared.readers.values().sum(),
            oldest_reader: shared.readers.keys().next().copied(),
            commits: counters.commits.load(Relaxed),
            syncs: counters.syncs.load(Relaxed),
            writes: counters.writes.load(Relaxed),
            bytes_written: counters.bytes_written.load(Relaxed),
        }
    }

    /// Makes all commits durable that are not. At most two syncs.
    ///
    /// # Errors
    ///
    /// As [`WriteTx::commit`].
    pub fn sync(&self) -> Result<(), StoreError> {
        self.write()?.commit_with(Durability::Durable)
    }

    /// Makes all commits durable, gives back the room that the file was grown by in advance, and
    /// closes it, when the last reader ends.
    ///
    /// # Errors
    ///
    /// As [`WriteTx::commit`]. The store is closed even so.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.finish()
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        if std::mem::replace(&mut self.closed, true) || self.inner.options.read_only {
            return Ok(());
        }
        self.sync()?;
        self.write()?.settle()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // The error has nowhere to go; who wants it calls `close`.
        let _ = self.finish();
    }
}
