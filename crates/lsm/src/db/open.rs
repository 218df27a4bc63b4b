//! Opening a database: what the manifest says, and what the log has beyond it.
//!
//! ```text
//!   manifest    + 7   + 8   − 7 − 8 + 9     ─▶ the version: tables, with all writes up to 4 711
//!   log         … 4 710 · 4 711 · 4 712 · 4 713 ·     ─▶ a memtable with 4 712 and 4 713
//! ```
//!
//! The log may begin before, as it drops whole segments only; and, if it is not synced with every
//! write, it may have lost what is in tables already. So the sequence number decides what is to be
//! done again, and not the place in the log.
//!
//! Files that no version has are what a crash has left of a flush, of a compaction, or of a removal.
//! They are removed.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;
use vfs::FileSystem;
use wal::{Lsn, SyncPolicy, Wal};

use super::background::Jobs;
use super::core::{Core, lock};
use super::manifest::Manifest;
use super::options::Options;
use super::stall::Pressure;
use super::state::State;
use super::stats::Counters;
use super::tables::Tables;
use super::write::{WriteLock, Writer};
use crate::batch::WriteBatch;
use crate::memtable::Memtable;
use crate::table::{BlockCache, NoCache, SharedBlockCache};
use crate::version::VersionEdit;
use crate::{LsmError, Result};

/// Bytes of a segment of the log. Each costs some syncs, so they should not be small; and what is
/// set aside of the disk for the last one, and for a spare one, should not be much.
fn segment_size(options: &Options) -> u64 {
    (options.memtable_size as u64 / 2).clamp(64 << 10, 16 << 20)
}

impl Core {
    // ANCHOR: open
    /// Opens the database in `dir`, or makes one.
    pub fn open(fs: Arc<dyn FileSystem>, dir: &Path, options: Options) -> Result<Arc<Self>> {
        if !options.create_if_missing && !fs.exists(&dir.join("manifest"))? {
            return Err(LsmError::Missing);
        }
        fs.create_dir_all(dir)?;
        let held = fs.lock(&dir.join("LOCK")).map_err(locked)?;
        let manifest = Manifest::open(Arc::clone(&fs), &dir.join("manifest"))?;
        let next_file = remove_orphans(&*fs, dir, &manifest)?;
        let log = open_log(Arc::clone(&fs), dir, &options)?;

        let cache = NonZeroUsize::new(options.block_cache).map(SharedBlockCache::new);
        let cache = cache.map(Arc::new);
        let shared = cache.clone().map(|cache| cache as Arc<dyn BlockCache>);
        let shared = shared.unwrap_or_else(|| Arc::new(NoCache));
        let tables = Arc::new(Tables::new(Arc::clone(&fs), dir.to_path_buf(), shared));

        let memtable = Arc::new(Memtable::new(options.memtable_size)?);
        let version = Arc::clone(&manifest.version);
        let state = State::new(
            Arc::clone(&memtable),
            Vec::new(),
            version,
            Arc::clone(&tables),
        );
        let last_sequence = last_sequence(&manifest);
        let writer = Writer {
            memtable,
            next_sequence: last_sequence + 1,
            next_lsn: log.first_lsn().0,
            internal_key: Vec::new(),
            owed: Duration::ZERO,
        };
        let core = Arc::new(Core {
            fs,
            dir: dir.to_path_buf(),
            options,
            log,
            manifest: Mutex::new(manifest),
            writer: Mutex::new(WriteLock::new(writer)),
            state: ArcSwap::from_pointee(state),
            replacing: Mutex::new(()),
            visible: AtomicU64::new(last_sequence),
            next_file: AtomicU64::new(next_file),
            tables,
            cache,
            snapshots: Arc::default(),
            jobs: Jobs::default(),
            pressure: Pressure::default(),
            counters: Counters::default(),
            _lock: held,
        });
        core.pressure.measure(&core, &core.state().version);
        core.begin()?;
        core.replay()?;
        Ok(core)
    }
    // ANCHOR_END: open

    /// Gives a new database its first edit: from here on it is one.
    fn begin(&self) -> Result<()> {
        let is_new = lock(&self.manifest).is_new();
        if is_new {
            self.install(VersionEdit::default(), None)?;
        }
        Ok(())
    }

    // ANCHOR: replay
    /// Does again what the log has and the tables have not.
    fn replay(&self) -> Result<()> {
        let damaged = LsmError::from_log("log");
        let mut guard = lock(&self.writer);
        let writer = &mut guard.writer;
        for record in self.log.iter_from(Lsn(0)).map_err(&damaged)? {
            let (lsn, bytes) = record.map_err(&damaged)?;
            let batch = WriteBatch::from_bytes(&bytes)?;
            if batch.sequence() >= writer.next_sequence {
                if batch.sequence() > writer.next_sequence {
                    return Err(LsmError::corrupt_batch("writes before it are missing"));
                }
                if !writer.memtable.has_room_for(&batch) {
                    self.seal(writer, Memtable::bytes_for(&batch))?;
                }
                writer.memtable.apply(&batch)?;
                writer.next_sequence += batch.len() as u64;
            }
            writer.next_lsn = lsn.0 + 1;
        }
        // What the log has is durable: it has sealed what it found.
        self.publish(writer.next_sequence - 1);
        Ok(())
    }
    // ANCHOR_END: replay
}

fn locked(error: std::io::Error) -> LsmError {
    match error.kind() {
        std::io::ErrorKind::WouldBlock => LsmError::Locked,
        _ => error.into(),
    }
}

/// The log in `dir`, which is told when to sync: see [`super::write`].
fn open_log(fs: Arc<dyn FileSystem>, dir: &Path, options: &Options) -> Result<Wal> {
    let policy = match options.sync {
        SyncPolicy::EveryWrite => SyncPolicy::Os,
        policy => policy,
    };
    // Files that are ready for use make syncs quicker, and nothing else.
    let is_synced = options.sync == SyncPolicy::EveryWrite;
    let log = wal::Options::new()
        .segment_size(segment_size(options))
        .sync_zeros(is_synced)
        .spares(usize::from(is_synced))
        .sync(policy);
    Wal::open_in(fs, dir.join("log"), log).map_err(LsmError::from_log("log"))
}

/// The newest write that is in a table.
fn last_sequence(manifest: &Manifest) -> u64 {
    let tables = manifest.version.tables();
    let newest = tables.map(|(_, table)| table.max_sequence).max();
    manifest.numbers().last_sequence.max(newest.unwrap_or(0))
}

/// Removes the tables that no version has. Returns a number that no file has had.
///
/// Without a single edit there should be no tables: where there are some, the manifest is lost, or
/// this is a checkpoint that was not finished.
fn remove_orphans(fs: &dyn FileSystem, dir: &Path, manifest: &Manifest) -> Result<u64> {
    let names = fs.list(dir)?;
    let numbers: BTreeSet<u64> = names.iter().filter_map(|name| table_number(name)).collect();
    if manifest.is_new() && !numbers.is_empty() {
        let what = "it is missing, though there are tables";
        return Err(LsmError::CorruptManifest { edit: 0, what });
    }
    let tables = manifest.version.tables().map(|(_, table)| table.number);
    let needed: BTreeSet<u64> = tables.collect();
    // Who misses a table may find it in one of these: perhaps it was the manifest that has lost
    // something.
    if needed.is_subset(&numbers) {
        for number in numbers.difference(&needed) {
            fs.remove(&Tables::path(dir, *number))?;
        }
    }
    let newest = numbers.last().map_or(0, |number| number.saturating_add(1));
    Ok(manifest.numbers().next_file.max(1).max(newest))
}

/// The number in the name of a table's file.
fn table_number(name: &str) -> Option<u64> {
    let number = name.strip_suffix(".sst")?.parse().ok()?;
    // No other name is one that we gave.
    (Path::new(name) == Tables::path(Path::new(""), number)).then_some(number)
}
