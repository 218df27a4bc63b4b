//! A look-up: from the newest run to the oldest, until there is an answer.
//!
//! ```text
//!   get "kiwi"      memtable ✗   sealed ✗   level 0 ▭ filter: no   ▭ filter: maybe, but no
//!                                           level 1 ▭ kiwi → 7     done: all others are older
//! ```
//!
//! An answer is a version of the key, a tombstone among them, or a range tombstone over it: what is
//! in older runs is older than that.
//!
//! # Complexity
//!
//! A search in each memtable; the filter of at most one table of each run, and a block of those
//! that do not say no. The key is hashed once.

use super::counters::ReadCounts;
use super::run::candidate;
use super::state::State;
use crate::iter::unexpired;
use crate::key::{Kind, Sequence};
use crate::{Result, table};

impl State {
    /// The value of `key` that `snapshot` sees; `now_ms` is asked for the moment if it matters.
    ///
    /// # Errors
    ///
    /// What the disk says, and [`CorruptTable`](crate::LsmError::CorruptTable).
    pub fn get(
        &self,
        key: &[u8],
        snapshot: Sequence,
        now_ms: impl Fn() -> u64,
    ) -> Result<Option<Vec<u8>>> {
        let mut counts = ReadCounts {
            gets: 1,
            ..ReadCounts::default()
        };
        let outcome = match self.get_from_memtables(key, snapshot, &now_ms) {
            Answer::Unknown => self.get_from_tables(key, snapshot, &now_ms, &mut counts),
            Answer::Known(outcome) => outcome,
        };
        self.tables.counters.add(counts);
        outcome
    }

    // ANCHOR: memtables
    fn get_from_memtables(
        &self,
        key: &[u8],
        snapshot: Sequence,
        now_ms: &impl Fn() -> u64,
    ) -> Answer {
        for memtable in self.memtables() {
            let covering = memtable.covering(key, snapshot);
            if let Some((version, stored)) = memtable.get(key, snapshot) {
                let found = (version.sequence, version.kind, stored);
                return Answer::Known(value(found, covering, now_ms));
            }
            if covering.is_some() {
                return Answer::Known(Ok(None));
            }
        }
        Answer::Unknown
    }
    // ANCHOR_END: memtables

    // ANCHOR: tables
    fn get_from_tables(
        &self,
        key: &[u8],
        snapshot: Sequence,
        now_ms: &impl Fn() -> u64,
        counts: &mut ReadCounts,
    ) -> Result<Option<Vec<u8>>> {
        let hash = table::filter_hash(key);
        for file in self.files.runs.iter().filter_map(|run| candidate(run, key)) {
            let table = file.handle.table()?;
            let covering = table.range_tombstones().covering(key, snapshot);
            counts.filter_checks += u64::from(table.has_filter());
            if table.rules_out(hash) {
                counts.filter_skips += 1;
            } else {
                counts.tables_probed += 1;
                if let Some(found) = table.get_unfiltered(key, snapshot)? {
                    let found = (found.sequence, found.kind, &*found.value);
                    return value(found, covering, now_ms);
                }
            }
            if covering.is_some() {
                return Ok(None);
            }
        }
        Ok(None)
    }
    // ANCHOR_END: tables
}

/// What some of the runs know of a key.
enum Answer {
    Unknown,
    Known(Result<Option<Vec<u8>>>),
}

/// The value of a version that was found, with the newest range tombstone over its key.
fn value(
    (sequence, kind, stored): (Sequence, Kind, &[u8]),
    covering: Option<Sequence>,
    now_ms: &impl Fn() -> u64,
) -> Result<Option<Vec<u8>>> {
    if covering > Some(sequence) {
        return Ok(None);
    }
    Ok(unexpired(kind, stored, now_ms)?.map(<[u8]>::to_vec))
}
