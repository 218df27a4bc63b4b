//! The power fails at every call of the file system, and every call fails once: what is found is a
//! prefix of what was acknowledged, with all that was durable.
//!
//! `CRASH_SEEDS=100 cargo test --release --test trials crash` for longer.

use std::time::Duration;

use lsm::compaction::Leveled;
use lsm::{Db, LsmError, ManualClock, Options, Result, SyncPolicy};
use vfs::{Plan, SimFs};

use crate::disk::{batch, complaints, contents, open};
use crate::model::{Change, Journal};
use crate::random::Random;

const POLICIES: [SyncPolicy; 3] = [
    SyncPolicy::EveryWrite,
    SyncPolicy::Interval(Duration::from_millis(3)),
    SyncPolicy::Os,
];

/// How many of the states are looked at that a crash at one moment may leave.
fn outcomes() -> u64 {
    let outcomes = std::env::var("CRASH_SEEDS").ok();
    outcomes.and_then(|n| n.parse().ok()).unwrap_or(1)
}

fn options(policy: SyncPolicy) -> Options {
    let leveled = Leveled {
        level0_tables: 2,
        level1_bytes: 4 << 10,
        ratio: 3,
        table_bytes: 2 << 10,
    };
    Options::new()
        .memtable_size(4 << 10)
        .table_size(2 << 10)
        .block_size(512)
        .sync(policy)
        .compaction(leveled)
        .clock(ManualClock::new(0))
        .threads(0)
}

#[derive(Clone, Debug)]
enum Step {
    Write(Vec<Change>),
    Sync,
    Flush,
    Compact,
    Reopen,
}

/// Batches of one to five changes, and now and then what moves them on.
fn script() -> Vec<Step> {
    let random = &mut Random(3);
    let step = |n: u64| match n % 24 {
        6 => Step::Sync,
        11 => Step::Flush,
        17 => Step::Compact,
        22 => Step::Reopen,
        _ => {
            let changes = 1 + random.below(5);
            Step::Write((0..changes).map(|_| change(random)).collect())
        }
    };
    (0..72).map(step).collect()
}

fn change(random: &mut Random) -> Change {
    let key = |random: &mut Random| format!("key {:02}", random.below(30)).into_bytes();
    match random.below(10) {
        0 | 1 => Change::Delete(key(random)),
        2 => Change::DeleteRange(key(random), key(random)),
        _ => {
            let value = format!("value {:0200x}", random.next());
            Change::Put(key(random), value.into_bytes())
        }
    }
}

/// What one step of the script does to a database, which it may replace.
fn take(step: &Step, db: &mut Option<Db>, fs: &SimFs, policy: SyncPolicy) -> Result<()> {
    let open_one = || open(fs, options(policy));
    if db.is_none() {
        *db = Some(open_one()?);
    }
    let Some(current) = db else { unreachable!() };
    match step {
        Step::Write(changes) => current.write(batch(changes)?),
        Step::Sync => current.sync(),
        Step::Flush => current.flush(),
        Step::Compact => current.compact_range::<&[u8]>(..),
        Step::Reopen => {
            let closed = db.take().map_or(Ok(()), Db::close);
            *db = Some(open_one()?);
            closed
        }
    }
}

/// Tells the journal how a step went.
fn note(journal: &mut Journal, step: &Step, is_done: bool, policy: SyncPolicy) {
    match step {
        Step::Write(changes) if is_done => journal.acknowledged(changes.clone()),
        Step::Write(changes) => journal.failed(changes.clone()),
        _ => {}
    }
    let is_write = matches!(step, Step::Write(_));
    let is_durable = match step {
        Step::Write(_) => policy == SyncPolicy::EveryWrite,
        Step::Sync | Step::Flush | Step::Reopen => true,
        Step::Compact => false,
    };
    if is_done && is_durable {
        journal.durable();
    }
    debug_assert!(is_write || journal.now.all(0).len() <= 30);
}

/// Runs the script until a step fails.
fn run(fs: &SimFs, policy: SyncPolicy, journal: &mut Journal) -> Result<()> {
    let mut db = None;
    for step in script() {
        let result = take(&step, &mut db, fs, policy);
        note(journal, &step, result.is_ok(), policy);
        result?;
    }
    Ok(())
}

/// Opens what a crash has left, which must be what the journal says.
fn check(fs: &SimFs, journal: &mut Journal, what: &str) -> Db {
    let db = open(fs, options(SyncPolicy::EveryWrite));
    let db = db.unwrap_or_else(|error| panic!("{what}: it does not open: {error}"));
    let found = contents(&db).unwrap_or_else(|error| panic!("{what}: {error}"));
    let crashed = journal.crashed(&found, 0, false);
    crashed.unwrap_or_else(|error| panic!("{what}: {error}"));
    let complaints = complaints(&db);
    assert!(complaints.is_empty(), "{what}: {complaints:?}");
    db
}

/// What was found is written to, and survives another crash with what was added.
fn go_on(fs: &SimFs, db: &Db, journal: &mut Journal, what: &str) {
    for n in 0..3 {
        let changes = vec![
            Change::Put(vec![n], b"after".to_vec()),
            Change::Delete(vec![n + 1]),
        ];
        db.write(batch(&changes).unwrap()).unwrap();
        journal.acknowledged(changes);
    }
    journal.durable();
    check(&fs.crash(), &mut journal.clone(), what);
    db.flush().unwrap();
    check(&fs.crash(), journal, what);
}

#[test]
fn the_power_fails_at_every_call() {
    for policy in POLICIES {
        let fs = SimFs::new(1);
        run(&fs, policy, &mut Journal::default()).unwrap();
        let calls = fs.calls();
        assert!(calls > 150, "{calls}");
        for at in 0..calls {
            let fs = SimFs::new(at);
            fs.set_plan(Plan::PowerOffAt(at));
            let mut journal = Journal::default();
            // The last calls are those of the end, whose errors nobody is told.
            let result = run(&fs, policy, &mut journal);
            assert!(result.is_err() || at > calls - 20);
            for outcome in 0..outcomes() {
                let what = format!("{policy:?}, power off at call {at}, outcome {outcome}");
                let found = fs.crash();
                let mut journal = journal.clone();
                let db = check(&found, &mut journal, &what);
                if (at + outcome).is_multiple_of(6) {
                    go_on(&found, &db, &mut journal, &what);
                }
            }
        }
    }
}

#[test]
fn the_power_fails_again_at_every_call_of_a_recovery() {
    for seed in 0..10 * outcomes() {
        let fs = SimFs::new(seed);
        fs.set_plan(Plan::PowerOffAt(60 + 29 * seed % 280));
        let mut journal = Journal::default();
        let _ = run(&fs, SyncPolicy::Os, &mut journal);
        let found = fs.crash();
        for at in 0.. {
            let again = found.crash();
            again.set_plan(Plan::PowerOffAt(at));
            drop(open(&again, options(SyncPolicy::Os)));
            let what = format!("seed {seed}, power off again at call {at}");
            check(&again.crash(), &mut journal.clone(), &what);
            if again.calls() <= at {
                break;
            }
        }
    }
}

/// Runs all of the script, whatever fails, and says which errors there were.
fn run_on(fs: &SimFs, policy: SyncPolicy, journal: &mut Journal, what: &str) -> Vec<LsmError> {
    let (mut db, mut errors) = (None, Vec::new());
    let mut looks = 0;
    for step in script() {
        let had_opened = db.is_some();
        let result = take(&step, &mut db, fs, policy);
        match result {
            // It did not open, so that nothing was written.
            Err(error) if !had_opened && db.is_none() => errors.push(error),
            result => {
                note(journal, &step, result.is_ok(), policy);
                errors.extend(result.err());
            }
        }
        if let Some(db) = db.as_ref().filter(|_| !errors.is_empty()) {
            // Reading goes on.
            let found = contents(db).unwrap_or_else(|error| panic!("{what}: {error}"));
            let settled = journal.settle(&found, 0, false);
            settled.unwrap_or_else(|error| panic!("{what}, {step:?}: {error}"));
            if policy == SyncPolicy::EveryWrite {
                // Whatever a write was answered: what was seen stays.
                journal.durable();
            }
        }
        // Looking twice is enough: nothing that comes is written any more.
        looks += u64::from(!errors.is_empty());
        if (1..=2).contains(&looks) {
            let what = format!("{what}, then a crash after {step:?}");
            check(&fs.crash(), &mut journal.clone(), &what);
        }
    }
    errors
}

#[test]
fn every_call_fails_once_and_no_acknowledged_write_is_lost() {
    for policy in POLICIES {
        let mut errors = 0;
        // Every call under one policy, and every third under each of the others.
        let stride = if policy == SyncPolicy::EveryWrite {
            1
        } else {
            3
        };
        for at in (0..).step_by(stride) {
            let fs = SimFs::new(at);
            fs.set_plan(Plan::FailAt(at));
            let mut journal = Journal::default();
            let what = format!("{policy:?}, call {at} fails");
            let told = run_on(&fs, policy, &mut journal, &what);
            if fs.calls() <= at {
                break;
            }
            errors += u64::from(!told.is_empty());
            // It opens again, and has all that was acknowledged.
            fs.set_plan(Plan::Fine);
            let db = open(&fs, options(policy)).unwrap();
            let found = contents(&db).unwrap();
            journal.settle(&found, 0, false).unwrap();
            db.put(b"key", b"value").unwrap();
        }
        assert!(errors > 60, "nearly all that fails is told: {errors}");
    }
}

#[test]
fn every_read_fails_once_and_nothing_wrong_is_read() {
    for at in 0.. {
        let fs = SimFs::new(at);
        let mut journal = Journal::default();
        run(&fs, SyncPolicy::EveryWrite, &mut journal).unwrap();
        fs.set_plan(Plan::FailReadAt(at));
        if let Ok(db) = open(&fs, options(SyncPolicy::EveryWrite)) {
            match contents(&db).and_then(|found| Ok((found, db.compact_range::<&[u8]>(..)?))) {
                Ok((found, ())) => journal.settle(&found, 0, false).unwrap(),
                Err(error) => assert!(fs.reads() > at, "{error}"),
            }
        }
        let done = fs.reads() <= at;
        fs.set_plan(Plan::Fine);
        check(&fs.crash(), &mut journal, &format!("read {at} fails"));
        if done {
            break;
        }
    }
}

#[test]
fn a_failed_job_is_told_by_the_next_write_and_by_the_statistics() {
    let mut told = 0;
    for compacts in [false, true] {
        for at in 0.. {
            let fs = SimFs::new(at);
            let mut journal = Journal::default();
            run(&fs, SyncPolicy::EveryWrite, &mut journal).unwrap();
            let db = open(&fs, options(SyncPolicy::EveryWrite)).unwrap();
            let change = Change::Put(b"key".to_vec(), b"value".to_vec());
            db.put(b"key", b"value").unwrap();
            journal.acknowledged(vec![change]);
            fs.set_plan(Plan::FailAt(at));
            let result = match compacts {
                false => db.flush(),
                true => db.compact_range::<&[u8]>(..),
            };
            let what = format!("call {at} fails, compacts: {compacts}");
            let is_over = fs.calls() <= at;
            fs.set_plan(Plan::Fine);
            let (next, stats) = (db.put(b"next", b"value"), db.stats());
            if next.is_err() {
                told += 1;
                assert!(result.is_err(), "{what}: {next:?}");
                assert!(stats.background_error.is_some(), "{what}: {result:?}");
            } else {
                // What was asked for, and is no job, is told to those who have asked.
                assert!(result.is_ok() || compacts, "{what}: {result:?}");
                assert_eq!(stats.background_error, None, "{what}");
                let change = Change::Put(b"next".to_vec(), b"value".to_vec());
                journal.acknowledged(vec![change]);
            }
            let found = contents(&db).unwrap();
            journal.settle(&found, 0, false).unwrap();
            drop(db);
            let db = open(&fs, options(SyncPolicy::EveryWrite)).unwrap();
            let found = contents(&db).unwrap();
            journal.settle(&found, 0, false).unwrap();
            db.put(b"again", b"value").unwrap();
            assert_eq!(db.stats().background_error, None);
            if is_over {
                break;
            }
        }
    }
    assert!(told > 15, "{told}");
}
