use std::sync::Arc;

use lsm::compaction::{Action, Compaction, Strategy};
use lsm::version::{LEVELS, TableMeta, Version};

/// The strategy that is judged.
pub fn strategy() -> impl Strategy {
    LazyLeveled {
        runs: 6,
        share: 0.5,
        table_bytes: 10_000,
    }
}

/// *Lazy leveling*: tiers above, one run at the bottom.
///
/// Most of the bytes are in the last run, so that is where a second version of a key would cost
/// most room: the last run is kept as one. What lies above it is small, is merged only to keep
/// the runs few, and only with its like.
///
/// All runs but the last are tables of level 0. When they are a `share` of the last one, they are
/// merged into it. Each byte of the last run is written again for every `share` of it that is new,
/// so this costs about 1 / `share`, and what is dead takes about that share.
///
/// Above, there is room for some runs, and while there is, nothing is merged. When there is one too
/// many, the newest run swallows the one before it, and goes on while the next is not larger than
/// what it has: small runs are merged often, large ones seldom, as in a binary counter.
///
/// Source: Dayan and Idreos 2018, *Dostoevsky: better space-time trade-offs for LSM-tree based
/// key-value stores via adaptive removal of superfluous merging*. For a fixed number of runs, the
/// fewest writes there can be: Mao, Jacobs, Amjad, Hristidis, Tsotras and Young 2021, *Comparison
/// and evaluation of state-of-the-art LSM merge policies*.
struct LazyLeveled {
    /// How many runs there may be, the last one among them.
    runs: usize,
    /// Of the last run's bytes, as many may lie above it.
    share: f64,
    /// Bytes of a table of the last run.
    table_bytes: u64,
}

/// The last level.
const BOTTOM: usize = LEVELS - 1;

impl LazyLeveled {
    /// Everything into the last run. Nothing is below it: no tombstone has anything left to hide.
    fn merge_all(&self, version: &Version) -> Compaction {
        let tables = version.tables();
        let inputs = tables.map(|(level, table)| (level, Arc::clone(table)));
        Compaction {
            inputs: inputs.collect(),
            action: Action::Merge {
                level: BOTTOM,
                table_bytes: self.table_bytes,
                drop_tombstones: true,
            },
        }
    }

    /// The newest run, the one before it, and those that are no larger than what comes together,
    /// into one. What they delete may be in older ones.
    fn merge_newest(&self, top: &[Arc<TableMeta>]) -> Compaction {
        let (mut count, mut bytes) = (0, 0);
        for table in top {
            if count >= 2 && table.file_len > bytes {
                break;
            }
            count += 1;
            bytes += table.file_len;
        }
        let inputs = top[..count].iter().map(|table| (0, Arc::clone(table)));
        Compaction {
            inputs: inputs.collect(),
            action: Action::Merge {
                level: 0,
                table_bytes: self.table_bytes,
                drop_tombstones: false,
            },
        }
    }
}

impl Strategy for LazyLeveled {
    fn pick(&self, version: &Version, _: u64) -> Option<Compaction> {
        let (above, last) = (version.level_len(0), version.level_len(BOTTOM));
        let top = version.level(0);
        if above as f64 > self.share * last as f64 {
            return Some(self.merge_all(version));
        }
        (top.len() >= self.runs).then(|| self.merge_newest(top))
    }
}
