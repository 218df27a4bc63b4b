//! A version: all tables of a database at one moment, in levels.
//!
//! ```text
//!   level 0     ▭▭▭▭▭▭▭   ▭▭▭▭         newest first; any of them may have any key
//!                  ▭▭▭▭▭▭▭▭▭
//!   level 1     ▭▭▭│▭▭│▭▭▭▭            disjoint: at most one may have a key
//!   level 2     ▭▭│▭▭▭│▭▭▭│▭▭│▭▭▭▭
//! ```
//!
//! A look-up goes from top to bottom, and ends at the first version of the key that it finds.
//!
//! # Invariants
//!
//! - *Newer is higher.* If two tables may have the same user key, all versions of it in the one
//!   that is looked at first are newer. A reader could not stop at what it finds otherwise.
//! - Below level 0, the tables of a level are disjoint, and ascend.
//! - No two tables have the same number.
//!
//! # Complexity
//!
//! Applying an edit is O(n log n) for `n` tables. A look-up touches all tables of level 0 that
//! reach over the key, and one of each other level, found in O(log n).

use std::collections::HashSet;
use std::sync::Arc;

use super::bounds::Bounds;
use super::edit::VersionEdit;
use crate::key::Sequence;
use crate::{LsmError, Result};

/// How many levels there are: 0 to 6, as in LevelDB. With levels of 64 MiB, 640 MiB and so on, the
/// last one has room for 6 TiB.
pub const LEVELS: usize = 7;

/// What is known of a table without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableMeta {
    /// The number of its file.
    pub number: u64,
    /// Bytes of its file.
    pub file_len: u64,
    /// Entries, tombstones among them.
    pub entries: u64,
    /// Entries and ranges that delete.
    pub tombstones: u64,
    /// The oldest write in it.
    pub min_sequence: Sequence,
    /// The newest write in it.
    pub max_sequence: Sequence,
    /// When it was made: milliseconds since the Unix epoch.
    pub created_ms: u64,
    /// From which key to which it reaches.
    pub bounds: Bounds,
}

/// All tables at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    levels: [Vec<Arc<TableMeta>>; LEVELS],
}

impl Version {
    // ANCHOR: apply
    /// The version that `edit` leads to from this one.
    ///
    /// # Errors
    ///
    /// [`LsmError::CorruptManifest`] with `number`, if the edit removes what is not there, adds
    /// what is, or lets tables overlap that must not.
    pub fn apply(&self, edit: &VersionEdit, number: u64) -> Result<Version> {
        let corrupt = |what| LsmError::CorruptManifest { edit: number, what };
        let mut next = match edit.reset {
            true => Version::default(),
            false => self.clone(),
        };
        for (level, number) in &edit.removed {
            let tables = &mut next.levels[*level];
            let place = tables.iter().position(|table| table.number == *number);
            tables.remove(place.ok_or_else(|| corrupt("it removes a table that is not there"))?);
        }
        for (level, table) in &edit.added {
            next.levels[*level].push(Arc::clone(table));
        }
        next.sort();
        next.check().map_err(corrupt)?;
        Ok(next)
    }
    // ANCHOR_END: apply

    /// The edit that leads here from any version: with it, a manifest begins anew.
    pub fn to_edit(&self) -> VersionEdit {
        let added = self
            .tables()
            .map(|(level, table)| (level, Arc::clone(table)));
        VersionEdit {
            reset: true,
            added: added.collect(),
            ..VersionEdit::default()
        }
    }

    fn sort(&mut self) {
        let (top, below) = self.levels.split_at_mut(1);
        // The newest first; of two that have the same newest write, the one that was made last.
        top[0].sort_by_key(|table| std::cmp::Reverse((table.max_sequence, table.number)));
        for tables in below {
            tables.sort_by(|a, b| a.bounds.start().cmp(b.bounds.start()));
        }
    }

    /// What is wrong with this version, if anything is.
    fn check(&self) -> Result<(), &'static str> {
        let mut numbers = HashSet::new();
        if !self.tables().all(|(_, table)| numbers.insert(table.number)) {
            return Err("it adds a table that is there already");
        }
        let overlap = |pair: &[Arc<TableMeta>]| !pair[0].bounds.ends_before(pair[1].bounds.start());
        if self.levels[1..]
            .iter()
            .any(|tables| tables.windows(2).any(overlap))
        {
            return Err("two tables of a level overlap");
        }
        Ok(())
    }

    /// The tables of a level: of level 0, the newest first; of another one, by their keys.
    ///
    /// # Panics
    ///
    /// If there is no such level.
    pub fn level(&self, level: usize) -> &[Arc<TableMeta>] {
        &self.levels[level]
    }

    /// All tables and their levels, in the order in which a look-up goes.
    pub fn tables(&self) -> impl Iterator<Item = (usize, &Arc<TableMeta>)> {
        let levels = self.levels.iter().enumerate();
        levels.flat_map(|(level, tables)| tables.iter().map(move |table| (level, table)))
    }

    // ANCHOR: candidates
    /// The tables that may have `user_key`, the one with the newest versions first.
    pub fn candidates<'a>(
        &'a self,
        user_key: &'a [u8],
    ) -> impl Iterator<Item = &'a Arc<TableMeta>> + 'a {
        let top = self.levels[0].iter();
        let below = self.levels[1..].iter().filter_map(|tables| {
            let first = tables.partition_point(|table| table.bounds.ends_before(user_key));
            tables.get(first)
        });
        top.chain(below)
            .filter(|table| table.bounds.contains(user_key))
    }
    // ANCHOR_END: candidates

    /// The tables of a level that overlap `bounds`.
    pub fn overlapping(&self, level: usize, bounds: &Bounds) -> Vec<Arc<TableMeta>> {
        let tables = self.levels[level].iter();
        tables
            .filter(|table| table.bounds.overlaps(bounds))
            .cloned()
            .collect()
    }

    /// Bytes of all tables of a level.
    pub fn level_len(&self, level: usize) -> u64 {
        self.levels[level].iter().map(|table| table.file_len).sum()
    }

    /// Bytes of all tables.
    pub fn file_len(&self) -> u64 {
        (0..LEVELS).map(|level| self.level_len(level)).sum()
    }

    /// How many sorted runs there are: what a scan must merge, and a look-up may have to ask.
    pub fn runs(&self) -> usize {
        let below = self.levels[1..].iter().filter(|tables| !tables.is_empty());
        self.levels[0].len() + below.count()
    }
}
