//! The database as a whole: a walk through all of it, and random operations against a map.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lsm::compaction::{self, Backlog, Compaction, Leveled, SizeTiered};
use lsm::version::Version;
use lsm::{Db, LsmError, ManualClock, Options, Snapshot, SyncPolicy, WriteBatch};
use proptest::prelude::*;
use vfs::{Plan, SimFs};

type Map = BTreeMap<Vec<u8>, Vec<u8>>;

fn small() -> Options {
    Options::new().memtable_size(16 << 10).block_cache(64 << 10)
}

fn key(number: u64) -> Vec<u8> {
    format!("key{number:06}").into_bytes()
}

fn all(range: lsm::Range) -> Vec<(Vec<u8>, Vec<u8>)> {
    range.collect::<Result<_, _>>().unwrap()
}

#[test]
fn what_was_written_is_read_through_flushes_compactions_and_reopening() {
    for threads in [0, 1, 2] {
        let dir = tempfile::tempdir().unwrap();
        let options = small().threads(threads).sync(SyncPolicy::Os);
        let db = Db::open(dir.path(), options.clone()).unwrap();
        let mut model = Map::new();
        for i in 0..5_000 {
            let (key, value) = (key(i * 7 % 1000), i.to_string().into_bytes());
            db.put(&key, &value).unwrap();
            model.insert(key, value);
        }
        db.delete_range(&key(100), &key(200)).unwrap();
        model.retain(|k, _| *k < key(100) || *k >= key(200));
        assert!(db.stats().flushes > 3);
        assert_eq!(
            all(db.iter()),
            model.clone().into_iter().collect::<Vec<_>>()
        );
        db.close().unwrap();

        let db = Db::open(dir.path(), options).unwrap();
        assert_eq!(
            all(db.iter()),
            model.clone().into_iter().collect::<Vec<_>>()
        );
        db.compact_range::<&[u8]>(..).unwrap();
        db.wait_for_compactions().unwrap();
        assert_eq!(
            all(db.iter()),
            model.clone().into_iter().collect::<Vec<_>>()
        );
        assert_eq!(db.get(&key(150)).unwrap(), None);
        assert_eq!(db.get(&key(250)).unwrap(), model.get(&key(250)).cloned());
        assert!(db.verify(|_| {}).unwrap().is_empty());

        let copy = dir.path().join("copy");
        db.checkpoint(&copy).unwrap();
        db.put(b"later", b"1").unwrap();
        let copy = Db::open(&copy, small()).unwrap();
        assert_eq!(all(copy.iter()), model.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn threads_write_and_read_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(dir.path(), small()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let db = db.clone();
            scope.spawn(move || {
                for i in 0..300 {
                    let key = key(thread * 1000 + i);
                    db.put(&key, &[7; 100]).unwrap();
                    assert_eq!(db.get(&key).unwrap().as_deref(), Some(&[7; 100][..]));
                }
            });
        }
    });
    assert_eq!(db.iter().count(), 1200);
}

#[test]
fn a_second_handle_is_refused_and_a_missing_database_said_to_be_missing() {
    let fs = Arc::new(SimFs::new(1));
    let missing = Db::open_in(fs.clone(), "/db", small().create_if_missing(false));
    assert!(matches!(missing, Err(LsmError::Missing)));
    let db = Db::open_in(fs.clone(), "/db", small()).unwrap();
    let second = Db::open_in(fs.clone(), "/db", small());
    assert!(matches!(second, Err(LsmError::Locked)));
    drop(db);
    Db::open_in(fs, "/db", small().create_if_missing(false)).unwrap();
}

#[test]
fn a_batch_larger_than_a_memtable_has_one_of_its_own() {
    let fs = Arc::new(SimFs::new(1));
    let db = Db::open_in(fs.clone(), "/db", small().threads(0)).unwrap();
    let mut batch = WriteBatch::new();
    batch.put(b"large", &[1; 40 << 10]).unwrap();
    db.write(batch).unwrap();
    assert_eq!(db.get(b"large").unwrap().unwrap().len(), 40 << 10);
    let refused = db.put(b"larger", &[1; 70 << 10]);
    assert!(
        matches!(refused, Err(LsmError::BatchTooLarge { .. })),
        "{refused:?}"
    );
    db.put(b"small", b"1").unwrap();
    drop(db);
    let db = Db::open_in(fs, "/db", small().threads(0)).unwrap();
    assert_eq!(db.iter().count(), 2);
}

#[test]
fn a_full_disk_stops_writes_until_there_is_room() {
    for threads in [0, 2] {
        let fs = SimFs::new(1);
        let db = Db::open_in(Arc::new(fs.clone()), "/db", small().threads(threads)).unwrap();
        db.put(b"first", b"1").unwrap();
        fs.set_plan(Plan::FullAt(2 << 20));
        let mut acknowledged = 0;
        let error = loop {
            // Values that no compression makes smaller.
            let value: Vec<u8> = (0..1000_u64)
                .map(|i| (i * i + acknowledged) as u8)
                .collect();
            match db.put(&key(acknowledged), &value) {
                Ok(()) => acknowledged += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, LsmError::DiskFull), "{error:?}");
        assert!(matches!(
            db.put(b"more", &[1; 20_000]),
            Err(LsmError::DiskFull)
        ));
        assert_eq!(db.get(b"first").unwrap(), Some(b"1".to_vec()));
        assert_eq!(db.iter().count() as u64, 1 + acknowledged);

        fs.set_plan(Plan::Fine);
        db.put(b"last", b"2").unwrap();
        db.flush().unwrap();
        db.wait_for_compactions().unwrap();
        assert_eq!(db.stats().background_error, None);
        assert_eq!(db.iter().count() as u64, 2 + acknowledged);
    }
}

#[test]
fn a_failed_flush_is_returned_by_the_next_write_until_the_database_is_opened_again() {
    let fs = SimFs::new(1);
    let db = Db::open_in(Arc::new(fs.clone()), "/db", small().threads(0)).unwrap();
    db.put(b"first", b"1").unwrap();
    // Call 0 makes the table's file, call 1 writes it.
    fs.set_plan(Plan::FailAt(1));
    assert!(matches!(db.flush(), Err(LsmError::Background(_))));
    assert!(matches!(db.put(b"a", b""), Err(LsmError::Background(_))));
    assert!(db.stats().background_error.unwrap().contains("injected"));
    assert_eq!(db.get(b"first").unwrap(), Some(b"1".to_vec()));
    let fs = fs.crash();
    let db = Db::open_in(Arc::new(fs), "/db", small().threads(0)).unwrap();
    db.put(b"a", b"").unwrap();
    assert_eq!(db.iter().count(), 2);
}

/// Panics as soon as there is a table.
struct Panics;

impl compaction::Strategy for Panics {
    fn pick(&self, version: &Version, _: u64) -> Option<Compaction> {
        assert_eq!(version.tables().count(), 0, "on purpose");
        None
    }

    fn backlog(&self, _: &Version, _: u64) -> Backlog {
        Backlog::default()
    }
}

#[test]
fn a_compaction_that_panics_is_an_error_of_the_next_write_and_nobody_waits_for_it() {
    for threads in [1, 2] {
        let options = small().threads(threads).compaction(Panics);
        let db = Db::open_in(Arc::new(SimFs::new(1)), "/db", options).unwrap();
        db.put(b"first", b"1").unwrap();
        db.flush().unwrap();
        // Once the thread has got there; were it to die in silence, all these would succeed, or wait.
        let error = (0..100_000).find_map(|i| db.put(&key(i), &[0; 100]).err());
        let error = error.expect("a write that says so");
        let LsmError::Background(cause) = &error else {
            panic!("{error}")
        };
        assert!(matches!(**cause, LsmError::Panicked { job: "compaction" }));
        assert!(db.stats().background_error.unwrap().contains("panicked"));
        assert_eq!(db.get(b"first").unwrap(), Some(b"1".to_vec()));
    }
}

/// Never compacts, and has so many runs to merge.
struct Behind(usize);

impl compaction::Strategy for Behind {
    fn pick(&self, _: &Version, _: u64) -> Option<Compaction> {
        None
    }

    fn backlog(&self, _: &Version, _: u64) -> Backlog {
        Backlog {
            runs: self.0,
            bytes: 0,
        }
    }
}

#[test]
fn the_further_compactions_are_behind_the_slower_writes_are() {
    let slowed = |runs| {
        let fs = Arc::new(SimFs::new(1));
        let options = Options::new()
            .memtable_size(1 << 20)
            .compaction(Behind(runs));
        let db = Db::open_in(fs, "/db", options).unwrap();
        for number in 0..50 {
            db.put(&key(number), &[0; 1000]).unwrap();
        }
        let stats = db.stats();
        assert_eq!(stats.slowed_writes > 0, stats.stalled > Duration::ZERO);
        stats.slowed_writes
    };
    // Of 20 runs nobody takes notice; at 36, writes stop.
    assert_eq!([20, 22, 35].map(slowed), [0, 1, 12]);
}

#[derive(Clone, Debug)]
enum Op {
    Put(u64, u8),
    PutUntil(u64, u64),
    Delete(u64),
    DeleteRange(u64, u64),
    Batch(Vec<(u64, Option<u8>)>),
    Advance(u64),
    Flush,
    Compact,
    Snapshot,
    Release,
    Checkpoint,
    Reopen,
    Crash,
}

fn op() -> impl Strategy<Value = Op> {
    let number = 0..200_u64;
    let write = (number.clone(), any::<Option<u8>>());
    prop_oneof![
        30 => (number.clone(), any::<u8>()).prop_map(|(k, v)| Op::Put(k, v)),
        5 => (number.clone(), 1..50_u64).prop_map(|(k, ms)| Op::PutUntil(k, ms)),
        8 => number.clone().prop_map(Op::Delete),
        2 => (number.clone(), number).prop_map(|(a, b)| Op::DeleteRange(a, b)),
        5 => prop::collection::vec(write, 0..40).prop_map(Op::Batch),
        3 => (0..30_u64).prop_map(Op::Advance),
        3 => Just(Op::Flush),
        1 => Just(Op::Compact),
        2 => Just(Op::Snapshot),
        1 => Just(Op::Release),
        1 => Just(Op::Checkpoint),
        1 => Just(Op::Reopen),
        1 => Just(Op::Crash),
    ]
}

/// A map whose values may expire.
type Model = BTreeMap<Vec<u8>, (Vec<u8>, u64)>;

fn live(model: &Model, now: u64) -> Vec<(Vec<u8>, Vec<u8>)> {
    let live = model.iter().filter(|(_, (_, expiry))| *expiry > now);
    live.map(|(k, (v, _))| (k.clone(), v.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_database_is_a_map(
        ops in prop::collection::vec(op(), 1..300),
        seed: u64,
        tiered: bool,
    ) {
        let clock = ManualClock::new(1_000_000);
        let mut now = 1_000_000;
        let options = Options::new().memtable_size(8 << 10).threads(0).clock(clock.clone());
        let options = match tiered {
            true => options.compaction(SizeTiered { runs: 3, ..SizeTiered::default() }),
            false => options.compaction(Leveled {
                level0_tables: 2,
                level1_bytes: 8 << 10,
                ratio: 3,
                table_bytes: 4 << 10,
            }),
        };
        let mut fs = SimFs::new(seed);
        let open = |fs: &SimFs| Db::open_in(Arc::new(fs.clone()), "/db", options.clone()).unwrap();
        let mut db = Some(open(&fs));
        let mut model = Model::new();
        let mut snapshots: Vec<(Snapshot, Model)> = Vec::new();
        let mut copies = 0;
        for op in ops {
            let handle = db.as_ref().unwrap();
            match op {
                Op::Put(k, v) => {
                    let value = vec![v; 100];
                    handle.put(&key(k), &value).unwrap();
                    model.insert(key(k), (value, u64::MAX));
                }
                Op::PutUntil(k, ms) => {
                    handle.put_with_ttl(&key(k), b"ttl", Duration::from_millis(ms)).unwrap();
                    model.insert(key(k), (b"ttl".to_vec(), now + ms));
                }
                Op::Delete(k) => {
                    handle.delete(&key(k)).unwrap();
                    model.remove(&key(k));
                }
                Op::DeleteRange(a, b) => {
                    handle.delete_range(&key(a), &key(b)).unwrap();
                    model.retain(|k, _| *k < key(a) || *k >= key(b));
                }
                Op::Batch(writes) => {
                    let mut batch = WriteBatch::new();
                    for (k, value) in writes {
                        match value {
                            Some(v) => {
                                batch.put(&key(k), &[v; 100]).unwrap();
                                model.insert(key(k), (vec![v; 100], u64::MAX));
                            }
                            None => {
                                batch.delete(&key(k)).unwrap();
                                model.remove(&key(k));
                            }
                        }
                    }
                    handle.write(batch).unwrap();
                }
                Op::Advance(ms) => {
                    clock.advance(Duration::from_millis(ms));
                    now += ms;
                }
                Op::Flush => handle.flush().unwrap(),
                Op::Compact => handle.compact_range(key(20)..key(150)).unwrap(),
                Op::Snapshot => snapshots.push((handle.snapshot(), model.clone())),
                Op::Release => drop(snapshots.pop()),
                Op::Checkpoint => {
                    copies += 1;
                    let dir = format!("/copy{copies}");
                    handle.checkpoint(&dir).unwrap();
                    let fs = Arc::new(fs.crash());
                    let copy = Db::open_in(fs, Path::new(&dir), options.clone()).unwrap();
                    prop_assert_eq!(all(copy.iter()), live(&model, now));
                }
                Op::Reopen | Op::Crash => {
                    if matches!(op, Op::Crash) {
                        fs = fs.crash();
                    }
                    snapshots.clear();
                    drop(db.take());
                    db = Some(open(&fs));
                }
            }
            let handle = db.as_ref().unwrap();
            prop_assert_eq!(handle.get(&key(7)).unwrap().is_some(),
                model.get(&key(7)).is_some_and(|(_, expiry)| *expiry > now));
        }
        let handle = db.as_ref().unwrap();
        prop_assert_eq!(all(handle.iter()), live(&model, now));
        for (snapshot, model) in &snapshots {
            prop_assert_eq!(all(snapshot.iter()), live(model, now));
        }
        for k in 0..200 {
            let expected = model.get(&key(k)).filter(|(_, expiry)| *expiry > now);
            prop_assert_eq!(handle.get(&key(k)).unwrap(), expected.map(|(v, _)| v.clone()));
        }
        let damage = handle.verify(|_| {}).unwrap();
        prop_assert!(damage.is_empty());
    }
}
