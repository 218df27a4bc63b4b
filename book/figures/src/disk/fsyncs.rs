//! How often a commit waits for the disk, counted.

use std::fmt::Write as _;

use bplustree::disk::{Durability, Options, Stats, Store, StoreError};

use super::file::{self, TABLE};
use crate::{Figure, FigureError};

/// Entries of the table, and of each of the commits.
const ENTRIES: u32 = 10_000;
const COMMITS: u32 = 100;

/// The table: a row for each way to commit.
///
/// # Errors
///
/// [`FigureError::Store`].
pub fn table() -> Result<Figure, FigureError> {
    let plain = Options::new();
    let deferred = Options::new().durability(Durability::Deferred);
    let two_syncs = Options::new().two_syncs(true);
    let rows = [
        ("`Durable`", &plain, 1),
        ("`Durable`, `two_syncs(true)`", &two_syncs, 1),
        ("`Deferred`, then `sync`", &deferred, 1),
        ("`Durable`, 100 puts in a commit", &plain, COMMITS),
    ];
    let mut table = String::from(
        "| 100 puts | commits | fsyncs | fsyncs a commit | writes | KiB written |\n\
         |---|--:|--:|--:|--:|--:|\n",
    );
    for (name, options, puts) in rows {
        let Counts {
            commits,
            syncs,
            writes,
            bytes,
        } = run(options, puts)?;
        writeln!(
            table,
            "| {name} | {commits} | {syncs} | {} | {writes} | {} |",
            (syncs as f64 / commits as f64 * 100.0).round() / 100.0,
            bytes >> 10
        )
        .expect("a string grows");
    }
    Ok(Figure {
        name: "disk-fsyncs.md".to_owned(),
        contents: table,
    })
}

struct Counts {
    commits: u64,
    syncs: u64,
    writes: u64,
    bytes: u64,
}

/// Counts what all puts take, with so many of them in a commit.
fn run(options: &Options, puts: u32) -> Result<Counts, StoreError> {
    let (_disk, store) = file::store(options)?;
    let mut tx = store.write()?;
    tx.table(TABLE)?
        .bulk_load((0..ENTRIES).map(|number| (key(number), value(number))))?;
    tx.commit_with(Durability::Durable)?;
    let before = store.stats();
    for commit in 0..COMMITS / puts {
        put(&store, commit * puts..(commit + 1) * puts)?;
    }
    store.sync()?;
    Ok(Counts::between(&before, &store.stats(), COMMITS / puts))
}

/// Changes some entries that are far from each other.
fn put(store: &Store, puts: std::ops::Range<u32>) -> Result<(), StoreError> {
    let mut tx = store.write()?;
    let mut table = tx.table(TABLE)?;
    for put in puts {
        table.insert(key(put * 7919 % ENTRIES), value(put))?;
    }
    tx.commit()
}

pub(super) fn key(number: u32) -> String {
    format!("key {number:06}")
}

pub(super) fn value(number: u32) -> String {
    format!("value {number:026}")
}

impl Counts {
    fn between(before: &Stats, after: &Stats, commits: u32) -> Self {
        Counts {
            commits: commits.into(),
            syncs: after.syncs - before.syncs,
            writes: after.writes - before.writes,
            bytes: after.bytes_written - before.bytes_written,
        }
    }
}
