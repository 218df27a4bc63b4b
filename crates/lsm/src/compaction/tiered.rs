//! Size-tiered compaction: runs of about the same size are merged into one.
//!
//! When there are four runs of about the same size, they become one of four times the size; when
//! there are four of those, one of sixteen times. Each byte is written once for each tier, and
//! there are as few tiers as levels elsewhere: writing costs a fraction of what it does in
//! [`Leveled`]. Reading costs more, as there are several runs a tier; and so does space, for a key
//! may be dead in every run but one, and a merge of everything needs room for everything twice.
//!
//! ```text
//!   newest ▪ ▪ ▪ ▪  ▬▬  ▬▬   ▬▬▬▬▬▬▬▬▬ oldest
//!          └─────┘
//!          about the same size: merged, they are the third ▬▬
//! ```
//!
//! Runs are merged with their neighbours in age only, since newer must stay above older. A run is a
//! table of level 0, or a whole level below it. What is merged goes to the level just above the
//! next older run, and to the last level if there is none.
//!
//! [`Leveled`]: super::Leveled
//!
//! Source: Cassandra's `SizeTieredCompactionStrategy`; RocksDB's universal compaction, for the rule
//! of ages and the levels.

use std::sync::Arc;

use super::{BOTTOM, Compaction, Strategy};
use crate::version::{TableMeta, Version};

/// Runs of about the same size become one.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeTiered {
    /// Runs of about the same size that begin a compaction, at least 2.
    pub runs: usize,
    /// Two runs are of about the same size if the older one has at most so many times the bytes of
    /// the newer ones' mean.
    pub similarity: f64,
    /// If all runs but the oldest have more than this share of its bytes, everything is merged:
    /// what bounds the space for what is dead.
    pub max_dead_share: f64,
    /// Bytes of an output table below level 0.
    pub table_bytes: u64,
}

impl Default for SizeTiered {
    /// 4 runs, each at most twice the mean of those before; everything, when twice the oldest run's
    /// bytes lie above it.
    fn default() -> Self {
        SizeTiered {
            runs: 4,
            similarity: 2.0,
            max_dead_share: 2.0,
            table_bytes: 64 << 20,
        }
    }
}

/// A sorted run: a table of level 0, or a level below.
struct Run<'v> {
    level: usize,
    tables: &'v [Arc<TableMeta>],
    bytes: u64,
}

/// All runs, the newest first.
fn runs(version: &Version) -> Vec<Run<'_>> {
    let top = version.level(0).chunks(1).map(|tables| (0, tables));
    let below = (1..=BOTTOM).map(|level| (level, version.level(level)));
    top.chain(below)
        .filter(|(_, tables)| !tables.is_empty())
        .map(|(level, tables)| Run {
            level,
            tables,
            bytes: tables.iter().map(|table| table.file_len).sum(),
        })
        .collect()
}

impl SizeTiered {
    // ANCHOR: similar
    /// How many runs, from the first of `runs` on, are of about the same size.
    fn similar(&self, runs: &[Run<'_>]) -> usize {
        let mut bytes = 0;
        for (count, run) in runs.iter().enumerate() {
            let mean = bytes as f64 / count.max(1) as f64;
            if count > 0 && run.bytes as f64 > self.similarity * mean {
                return count;
            }
            bytes += run.bytes;
        }
        runs.len()
    }
    // ANCHOR_END: similar

    /// A merge of `count` runs from number `first` on.
    fn merge(&self, version: &Version, runs: &[Run<'_>], first: usize, count: usize) -> Compaction {
        let level = match runs.get(first + count) {
            Some(older) => older.level.saturating_sub(1),
            None => BOTTOM,
        };
        let inputs = runs[first..first + count].iter().flat_map(|run| {
            let tables = run.tables.iter();
            tables.map(|table| (run.level, Arc::clone(table)))
        });
        Compaction::into_level(version, inputs.collect(), level, self.table_bytes)
    }
}

impl Strategy for SizeTiered {
    // ANCHOR: pick
    fn pick(&self, version: &Version, _: u64) -> Option<Compaction> {
        let runs = runs(version);
        let (oldest, newer) = runs.split_last()?;
        let newer_bytes: u64 = newer.iter().map(|run| run.bytes).sum();
        let enough = self.runs.max(2);
        if runs.len() >= enough && newer_bytes as f64 > self.max_dead_share * oldest.bytes as f64 {
            return Some(self.merge(version, &runs, 0, runs.len()));
        }
        (0..runs.len()).find_map(|first| {
            let count = self.similar(&runs[first..]);
            (count >= enough).then(|| self.merge(version, &runs, first, count))
        })
    }
    // ANCHOR_END: pick

    fn compact_range(
        &self,
        version: &Version,
        start: &[u8],
        end: Option<&[u8]>,
    ) -> Option<Compaction> {
        Compaction::of_range(version, (start, end), BOTTOM, self.table_bytes)
    }
}
