//! How the databases of `stress.rs` are kept: tiny, and in every way there is.

use std::sync::Arc;
use std::time::Duration;

use lsm::compaction::{Action, Compaction, Fifo, Leveled, SizeTiered, Strategy};
use lsm::table::Compression;
use lsm::version::{LEVELS, Version};
use lsm::{ManualClock, Options, SyncPolicy};

use crate::random::Random;

/// Merges whatever may be merged, as a hash of the tables' numbers decides: what keeps newer above
/// older must do for the reader, however odd it is.
struct Wild(u64);

impl Strategy for Wild {
    fn pick(&self, version: &Version, _: u64) -> Option<Compaction> {
        let newest = version.tables().map(|(_, table)| table.number).max()?;
        let mut random = Random(self.0 ^ newest << 20);
        if random.one_in(2) {
            // There has to be an end.
            return None;
        }
        for _ in 0..8 {
            let level = random.below(LEVELS as u64) as usize;
            let share = 1 + random.below(3);
            let inputs = version.tables().filter(|(at, _)| *at <= level);
            let inputs: Vec<_> = inputs
                .filter(|_| random.one_in(share))
                .map(|(at, table)| (at, Arc::clone(table)))
                .collect();
            let everything = inputs.len() == version.tables().count();
            let table_bytes = 200 << random.below(5);
            let action = match &inputs[..] {
                [] => continue,
                // A move makes no table with a new number, so that this would pick it for ever.
                _ => Action::Merge {
                    level,
                    table_bytes,
                    drop_tombstones: everything,
                },
            };
            let compaction = Compaction { inputs, action };
            if compaction.check(version).is_ok() && random.one_in(2) {
                return Some(compaction);
            }
        }
        None
    }
}

/// How a database is opened, each time alike.
#[derive(Clone, Debug)]
pub struct Setup {
    memtable_size: usize,
    table_size: u64,
    block_size: usize,
    compression: Compression,
    bits_per_key: u32,
    block_cache: usize,
    pub sync: SyncPolicy,
    strategy: u64,
    seed: u64,
}

impl Setup {
    pub fn draw(random: &mut Random) -> Self {
        Setup {
            memtable_size: random.pick(&[4 << 10, 4 << 10, 6 << 10, 32 << 10]),
            table_size: random.pick(&[400, 2 << 10, 64 << 10]),
            block_size: random.pick(&[32, 200, 4096]),
            compression: random.pick(&[Compression::None, Compression::Lz4]),
            bits_per_key: random.pick(&[0, 10]),
            block_cache: random.pick(&[0, 4 << 10, 1 << 20]),
            sync: random.pick(&[
                SyncPolicy::EveryWrite,
                SyncPolicy::EveryWrite,
                SyncPolicy::Os,
                SyncPolicy::Interval(Duration::from_millis(5)),
            ]),
            strategy: random.below(7),
            seed: random.next(),
        }
    }

    pub fn options(&self, clock: &ManualClock) -> Options {
        let options = Options::new()
            .memtable_size(self.memtable_size)
            .table_size(self.table_size)
            .block_size(self.block_size)
            .compression(self.compression)
            .bits_per_key(self.bits_per_key)
            .block_cache(self.block_cache)
            .sync(self.sync)
            .clock(clock.clone())
            .threads(0);
        let random = &mut Random(self.seed);
        match self.strategy {
            0..=2 => options.compaction(Leveled {
                level0_tables: 1 + random.below(4) as usize,
                level1_bytes: 1 << (9 + random.below(5)),
                ratio: 2 + random.below(4),
                table_bytes: self.table_size,
            }),
            3 | 4 => options.compaction(SizeTiered {
                runs: 2 + random.below(3) as usize,
                similarity: 1.5,
                max_dead_share: 1.0,
                table_bytes: self.table_size,
            }),
            5 => options.compaction(Fifo {
                max_bytes: random.pick(&[2 << 10, 10 << 10, 1 << 30]),
                ttl_ms: None,
            }),
            _ => options.compaction(Wild(self.seed)),
        }
    }

    /// Whether the oldest tables are dropped with all that is in them.
    pub fn is_lossy(&self) -> bool {
        self.strategy == 5
    }
}
