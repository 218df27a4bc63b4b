//! What the log does when nothing fails.

use std::time::Duration;

use crate::common::*;
use vfs::{FileSystem, Plan, SimFs};
use wal::{Error, Lsn, ManualClock, Options, SyncPolicy, Wal};

#[test]
fn records_come_back_in_order_after_reopening() {
    let fs = SimFs::new(1);
    for opening in 0..4 {
        let wal = open(&fs, small()).unwrap();
        for n in opening * 10..opening * 10 + 10 {
            assert_eq!(wal.append(&record(n)).unwrap(), Lsn(n + 1));
        }
        let expected: Vec<_> = (0..opening * 10 + 10).map(record).collect();
        assert_eq!(records(&wal).unwrap(), expected);
        assert_eq!(wal.torn(), None);
    }
    let wal = open(&fs, small()).unwrap();
    let from: Vec<_> = wal
        .iter_from(Lsn(31))
        .unwrap()
        .map(|r| r.unwrap().0.0)
        .collect();
    assert_eq!(from, (31..=40).collect::<Vec<_>>());
}

#[test]
fn an_empty_log_has_nothing() {
    let fs = SimFs::new(1);
    let wal = open(&fs, small()).unwrap();
    assert_eq!(records(&wal).unwrap(), [[0; 0]; 0]);
    assert_eq!((wal.first_lsn(), wal.last_lsn()), (Lsn(1), Lsn(0)));
    wal.truncate_before(Lsn(5)).unwrap();
    wal.truncate_after(Lsn(0)).unwrap();
    wal.sync().unwrap();
    assert_eq!(wal.append_batch(&[]).unwrap(), Lsn(0));
    assert_eq!(wal.append(b"").unwrap(), Lsn(1));
}

#[test]
fn what_is_enqueued_is_written_by_the_next_append_and_durable_after_the_next_sync() {
    let fs = SimFs::new(1);
    let wal = open(&fs, small().sync(SyncPolicy::Os)).unwrap();
    assert_eq!(wal.enqueue(&record(0)).unwrap(), Lsn(1));
    assert_eq!(wal.last_lsn(), Lsn(0));
    assert_eq!(wal.append(&record(1)).unwrap(), Lsn(2));
    assert_eq!((wal.last_lsn(), wal.durable_lsn()), (Lsn(2), Lsn(0)));
    assert_eq!(wal.enqueue(&record(2)).unwrap(), Lsn(3));
    wal.sync().unwrap();
    assert_eq!(wal.durable_lsn(), Lsn(3));
    assert_eq!((wal.stats().writes, wal.stats().syncs), (2, 1));
    assert_eq!(records(&wal).unwrap(), [0, 1, 2].map(record));
}

#[test]
fn every_policy_syncs_when_it_says() {
    let count = |policy, clock: &ManualClock, between: Duration| {
        let fs = SimFs::new(1);
        let options = Options::new()
            .segment_size(4096)
            .sync(policy)
            .clock(clock.clone());
        let wal = open(&fs, options).unwrap();
        for n in 0..10 {
            clock.advance(between);
            wal.append(&record(n)).unwrap();
        }
        (wal.stats().syncs, wal.durable_lsn().0)
    };
    let clock = ManualClock::new();
    let ms = Duration::from_millis;
    assert_eq!(count(SyncPolicy::EveryWrite, &clock, ms(1)), (10, 10));
    assert_eq!(count(SyncPolicy::Interval(ms(4)), &clock, ms(1)), (2, 8));
    assert_eq!(count(SyncPolicy::Interval(ms(4)), &clock, ms(0)), (0, 0));
    assert_eq!(
        count(SyncPolicy::Interval(Duration::MAX), &clock, ms(1)),
        (0, 0)
    );
    assert_eq!(count(SyncPolicy::Os, &clock, ms(1)), (0, 0));
}

#[test]
fn dropped_segments_are_recycled_and_their_old_records_are_not_read() {
    let fs = SimFs::new(1);
    let wal = open(&fs, small().sync(SyncPolicy::Os)).unwrap();
    // All records of one length: an old frame stands wherever a new one may end.
    let same = |n: u64| format!("{n:010}").into_bytes();
    for n in 0..100 {
        wal.append(&same(n)).unwrap();
        if n % 20 == 19 {
            wal.truncate_before(Lsn(n + 1)).unwrap();
        }
    }
    assert!(wal.stats().segments_recycled >= 8, "{:?}", wal.stats());
    let first = wal.first_lsn().0;
    drop(wal);
    let wal = open(&fs, small()).unwrap();
    assert_eq!((wal.first_lsn(), wal.last_lsn()), (Lsn(first), Lsn(100)));
    let expected: Vec<_> = (first - 1..100).map(same).collect();
    assert_eq!(records(&wal).unwrap(), expected);
}

#[test]
fn truncate_before_keeps_what_it_must() {
    let fs = SimFs::new(1);
    let wal = open(&fs, small()).unwrap();
    fill(&wal, 0..40);
    for lsn in 0..60 {
        wal.truncate_before(Lsn(lsn)).unwrap();
        assert!(wal.first_lsn().0 <= lsn.max(1));
        assert_eq!(records(&wal).unwrap().last(), Some(&record(39)));
    }
    assert_eq!(wal_files(&fs).len(), 1);
}

#[test]
fn truncate_after_cuts_anywhere_and_the_log_goes_on() {
    for cut in 0..32 {
        let fs = SimFs::new(cut);
        let wal = open(&fs, small()).unwrap();
        fill(&wal, 0..30);
        wal.truncate_after(Lsn(cut)).unwrap();
        let kept = cut.min(30);
        let mut expected: Vec<_> = (0..kept).map(record).collect();
        assert_eq!(records(&wal).unwrap(), expected);
        assert_eq!(
            records(&open(&fs.crash(), small()).unwrap()).unwrap(),
            expected
        );
        assert_eq!(wal.append(b"new").unwrap(), Lsn(kept + 1));
        expected.push(b"new".to_vec());
        assert_eq!(records(&wal).unwrap(), expected);
        assert_eq!(
            records(&open(&fs.crash(), small()).unwrap()).unwrap(),
            expected
        );
    }
}

#[test]
fn what_is_too_large_is_refused_and_what_just_fits_is_not() {
    let fs = SimFs::new(1);
    let wal = open(&fs, small()).unwrap();
    let most = 256 - 36 - 21 - 21;
    wal.append(&vec![1; most]).unwrap();
    let refused = wal.append(&vec![1; most + 1]);
    assert!(
        matches!(refused, Err(Error::TooLarge { len: 200, max: 199 })),
        "{refused:?}"
    );
    assert_eq!(wal.append(&vec![2; most]).unwrap(), Lsn(2));
    assert!(matches!(
        open(&SimFs::new(1), Options::new().segment_size(10)),
        Err(Error::SegmentSize { bytes: 10 })
    ));
}

#[test]
fn a_log_is_open_once() {
    let fs = SimFs::new(1);
    let wal = open(&fs, small()).unwrap();
    assert!(matches!(open(&fs, small()), Err(Error::Locked)));
    drop(wal);
    open(&fs, small()).unwrap();

    let _starting = crate::kill::STARTING.lock().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let wal = Wal::open(dir.path(), small()).unwrap();
    assert!(matches!(Wal::open(dir.path(), small()), Err(Error::Locked)));
    drop(wal);
    Wal::open(dir.path(), small()).unwrap();
}

#[test]
fn an_iterator_keeps_its_segments() {
    let fs = SimFs::new(1);
    let wal = open(&fs, small()).unwrap();
    fill(&wal, 0..30);
    let iter = wal.iter_from(Lsn(1)).unwrap();
    wal.truncate_before(Lsn(30)).unwrap();
    fill(&wal, 30..60);
    let found: Vec<_> = iter.map(|item| item.unwrap().1).collect();
    assert_eq!(found, (0..30).map(record).collect::<Vec<_>>());
}

#[test]
fn a_full_disk_refuses_and_the_log_goes_on_when_there_is_room() {
    let fs = SimFs::new(1);
    let wal = open(&fs, small().spares(0)).unwrap();
    fs.set_plan(Plan::FullAt(3 * 256 + 10));
    let mut taken = 0;
    let refused = loop {
        match wal.append(&record(taken)) {
            Ok(_) => taken += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, Error::Full), "{refused}");
    assert!(taken > 6);
    assert_eq!(
        records(&wal).unwrap().len() as u64,
        taken,
        "reading goes on"
    );
    assert!(matches!(wal.append(&record(taken)), Err(Error::Full)));
    wal.truncate_before(Lsn(taken)).unwrap();
    assert_eq!(wal.append(&record(taken)).unwrap(), Lsn(taken + 1));
    drop(wal);
    let wal = open(&fs, small()).unwrap();
    assert_eq!(records(&wal).unwrap().last(), Some(&record(taken)));
    assert!(fs.exists(&dir().join("LOCK")).unwrap());
}
