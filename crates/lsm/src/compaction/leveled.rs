//! Leveled compaction: every level is one sorted run, ten times as large as the one above.
//!
//! When a level is larger than it should be, one of its tables is merged into the next level,
//! together with the tables there that it overlaps. A level that is ten times as large has about
//! ten such tables, so each byte is written about ten times on its way down a level: that is the
//! price. What one gets is that a look-up asks one table a level, and that nearly all bytes are in
//! the last level, where nothing is dead: the space for what is dead is about a tenth.
//!
//! ```text
//!   level 1      ▭▭▭│▓▓▓│▭▭▭              too large: this one goes down …
//!   level 2    ▭▭│▭▭▭│▓▓│▓▓▓│▓▓│▭▭        … with those three
//! ```
//!
//! Which table? The one that drags along the fewest bytes for each of its own: the cheapest byte
//! first (RocksDB's `kMinOverlappingRatio`). It needs no memory of what was picked last.
//!
//! Level 0 counts tables, not bytes: each costs every look-up, whatever its size.
//!
//! # Left out
//!
//! Tombstones that push: a level that is small enough keeps them, and what they hide in the level
//! below (RocksDB counts a tombstone for more than its bytes, and so moves it down sooner). Targets
//! that follow the size of the last level (RocksDB's `level_compaction_dynamic_level_bytes`), which
//! bound the space for what is dead also while levels fill.
//!
//! Source: LevelDB's `doc/impl.md`; O'Neil et al. 1996.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{BOTTOM, Backlog, Compaction, Strategy};
use crate::version::{Bounds, TableMeta, Version};

/// Each level a run, and each ten times as large as the one above.
#[derive(Clone, Debug, PartialEq)]
pub struct Leveled {
    /// Tables of level 0 that begin a compaction.
    pub level0_tables: usize,
    /// Bytes that level 1 may have.
    pub level1_bytes: u64,
    /// How many times more each further level may have.
    pub ratio: u64,
    /// Bytes of an output table.
    pub table_bytes: u64,
}

impl Default for Leveled {
    /// 4 tables at level 0, 64 MiB at level 1, then ten times as much each; tables of 16 MiB.
    fn default() -> Self {
        Leveled {
            level0_tables: 4,
            level1_bytes: 64 << 20,
            ratio: 10,
            table_bytes: 16 << 20,
        }
    }
}

impl Leveled {
    /// Bytes that a level below 0 may have.
    pub fn target(&self, level: usize) -> u64 {
        let growth = self.ratio.saturating_pow(level as u32 - 1);
        self.level1_bytes.saturating_mul(growth)
    }

    // ANCHOR: score
    /// How full a level is: from 1 on, it needs to be compacted. The last one never does.
    pub fn score(&self, version: &Version, level: usize) -> f64 {
        match level {
            0 => version.level(0).len() as f64 / self.level0_tables as f64,
            BOTTOM.. => 0.0,
            _ => version.level_len(level) as f64 / self.target(level) as f64,
        }
    }
    // ANCHOR_END: score

    /// All of level 0, as its tables overlap each other, into level 1.
    fn down_from_top(&self, version: &Version) -> Option<Compaction> {
        let top = version.level(0).iter();
        let bounds = Bounds::hull(top.clone().map(|table| &table.bounds))?;
        let mut inputs: Vec<_> = top.map(|table| (0, Arc::clone(table))).collect();
        let below = version.overlapping(1, &bounds);
        inputs.extend(below.into_iter().map(|table| (1, table)));
        Some(Compaction::into_level(version, inputs, 1, self.table_bytes))
    }

    // ANCHOR: cheapest
    /// The table of `level` that drags along the fewest bytes of the next one for each of its own.
    fn cheapest<'v>(&self, version: &'v Version, level: usize) -> Option<&'v Arc<TableMeta>> {
        let cost = |table: &TableMeta| {
            let below = version.overlapping(level + 1, &table.bounds);
            let bytes: u64 = below.iter().map(|table| table.file_len).sum();
            bytes as f64 / table.file_len.max(1) as f64
        };
        let costs = version
            .level(level)
            .iter()
            .map(|table| (cost(table), table));
        let (_, table) = costs.min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        Some(table)
    }
    // ANCHOR_END: cheapest

    fn down_from(&self, version: &Version, level: usize) -> Option<Compaction> {
        let table = self.cheapest(version, level)?;
        let mut inputs = vec![(level, Arc::clone(table))];
        let below = version.overlapping(level + 1, &table.bounds);
        inputs.extend(below.into_iter().map(|table| (level + 1, table)));
        Some(Compaction::into_level(
            version,
            inputs,
            level + 1,
            self.table_bytes,
        ))
    }
}

impl Strategy for Leveled {
    // ANCHOR: pick
    fn pick(&self, version: &Version, _: u64) -> Option<Compaction> {
        let scores = (0..BOTTOM).map(|level| (self.score(version, level), level));
        // Of levels that are equally full, the upper one.
        let order = |a: &(f64, usize), b: &(f64, usize)| match a.0.total_cmp(&b.0) {
            Ordering::Equal => b.1.cmp(&a.1),
            unequal => unequal,
        };
        match scores.max_by(order)? {
            (score, _) if score < 1.0 => None,
            (_, 0) => self.down_from_top(version),
            (_, level) => self.down_from(version, level),
        }
    }
    // ANCHOR_END: pick

    /// To the lowest level that has tables: further down they would be out of the way of those that
    /// come later, and looked at in vain.
    fn compact_range(
        &self,
        version: &Version,
        start: &[u8],
        end: Option<&[u8]>,
    ) -> Option<Compaction> {
        let lowest = version.tables().map(|(level, _)| level).max()?.max(1);
        Compaction::of_range(version, (start, end), lowest, self.table_bytes)
    }

    // ANCHOR: backlog
    /// What a level has too much goes down, and is merged there with about `ratio` times as much;
    /// it makes the level below too large in its turn.
    fn backlog(&self, version: &Version, _: u64) -> Backlog {
        let runs = version.level(0).len();
        let mut coming = if runs >= self.level0_tables {
            version.level_len(0)
        } else {
            0
        };
        let mut bytes = 0;
        for level in 1..=BOTTOM {
            let here = version.level_len(level);
            bytes += coming + here.min(coming.saturating_mul(self.ratio));
            coming = match level {
                BOTTOM => 0,
                _ => (here + coming).saturating_sub(self.target(level)),
            };
        }
        Backlog { runs, bytes }
    }
    // ANCHOR_END: backlog
}
