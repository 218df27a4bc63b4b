//! Real threads: writers, readers and background jobs at once.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use lsm::compaction::{Leveled, SizeTiered};
use lsm::{Db, LsmError, ManualClock, Options, SyncPolicy, WriteBatch};
use vfs::{FileSystem, SimFs};

use crate::disk::{self, complaints, contents, open};
use crate::model::Pair;
use crate::random::Random;

fn options() -> Options {
    Options::new()
        .memtable_size(4 << 10)
        .table_size(2 << 10)
        .block_size(256)
        .compaction(Leveled {
            level0_tables: 2,
            level1_bytes: 4 << 10,
            ratio: 3,
            table_bytes: 2 << 10,
        })
        .sync(SyncPolicy::Os)
        .clock(ManualClock::new(0))
        .threads(2)
}

const ACCOUNTS: u64 = 50;
const TOTAL: u64 = ACCOUNTS * 1000;

fn account(n: u64) -> Vec<u8> {
    format!("account {n:03}").into_bytes()
}

fn balance(value: &[u8]) -> u64 {
    u64::from_be_bytes(value[..8].try_into().unwrap())
}

/// Accounts with 1000 each.
fn found_bank(db: &Db) {
    let mut batch = WriteBatch::new();
    for n in 0..ACCOUNTS {
        batch.put(&account(n), &1000_u64.to_be_bytes()).unwrap();
    }
    db.write(batch).unwrap();
}

/// Moves money between two accounts of every `of`, of which only this thread has the `nth`.
fn transfer(db: &Db, random: &mut Random, nth: u64, of: u64) {
    let own = |random: &mut Random| account(nth + of * random.below(ACCOUNTS / of));
    let (from, to) = (own(random), own(random));
    if from == to {
        return;
    }
    let read = |key: &[u8]| balance(&db.get(key).unwrap().unwrap());
    let (a, b) = (read(&from), read(&to));
    let sum = random.below(a + 1);
    let mut batch = WriteBatch::new();
    // Padding, so that memtables fill.
    let value = |n: u64| [&n.to_be_bytes()[..], &[b'.'; 30]].concat();
    batch.put(&from, &value(a - sum)).unwrap();
    // What is deleted and put again by one batch is never seen to be missing.
    batch.delete(&to).unwrap();
    batch.put(&to, &value(b + sum)).unwrap();
    db.write(batch).unwrap();
}

fn check_bank(pairs: &[Pair]) {
    assert_eq!(pairs.len() as u64, ACCOUNTS);
    let total: u64 = pairs.iter().map(|(_, value)| balance(value)).sum();
    assert_eq!(total, TOTAL, "half of a batch was seen");
}

/// Writers move money until `readers`, each with its number, are done.
fn with_writers(db: &Db, writers: u64, readers: &[&(dyn Fn(u64) + Sync)]) {
    let done = &AtomicBool::new(false);
    std::thread::scope(|scope| {
        let mut joins = Vec::new();
        for writer in 0..writers {
            scope.spawn(move || {
                let random = &mut Random(writer);
                while !done.load(SeqCst) {
                    transfer(db, random, writer, writers);
                }
            });
        }
        for (n, reader) in (0..).zip(readers) {
            joins.push(scope.spawn(move || reader(n)));
        }
        // All are waited for before one that has failed is told, or the writers would go on.
        let results: Vec<_> = joins.into_iter().map(|join| join.join()).collect();
        done.store(true, SeqCst);
        results.into_iter().for_each(|result| result.unwrap());
    });
}

#[test]
fn readers_see_whole_batches_and_snapshots_stay_the_same() {
    let fs = SimFs::new(1);
    let db = &open(&fs, options()).unwrap();
    found_bank(db);
    let snapshots = |_| {
        for _ in 0..30 {
            let snapshot = db.snapshot();
            let first: Vec<Pair> = snapshot.iter().map(Result::unwrap).collect();
            check_bank(&first);
            for round in 0..6 {
                let again = disk::pairs(snapshot.iter(), snapshot.iter()).unwrap();
                assert!(again == first, "a snapshot has changed");
                let (key, value) = &first[round * 7];
                assert_eq!(snapshot.get(key).unwrap().as_ref(), Some(value));
            }
        }
    };
    let iterators = |n| {
        let random = &mut Random(n);
        for _ in 0..60 {
            // From both ends at once, to where they meet.
            let mut range = db.iter();
            let (mut front, mut back) = (Vec::new(), Vec::new());
            loop {
                let item = match random.one_in(2) {
                    true => range
                        .next()
                        .inspect(|pair| front.push(pair.as_ref().unwrap().clone())),
                    false => range
                        .next_back()
                        .inspect(|pair| back.push(pair.as_ref().unwrap().clone())),
                };
                if item.is_none() {
                    break;
                }
            }
            front.extend(back.into_iter().rev());
            check_bank(&front);
        }
    };
    let cursors = |n| {
        let random = &mut Random(n);
        for _ in 0..30 {
            let mut cursor = db.cursor().unwrap();
            for _ in 0..40 {
                let key = account(random.below(ACCOUNTS));
                cursor.seek(&key).unwrap();
                assert_eq!(cursor.current().unwrap().0, key);
                cursor.seek_before(&key).unwrap();
                assert!(cursor.current().is_none_or(|(found, _)| found < &key[..]));
                cursor.move_next().unwrap();
                assert_eq!(cursor.current().unwrap().0, key);
            }
        }
    };
    let jobs = |n| {
        let random = &mut Random(n);
        for _ in 0..20 {
            db.flush().unwrap();
            let (a, b) = (account(random.below(50)), account(random.below(50)));
            db.compact_range(a.clone().min(b.clone())..a.max(b))
                .unwrap();
        }
    };
    with_writers(db, 2, &[&snapshots, &iterators, &cursors, &jobs]);
    db.wait_for_compactions().unwrap();
    check_bank(&contents(db).unwrap());
    assert!(complaints(db).is_empty());
    let stats = db.stats();
    assert!(stats.flushes > 20 && stats.compactions > 10, "{stats:?}");
    assert_eq!(stats.snapshots, 0);
}

#[test]
fn a_copy_made_under_writes_is_consistent() {
    let fs = SimFs::new(1);
    let db = &open(&fs, options()).unwrap();
    found_bank(db);
    let copies = |_| {
        for n in 0..12 {
            let path = format!("/copy{n}");
            db.checkpoint(&path).unwrap();
            let fs = fs.crash();
            let copy = Db::open_in(Arc::new(fs), &path, options()).unwrap();
            check_bank(&contents(&copy).unwrap());
            assert!(complaints(&copy).is_empty());
        }
    };
    with_writers(db, 2, &[&copies]);
}

#[test]
fn a_crash_under_writes_leaves_whole_batches_and_all_that_was_durable() {
    for (n, sync) in [SyncPolicy::EveryWrite, SyncPolicy::Os]
        .into_iter()
        .enumerate()
    {
        let fs = &SimFs::new(n as u64);
        let db = &open(fs, options().sync(sync).compaction(SizeTiered::default())).unwrap();
        found_bank(db);
        db.sync().unwrap();
        let counter = |n: u64| format!("counter {n}").into_bytes();
        let count = |n: u64| {
            for round in 1..250_u64 {
                let value = [&round.to_be_bytes()[..], &[0; 50]].concat();
                db.put(&counter(n), &value).unwrap();
            }
        };
        let read = |db: &Db, n| {
            db.get(&counter(n))
                .unwrap()
                .map_or(0, |value| balance(&value))
        };
        let crashes = |_| {
            for _ in 0..15 {
                // Not only what was acknowledged, but what anybody has seen.
                let seen = [0, 1, 2].map(|n| read(db, n));
                let found = open(&fs.crash(), options()).unwrap();
                let accounts = found.prefix(b"account ").collect::<lsm::Result<Vec<_>>>();
                check_bank(&accounts.unwrap());
                let there = [0, 1, 2].map(|n| read(&found, n));
                for (there, seen) in there.iter().zip(seen) {
                    let is_durable = sync == SyncPolicy::EveryWrite;
                    assert!(
                        !is_durable || *there >= seen,
                        "{seen} was seen, {there} is there"
                    );
                }
                assert!(complaints(&found).is_empty());
            }
        };
        with_writers(db, 2, &[&count, &count, &count, &crashes]);
    }
}

#[test]
fn what_a_thread_has_written_it_reads() {
    let fs = SimFs::new(1);
    let db = &open(&fs, options()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            scope.spawn(move || {
                let random = &mut Random(thread);
                let mut own = std::collections::BTreeMap::new();
                for n in 0..600_u64 {
                    let key = format!("{} {thread}", random.below(60)).into_bytes();
                    match random.below(4) {
                        0 => {
                            db.delete(&key).unwrap();
                            own.remove(&key);
                        }
                        _ => {
                            db.put(&key, &n.to_be_bytes()).unwrap();
                            own.insert(key.clone(), n.to_be_bytes().to_vec());
                        }
                    }
                    let other = format!("{} {thread}", random.below(60)).into_bytes();
                    for key in [key, other] {
                        assert_eq!(db.get(&key).unwrap().as_ref(), own.get(&key));
                    }
                }
            });
        }
    });
}

#[test]
fn a_directory_is_open_once() {
    let _starting = crate::kill::STARTING.lock().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(dir.path(), options()).unwrap();
    assert!(matches!(
        Db::open(dir.path(), options()),
        Err(LsmError::Locked)
    ));
    let clone = db.clone();
    drop(db);
    assert!(matches!(
        Db::open(dir.path(), options()),
        Err(LsmError::Locked)
    ));
    drop(clone);
    Db::open(dir.path(), options()).unwrap();

    let fs = SimFs::new(1);
    let db = open(&fs, options()).unwrap();
    assert!(matches!(open(&fs, options()), Err(LsmError::Locked)));
    db.close().unwrap();
    open(&fs, options()).unwrap();
}

#[test]
fn closing_waits_for_the_jobs_and_loses_nothing() {
    for n in 0..20 {
        let fs = SimFs::new(n);
        let db = open(&fs, options()).unwrap();
        for i in 0..200_u64 + n {
            db.put(&i.to_be_bytes(), &[7; 100]).unwrap();
        }
        db.close().unwrap();
        let calls = fs.calls();
        let found = open(&fs.crash(), options()).unwrap();
        assert_eq!(contents(&found).unwrap().len() as u64, 200 + n);
        assert_eq!(fs.calls(), calls, "no job runs on");
    }
}

#[test]
fn iterators_and_snapshots_outlive_the_handle() {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(dir.path(), options()).unwrap();
    found_bank(&db);
    db.flush().unwrap();
    let (snapshot, iterator) = (db.snapshot(), db.iter());
    drop(db);
    check_bank(&snapshot.iter().map(Result::unwrap).collect::<Vec<_>>());
    check_bank(&iterator.map(Result::unwrap).collect::<Vec<_>>());
}

#[test]
fn files_that_nobody_needs_are_removed() {
    let fs = SimFs::new(1);
    let db = open(&fs, options()).unwrap();
    found_bank(&db);
    let snapshot = db.snapshot();
    for round in 0..100_u64 {
        for n in 0..ACCOUNTS {
            db.put(&account(n), &[&round.to_be_bytes()[..], &[0; 20]].concat())
                .unwrap();
        }
    }
    check_bank(&snapshot.iter().map(Result::unwrap).collect::<Vec<_>>());
    drop(snapshot);
    db.compact_range::<&[u8]>(..).unwrap();
    db.wait_for_compactions().unwrap();
    let known: usize = db.stats().levels.iter().map(|level| level.tables).sum();
    let there = disk::tables(&fs).len();
    assert_eq!(there, known, "tables in the directory, and in the version");
    let bytes = disk::used(&fs);
    assert!(
        bytes < 400 << 10,
        "{bytes} bytes for {ACCOUNTS} short values"
    );
    assert!(fs.exists(Path::new("/db")).unwrap());
}
