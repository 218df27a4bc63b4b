//! A follower that gives each record once, and none that a crash may take away.

use std::sync::Arc;

use vfs::SimFs;
use wal::{Lsn, Options, SyncPolicy, Wal};

#[cfg_attr(feature = "yours", path = "../wal/tail.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wal/tail.rs")]
mod exercise;

use exercise::{Tail, TailError};

fn open(fs: &SimFs, policy: SyncPolicy) -> Wal {
    let options = Options::new().segment_size(256).sync(policy);
    Wal::open_in(Arc::new(fs.clone()), "/log", options).expect("nothing is wrong with this disk")
}

fn record(number: u64) -> Vec<u8> {
    format!("record {number}").into_bytes()
}

fn append(wal: &Wal, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        wal.append(&record(number)).expect("a good disk");
    }
}

fn poll(tail: &mut Tail, wal: &Wal) -> Vec<Vec<u8>> {
    match tail.poll(wal, usize::MAX) {
        Ok(records) => records,
        Err(TailError::Log(error)) => panic!("the log can be read, and it gave: {error}"),
        Err(gone) => panic!("nothing was truncated, and it gave {gone:?}"),
    }
}

const NONE: [Vec<u8>; 0] = [];

fn records(numbers: std::ops::RangeInclusive<u64>) -> Vec<Vec<u8>> {
    numbers.map(record).collect()
}

#[test]
fn each_record_is_given_once() {
    let wal = open(&SimFs::new(1), SyncPolicy::EveryWrite);
    let mut tail = Tail::from(Lsn(0));
    assert_eq!(poll(&mut tail, &wal), NONE, "an empty log");
    append(&wal, 1..=20);
    assert_eq!(poll(&mut tail, &wal), records(1..=20));
    assert_eq!(poll(&mut tail, &wal), NONE, "nothing is new");
    append(&wal, 21..=22);
    assert_eq!(tail.poll(&wal, 1).expect("it is there"), records(21..=21));
    assert_eq!(tail.next(), Lsn(22));
    assert_eq!(poll(&mut tail, &wal), records(22..=22));
}

#[test]
fn a_follower_begins_where_it_is_told() {
    let wal = open(&SimFs::new(1), SyncPolicy::EveryWrite);
    append(&wal, 1..=5);
    let (mut early, mut late) = (Tail::from(Lsn(4)), Tail::from(Lsn(8)));
    assert_eq!(poll(&mut early, &wal), records(4..=5));
    assert_eq!(poll(&mut late, &wal), NONE, "record 8 is not there yet");
    append(&wal, 6..=9);
    assert_eq!(poll(&mut late, &wal), records(8..=9));
}

#[test]
fn what_is_not_durable_is_not_passed_on() {
    for seed in 0..20 {
        let fs = SimFs::new(seed);
        let wal = open(&fs, SyncPolicy::Os);
        let mut tail = Tail::from(Lsn(1));
        append(&wal, 1..=3);
        assert_eq!(
            poll(&mut tail, &wal),
            NONE,
            "they are written, but a crash may take them away"
        );
        wal.sync().expect("a good disk");
        append(&wal, 4..=4);
        assert_eq!(
            poll(&mut tail, &wal),
            records(1..=3),
            "record 4 was appended after the sync"
        );
        // The machine crashes; record 4 may be another one in its next life.
        let wal = open(&fs.crash(), SyncPolicy::Os);
        wal.truncate_after(Lsn(3)).expect("a good disk");
        wal.append(b"another").expect("a good disk");
        wal.sync().expect("a good disk");
        assert_eq!(poll(&mut tail, &wal), [b"another"]);
    }
}

#[test]
fn a_record_that_is_gone_is_not_skipped() {
    let wal = open(&SimFs::new(1), SyncPolicy::EveryWrite);
    append(&wal, 1..=30);
    let mut tail = Tail::from(Lsn(1));
    assert_eq!(tail.poll(&wal, 2).expect("it is there"), records(1..=2));
    wal.truncate_before(Lsn(25)).expect("a good disk");
    let first = wal.first_lsn();
    assert!(first > Lsn(3));
    match tail.poll(&wal, 10) {
        Err(TailError::Gone {
            wanted,
            first: oldest,
        }) => {
            assert_eq!((wanted, oldest), (Lsn(3), first));
        }
        other => panic!("record 3 is gone, and it gave {other:?}"),
    }
    assert_eq!(tail.next(), Lsn(3), "it is still record 3 that comes next");
}

#[test]
fn a_log_may_be_truncated_behind_a_follower_and_appended_to_before_it() {
    let wal = open(&SimFs::new(1), SyncPolicy::Os);
    let mut tail = Tail::from(Lsn(1));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1..=2_000 {
                append(&wal, number..=number);
                if number % 7 == 0 {
                    wal.sync().expect("a good disk");
                }
            }
            wal.sync().expect("a good disk");
        });
        let mut found = Vec::new();
        while found.len() < 2_000 {
            let new = tail
                .poll(&wal, 50)
                .expect("nothing is truncated that was not given");
            found.extend(new);
            wal.truncate_before(tail.next()).expect("a good disk");
            std::thread::yield_now();
        }
        assert_eq!(found, records(1..=2_000));
    });
}
