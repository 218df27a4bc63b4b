//! Merges, and what a snapshot sees of them, against maps and sorted vectors.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::common::{Move, Pair, backwards, forwards, owned, put, version, walk};
use lsm::Cursor;
use lsm::compaction::{Merge, Retention};
use lsm::iter::{MergingCursor, View, VisibleCursor};
use lsm::key::{self, Kind};
use lsm::memtable::Memtable;
use lsm::range_tombstones::{RangeTombstone, RangeTombstones};
use lsm::table::{NoCache, Table, TableBuilder, TableOptions};
use lsm::version::{Version, VersionEdit};
use proptest::prelude::*;

const LETTERS: &[u8] = b"abcd";

fn user_keys() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(LETTERS), 0..3)
}

#[derive(Clone, Debug)]
enum Write {
    Put(Vec<u8>, Vec<u8>),
    PutUntil(Vec<u8>, u64),
    Delete(Vec<u8>),
    DeleteRange(Vec<u8>, Vec<u8>),
}

fn writes() -> impl Strategy<Value = Vec<Write>> {
    let value = prop::collection::vec(any::<u8>(), 0..12);
    let write = prop_oneof![
        6 => (user_keys(), value).prop_map(|(key, value)| Write::Put(key, value)),
        1 => (user_keys(), 0..9_u64).prop_map(|(key, expiry)| Write::PutUntil(key, expiry)),
        3 => user_keys().prop_map(Write::Delete),
        1 => (user_keys(), user_keys()).prop_map(|(start, end)| Write::DeleteRange(start, end)),
    ];
    prop::collection::vec(write, 0..80)
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let step = prop_oneof![
        1 => Just(Move::First),
        1 => Just(Move::Last),
        2 => user_keys().prop_map(Move::Seek),
        2 => user_keys().prop_map(Move::SeekBefore),
        5 => Just(Move::Next),
        5 => Just(Move::Prev),
    ];
    prop::collection::vec(step, 0..80)
}

/// What a run holds of a write: kind, key and stored value.
fn stored(write: &Write) -> (Kind, &[u8], Vec<u8>) {
    match write {
        Write::Put(key, value) => (Kind::Put, key, value.clone()),
        Write::PutUntil(key, expiry) => (
            Kind::PutUntil,
            key,
            [&expiry.to_le_bytes()[..], b"brief"].concat(),
        ),
        Write::Delete(key) => (Kind::Delete, key, Vec::new()),
        Write::DeleteRange(start, end) => (Kind::DeleteRange, start, end.clone()),
    }
}

/// What a map would hold at `snapshot`.
fn replayed(writes: &[Write], snapshot: usize, now: u64) -> Vec<Pair> {
    let mut map = BTreeMap::new();
    for write in &writes[..snapshot.min(writes.len())] {
        match write {
            Write::Put(key, value) => drop(map.insert(key.clone(), value.clone())),
            Write::PutUntil(key, expiry) if *expiry > now => {
                map.insert(key.clone(), b"brief".to_vec());
            }
            Write::PutUntil(key, _) | Write::Delete(key) => drop(map.remove(key)),
            Write::DeleteRange(start, end) => map.retain(|key, _| key < start || key >= end),
        }
    }
    map.into_iter().collect()
}

/// The writes in runs, each in the one that `choices` says: in turn memtables and tables.
struct Runs {
    memtables: Vec<Memtable>,
    tables: Vec<Arc<Table>>,
    tombstones: Arc<RangeTombstones>,
}

impl Runs {
    fn new(writes: &[Write], choices: &[usize]) -> Self {
        let mut memtables: Vec<_> = (0..4).map(|_| Memtable::new(1 << 16).unwrap()).collect();
        let mut ranges = Vec::new();
        for (i, write) in writes.iter().enumerate() {
            let (kind, key, value) = stored(write);
            let sequence = i as u64 + 1;
            if let Write::DeleteRange(start, end) = write {
                ranges.push(RangeTombstone {
                    start: start.clone(),
                    end: end.clone(),
                    sequence,
                });
            }
            memtables[choices[i % choices.len()] % 4]
                .add(sequence, kind, key, &value)
                .unwrap();
        }
        let flushed = memtables.split_off(2);
        let tables = flushed.iter().zip(1..).map(|(memtable, number)| {
            let options = TableOptions {
                block_size: 60,
                ..TableOptions::default()
            };
            let mut builder = TableBuilder::new(options, Vec::new());
            for (key, value) in forwards(&mut memtable.cursor()).unwrap() {
                builder.add(&key, &value).unwrap();
            }
            let bytes = builder.finish().unwrap().sink;
            Arc::new(Table::open(Arc::new(bytes), number, Arc::new(NoCache)).unwrap())
        });
        Runs {
            tables: tables.collect(),
            tombstones: Arc::new(ranges.into_iter().collect()),
            memtables,
        }
    }

    fn cursor(&self) -> MergingCursor<Box<dyn Cursor + '_>> {
        let mut runs: Vec<Box<dyn Cursor + '_>> = Vec::new();
        runs.extend(
            self.memtables
                .iter()
                .map(|run| Box::new(run.cursor()) as Box<dyn Cursor>),
        );
        runs.extend(
            self.tables
                .iter()
                .map(|run| Box::new(run.cursor()) as Box<dyn Cursor>),
        );
        MergingCursor::new(runs)
    }
}

/// Moves `cursor`, and checks that it then stands where one over `entries` would.
fn walk_visible<C: Cursor>(cursor: &mut VisibleCursor<C>, entries: &[Pair], moves: &[Move]) {
    let nowhere = entries.len();
    let mut place = nowhere;
    for step in moves {
        let at_least = |user_key: &[u8]| entries.partition_point(|(key, _)| **key < *user_key);
        place = match step {
            Move::First => 0,
            Move::Last => nowhere.wrapping_sub(1),
            Move::Seek(key) => at_least(key),
            Move::SeekBefore(key) => at_least(key).wrapping_sub(1),
            Move::Next if place == nowhere => 0,
            Move::Next => place + 1,
            Move::Prev if place == nowhere => nowhere.wrapping_sub(1),
            Move::Prev => place.wrapping_sub(1),
        }
        .min(nowhere);
        match step {
            Move::First => cursor.seek_to_first(),
            Move::Last => cursor.seek_to_last(),
            Move::Seek(key) => cursor.seek(key),
            Move::SeekBefore(key) => cursor.seek_before(key),
            Move::Next => cursor.move_next(),
            Move::Prev => cursor.move_prev(),
        }
        .unwrap();
        assert_eq!(
            cursor.current().map(owned).as_ref(),
            entries.get(place),
            "after {step:?}"
        );
    }
}

proptest! {
    #[test]
    fn a_merge_has_every_version_in_order_both_ways(
        writes in writes(), choices in prop::collection::vec(0..4_usize, 1..9),
        moves in moves(), sequence in 0..90_u64,
    ) {
        let runs = Runs::new(&writes, &choices);
        let mut expected: Vec<Pair> = writes.iter().zip(1..).filter_map(|(write, sequence)| {
            let (kind, key, value) = stored(write);
            (kind != Kind::DeleteRange).then(|| (version(key, sequence, kind), value))
        }).collect();
        expected.sort_by(|(a, _), (b, _)| key::compare(a, b));
        prop_assert_eq!(&forwards(&mut runs.cursor()).unwrap(), &expected);
        let mut backwards = backwards(&mut runs.cursor()).unwrap();
        backwards.reverse();
        prop_assert_eq!(&backwards, &expected);
        let moves: Vec<_> = moves.into_iter().map(|step| match step {
            Move::Seek(user_key) => Move::Seek(put(&user_key, sequence)),
            Move::SeekBefore(user_key) => Move::SeekBefore(put(&user_key, sequence)),
            other => other,
        }).collect();
        walk(&mut runs.cursor(), &expected, &moves);
    }

    #[test]
    fn a_snapshot_sees_what_a_map_had_then(
        writes in writes(), choices in prop::collection::vec(0..4_usize, 1..9),
        moves in moves(), snapshot in 0..90_usize, now in 0..9_u64,
    ) {
        let runs = Runs::new(&writes, &choices);
        let expected = replayed(&writes, snapshot, now);
        let view = View {
            snapshot: snapshot as u64,
            now_ms: now,
            tombstones: Arc::clone(&runs.tombstones),
        };
        let mut cursor = VisibleCursor::new(runs.cursor(), view);
        let there = vec![Move::Next; expected.len() + 1];
        let back = vec![Move::Prev; expected.len() + 1];
        walk_visible(&mut cursor, &expected, &[there, back].concat());
        walk_visible(&mut cursor, &expected, &moves);
    }

    #[test]
    fn a_merge_that_forgets_shows_every_snapshot_what_it_showed_before(
        writes in writes(), choices in prop::collection::vec(0..4_usize, 1..9),
        snapshots in prop::collection::vec(0..90_u64, 0..4), drop_tombstones in any::<bool>(),
        now in 0..9_u64,
    ) {
        let runs = Runs::new(&writes, &choices);
        let tombstones = Arc::clone(&runs.tombstones);
        let mut retention =
            Retention::new(snapshots.clone(), Arc::clone(&tombstones), now, drop_tombstones);
        let kept = Memtable::new(1 << 16).unwrap();
        let mut cursor = runs.cursor();
        cursor.seek_to_first().unwrap();
        while let Some((internal_key, value)) = cursor.current() {
            let version = key::parse(internal_key).unwrap();
            if retention.keep(version, value) {
                kept.add(version.sequence, version.kind, version.user_key, value).unwrap();
            }
            cursor.next().unwrap();
        }
        let ranges = tombstones.iter().filter(|(_, _, sequence)| retention.keep_range(*sequence));
        let ranges = ranges.map(|(start, end, sequence)| RangeTombstone {
            start: start.to_vec(), end: end.to_vec(), sequence,
        });
        let tombstones: Arc<RangeTombstones> = Arc::new(ranges.collect());
        for snapshot in snapshots.iter().copied().chain([90]) {
            let view = View { snapshot, now_ms: now, tombstones: Arc::clone(&tombstones) };
            let mut cursor = VisibleCursor::new(kept.cursor(), view);
            let expected = replayed(&writes, snapshot as usize, now);
            let there = vec![Move::Next; expected.len() + 1];
            walk_visible(&mut cursor, &expected, &there);
        }
        if snapshots.is_empty() && drop_tombstones {
            // Then only what lives is left.
            prop_assert_eq!(kept.len(), replayed(&writes, writes.len(), now).len());
            prop_assert!(tombstones.is_empty());
        }
    }

    #[test]
    fn merged_tables_are_disjoint_and_show_every_snapshot_what_it_saw(
        writes in writes(), choices in prop::collection::vec(0..4_usize, 1..9),
        snapshots in prop::collection::vec(0..90_u64, 0..3), drop_tombstones in any::<bool>(),
        table_bytes in 1..300_u64,
    ) {
        let runs = Runs::new(&writes, &choices);
        let merge = Merge {
            options: TableOptions { block_size: 60, ..TableOptions::default() },
            table_bytes,
            created_ms: 0,
            tombstones: Arc::clone(&runs.tombstones),
        };
        let retention = Retention::new(
            snapshots.clone(), Arc::clone(&runs.tombstones), 0, drop_tombstones);
        let (mut number, mut files) = (0, Vec::new());
        let create = || {
            number += 1;
            Ok((number, Vec::new()))
        };
        let finish = |bytes| {
            files.push(bytes);
            Ok(())
        };
        let metas = merge.run(&mut runs.cursor(), retention, create, finish).unwrap();
        let tables: Vec<_> = files.into_iter().zip(1..).map(|(bytes, number)| {
            Arc::new(Table::open(Arc::new(bytes), number, Arc::new(NoCache)).unwrap())
        }).collect();

        // A level takes them: they do not overlap.
        let added = metas.iter().map(|table| (1, Arc::clone(table))).collect();
        Version::default().apply(&VersionEdit { added, ..VersionEdit::default() }, 0).unwrap();
        let mut ranges = Vec::new();
        for (meta, table) in metas.iter().zip(&tables) {
            table.verify().unwrap();
            assert_eq!(meta.file_len, table.file_len());
            for (start, end, sequence) in table.range_tombstones().iter() {
                assert!(meta.bounds.contains(start));
                let (start, end) = (start.to_vec(), end.to_vec());
                ranges.push(RangeTombstone { start, end, sequence });
            }
        }
        let tombstones: Arc<RangeTombstones> = Arc::new(ranges.into_iter().collect());
        for snapshot in snapshots.iter().copied().chain([90]) {
            let view = View { snapshot, now_ms: 0, tombstones: Arc::clone(&tombstones) };
            let run = MergingCursor::new(tables.iter().map(Table::cursor).collect());
            let expected = replayed(&writes, snapshot as usize, 0);
            let there = vec![Move::Next; expected.len() + 1];
            walk_visible(&mut VisibleCursor::new(run, view), &expected, &there);
        }
    }

    #[test]
    fn fragments_say_what_a_look_at_every_range_says(
        ranges in prop::collection::vec((user_keys(), user_keys(), 0..12_u64), 0..20),
        asked in prop::collection::vec((user_keys(), 0..14_u64), 0..40),
    ) {
        let ranges: Vec<_> = ranges.into_iter().map(|(start, end, sequence)| {
            RangeTombstone { start, end, sequence }
        }).collect();
        let fragments: RangeTombstones = ranges.iter().cloned().collect();
        for (user_key, snapshot) in asked {
            let over = ranges.iter().filter(|range| {
                range.start <= user_key && user_key < range.end && range.sequence <= snapshot
            });
            let expected = over.map(|range| range.sequence).max();
            prop_assert_eq!(fragments.covering(&user_key, snapshot), expected);
        }
        let pieces: Vec<_> = fragments.iter().collect();
        let ascends = pieces.windows(2).all(|pair| {
            pair[0].1 <= pair[1].0 || (pair[0].0 == pair[1].0 && pair[0].2 > pair[1].2)
        });
        prop_assert!(ascends);
        let again = fragments.iter().map(|(start, end, sequence)| RangeTombstone {
            start: start.to_vec(), end: end.to_vec(), sequence,
        });
        prop_assert_eq!(again.collect::<RangeTombstones>(), fragments.clone());
    }
}

#[test]
fn a_merge_of_nothing_stands_nowhere() {
    let moves = [
        Move::First,
        Move::Last,
        Move::Next,
        Move::Prev,
        Move::Seek(put(b"a", 1)),
    ];
    walk(
        &mut MergingCursor::<Box<dyn Cursor>>::new(Vec::new()),
        &[],
        &moves,
    );
}

#[test]
fn an_entry_that_cannot_be_is_an_error_and_no_panic() {
    let memtable = Memtable::new(1 << 12).unwrap();
    memtable.add(1, Kind::PutUntil, b"k", b"short").unwrap();
    let mut cursor = VisibleCursor::new(memtable.cursor(), View::new(9));
    let error = cursor.seek_to_first().unwrap_err();
    assert!(
        matches!(error, lsm::LsmError::CorruptEntry { .. }),
        "{error}"
    );
    assert_eq!(cursor.current(), None);
}
