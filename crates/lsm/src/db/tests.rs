//! States made by hand, against a model: a list of all writes, and the plainest way to read it.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use vfs::{FileSystem, SimFs};

use super::range::Range;
use super::snapshot::Snapshots;
use super::state::State;
use super::tables::Tables;
use crate::key::{self, Kind, Sequence};
use crate::memtable::Memtable;
use crate::range_tombstones::{RangeTombstone, RangeTombstones};
use crate::table::{NoCache, TableBuilder, TableOptions};
use crate::version::{Bounds, TableMeta, Version, VersionEdit};

type Pair = (Vec<u8>, Vec<u8>);

/// A write; its place in the list, from 1, is its number.
#[derive(Clone, Debug)]
enum Write {
    Put(Vec<u8>, Vec<u8>),
    PutUntil(Vec<u8>, u64),
    Delete(Vec<u8>),
    DeleteRange(Vec<u8>, Vec<u8>),
}

impl Write {
    fn parts(&self) -> (Kind, Vec<u8>, Vec<u8>) {
        match self.clone() {
            Write::Put(key, value) => (Kind::Put, key, value),
            Write::PutUntil(key, ms) => (
                Kind::PutUntil,
                key,
                [&ms.to_le_bytes(), &b"ttl"[..]].concat(),
            ),
            Write::Delete(key) => (Kind::Delete, key, Vec::new()),
            Write::DeleteRange(start, end) => (Kind::DeleteRange, start, end),
        }
    }
}

/// What `snapshot` sees: all writes up to it, one after the other.
fn model(writes: &[Write], snapshot: Sequence, now_ms: u64) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut seen = BTreeMap::new();
    for write in &writes[..snapshot as usize] {
        match write.clone() {
            Write::Put(key, value) => drop(seen.insert(key, value)),
            Write::PutUntil(key, ms) if ms > now_ms => drop(seen.insert(key, b"ttl".to_vec())),
            Write::PutUntil(key, _) | Write::Delete(key) => drop(seen.remove(&key)),
            Write::DeleteRange(start, end) => seen.retain(|key, _| *key < start || *key >= end),
        }
    }
    seen
}

/// Files in a directory of a simulated disk.
struct Disk {
    fs: SimFs,
    dir: PathBuf,
    next: u64,
}

impl Disk {
    fn new() -> Self {
        let (fs, dir) = (SimFs::new(1), PathBuf::from("/db"));
        fs.create_dir_all(&dir).unwrap();
        Disk { fs, dir, next: 1 }
    }

    fn tables(&self) -> Arc<Tables> {
        let fs: Arc<dyn FileSystem> = Arc::new(self.fs.clone());
        Arc::new(Tables::new(fs, self.dir.clone(), Arc::new(NoCache)))
    }

    /// Writes what of `writes`, of which the first has the number `first`, is from `start` to
    /// `end` into a table; `None` if that is nothing.
    fn table(
        &mut self,
        writes: &[Write],
        first: Sequence,
        start: &[u8],
        end: Option<&[u8]>,
    ) -> Option<Arc<TableMeta>> {
        let options = TableOptions {
            block_size: 32,
            restart_interval: 2,
            ..TableOptions::default()
        };
        let mut builder = TableBuilder::new(options, Vec::new());
        let (mut entries, mut ranges) = (Vec::new(), Vec::new());
        for (sequence, write) in (first..).zip(writes) {
            let (kind, key, value) = write.parts();
            if kind == Kind::DeleteRange {
                let (start, end) = (key, value);
                ranges.push(RangeTombstone {
                    start,
                    end,
                    sequence,
                });
            } else if *key >= *start && end.is_none_or(|end| *key < *end) {
                let mut internal_key = Vec::new();
                key::encode(&mut internal_key, &key, sequence, kind);
                entries.push((internal_key, value));
            }
        }
        entries.sort_by(|(a, _), (b, _)| key::compare(a, b));
        for (internal_key, value) in &entries {
            builder.add(internal_key, value).unwrap();
        }
        let ranges: RangeTombstones = ranges.into_iter().collect();
        for (start, end, sequence) in ranges.clipped(start, end).iter() {
            builder.add_range_tombstone(start, end, sequence);
        }
        if builder.is_empty() {
            return None;
        }
        let written = builder.finish().unwrap();
        let number = self.next;
        self.next += 1;
        let path = Tables::path(&self.dir, number);
        let file = self.fs.create_new(&path).unwrap();
        file.write_at(0, &written.sink).unwrap();
        let properties = written.properties;
        Some(Arc::new(TableMeta {
            number,
            file_len: written.file_len,
            entries: properties.entries,
            tombstones: properties.deletions + properties.range_deletions,
            min_sequence: properties.min_sequence,
            max_sequence: properties.max_sequence,
            created_ms: 0,
            bounds: Bounds {
                smallest: properties.smallest,
                largest: properties.largest,
            },
        }))
    }
}

fn memtable(writes: &[Write], first: Sequence) -> Arc<Memtable> {
    let memtable = Memtable::new(1 << 16).unwrap();
    for (sequence, write) in (first..).zip(writes) {
        let (kind, key, value) = write.parts();
        memtable.add(sequence, kind, &key, &value).unwrap();
    }
    Arc::new(memtable)
}

/// The state of `writes`, cut at these places: from the oldest to the newest part, levels 2 and 1,
/// each in several tables, two tables of level 0, a sealed memtable, and the memtable.
fn state(disk: &mut Disk, writes: &[Write], cuts: [usize; 5], splits: &[Vec<u8>]) -> Arc<State> {
    let [two, one, zero, top, sealed] = cuts;
    let mut edit = VersionEdit::default();
    for (level, range) in [(2, 0..two), (1, two..one)] {
        let starts = std::iter::once(&[][..]).chain(splits.iter().map(Vec::as_slice));
        let ends = splits.iter().map(|end| Some(&**end)).chain([None]);
        for (start, end) in starts.zip(ends) {
            let first = range.start as u64 + 1;
            let table = disk.table(&writes[range.clone()], first, start, end);
            edit.added.extend(table.map(|table| (level, table)));
        }
    }
    for range in [one..zero, zero..top] {
        let first = range.start as u64 + 1;
        let table = disk.table(&writes[range], first, b"", None);
        edit.added.extend(table.map(|table| (0, table)));
    }
    let version = Version::default().apply(&edit, 0).unwrap();
    Arc::new(State::new(
        memtable(&writes[sealed..], sealed as u64 + 1),
        vec![memtable(&writes[top..sealed], top as u64 + 1)],
        Arc::new(version),
        disk.tables(),
    ))
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(prop_oneof![Just(0), 97..100u8, Just(255)], 0..4)
}

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![
        6 => (key(), key()).prop_map(|(key, value)| Write::Put(key, value)),
        1 => (key(), 0..20u64).prop_map(|(key, ms)| Write::PutUntil(key, ms)),
        2 => key().prop_map(Write::Delete),
        1 => (key(), key()).prop_map(|(start, end)| Write::DeleteRange(start, end)),
    ]
}

fn bound() -> impl Strategy<Value = Bound<Vec<u8>>> {
    prop_oneof![
        Just(Bound::Unbounded),
        key().prop_map(Bound::Included),
        key().prop_map(Bound::Excluded),
    ]
}

fn sorted<const N: usize>(mut places: [usize; N], len: usize) -> [usize; N] {
    for place in &mut places {
        *place %= len + 1;
    }
    places.sort_unstable();
    places
}

fn owned((key, value): (&[u8], &[u8])) -> Pair {
    (key.to_vec(), value.to_vec())
}

fn is_within(key: &Vec<u8>, (start, end): &(Bound<Vec<u8>>, Bound<Vec<u8>>)) -> bool {
    let after_start = match start {
        Bound::Unbounded => true,
        Bound::Included(start) => key >= start,
        Bound::Excluded(start) => key > start,
    };
    let before_end = match end {
        Bound::Unbounded => true,
        Bound::Included(end) => key <= end,
        Bound::Excluded(end) => key < end,
    };
    after_start && before_end
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_snapshot_is_read_as_the_model_says(
        writes in proptest::collection::vec(write(), 1..60),
        cuts in any::<[usize; 5]>(),
        splits in proptest::collection::btree_set(key().prop_filter("", |k| !k.is_empty()), 0..4),
        snapshot in any::<u64>(),
        now_ms in 0..20u64,
        sought in proptest::collection::vec(key(), 8),
        bounds in (bound(), bound()),
        prefix in key(),
        ends in proptest::collection::vec(any::<bool>(), 40),
        steps in proptest::collection::vec((0..6u8, key()), 0..40),
    ) {
        let mut disk = Disk::new();
        let splits: Vec<_> = splits.into_iter().collect();
        let state = state(&mut disk, &writes, sorted(cuts, writes.len()), &splits);
        let snapshot = snapshot % (writes.len() as u64 + 1);
        let expected = model(&writes, snapshot, now_ms);

        for key in sought.iter().chain(expected.keys()) {
            let got = state.get(key, snapshot, || now_ms).unwrap();
            prop_assert_eq!(got.as_ref(), expected.get(key), "get {:?}", key);
        }

        let entries: Vec<Pair> = expected.clone().into_iter().collect();
        // Before the walk: what a part of the tables deletes must not be taken for all.
        let range = Range::prefix(Arc::clone(&state), snapshot, now_ms, &prefix);
        let got: Vec<_> = range.map(Result::unwrap).collect();
        let wanted: Vec<_> =
            entries.iter().filter(|(key, _)| key.starts_with(&prefix)).cloned().collect();
        prop_assert_eq!(got, wanted);

        // A walk, in which the place behind the last entry is nowhere.
        let mut cursor = state.cursor(snapshot, now_ms).unwrap();
        let mut place = entries.len();
        for (step, key) in &steps {
            let at_least = entries.partition_point(|(other, _)| other < key);
            let last = entries.len().wrapping_sub(1);
            place = match step {
                0 => { cursor.seek_to_first().unwrap(); 0 }
                1 => { cursor.seek_to_last().unwrap(); last }
                2 => { cursor.seek(key).unwrap(); at_least }
                3 => { cursor.seek_before(key).unwrap(); at_least.wrapping_sub(1) }
                4 => {
                    cursor.move_next().unwrap();
                    if place == entries.len() { 0 } else { place + 1 }
                }
                _ => {
                    cursor.move_prev().unwrap();
                    if place == entries.len() { last } else { place.wrapping_sub(1) }
                }
            };
            place = place.min(entries.len());
            prop_assert_eq!(cursor.current().map(owned), entries.get(place).cloned());
        }

        let mut range = Range::new::<Vec<u8>>(Arc::clone(&state), snapshot, now_ms, bounds.clone());
        let mut left: std::collections::VecDeque<_> =
            entries.iter().filter(|(key, _)| is_within(key, &bounds)).collect();
        for is_front in ends {
            let (got, wanted) = match is_front {
                true => (range.next(), left.pop_front()),
                false => (range.next_back(), left.pop_back()),
            };
            prop_assert_eq!(got.map(Result::unwrap), wanted.cloned());
        }
    }
}

fn put(key: &str) -> Write {
    Write::Put(key.into(), key.into())
}

/// Level 1 in three tables: a to b, c to d and e to f.
fn three_tables(disk: &mut Disk) -> Arc<State> {
    let writes = ["a", "b", "c", "d", "e", "f"].map(put);
    state(disk, &writes, [0, 6, 6, 6, 6], &["c".into(), "e".into()])
}

fn keys(range: Range) -> crate::Result<String> {
    let keys = range.map(|item| item.map(|(key, _)| String::from_utf8(key).unwrap()));
    keys.collect()
}

fn range(state: &Arc<State>, bounds: impl std::ops::RangeBounds<&'static str>) -> Range {
    Range::new(Arc::clone(state), 99, 0, bounds)
}

#[test]
fn a_damaged_table_is_in_the_way_only_of_those_who_need_it() {
    let mut disk = Disk::new();
    let state = three_tables(&mut disk);
    let damaged = Tables::path(&disk.dir, 2);
    let file = disk.fs.open(&damaged).unwrap();
    let footer = file.len().unwrap() - 1;
    file.write_at(footer, b"?").unwrap();

    assert!(state.get(b"c", 99, || 0).is_err());
    assert_eq!(state.get(b"b", 99, || 0).unwrap().unwrap(), b"b");
    assert_eq!(state.get(b"f", 99, || 0).unwrap().unwrap(), b"f");
    assert_eq!(keys(range(&state, .."c")).unwrap(), "ab");
    assert_eq!(keys(range(&state, "e"..)).unwrap(), "ef");
    let mut items = range(&state, ..);
    assert_eq!(items.next().unwrap().unwrap().0, b"a");
    assert_eq!(items.next_back().unwrap().unwrap().0, b"f");
    assert!(items.nth(1).unwrap().is_err());
    assert!(items.next().is_none() && items.next_back().is_none());

    // Nothing of it was remembered.
    file.write_at(footer, &pristine_end(&disk)).unwrap();
    assert_eq!(keys(range(&state, ..)).unwrap(), "abcdef");
}

/// The last byte of a table.
fn pristine_end(disk: &Disk) -> [u8; 1] {
    let bytes = disk.fs.contents(&Tables::path(&disk.dir, 1)).unwrap();
    [*bytes.last().unwrap()]
}

#[test]
fn a_cursor_does_not_read_a_table_whose_ranges_it_does_not_know() {
    let mut disk = Disk::new();
    let writes = [
        put("a"),
        put("b"),
        Write::DeleteRange("b".into(), "c".into()),
    ];
    let state = state(&mut disk, &writes, [2, 3, 3, 3, 3], &[]);
    let tables = disk.fs.list(&disk.dir).unwrap();
    assert_eq!(tables, ["000001.sst", "000002.sst"]);
    let (from, to) = (Tables::path(&disk.dir, 2), disk.dir.join("away"));
    disk.fs.rename(&from, &to).unwrap();
    let mut cursor = state.cursor(99, 0).unwrap();
    disk.fs.rename(&to, &from).unwrap();
    assert!(cursor.seek(b"b").is_err());
    assert_eq!(keys(range(&state, ..)).unwrap(), "a");
}

#[test]
fn a_retired_table_is_removed_with_the_last_state_that_has_it() {
    let mut disk = Disk::new();
    let old = three_tables(&mut disk);
    let removed = VersionEdit {
        removed: vec![(1, 1), (1, 3)],
        ..VersionEdit::default()
    };
    let version = old.version.apply(&removed, 1).unwrap();
    let new = Arc::new(State::new(
        Arc::clone(&old.memtable),
        Vec::new(),
        Arc::new(version),
        Arc::clone(&old.tables),
    ));
    let cursor = old.cursor(99, 0).unwrap();
    new.tables.retire([1, 3]);
    let sealed = Arc::new(old.with_memtables(Arc::clone(&old.memtable), Vec::new()));
    drop(old);
    assert_eq!(keys(range(&sealed, ..)).unwrap(), "abcdef");
    drop(sealed);
    assert_eq!(disk.fs.list(&disk.dir).unwrap().len(), 3);
    drop(cursor);
    assert_eq!(disk.fs.list(&disk.dir).unwrap(), ["000002.sst"]);
    assert_eq!(keys(range(&new, ..)).unwrap(), "cd");
}

#[test]
fn a_table_that_no_state_has_is_removed_at_once() {
    let mut disk = Disk::new();
    let table = disk.table(&[put("a")], 1, b"", None).unwrap();
    disk.tables().retire([table.number]);
    assert!(disk.fs.list(&disk.dir).unwrap().is_empty());
}

#[test]
fn tables_are_opened_when_they_are_needed_and_once() {
    let mut disk = Disk::new();
    let state = three_tables(&mut disk);
    let before = disk.fs.reads();
    state.get(b"a", 99, || 0).unwrap();
    let first = disk.fs.reads() - before;
    state.get(b"a", 99, || 0).unwrap();
    let second = disk.fs.reads() - before - first;
    assert!(second < first, "{second} reads after {first}");
    assert_eq!(second, 1, "one block");
    assert!(Arc::ptr_eq(
        &state.tables.get(1).unwrap(),
        &state.tables.get(1).unwrap()
    ));
}

#[test]
fn filters_keep_look_ups_from_reading() {
    let mut disk = Disk::new();
    let writes: Vec<_> = (0..100).map(|n| put(&format!("{:03}", n * 2))).collect();
    let state = state(&mut disk, &writes, [0, 100, 100, 100, 100], &[]);
    for n in 0..100 {
        let key = format!("{:03}", n * 2 + 1);
        assert_eq!(state.get(key.as_bytes(), 99, || 0).unwrap(), None);
    }
    let counts = state.tables.counters.total();
    // 199 is behind the last key.
    assert_eq!((counts.gets, counts.filter_checks), (100, 99));
    assert_eq!(counts.filter_skips + counts.tables_probed, 99);
    assert!(counts.filter_skips > 90, "{counts:?}");
}

#[test]
fn table_files_have_six_digits_and_more_if_they_need_them() {
    let path = |number| Tables::path(Path::new("d"), number);
    assert_eq!(path(7), Path::new("d/000007.sst"));
    assert_eq!(path(12_345_678), Path::new("d/12345678.sst"));
}

#[test]
fn snapshots_are_known_until_their_last_guard_is_dropped() {
    let snapshots = Arc::new(Snapshots::default());
    let first = snapshots.acquire(|| 7);
    let second = first.clone();
    let third = snapshots.acquire(|| 4);
    assert_eq!((snapshots.sequences(), snapshots.len()), (vec![4, 7], 3));
    drop(first);
    assert_eq!(snapshots.sequences(), [4, 7]);
    drop((second, third));
    assert!(snapshots.sequences().is_empty());
}
