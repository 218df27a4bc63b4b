//! The power fails at every call of a script: what is found afterwards, under each policy.

use std::fmt::Write as _;
use std::sync::Arc;

use lsm::compaction::Leveled;
use lsm::{Db, LsmError, Options, SyncPolicy};
use vfs::{Plan, SimFs};

use super::work::key;
use crate::chart::grouped;
use crate::{Figure, FigureError};

/// Puts of the script: with a memtable of [`MEMTABLE`] bytes, some flushes and a compaction.
const PUTS: u64 = 60;
const MEMTABLE: usize = 4 << 10;
const VALUE: usize = 100;
/// Crashes at each of the calls: each keeps other sectors and names of what was not synced.
const SEEDS: u64 = 10;

/// When the script makes its puts durable.
#[derive(Clone, Copy)]
struct Policy {
    name: &'static str,
    sync: SyncPolicy,
    /// Puts from one call of `sync` to the next; 0 for none.
    interval: u64,
}

/// What was found after all crashes under a policy.
#[derive(Default)]
struct Found {
    crashes: u64,
    /// All that was acknowledged was there.
    all: u64,
    /// The first so many puts were there, but not all that were acknowledged.
    prefix: u64,
    /// Something else: a put without one before it, or fewer than were synced.
    other: u64,
    /// Acknowledged puts that were lost, at most.
    most_lost: u64,
}

/// A row for each policy.
///
/// # Errors
///
/// [`FigureError::Lsm`].
pub fn table() -> Result<Figure, FigureError> {
    let policies = [
        Policy {
            name: "`EveryWrite`",
            sync: SyncPolicy::EveryWrite,
            interval: 0,
        },
        Policy {
            name: "`Interval`: a sync every ten puts",
            sync: SyncPolicy::Os,
            interval: 10,
        },
        Policy {
            name: "`Os`",
            sync: SyncPolicy::Os,
            interval: 0,
        },
    ];
    let mut table = String::from(
        "| | crashes | all that was acknowledged | a prefix of it | most puts lost | anything else |\n\
         |---|--:|--:|--:|--:|--:|\n",
    );
    for policy in policies {
        let Found {
            crashes,
            all,
            prefix,
            other,
            most_lost,
        } = policy.crash_everywhere()?;
        let [crashes, all, prefix] = [crashes, all, prefix].map(|count| grouped(count as f64));
        writeln!(
            table,
            "| {} | {crashes} | {all} | {prefix} | {most_lost} | {other} |",
            policy.name
        )
        .expect("a string grows");
    }
    writeln!(
        table,
        "\nA script of {PUTS} puts, with flushes and a compaction among them; the power fails at each \
         of its calls of the file system, {SEEDS} times, and each time other sectors and names of \
         what was not synced are kept."
    )
    .expect("a string grows");
    Ok(Figure {
        name: "lsm-crash.md".to_owned(),
        contents: table,
    })
}

fn value(number: u64) -> Vec<u8> {
    let mut value = number.to_le_bytes().to_vec();
    value.resize(VALUE, b'v');
    value
}

impl Policy {
    fn open(self, fs: &SimFs) -> Result<Db, LsmError> {
        let leveled = Leveled {
            level0_tables: 2,
            level1_bytes: 8 << 10,
            ratio: 4,
            table_bytes: 4 << 10,
        };
        let options = Options::new()
            .memtable_size(MEMTABLE)
            .compaction(leveled)
            .sync(self.sync)
            .threads(0);
        Db::open_in(Arc::new(fs.clone()), "/db", options)
    }

    /// Does the script until something fails. Returns how many puts were acknowledged, and how many
    /// of them were to be durable.
    fn run(self, fs: &SimFs) -> (u64, u64) {
        let (mut acknowledged, mut durable) = (0, 0);
        // That it fails is the point.
        let _ = self.puts(fs, &mut acknowledged, &mut durable);
        (acknowledged, durable)
    }

    fn puts(self, fs: &SimFs, acknowledged: &mut u64, durable: &mut u64) -> Result<(), LsmError> {
        let db = self.open(fs)?;
        for number in 0..PUTS {
            db.put(&key(number), &value(number))?;
            *acknowledged = number + 1;
            let is_due = self.interval > 0 && (number + 1).is_multiple_of(self.interval);
            if is_due {
                db.sync()?;
            }
            if is_due || self.sync == SyncPolicy::EveryWrite {
                *durable = number + 1;
            }
        }
        Ok(())
    }

    fn crash_everywhere(self) -> Result<Found, LsmError> {
        let fs = SimFs::new(0);
        self.run(&fs);
        let calls = fs.calls();
        let mut found = Found::default();
        for call in 0..calls {
            for seed in 0..SEEDS {
                let fs = SimFs::new(seed);
                fs.set_plan(Plan::PowerOffAt(call));
                let (acknowledged, durable) = self.run(&fs);
                let there = self.there(&fs.crash())?;
                found.add(acknowledged, durable, there);
            }
        }
        Ok(found)
    }

    /// How many of the first puts are there; `None` if one is missing before another.
    fn there(self, fs: &SimFs) -> Result<Option<u64>, LsmError> {
        let db = self.open(fs)?;
        let mut count = 0;
        for record in db.iter() {
            let (found, stored) = record?;
            if found != key(count) || stored != value(count) {
                return Ok(None);
            }
            count += 1;
        }
        Ok(Some(count))
    }
}

impl Found {
    fn add(&mut self, acknowledged: u64, durable: u64, there: Option<u64>) {
        self.crashes += 1;
        match there {
            // The put that was interrupted may be there.
            Some(there) if (acknowledged..=acknowledged + 1).contains(&there) => self.all += 1,
            Some(there) if (durable..acknowledged).contains(&there) => {
                self.prefix += 1;
                self.most_lost = self.most_lost.max(acknowledged - there);
            }
            _ => self.other += 1,
        }
    }
}
