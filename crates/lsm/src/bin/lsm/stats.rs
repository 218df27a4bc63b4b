//! `lsm stats`: levels, sizes, amplification.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use indicatif::BinaryBytes;
use lsm::inspect::Inspector;
use lsm::version::{LEVELS, TableMeta, Version};

use crate::failure::Failure;

/// What the manifest tells of the past.
#[derive(Default)]
struct History {
    version: Version,
    versions: u64,
    /// Bytes of tables that flushes wrote.
    flushed: u64,
    /// Bytes of tables that compactions wrote.
    compacted: u64,
    damages: usize,
}

pub fn run(dir: &Path, out: &mut impl Write) -> Result<(), Failure> {
    let inspector = Inspector::open(dir)?;
    let mut history = History::read(&inspector)?;
    levels(&history.version, out)?;
    let tables = history.version.tables();
    let newest = tables
        .map(|(_, table)| table.max_sequence)
        .max()
        .unwrap_or(0);
    let (mut batches, mut bytes, mut pending) = (0, 0, 0);
    for batch in inspector.batches()? {
        match batch {
            Ok((_, batch)) => {
                (batches, bytes) = (batches + 1, bytes + batch.as_bytes().len() as u64);
                pending += u64::from(batch.sequence() > newest);
            }
            Err(_) => history.damages += 1,
        }
    }
    let bytes = BinaryBytes(bytes);
    writeln!(
        out,
        "log: {batches} batches, {bytes}; {pending} of them are not in tables"
    )?;
    writeln!(out, "newest write in a table: {newest}")?;
    amplification(&history, out)?;
    match history.damages {
        0 => Ok(()),
        damages => Err(Failure::Damaged(damages)),
    }
}

impl History {
    fn read(inspector: &Inspector) -> Result<Self, Failure> {
        let mut history = History::default();
        for version in inspector.versions()? {
            match version {
                Ok(version) => history.add(version),
                Err(_) => history.damages += 1,
            }
        }
        Ok(history)
    }

    fn add(&mut self, now: Version) {
        let before = std::mem::replace(&mut self.version, now);
        let new = tables_without(&self.version, &before).map(|table| table.file_len);
        let (new, is_merge) = (
            new.sum::<u64>(),
            tables_without(&before, &self.version).next().is_some(),
        );
        // What the first version has was there before.
        match (self.versions, is_merge) {
            (0, _) => {}
            (_, false) => self.flushed += new,
            (_, true) => self.compacted += new,
        }
        self.versions += 1;
    }
}

/// The tables of `a` that are not in `b`.
fn tables_without<'a>(a: &'a Version, b: &Version) -> impl Iterator<Item = &'a Arc<TableMeta>> {
    let known: HashSet<u64> = b.tables().map(|(_, table)| table.number).collect();
    let tables = a.tables().map(|(_, table)| table);
    tables.filter(move |table| !known.contains(&table.number))
}

fn levels(version: &Version, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(out, "level   tables        bytes      entries   tombstones")?;
    let mut line = |name: &str, levels: std::ops::Range<usize>| {
        let tables = || levels.clone().flat_map(|level| version.level(level));
        let (count, bytes) = (tables().count(), tables().map(|t| t.file_len).sum());
        let entries: u64 = tables().map(|table| table.entries).sum();
        let tombstones: u64 = tables().map(|table| table.tombstones).sum();
        let bytes = BinaryBytes(bytes).to_string();
        writeln!(
            out,
            "{name:>5} {count:>8} {bytes:>12} {entries:>12} {tombstones:>12}"
        )
    };
    for level in (0..LEVELS).filter(|level| !version.level(*level).is_empty()) {
        line(&level.to_string(), level..level + 1)?;
    }
    line("all", 0..LEVELS)?;
    Ok(())
}

fn amplification(history: &History, out: &mut impl Write) -> Result<(), Failure> {
    let version = &history.version;
    let lowest = (0..LEVELS).rev().map(|level| version.level_len(level));
    if let Some(lowest) = lowest.into_iter().find(|len| *len > 0) {
        let space = version.file_len() as f64 / lowest as f64;
        writeln!(
            out,
            "space amplification: {space:.2} (all tables by those of the lowest level)"
        )?;
    }
    if history.flushed > 0 {
        let write = (history.flushed + history.compacted) as f64 / history.flushed as f64;
        writeln!(
            out,
            "write amplification: {write:.2} (tables written by tables flushed, in the {} edits \
             that the manifest has; the log comes on top)",
            history.versions
        )?;
    }
    writeln!(
        out,
        "read amplification: {} (sorted runs, less what filters save)",
        version.runs()
    )?;
    Ok(())
}
