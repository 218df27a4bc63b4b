//! What stores are put through.

use std::{hint::black_box, path::Path};

use super::{
    DiskWork,
    contender::{Disk, Key, check, key, some_keys},
    folder,
};
use crate::{
    harness::Turn,
    races::ordered::{
        keys::{BATCH, uniform},
        solo::requests,
    },
};

/// Entries of a store, fewer in a smoke test.
fn entries(turn: &Turn) -> u32 {
    if turn.quick() { 100_000 } else { 1_000_000 }
}

/// The keys with `count` random numbers, of those that are there.
fn random_keys(entries: u32, count: usize, seed: u64) -> Vec<Key> {
    let numbers = uniform(entries, count, seed);
    numbers
        .into_iter()
        .map(|number| key(number.into()))
        .collect()
}

/// A store that was filled in no order, and of which as much is in memory as it keeps there.
fn filled<C: Disk>(folder: &Path, entries: u32) -> anyhow::Result<C> {
    let mut store = C::open(folder)?;
    store.put(&some_keys(entries), 0)?;
    let (count, _) = store.sum()?;
    assert_eq!(
        count,
        u64::from(entries),
        "{} has lost entries",
        C::WHO.name
    );
    Ok(store)
}

/// Closes the store and records how large its files are.
fn weigh<C: Disk>(store: C, folder: &Path, entries: u32, turn: &mut Turn) -> anyhow::Result<()> {
    store.close()?;
    turn.record("bytes_per_entry", size(folder)? as f64 / f64::from(entries));
    let (count, _) = C::open(folder)?.sum()?;
    assert_eq!(
        count,
        u64::from(entries),
        "{} has lost entries",
        C::WHO.name
    );
    Ok(())
}

/// Bytes of all files in `folder` and below.
fn size(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() {
            size(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(bytes)
}

/// Entries whose keys ascend, into an empty store, in one transaction.
#[derive(Clone, Copy)]
pub struct Load;

impl DiskWork for Load {
    fn run<C: Disk>(self, turn: &mut Turn) -> anyhow::Result<()> {
        check::<C>()?;
        let (folder, entries) = (folder(), entries(turn));
        let mut keys = some_keys(entries);
        keys.sort_unstable();
        let mut store = C::open(folder.path())?;
        turn.once(entries.into(), || store.load(&keys))?;
        weigh(store, folder.path(), entries, turn)
    }
}

/// Entries in no order, into an empty store, in one transaction.
#[derive(Clone, Copy)]
pub struct Insert;

impl DiskWork for Insert {
    fn run<C: Disk>(self, turn: &mut Turn) -> anyhow::Result<()> {
        check::<C>()?;
        let (folder, entries) = (folder(), entries(turn));
        let keys = some_keys(entries);
        let mut store = C::open(folder.path())?;
        turn.once(entries.into(), || store.put(&keys, 0))?;
        weigh(store, folder.path(), entries, turn)
    }
}

/// Puts new values at random keys, some in each transaction.
#[derive(Clone, Copy)]
pub struct Update {
    /// Puts in a transaction.
    pub puts: usize,
    /// Transactions; a tenth of them in a smoke test.
    pub commits: usize,
}

impl DiskWork for Update {
    fn run<C: Disk>(self, turn: &mut Turn) -> anyhow::Result<()> {
        check::<C>()?;
        let (folder, entries) = (folder(), entries(turn));
        let mut store = filled::<C>(folder.path(), entries)?;
        let commits = self.commits / if turn.quick() { 10 } else { 1 };
        let keys = random_keys(entries, self.puts * commits, turn.seed());
        let before = store.syncs();
        turn.once(keys.len() as u64, || {
            let mut transactions = keys.chunks(self.puts).zip(1..);
            transactions.try_for_each(|(keys, version)| store.put(keys, version))
        })?;
        if let (Some(before), Some(after)) = (before, store.syncs()) {
            let syncs = (after - before) as f64;
            turn.record("fsyncs_per_commit", syncs / commits as f64);
        }
        weigh(store, folder.path(), entries, turn)
    }
}

/// Looks up keys that are there.
#[derive(Clone, Copy)]
pub struct Get;

impl DiskWork for Get {
    fn run<C: Disk>(self, turn: &mut Turn) -> anyhow::Result<()> {
        check::<C>()?;
        let (folder, entries) = (folder(), entries(turn));
        let store = filled::<C>(folder.path(), entries)?;
        let mut numbers = requests(entries, turn.seed());
        let mut keys = Vec::with_capacity(BATCH);
        turn.iterate(BATCH as u64, || {
            keys.clear();
            keys.extend(numbers.batch().iter().map(|&number| key(number.into())));
            black_box(store.get(&keys).expect("the store can be read"));
        });
        Ok(())
    }
}

/// Values from a random key on.
#[derive(Clone, Copy)]
pub struct Scan {
    /// How many.
    pub count: usize,
}

impl DiskWork for Scan {
    fn run<C: Disk>(self, turn: &mut Turn) -> anyhow::Result<()> {
        const SCANS: usize = 16;
        check::<C>()?;
        let (folder, entries) = (folder(), entries(turn));
        let store = filled::<C>(folder.path(), entries)?;
        let starts = random_keys(entries, 64 * SCANS, turn.seed());
        let mut starts = starts.chunks(SCANS).cycle();
        turn.iterate(SCANS as u64, || {
            let starts = starts.next().expect("it goes on for ever");
            let sum = store.scan(starts, self.count);
            black_box(sum.expect("the store can be read"));
        });
        Ok(())
    }
}

/// All values, in the order of keys.
#[derive(Clone, Copy)]
pub struct ScanAll;

impl DiskWork for ScanAll {
    fn run<C: Disk>(self, turn: &mut Turn) -> anyhow::Result<()> {
        check::<C>()?;
        let (folder, entries) = (folder(), entries(turn));
        let store = filled::<C>(folder.path(), entries)?;
        turn.iterate(entries.into(), || {
            black_box(store.sum().expect("the store can be read"));
        });
        Ok(())
    }
}

/// Opens a store that was closed, and looks up one key.
#[derive(Clone, Copy)]
pub struct Open;

impl DiskWork for Open {
    fn run<C: Disk>(self, turn: &mut Turn) -> anyhow::Result<()> {
        check::<C>()?;
        let (folder, entries) = (folder(), entries(turn));
        filled::<C>(folder.path(), entries)?.close()?;
        let mut keys = random_keys(entries, 1 << 12, turn.seed())
            .into_iter()
            .cycle();
        let open = |slot: &mut Closing<C>| {
            let store = C::open(folder.path()).expect("the store can be opened");
            let key = keys.next().expect("it goes on for ever");
            black_box(store.get(&[key]).expect("the store can be read"));
            slot.0 = Some(store);
        };
        turn.replay(1, || Closing(None), open);
        Ok(())
    }
}

/// A store that is closed when it is dropped, which is not timed.
struct Closing<C: Disk>(Option<C>);

impl<C: Disk> Drop for Closing<C> {
    fn drop(&mut self) {
        if let Some(store) = self.0.take() {
            store.close().expect("the store can be closed");
        }
    }
}
