//! The disk is full: writes are refused, reads go on, and with room again so do writes.

use lsm::{Db, ManualClock, Options};
use vfs::{Plan, SimFs};

use crate::disk::{complaints, contents, is_full, open, used};
use crate::model::{Change, Journal};
use crate::random::Random;

fn options(threads: usize) -> Options {
    Options::new()
        .memtable_size(4 << 10)
        .table_size(1 << 10)
        .block_size(256)
        .clock(ManualClock::new(0))
        .threads(threads)
}

fn put(db: &Db, journal: &mut Journal, random: &mut Random) -> lsm::Result<()> {
    let key = format!("key {:03}", random.below(200)).into_bytes();
    let value = format!("{:0100}", random.next()).into_bytes();
    let result = db.put(&key, &value);
    let changes = vec![Change::Put(key, value)];
    match &result {
        Ok(()) => {
            journal.acknowledged(changes);
            journal.durable();
        }
        Err(_) => journal.failed(changes),
    }
    result
}

#[test]
fn a_full_disk_refuses_writes_and_loses_none_at_whatever_size() {
    let mut refused = 0;
    for room in (0..12_000).step_by(257) {
        let what = format!("{room} bytes of room");
        let fs = SimFs::new(room);
        let random = &mut Random(room);
        let mut journal = Journal::default();
        let db = open(&fs, options(0)).unwrap();
        (0..30).for_each(|_| put(&db, &mut journal, random).unwrap());
        fs.set_plan(Plan::FullAt(used(&fs) + room));
        for _ in 0..120 {
            let Err(error) = put(&db, &mut journal, random) else {
                continue;
            };
            assert!(is_full(&error), "{what}: {error}");
            refused += 1;
            let found = contents(&db).unwrap();
            journal.settle(&found, 0, false).unwrap();
            if refused % 7 == 0 {
                assert!(db.flush().is_ok_and(|()| true) || db.stats().background_error.is_some());
            }
        }
        // A crash now loses nothing.
        let crashed = fs.crash();
        let other = open(&crashed, options(0)).unwrap();
        let found = contents(&other).unwrap();
        journal.clone().crashed(&found, 0, false).unwrap();
        // With room again, all goes on: the same handle, no opening.
        fs.set_plan(Plan::Fine);
        for _ in 0..60 {
            put(&db, &mut journal, random).unwrap_or_else(|error| panic!("{what}: {error}"));
        }
        db.flush().unwrap();
        db.compact_range::<&[u8]>(..).unwrap();
        assert_eq!(db.stats().background_error, None, "{what}");
        let found = contents(&db).unwrap();
        journal.settle(&found, 0, false).unwrap();
        assert!(complaints(&db).is_empty());
        drop(db);
        let db = open(&fs.crash(), options(0)).unwrap();
        let found = contents(&db).unwrap();
        journal.crashed(&found, 0, false).unwrap();
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn a_database_opens_on_a_full_disk_or_says_that_it_is_full() {
    let fs = SimFs::new(1);
    let (random, mut journal) = (&mut Random(1), Journal::default());
    let db = open(&fs, options(0)).unwrap();
    (0..100).for_each(|_| put(&db, &mut journal, random).unwrap());
    drop(db);
    for room in (0..10_000).step_by(500) {
        fs.set_plan(Plan::FullAt(used(&fs).saturating_sub(2_000) + room));
        match open(&fs, options(0)) {
            Ok(db) => {
                let found = contents(&db).unwrap();
                journal.settle(&found, 0, false).unwrap();
            }
            Err(error) => assert!(is_full(&error), "{error}"),
        }
    }
    fs.set_plan(Plan::Fine);
    let db = open(&fs, options(0)).unwrap();
    let found = contents(&db).unwrap();
    journal.settle(&found, 0, false).unwrap();
}

#[test]
fn background_threads_go_on_too_when_there_is_room_again() {
    let fs = SimFs::new(1);
    let (random, mut journal) = (&mut Random(1), Journal::default());
    let db = open(&fs, options(2)).unwrap();
    fs.set_plan(Plan::FullAt(used(&fs) + 6_000));
    let mut refused = 0;
    while refused < 20 {
        if let Err(error) = put(&db, &mut journal, random) {
            assert!(is_full(&error), "{error}");
            refused += 1;
            let found = contents(&db).unwrap();
            journal.settle(&found, 0, false).unwrap();
        }
    }
    fs.set_plan(Plan::Fine);
    for _ in 0..100 {
        put(&db, &mut journal, random).unwrap();
    }
    db.wait_for_compactions().unwrap();
    assert_eq!(db.stats().background_error, None);
    db.close().unwrap();
    let db = open(&fs.crash(), options(2)).unwrap();
    let found = contents(&db).unwrap();
    journal.crashed(&found, 0, false).unwrap();
}
