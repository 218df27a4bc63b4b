//! A compaction strategy that writes less than leveling and keeps fewer runs than tiering, in a
//! simulation: tables are lists of keys, and bytes are counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use lsm::compaction::{Action, Compaction, Leveled, SizeTiered, Strategy};
use lsm::key::{self, Kind};
use lsm::version::{Bounds, TableMeta, Version, VersionEdit};

#[cfg_attr(feature = "yours", path = "../lsm/amplification.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lsm/amplification.rs")]
mod exercise;

use exercise::strategy;

/// Bytes of an entry.
const ENTRY: u64 = 100;
/// Entries of a flush, at most: keys that are written twice count once.
const FLUSH: u64 = 100;

/// A table's entries: the newest write of each key, and whether it is a deletion.
type Contents = BTreeMap<u32, (u64, bool)>;

#[derive(Default)]
struct Simulation {
    version: Version,
    contents: BTreeMap<u64, Contents>,
    /// What a map would have.
    model: Contents,
    sequence: u64,
    next_table: u64,
    /// Bytes that were written by flushes, and by flushes and compactions.
    flushed: u64,
    written: u64,
    /// After each flush, once the strategy was content.
    most_runs: usize,
    most_bytes: u64,
}

fn internal(key: u32, sequence: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    key::encode(&mut bytes, &key.to_be_bytes(), sequence, Kind::Put);
    bytes
}

impl Simulation {
    /// A new table, not yet in the version.
    fn table(&mut self, contents: Contents) -> Arc<TableMeta> {
        self.next_table += 1;
        let sequences = contents.values().map(|(sequence, _)| *sequence);
        let (first, last) = (contents.first_key_value(), contents.last_key_value());
        let bound = |entry: Option<(&u32, &(u64, bool))>| {
            let (key, (sequence, _)) = entry.expect("a table has entries");
            internal(*key, *sequence)
        };
        let meta = TableMeta {
            number: self.next_table,
            file_len: contents.len() as u64 * ENTRY,
            entries: contents.len() as u64,
            tombstones: contents.values().filter(|(_, deleted)| *deleted).count() as u64,
            min_sequence: sequences.clone().min().unwrap_or_default(),
            max_sequence: sequences.max().unwrap_or_default(),
            created_ms: self.sequence,
            bounds: Bounds {
                smallest: bound(first),
                largest: bound(last),
            },
        };
        self.written += meta.file_len;
        self.contents.insert(meta.number, contents);
        Arc::new(meta)
    }

    fn apply(&mut self, edit: &VersionEdit, what: &dyn std::fmt::Debug) {
        match self.version.apply(edit, 0) {
            Ok(version) => self.version = version,
            Err(error) => panic!("{error}: {what:?}\nof\n{}", self.picture()),
        }
    }

    fn flush(&mut self, writes: impl IntoIterator<Item = (u32, bool)>) {
        let mut memtable = Contents::new();
        for (key, deleted) in writes {
            self.sequence += 1;
            memtable.insert(key, (self.sequence, deleted));
        }
        self.model.extend(&memtable);
        self.flushed += memtable.len() as u64 * ENTRY;
        let table = self.table(memtable);
        let added = vec![(0, table)];
        self.apply(
            &VersionEdit {
                added,
                ..VersionEdit::default()
            },
            &"a flush",
        );
    }

    /// Compacts until the strategy is content.
    fn settle(&mut self, strategy: &dyn Strategy) {
        for _ in 0..1_000 {
            let Some(compaction) = strategy.pick(&self.version, self.sequence) else {
                self.most_runs = self.most_runs.max(self.version.runs());
                self.most_bytes = self.most_bytes.max(self.version.file_len());
                return;
            };
            self.compact(&compaction);
        }
        panic!(
            "after 1 000 compactions, it is not content:\n{}",
            self.picture()
        );
    }

    fn compact(&mut self, compaction: &Compaction) {
        let tables: Vec<_> = compaction
            .inputs
            .iter()
            .map(|(at, t)| (*at, t.number))
            .collect();
        let what = format!("tables {tables:?} (level, number), {:?}", compaction.action);
        if let Err(error) = compaction.check(&self.version) {
            panic!("{error}: {what}\nof\n{}", self.picture());
        }
        let outputs = match compaction.action {
            Action::Merge {
                level,
                table_bytes,
                drop_tombstones,
            } => {
                let mut merged = Contents::new();
                for (_, input) in &compaction.inputs {
                    for (key, write) in &self.contents[&input.number] {
                        let newest = merged.entry(*key).or_insert(*write);
                        *newest = (*newest).max(*write);
                    }
                }
                merged.retain(|_, (_, deleted)| !(drop_tombstones && *deleted));
                self.split(merged, if level == 0 { u64::MAX } else { table_bytes })
            }
            Action::Move { .. } => Vec::new(),
            Action::Drop => panic!("that drops what was written: {what}"),
        };
        self.apply(&compaction.to_edit(outputs), &what);
        for (_, input) in &compaction.inputs {
            if !matches!(compaction.action, Action::Move { .. }) {
                self.contents.remove(&input.number);
            }
        }
    }

    fn split(&mut self, merged: Contents, table_bytes: u64) -> Vec<Arc<TableMeta>> {
        let per_table = (table_bytes / ENTRY).max(1) as usize;
        let entries: Vec<_> = merged.into_iter().collect();
        let chunks = entries.chunks(per_table);
        chunks
            .map(|chunk| self.table(chunk.iter().copied().collect()))
            .collect()
    }

    /// Whether a look-up of each key finds what it should.
    fn check_every_key(&self) {
        for (key, (sequence, deleted)) in &self.model {
            let bytes = key.to_be_bytes();
            let mut tables = self.version.candidates(&bytes);
            let found = tables.find_map(|table| self.contents[&table.number].get(key));
            let (found, expected) = (
                found
                    .filter(|(_, deleted)| !deleted)
                    .map(|(write, _)| *write),
                (!deleted).then_some(*sequence),
            );
            assert_eq!(
                found,
                expected,
                "key {key}, as a look-up finds it, and as it should be; write {sequence} was its \
                 last one. Is a tombstone gone that had something to hide?\n{}",
                self.picture()
            );
        }
    }

    fn begin_to_judge(&mut self) {
        (self.written, self.flushed) = (0, 0);
        (self.most_runs, self.most_bytes) = (0, 0);
    }

    fn live_bytes(&self) -> u64 {
        ENTRY * self.model.values().filter(|(_, deleted)| !deleted).count() as u64
    }

    fn write_amplification(&self) -> f64 {
        self.written as f64 / self.flushed as f64
    }

    fn space_amplification(&self) -> f64 {
        self.most_bytes as f64 / self.live_bytes() as f64
    }

    /// The tables of each level.
    fn picture(&self) -> String {
        let level = |level: usize| {
            let tables = self.version.level(level);
            let entries: u64 = tables.iter().map(|table| table.entries).sum();
            let shown = tables.iter().take(10);
            let shown = shown.map(|table| format!("{}:{}", table.number, table.entries));
            let shown = shown.collect::<Vec<_>>().join(" ");
            let rest = if tables.len() > 10 { " …" } else { "" };
            let count = tables.len();
            format!("  level {level}: {count} tables, {entries} entries   {shown}{rest}\n")
        };
        let levels = (0..7).filter(|it| !self.version.level(*it).is_empty());
        levels.map(level).collect::<String>() + "  (the number of each table, and its entries)"
    }
}

/// Random numbers below a bound.
fn numbers(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

/// So many keys once, in some order, and then so many flushes that overwrite some, and delete one
/// in ten. What is judged is what happens after the first part.
fn overwritten(strategy: &dyn Strategy, keys: u64, flushes: u64, seed: u64) -> Simulation {
    let mut simulation = Simulation::default();
    let mut draw = numbers(seed);
    for flush in 0..keys / FLUSH {
        // 7 919 is a prime.
        let numbers = (0..FLUSH).map(|key| (flush * FLUSH + key) * 7_919 % keys);
        simulation.flush(numbers.map(|key| (key as u32, false)));
        simulation.settle(strategy);
    }
    simulation.check_every_key();
    simulation.begin_to_judge();
    for flush in 0..flushes {
        let write = |_| (draw(keys) as u32, draw(10) == 0);
        simulation.flush((0..FLUSH).map(write).collect::<Vec<_>>());
        simulation.settle(strategy);
        if flush % 200 == 0 {
            simulation.check_every_key();
        }
    }
    simulation.check_every_key();
    simulation
}

/// What a strategy must stay below.
struct Limits {
    writes: f64,
    runs: usize,
    space: f64,
}

fn judge(strategy: &dyn Strategy, keys: u64, limits: &Limits) -> Result<(), String> {
    for seed in 1..=2 {
        let found = overwritten(strategy, keys, keys / 20, seed);
        let (writes, space) = (found.write_amplification(), found.space_amplification());
        println!(
            "{keys} keys, seed {seed}: write amplification {writes:.2}, at most {} runs, space \
             {space:.2}",
            found.most_runs
        );
        if writes > limits.writes || found.most_runs > limits.runs || space > limits.space {
            return Err(format!(
                "of {keys} keys: each byte is written {writes:.2} times, which should be at most \
                 {}; there are up to {} runs after a flush, of at most {}; and up to {space:.2} \
                 bytes for one that is live, of at most {}. At the end it looks like this:\n{}",
                limits.writes,
                found.most_runs,
                limits.runs,
                limits.space,
                found.picture()
            ));
        }
    }
    Ok(())
}

const SMALL: Limits = Limits {
    writes: 5.5,
    runs: 6,
    space: 1.75,
};

#[test]
fn it_is_right_before_it_is_fast() {
    let mut simulation = Simulation::default();
    let strategy = strategy();
    // Of few keys, so that there is always something to hide.
    let mut draw = numbers(3);
    for _ in 0..400 {
        let writes = 1 + draw(20);
        let write = |_| (draw(600) as u32, draw(3) == 0);
        simulation.flush((0..writes).map(write).collect::<Vec<_>>());
        simulation.settle(&strategy);
        simulation.check_every_key();
    }
}

#[test]
fn what_is_deleted_is_given_back() {
    let mut simulation = Simulation::default();
    let strategy = strategy();
    for deleted in [false, true] {
        for flush in 0..60 {
            simulation.flush((0..100).map(|key| (flush * 100 + key, deleted)));
            simulation.settle(&strategy);
        }
    }
    simulation.check_every_key();
    let entries = simulation.version.file_len() / ENTRY;
    assert!(
        entries <= 6_000,
        "6 000 keys were written and all of them deleted; {entries} entries are left:\n{}",
        simulation.picture()
    );
}

#[test]
fn it_writes_little_and_keeps_few_runs() {
    judge(&strategy(), 10_000, &SMALL).unwrap_or_else(|what| panic!("{what}"));
}

#[test]
fn it_does_so_with_three_times_the_data() {
    let limits = Limits {
        writes: 7.0,
        ..SMALL
    };
    judge(&strategy(), 30_000, &limits).unwrap_or_else(|what| panic!("{what}"));
}

#[test]
fn the_strategies_of_the_crate_do_not() {
    let leveled = Leveled {
        level0_tables: 4,
        level1_bytes: 1_000 * ENTRY,
        ratio: 4,
        table_bytes: 100 * ENTRY,
    };
    assert!(judge(&leveled, 10_000, &SMALL).is_err(), "it writes more");
    let tiered = SizeTiered {
        table_bytes: 100 * ENTRY,
        ..SizeTiered::default()
    };
    assert!(judge(&tiered, 10_000, &SMALL).is_err(), "it keeps more");
    let tiered = SizeTiered {
        runs: 3,
        similarity: 3.0,
        max_dead_share: 0.5,
        ..tiered
    };
    assert!(judge(&tiered, 10_000, &SMALL).is_err(), "it does not quite");
}
