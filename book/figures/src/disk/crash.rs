//! The power fails at every call of one small commit: what is found afterwards.

use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bplustree::disk::inspect::PageInfo;
use bplustree::disk::sim::{Plan, SimDisk};
use bplustree::disk::storage::{Map, Storage};
use bplustree::disk::{Durability, Options, PageNo, Store, StoreError};

use super::file::{self, TABLE};
use super::fsyncs::{key, value};
use crate::{Figure, FigureError};

const PAGE: u64 = 4096;
const ENTRIES: u32 = 300;
/// Crashes at each of the calls: each keeps other sectors of what was not synced.
const CRASHES: u32 = 100;

/// A row for each call.
///
/// # Errors
///
/// [`FigureError::Store`].
pub fn table() -> Result<Figure, FigureError> {
    let mut table = String::new();
    let options = [false, true].map(|two| Options::new().two_syncs(two));
    for (options, heading) in options.iter().zip([
        "one fsync, the power fails at",
        "`two_syncs`, the power fails at",
    ]) {
        write_table(&mut table, options, heading)?;
    }
    writeln!(
        table,
        "\nWhat is found afterwards, in {CRASHES} crashes each, of which each keeps other sectors \
         of what was written and not yet synced."
    )
    .expect("a string grows");
    Ok(Figure {
        name: "disk-crash.md".to_owned(),
        contents: table,
    })
}

fn write_table(table: &mut String, options: &Options, heading: &str) -> Result<(), StoreError> {
    if !table.is_empty() {
        table.push('\n');
    }
    writeln!(
        table,
        "| {heading} | old | unfinished, so old | new |\n|---|--:|--:|--:|"
    )
    .expect("a string grows");
    let before = base(options)?;
    let calls = calls(options, &before)?;
    let after = (calls.len() as u64, "later".to_owned());
    for (call, what) in (0..).zip(calls).chain([after]) {
        let Found { old, undone, new } = crash(options, &before, call)?;
        writeln!(table, "| {what} | {old} | {undone} | {new} |").expect("a string grows");
    }
    Ok(())
}

/// The bytes of a store with a table of some pages.
fn base(options: &Options) -> Result<Vec<u8>, StoreError> {
    let (disk, store) = file::store(options)?;
    let mut tx = store.write()?;
    tx.table(TABLE)?
        .bulk_load((0..ENTRIES).map(|number| (key(number), value(number))))?;
    tx.commit_with(Durability::Durable)?;
    // A commit or two, so that there are free pages, and the file need not grow.
    commit(&store, 1)?;
    commit(&store, 2)?;
    store.close()?;
    Ok(disk.contents())
}

/// The commit: one key is changed.
fn commit(store: &Store, version: u32) -> Result<(), StoreError> {
    let mut tx = store.write()?;
    tx.table(TABLE)?.insert(key(0), value(version))?;
    tx.commit()
}

const OLD: u32 = 2;
const NEW: u32 = 3;

/// What the commit asks of the disk.
fn calls(options: &Options, before: &[u8]) -> Result<Vec<String>, StoreError> {
    let disk = Recorder::new(SimDisk::with_contents(before.to_vec(), 1));
    let store = options.open_storage(disk.clone())?;
    commit(&store, NEW)?;
    let calls = disk.calls();
    let pages = store.pages()?;
    Ok(calls.iter().map(|call| call.describe(&pages)).collect())
}

/// How many crashes ended how.
#[derive(Default)]
struct Found {
    old: u32,
    /// The new meta was there, but not all of its pages.
    undone: u32,
    new: u32,
}

/// Cuts the commit at `call`, and crashes in many ways.
fn crash(options: &Options, before: &[u8], call: u64) -> Result<Found, StoreError> {
    let mut found = Found::default();
    for seed in 0..CRASHES {
        let disk = SimDisk::with_contents(before.to_vec(), seed.into());
        let store = options.open_storage(disk.clone())?;
        disk.set_plan(Plan::PowerOffAt(call));
        // That it fails is the point.
        let _ = commit(&store, NEW);
        let store = options.open_storage(disk.crash())?;
        store.verify()?;
        let tx = store.read();
        let entry = tx.table(TABLE)?.get(key(0))?;
        let is = |version| entry == Some(value(version).as_bytes());
        match store.stats().discarded {
            _ if is(NEW) => found.new += 1,
            Some(_) if is(OLD) => found.undone += 1,
            None if is(OLD) => found.old += 1,
            _ => panic!("a commit is there whole or not at all"),
        }
    }
    Ok(found)
}

/// A disk that notes what it is asked for.
#[derive(Clone)]
struct Recorder {
    disk: SimDisk,
    calls: Arc<Mutex<Vec<Call>>>,
}

#[derive(Clone, Copy)]
enum Call {
    Write { first: PageNo, pages: PageNo },
    SetLen,
    Sync,
}

impl Call {
    fn describe(self, pages: &[PageInfo]) -> String {
        match self {
            Call::SetLen => "growing the file".to_owned(),
            Call::Sync => "fsync".to_owned(),
            Call::Write { first, pages: 1 } => {
                format!("write of page {first}: {}", word(pages, first))
            }
            Call::Write {
                first,
                pages: count,
            } => {
                let words = (first..first + count).map(|page| word(pages, page));
                let words: Vec<_> = words.collect();
                format!(
                    "write of pages {first} – {}: {}",
                    first + count - 1,
                    words.join(", ")
                )
            }
        }
    }
}

fn word(pages: &[PageInfo], page: PageNo) -> &'static str {
    pages.get(page as usize).map_or("", file::word)
}

impl Recorder {
    fn new(disk: SimDisk) -> Self {
        let calls = Arc::default();
        Recorder { disk, calls }
    }

    fn note(&self, call: Call) {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(call);
    }

    fn calls(&self) -> Vec<Call> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Storage for Recorder {
    fn len(&self) -> io::Result<u64> {
        self.disk.len()
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.note(Call::SetLen);
        self.disk.set_len(len)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.note(Call::Write {
            first: (offset / PAGE) as PageNo,
            pages: (bytes.len() as u64 / PAGE) as PageNo,
        });
        self.disk.write_at(offset, bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.note(Call::Sync);
        self.disk.sync()
    }

    fn map(&self) -> io::Result<Map> {
        self.disk.map()
    }
}
