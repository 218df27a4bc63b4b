//! Strategies in a simulated database: tables are maps of keys to sequence numbers, and merging is
//! done in memory, so that thousands of flushes and compactions take a second.

use std::collections::BTreeMap;
use std::sync::Arc;

use lsm::compaction::{Action, Compaction, Fifo, Leveled, SizeTiered, Strategy};
use lsm::key::{self, Kind};
use lsm::version::{Bounds, TableMeta, Version, VersionEdit};
use proptest::prelude::*;

/// Bytes of an entry, of all that is in a table.
const ENTRY: u64 = 100;

/// What a table has: of each key the newest write, and whether it is a tombstone.
type Contents = BTreeMap<u32, (u64, Kind)>;

#[derive(Default)]
struct Simulation {
    version: Version,
    files: BTreeMap<u64, Contents>,
    next_file: u64,
    sequence: u64,
    /// What a look-up must find.
    model: Contents,
    flushed: u64,
    written: u64,
    most_bytes: u64,
    most_runs: usize,
}

impl Simulation {
    fn table(&mut self, contents: Contents) -> Arc<TableMeta> {
        let internal = |(key, (sequence, kind)): (&u32, &(u64, Kind))| {
            let mut bytes = Vec::new();
            key::encode(&mut bytes, &key.to_be_bytes(), *sequence, *kind);
            bytes
        };
        let sequences = || contents.values().map(|(sequence, _)| *sequence);
        let table = TableMeta {
            number: self.next_file,
            file_len: ENTRY * contents.len() as u64,
            entries: contents.len() as u64,
            tombstones: contents
                .values()
                .filter(|(_, kind)| *kind == Kind::Delete)
                .count() as u64,
            min_sequence: sequences().min().unwrap(),
            max_sequence: sequences().max().unwrap(),
            created_ms: self.sequence,
            bounds: Bounds {
                smallest: internal(contents.first_key_value().unwrap()),
                largest: internal(contents.last_key_value().unwrap()),
            },
        };
        self.next_file += 1;
        self.written += table.file_len;
        self.files.insert(table.number, contents);
        Arc::new(table)
    }

    fn apply(&mut self, edit: &VersionEdit) {
        // As it would come back from a manifest.
        let edit = VersionEdit::from_bytes(&edit.to_bytes(), 0).unwrap();
        self.version = self.version.apply(&edit, 0).unwrap();
    }

    fn flush(&mut self, writes: impl IntoIterator<Item = (u32, Kind)>) {
        let mut memtable = Contents::new();
        for (key, kind) in writes {
            self.sequence += 1;
            memtable.insert(key, (self.sequence, kind));
            self.model.insert(key, (self.sequence, kind));
        }
        let table = self.table(memtable);
        self.flushed += table.file_len;
        self.apply(&VersionEdit {
            added: vec![(0, table)],
            ..VersionEdit::default()
        });
        self.most_bytes = self.most_bytes.max(self.version.file_len());
        self.most_runs = self.most_runs.max(self.version.runs());
    }

    fn compact(&mut self, compaction: &Compaction) {
        compaction.check(&self.version).unwrap();
        let Action::Merge {
            level,
            table_bytes,
            drop_tombstones,
        } = compaction.action
        else {
            return self.apply(&compaction.to_edit(Vec::new()));
        };
        let mut merged = Contents::new();
        for (_, input) in &compaction.inputs {
            for (key, write) in &self.files[&input.number] {
                let newest = merged.entry(*key).or_insert(*write);
                *newest = (*newest).max(*write);
            }
        }
        merged.retain(|_, (_, kind)| !(drop_tombstones && *kind == Kind::Delete));
        let per_table = match level {
            0 => usize::MAX,
            _ => (table_bytes / ENTRY).max(1) as usize,
        };
        let mut outputs = Vec::new();
        while let Some((&first, _)) = merged.iter().nth(per_table.min(merged.len())) {
            let rest = merged.split_off(&first);
            outputs.push(self.table(std::mem::replace(&mut merged, rest)));
        }
        if !merged.is_empty() {
            outputs.push(self.table(merged));
        }
        // Merging everything holds inputs and outputs at once.
        let bytes: u64 = outputs.iter().map(|table| table.file_len).sum();
        self.most_bytes = self.most_bytes.max(self.version.file_len() + bytes);
        self.apply(&compaction.to_edit(outputs));
    }

    /// Compacts until the strategy is content.
    fn settle(&mut self, strategy: &dyn Strategy) {
        for _ in 0..1_000 {
            match strategy.pick(&self.version, self.sequence) {
                Some(compaction) => self.compact(&compaction),
                None => return,
            }
        }
        panic!("the strategy is never content");
    }

    /// What a look-up finds: the first table that has the key decides.
    fn get(&self, key: u32) -> Option<u64> {
        let bytes = key.to_be_bytes();
        let mut candidates = self.version.candidates(&bytes);
        let (sequence, kind) = candidates.find_map(|table| self.files[&table.number].get(&key))?;
        (*kind == Kind::Put).then_some(*sequence)
    }

    fn check_every_key(&self) {
        for (key, (sequence, kind)) in &self.model {
            let expected = (*kind == Kind::Put).then_some(*sequence);
            assert_eq!(self.get(*key), expected, "key {key}");
        }
    }

    fn live_bytes(&self) -> u64 {
        ENTRY
            * self
                .model
                .values()
                .filter(|(_, kind)| *kind == Kind::Put)
                .count() as u64
    }

    fn write_amplification(&self) -> f64 {
        self.written as f64 / self.flushed as f64
    }
}

fn leveled() -> Leveled {
    Leveled {
        level0_tables: 4,
        level1_bytes: 100 * ENTRY,
        ratio: 4,
        table_bytes: 20 * ENTRY,
    }
}

fn tiered() -> SizeTiered {
    SizeTiered {
        table_bytes: 20 * ENTRY,
        ..SizeTiered::default()
    }
}

/// Overwrites of random keys, in flushes of 50.
fn overwritten(strategy: &dyn Strategy) -> Simulation {
    let mut simulation = Simulation::default();
    let mut state = 7_u64;
    for _ in 0..400 {
        let writes: Vec<_> = (0..50)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                ((state >> 40) as u32 % 5_000, Kind::Put)
            })
            .collect();
        simulation.flush(writes);
        simulation.settle(strategy);
    }
    simulation.check_every_key();
    simulation
}

#[test]
fn leveled_writes_more_and_needs_less_room_than_size_tiered() {
    let (leveled, tiered) = (overwritten(&leveled()), overwritten(&tiered()));
    println!(
        "write amplification: leveled {:.2}, tiered {:.2}; bytes at rest: {} and {}, at most {} and {}; \
         runs at most: {} and {}",
        leveled.write_amplification(),
        tiered.write_amplification(),
        leveled.version.file_len(),
        tiered.version.file_len(),
        leveled.most_bytes,
        tiered.most_bytes,
        leveled.most_runs,
        tiered.most_runs,
    );
    assert!(leveled.write_amplification() > 1.5 * tiered.write_amplification());
    assert!(leveled.most_bytes * 4 < tiered.most_bytes * 3);
    assert!(leveled.version.file_len() < 2 * leveled.live_bytes());
}

#[test]
fn ascending_keys_are_moved_down_and_hardly_written_again() {
    let mut simulation = Simulation::default();
    for flush in 0..200_u32 {
        simulation.flush((0..50).map(|i| (flush * 50 + i, Kind::Put)));
        simulation.settle(&leveled());
    }
    simulation.check_every_key();
    assert!(
        simulation.write_amplification() < 2.1,
        "{}",
        simulation.write_amplification()
    );
}

#[test]
fn deleting_everything_gives_nothing_back_until_everything_is_merged() {
    for strategy in [&leveled() as &dyn Strategy, &tiered()] {
        let mut simulation = Simulation::default();
        for kind in [Kind::Put, Kind::Delete] {
            for flush in 0..40_u32 {
                simulation.flush((0..50).map(|i| (flush * 50 + i, kind)));
                simulation.settle(strategy);
            }
        }
        simulation.check_every_key();
        assert!(
            simulation.version.file_len() > 0,
            "tombstones, and what they hide"
        );
        let everything = Compaction::everything(&simulation.version, 20 * ENTRY).unwrap();
        simulation.compact(&everything);
        assert_eq!(simulation.version.file_len(), 0);
        assert_eq!(
            Compaction::everything(&simulation.version, 20 * ENTRY),
            None
        );
        simulation.check_every_key();
    }
}

#[test]
fn a_compaction_that_would_turn_ages_round_is_found_out() {
    let mut simulation = Simulation::default();
    for _ in 0..3 {
        simulation.flush([(1, Kind::Put), (9, Kind::Put)]);
    }
    let tables: Vec<_> = simulation
        .version
        .tables()
        .map(|(at, t)| (at, Arc::clone(t)))
        .collect();
    let merge = |inputs: &[usize], level| Compaction {
        inputs: inputs.iter().map(|input| tables[*input].clone()).collect(),
        action: Action::Merge {
            level,
            table_bytes: 1,
            drop_tombstones: false,
        },
    };
    // Table 0 is the newest.
    for (inputs, level, is_right) in [
        (&[0, 1, 2][..], 1, true),
        (&[1, 2], 1, true),
        (&[1, 2], 0, true),
        (&[0, 1], 0, true),
        (&[0, 1], 1, false),
        (&[0, 2], 0, false),
        (&[], 0, false),
    ] {
        let outcome = merge(inputs, level).check(&simulation.version);
        assert_eq!(outcome.is_ok(), is_right, "{inputs:?} into {level}");
    }
}

#[test]
fn fifo_drops_the_oldest_and_writes_nothing_twice() {
    let fifo = Fifo {
        max_bytes: 500 * ENTRY,
        ttl_ms: Some(300),
    };
    let mut simulation = Simulation::default();
    for flush in 0..20_u32 {
        simulation.flush((0..50).map(|i| (flush * 50 + i, Kind::Put)));
        simulation.settle(&fifo);
    }
    assert!((simulation.write_amplification() - 1.0).abs() < f64::EPSILON);
    assert_eq!(
        simulation.version.file_len(),
        350 * ENTRY,
        "300 ms old or younger"
    );
    assert_eq!(simulation.get(0), None);
    assert!(simulation.get(999).is_some());
}

#[test]
fn tombstones_stay_while_an_older_run_of_level_0_has_their_keys() {
    let mut simulation = Simulation::default();
    simulation.flush((0..50).map(|key| (key, Kind::Put)));
    for key in 0..4 {
        simulation.flush([(key, Kind::Delete)]);
    }
    let compaction = tiered().pick(&simulation.version, 0).unwrap();
    assert_eq!(compaction.inputs.len(), 4, "all but the oldest");
    simulation.compact(&compaction);
    assert_eq!(simulation.version.level(0).len(), 2);
    simulation.check_every_key();
}

#[test]
fn what_overlaps_a_range_comes_along_and_what_overlaps_that() {
    let mut simulation = Simulation::default();
    // From below: level 2 has g to k, level 1 e to h, level 0 b to f.
    for (level, keys) in [(2, 7..=11), (1, 5..=8), (0, 2..=6)] {
        simulation.flush(keys.map(|key| (key, Kind::Put)));
        let table = simulation.version.level(0)[0].clone();
        simulation.apply(&VersionEdit {
            removed: vec![(0, table.number)],
            added: vec![(level, table)],
            ..VersionEdit::default()
        });
    }
    let (start, end) = (2_u32.to_be_bytes(), 3_u32.to_be_bytes());
    let compaction = leveled().compact_range(&simulation.version, &start, Some(&end));
    let compaction = compaction.unwrap();
    assert_eq!(compaction.inputs.len(), 3);
    simulation.compact(&compaction);
    simulation.check_every_key();
}

proptest! {
    #[test]
    fn look_ups_find_the_newest_whatever_is_compacted(
        flushes in prop::collection::vec(
            prop::collection::vec((0..60_u32, any::<bool>()), 1..30), 1..60),
        strategies in prop::collection::vec(0..4_u8, 1..6),
        ranges in prop::collection::vec((0..60_u32, 0..60_u32), 1..6),
    ) {
        let small_leveled = Leveled {
            level0_tables: 2, level1_bytes: 10 * ENTRY, ratio: 2, table_bytes: 4 * ENTRY,
        };
        let mut simulation = Simulation::default();
        for (i, writes) in flushes.into_iter().enumerate() {
            let kind = |put| if put { Kind::Put } else { Kind::Delete };
            simulation.flush(writes.into_iter().map(|(key, put)| (key, kind(put))));
            // Strategies may change between one opening of a database and the next.
            match strategies[i % strategies.len()] {
                0 => simulation.settle(&small_leveled),
                1 => simulation.settle(&tiered()),
                2 => {
                    let (start, end) = ranges[i % ranges.len()];
                    let (start, end) = (start.to_be_bytes(), end.to_be_bytes());
                    let version = &simulation.version;
                    let compaction = small_leveled.compact_range(version, &start, Some(&end));
                    compaction.iter().for_each(|compaction| simulation.compact(compaction));
                }
                _ => {}
            }
            simulation.check_every_key();
        }
    }
}
