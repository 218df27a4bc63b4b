//! The power fails at every call, the log is cut at every byte, and every call fails once.

use crate::common::*;
use vfs::{FileSystem, Plan, SimFs};
use wal::{Error, Lsn, SyncPolicy, Wal};

/// What a run has been told about its log.
#[derive(Debug, Default)]
struct Told {
    /// Records that may be there: those that were begun to be appended, by LSN from 1 on.
    begun: Vec<Vec<u8>>,
    /// How many were durable.
    durable: u64,
    /// Records before this may have been dropped.
    dropped: u64,
    /// Where batches begin: a crash may end the log there, but not inside.
    ends: Vec<u64>,
}

/// Appends, batches, syncs, and drops segments, until a call fails.
fn work(fs: &SimFs, policy: SyncPolicy, told: &mut Told) -> Result<Wal, Error> {
    // Zeros that are not durable are as good, at any instant.
    let sync_zeros = policy == SyncPolicy::EveryWrite;
    let options = small().sync(policy).spares(1).sync_zeros(sync_zeros);
    let wal = open(fs, options)?;
    for round in 0..22_u64 {
        told.ends.push(told.begun.len() as u64);
        let records: Vec<_> = (0..1 + round % 3).map(|i| record(round * 3 + i)).collect();
        told.begun.extend(records.iter().cloned());
        let parts: Vec<&[u8]> = records.iter().map(|r| &r[..]).collect();
        let lsn = wal.append_batch(&parts)?;
        assert_eq!(lsn.0, told.begun.len() as u64);
        if round % 5 == 4 {
            wal.sync()?;
            assert_eq!(wal.durable_lsn(), lsn);
        }
        told.durable = wal.durable_lsn().0;
        if round % 7 == 6 {
            told.dropped = told.durable.saturating_sub(4);
            wal.truncate_before(Lsn(told.dropped))?;
        }
    }
    told.ends.push(told.begun.len() as u64);
    Ok(wal)
}

/// Opens what a crash has left, which must be what the run was told.
fn check(fs: &SimFs, told: &Told) -> Wal {
    let wal = open(fs, small()).unwrap_or_else(|error| panic!("{error}; {told:?}"));
    let (first, last) = (wal.first_lsn().0, wal.last_lsn().0);
    assert!(
        last >= told.durable,
        "{} was durable, {last} is there",
        told.durable
    );
    assert!(
        first <= told.dropped.max(1),
        "{first} is after {}",
        told.dropped
    );
    assert!(
        told.ends.contains(&last) || last == told.begun.len() as u64,
        "a part of a batch"
    );
    assert_eq!(
        records(&wal).unwrap(),
        told.begun[first as usize - 1..last as usize]
    );
    wal
}

const POLICIES: [SyncPolicy; 2] = [SyncPolicy::EveryWrite, SyncPolicy::Os];

// ANCHOR: every_call
#[test]
fn the_power_fails_at_every_call() {
    for policy in POLICIES {
        let fs = SimFs::new(1);
        let wal = work(&fs, policy, &mut Told::default()).unwrap();
        let calls = fs.calls();
        drop(wal);
        assert!(calls > 60);
        for at in 0..calls {
            for seed in 0..6 {
                let fs = SimFs::new(at * 100 + seed);
                fs.set_plan(Plan::PowerOffAt(at));
                let mut told = Told::default();
                work(&fs, policy, &mut told).unwrap_err();
                let found = fs.crash();
                // It is found, goes on, and is found again.
                let wal = check(&found, &told);
                let last = wal.last_lsn().0 as usize;
                wal.append(b"after").unwrap();
                told.begun.truncate(last);
                told.begun.push(b"after".to_vec());
                told.durable = last as u64 + 1;
                check(&found.crash(), &told);
            }
        }
    }
}
// ANCHOR_END: every_call

#[test]
fn the_power_fails_again_while_the_log_recovers() {
    for seed in 0..40 {
        let fs = SimFs::new(seed);
        fs.set_plan(Plan::PowerOffAt(90 + seed));
        let mut told = Told::default();
        work(&fs, SyncPolicy::Os, &mut told).unwrap_err();
        let found = fs.crash();
        for at in 0..12 {
            let again = found.crash();
            again.set_plan(Plan::PowerOffAt(at));
            if let Ok(wal) = open(&again, small()) {
                let _ = wal.append(b"after");
            }
            // What "after" may have replaced is not compared, only that all is well.
            let wal = open(&again.crash(), small()).unwrap();
            assert!(wal.last_lsn().0 >= told.durable);
            let found = records(&wal).unwrap();
            let durable = (told.durable + 1 - wal.first_lsn().0) as usize;
            let first = wal.first_lsn().0 as usize - 1;
            assert_eq!(found[..durable], told.begun[first..first + durable]);
        }
    }
}

#[test]
fn every_call_fails_once_and_the_log_takes_no_more() {
    for policy in POLICIES {
        let fs = SimFs::new(1);
        let wal = work(&fs, policy, &mut Told::default()).unwrap();
        let calls = fs.calls();
        drop(wal);
        for at in 0..calls {
            let fs = SimFs::new(at);
            fs.set_plan(Plan::FailAt(at));
            let mut told = Told::default();
            let error = work(&fs, policy, &mut told).unwrap_err();
            let opening = fs.calls() <= 5;
            assert!(
                matches!(error, Error::Halted(_)) || opening,
                "call {at}: {error}"
            );
            check(&fs.crash(), &told);
        }
    }
}

// ANCHOR: fsyncgate
#[test]
fn after_a_sync_that_failed_nothing_is_written_and_the_first_cause_is_told() {
    let fs = SimFs::new(1);
    let wal = open_os(&fs);
    wal.append(b"a").unwrap();
    fs.set_plan(Plan::FailAt(1));
    wal.append(b"b").unwrap();
    assert!(wal.sync().is_err());
    let calls = fs.calls();
    for _ in 0..3 {
        let refused = [
            wal.append(b"c").map(drop),
            wal.sync(),
            wal.truncate_after(Lsn(1)),
        ];
        for error in refused.map(Result::unwrap_err) {
            assert!(
                matches!(&error, Error::Halted(cause) if cause.to_string() == "injected failure")
            );
        }
    }
    assert_eq!(fs.calls(), calls, "a halted log does not touch its files");
    assert_eq!(wal.durable_lsn(), Lsn(0));
    assert_eq!(records(&wal).unwrap().len(), 2, "reading goes on");
}
// ANCHOR_END: fsyncgate

#[test]
fn every_read_fails_once() {
    let fs = SimFs::new(1);
    drop(work(&fs, SyncPolicy::Os, &mut Told::default()).unwrap());
    for at in 0.. {
        fs.set_plan(Plan::FailReadAt(at));
        let result = open(&fs, small()).and_then(|wal| records(&wal));
        if fs.reads() <= at {
            break;
        }
        assert!(matches!(result, Err(Error::Io(_))), "read {at}: {result:?}");
    }
}

#[test]
fn a_tail_cut_at_any_byte_is_torn() {
    let fs = SimFs::new(1);
    let wal = open_os(&fs);
    fill(&wal, 0..4);
    drop(wal);
    let whole = fs.contents(&segment(1)).unwrap();
    let mut ends = vec![36];
    (0..4).for_each(|n| ends.push(ends[n] + 21 + record(n as u64).len()));
    for cut in 36..=whole.len() {
        for zeros in [false, true] {
            let mut bytes = whole[..cut].to_vec();
            bytes.resize(if zeros { whole.len() } else { cut }, 0);
            let fs = SimFs::new(1);
            fs.create_dir_all(dir()).unwrap();
            fs.create(&segment(1)).unwrap().write_at(0, &bytes).unwrap();
            let wal = open(&fs, small()).unwrap();
            let left = ends.iter().filter(|end| **end <= cut).count() - 1;
            assert_eq!(
                records(&wal).unwrap(),
                (0..left as u64).map(record).collect::<Vec<_>>()
            );
            let is_torn = left < 4 && ends[left] < cut;
            assert_eq!(
                wal.torn().map(|torn| torn.offset),
                is_torn.then_some(ends[left] as u64)
            );
        }
    }
}

#[test]
fn a_lost_tail_does_not_come_back_behind_new_records() {
    // Records 2 and 3 are in the file, but not 1: as a crash may leave it.
    let fs = SimFs::new(1);
    let wal = open_os(&fs);
    let same = |n: u8| [n; 10];
    for n in 1..=3 {
        wal.append(&same(n)).unwrap();
    }
    drop(wal);
    let hole = [0; 31];
    fs.open(&segment(1)).unwrap().write_at(36, &hole).unwrap();
    let wal = open_os(&fs);
    assert_eq!(wal.last_lsn(), Lsn(0));
    assert_eq!(wal.torn().map(|torn| torn.offset), Some(36));
    wal.append(&same(1)).unwrap();
    drop(wal);
    assert_eq!(records(&open_os(&fs)).unwrap(), [same(1).to_vec()]);
}

#[test]
fn truncate_after_survives_a_crash_at_every_call() {
    for at in 0.. {
        let fs = SimFs::new(at);
        let wal = open(&fs, small()).unwrap();
        fill(&wal, 0..30);
        fs.set_plan(Plan::PowerOffAt(at));
        let result = wal.truncate_after(Lsn(9));
        let found = open(&fs.crash(), small()).unwrap();
        let last = found.last_lsn().0;
        assert_eq!(
            records(&found).unwrap(),
            (0..last).map(record).collect::<Vec<_>>()
        );
        assert!((9..=30).contains(&last));
        if result.is_ok() {
            assert_eq!(last, 9);
            return;
        }
    }
}

#[test]
fn a_cut_inside_a_batch_keeps_the_records_before_it_wherever_it_fails() {
    for at in 0.. {
        // Which part of the seal is written is up to the seed.
        for seed in 0..30 {
            let fs = SimFs::new(seed);
            let wal = open(&fs, small()).unwrap();
            wal.append_batch(&[b"kept", b"cut"]).unwrap();
            fs.set_plan(Plan::FailAt(at));
            let result = wal.truncate_after(Lsn(1));
            fs.set_plan(Plan::Fine);
            drop(wal);
            for found in [fs.crash(), fs.clone()] {
                let found = records(&open(&found, small()).unwrap()).unwrap();
                assert_eq!(found.first().map(|r| &r[..]), Some(&b"kept"[..]));
                assert!(found.len() == 1 || result.is_err());
            }
            if result.is_ok() {
                return;
            }
        }
    }
}

/// A failed sync may have forgotten what it was to write, though everybody still reads it. The next
/// opening must not build on that.
#[test]
fn what_an_opening_promises_holds_though_a_call_of_the_one_before_failed() {
    for seed in 0..20 {
        for call in 0..24 {
            let fs = SimFs::new(seed);
            open(&fs, small()).unwrap().append(b"one").unwrap();
            fs.set_plan(Plan::FailAt(call));
            let failed = open(&fs, small()).and_then(|wal| wal.append(b"maybe").map(|_| ()));
            fs.set_plan(Plan::Fine);
            if failed.is_ok() {
                continue;
            }
            let promised = open(&fs, small()).unwrap().append(b"three").unwrap();
            let wal = open(&fs.crash(), small()).unwrap();
            let last = wal.iter_from(promised).unwrap().next().unwrap().unwrap();
            assert_eq!(last, (promised, b"three".to_vec()), "{seed}, {call}");
            let all: Result<Vec<_>, _> = wal.iter_from(Lsn(1)).unwrap().collect();
            assert_eq!(all.unwrap()[0], (Lsn(1), b"one".to_vec()));
        }
    }
}
