//! One seed drives everything: writes, reads, snapshots, flushes, compactions, copies, crashes,
//! faults and openings, against a model.
//!
//! `LSM_SEEDS=10000 cargo test --release --test trials stress` for longer; what a failure prints
//! has the seed, and runs it alone.

use std::collections::VecDeque;
use std::ops::Bound;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lsm::{Db, LsmError, ManualClock, Range, Snapshot, SyncPolicy};
use vfs::{Plan, SimFs};

use crate::disk::{self, complaints, contents, pairs};
use crate::model::{Change, Journal, Map, Pair, show};
use crate::random::Random;
use crate::setup::Setup;

fn variable(name: &str, default: u64) -> u64 {
    let number = std::env::var(name).ok();
    number.and_then(|n| n.parse().ok()).unwrap_or(default)
}

#[test]
fn a_database_is_a_map_whatever_happens_to_it() {
    let first = variable("LSM_FIRST_SEED", 0);
    let seeds = variable("LSM_SEEDS", 200);
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let seeds = (first..first + seeds).skip(thread as usize);
            scope.spawn(move || seeds.step_by(threads as usize).for_each(run));
        }
    });
}

fn run(seed: u64) {
    let mut run = Run::new(seed);
    let steps = 20 + run.random.below(400);
    for _ in 0..steps {
        run.step();
    }
    run.reopen();
    run.check_all();
}

/// A database, its model, and what is to be told if they differ.
struct Run {
    seed: u64,
    random: Random,
    setup: Setup,
    fs: SimFs,
    clock: ManualClock,
    now_ms: u64,
    /// `None` while it is being opened.
    db: Option<Db>,
    journal: Journal,
    snapshots: Vec<(Snapshot, Map)>,
    iterators: Vec<(Range, VecDeque<Pair>)>,
    /// Something may fail, or has failed and is not mended: writes may be refused.
    is_faulty: bool,
    /// A call has failed, and the file system still shows names that a sync of the directory may
    /// have forgotten: what a crash would leave of those nobody can say.
    has_forgotten: bool,
    /// Counts values and copies, so that each is like no other.
    made: u64,
    said: VecDeque<String>,
}

impl Drop for Run {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let said = self.said.make_contiguous().join("\n  ");
            let (seed, setup) = (self.seed, &self.setup);
            eprintln!("LSM_FIRST_SEED={seed} LSM_SEEDS=1, {setup:?}; the last steps:\n  {said}");
        }
    }
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let setup = Setup::draw(&mut random);
        let mut run = Run {
            seed,
            fs: SimFs::new(random.next()),
            random,
            setup,
            clock: ManualClock::new(0),
            now_ms: 0,
            db: None,
            journal: Journal::default(),
            snapshots: Vec::new(),
            iterators: Vec::new(),
            is_faulty: false,
            has_forgotten: false,
            made: 0,
            said: VecDeque::new(),
        };
        run.open();
        run
    }

    fn say(&mut self, what: String) {
        if self.said.len() == 30 {
            self.said.pop_front();
        }
        self.said.push_back(what);
    }

    fn db(&self) -> &Db {
        self.db.as_ref().unwrap()
    }

    fn open(&mut self) {
        let db = disk::open(&self.fs, self.setup.options(&self.clock));
        self.db = Some(db.unwrap());
    }

    fn step(&mut self) {
        match self.random.below(100) {
            0..40 => self.write(),
            40..50 => self.get(),
            50..58 => self.scan(),
            58..62 => self.walk(),
            62..66 => self.snapshot(),
            66..70 => self.iterate(),
            70..74 => self.flush(),
            74..77 => self.compact(),
            77..79 => self.sync(),
            79..83 => self.advance(),
            83..85 => self.copy(),
            85..89 => self.reopen(),
            89..93 => self.crash(),
            93..95 => self.fault(),
            95..97 => self.fill_the_disk(),
            _ => self.check_all(),
        }
    }

    // Writes

    fn key(&mut self) -> Vec<u8> {
        match self.random.below(20) {
            0 => Vec::new(),
            1 => vec![0xff; 1 + self.random.below(3) as usize],
            2 => vec![b'k'; self.random.below(4) as usize],
            _ => format!("k{:02}", self.random.below(40)).into_bytes(),
        }
    }

    fn value(&mut self) -> Vec<u8> {
        self.made += 1;
        let mut value = format!("v{} ", self.made).into_bytes();
        let len = match self.random.below(30) {
            0 => return value[..0].to_vec(),
            1 => self.random.below(3_000),
            2..6 => self.random.below(300),
            _ => self.random.below(30),
        };
        let noise = (0..len).map(|_| self.random.next() as u8 & 0x8f);
        value.extend(noise);
        value
    }

    fn change(&mut self) -> Change {
        let key = self.key();
        match self.random.below(20) {
            0..12 => Change::Put(key, self.value()),
            12..14 => {
                let ttl = self.random.below(60);
                Change::PutUntil(key, self.value(), self.now_ms + ttl)
            }
            14..18 => Change::Delete(key),
            _ => Change::DeleteRange(key, self.key()),
        }
    }

    fn write(&mut self) {
        let count = match self.random.below(4) {
            0 => self.random.below(8),
            _ => 1,
        };
        let changes = (0..count).map(|_| self.change()).collect();
        self.write_all(changes);
    }

    fn write_all(&mut self, changes: Vec<Change>) {
        self.say(match &changes[..] {
            [change] => format!("{change:?}"),
            changes => format!("batch {changes:?}"),
        });
        let alone = self.random.one_in(2);
        let db = self.db();
        let result = match &changes[..] {
            [Change::Put(key, value)] if alone => db.put(key, value),
            [Change::PutUntil(key, value, expiry)] if alone => {
                db.put_with_ttl(key, value, Duration::from_millis(expiry - self.now_ms))
            }
            [Change::Delete(key)] if alone => db.delete(key),
            [Change::DeleteRange(start, end)] if alone => db.delete_range(start, end),
            changes => db.write(disk::batch(changes).unwrap()),
        };
        match result {
            Ok(()) => {
                self.journal.acknowledged(changes);
                if self.setup.sync == SyncPolicy::EveryWrite {
                    self.journal.durable();
                }
            }
            // Small memtables have a small log.
            Err(LsmError::BatchTooLarge { .. }) => {}
            Err(error) => {
                self.journal.failed(changes);
                self.failed(error);
            }
        }
    }

    fn sync(&mut self) {
        self.say("sync".into());
        match self.db().sync() {
            Ok(()) => self.journal.durable(),
            Err(error) => self.failed(error),
        }
    }

    fn flush(&mut self) {
        self.say("flush".into());
        match self.db().flush() {
            Ok(()) => self.journal.durable(),
            Err(error) => self.failed(error),
        }
    }

    fn compact(&mut self) {
        let (start, end) = (self.bound(), self.bound());
        let result = match self.random.below(4) {
            0 => {
                self.say("wait for compactions".into());
                self.db().wait_for_compactions()
            }
            // What was merged is not dropped with the oldest.
            _ if self.setup.is_lossy() => return,
            1 => {
                self.say("compact everything".into());
                self.db().compact_range::<&[u8]>(..)
            }
            _ => {
                self.say(format!("compact {start:?} to {end:?}"));
                self.db().compact_range((start, end))
            }
        };
        if let Err(error) = result {
            self.failed(error);
        }
    }

    fn advance(&mut self) {
        let time = self.random.below(30);
        self.say(format!("advance {time} ms"));
        self.now_ms += time;
        self.clock.advance(Duration::from_millis(time));
    }

    // Reads

    fn bound(&mut self) -> Bound<Vec<u8>> {
        match self.random.below(5) {
            0 => Bound::Unbounded,
            1 | 2 => Bound::Excluded(self.key()),
            _ => Bound::Included(self.key()),
        }
    }

    /// The error of a read, if there may be one.
    fn read<T>(&self, result: lsm::Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(LsmError::Io(_) | LsmError::Log { .. }) if self.is_faulty => None,
            Err(error) => panic!("a read failed: {error}"),
        }
    }

    fn expect(&self, found: &[Pair], model: &Map) {
        let expected = model.all(self.now_ms);
        assert!(
            model.is(found, self.now_ms, self.setup.is_lossy()),
            "found     {}\nexpected  {}",
            show(found),
            show(&expected)
        );
    }

    fn get(&mut self) {
        for _ in 0..4 {
            let key = self.key();
            let Some(found) = self.read(self.db().get(&key)) else {
                continue;
            };
            let expected = self.journal.now.get(&key, self.now_ms);
            if !(self.setup.is_lossy() && found.is_none()) {
                assert!(found == expected, "{key:?}: {found:?}, not {expected:?}");
            }
        }
    }

    fn scan(&mut self) {
        let bounds = match self.random.below(3) {
            0 => {
                let prefix = self.key();
                self.say(format!("prefix {prefix:?}"));
                let (range, back) = (self.db().prefix(&prefix), self.db().prefix(&prefix));
                let mut expected = self.journal.now.all(self.now_ms);
                expected.retain(|(key, _)| key.starts_with(&prefix));
                return self.compare(range, back, expected);
            }
            _ => (self.bound(), self.bound()),
        };
        self.say(format!("scan {bounds:?}"));
        let (range, back) = (
            self.db().range(bounds.clone()),
            self.db().range(bounds.clone()),
        );
        let expected = self.journal.now.range(bounds, self.now_ms);
        self.compare(range, back, expected);
    }

    fn compare(&mut self, range: Range, back: Range, mut expected: Vec<Pair>) {
        let Some(found) = self.read(pairs(range, back)) else {
            return;
        };
        if self.setup.is_lossy() {
            expected.retain(|pair| found.contains(pair));
        }
        assert!(
            found == expected,
            "found {}\nexpected {}",
            show(&found),
            show(&expected)
        );
    }

    /// A cursor moves at random, from nowhere to nowhere.
    fn walk(&mut self) {
        if self.setup.is_lossy() {
            return;
        }
        self.say("walk".into());
        let all = self.journal.now.all(self.now_ms);
        let Some(mut cursor) = self.read(self.db().cursor()) else {
            return;
        };
        let nowhere = all.len();
        let mut place = nowhere;
        for _ in 0..20 {
            let key = self.key();
            let at_least = all.partition_point(|(other, _)| *other < key);
            let step = self.random.below(8);
            let (next, result) = match step {
                0 => (0, cursor.seek_to_first()),
                1 => (nowhere.wrapping_sub(1), cursor.seek_to_last()),
                2 => (at_least, cursor.seek(&key)),
                3 => (at_least.wrapping_sub(1), cursor.seek_before(&key)),
                4 | 5 if place == nowhere => (0, cursor.move_next()),
                4 | 5 => (place + 1, cursor.move_next()),
                _ if place == nowhere => (nowhere.wrapping_sub(1), cursor.move_prev()),
                _ => (place.wrapping_sub(1), cursor.move_prev()),
            };
            place = next.min(nowhere);
            if self.read(result).is_none() {
                return;
            }
            let current = cursor.current().map(|(k, v)| (k.to_vec(), v.to_vec()));
            assert!(
                current.as_ref() == all.get(place),
                "after step {step} with {key:?}: {current:?}, not {:?}",
                all.get(place)
            );
        }
    }

    fn snapshot(&mut self) {
        let count = self.snapshots.len() as u64;
        if count > 0 && self.random.one_in(2) {
            let place = self.random.below(count) as usize;
            self.check_snapshot(place);
            if self.random.one_in(2) {
                self.say(format!("drop snapshot {place} of {count}"));
                self.snapshots.swap_remove(place);
            }
        } else if count < 5 {
            self.say("snapshot".into());
            let snapshot = self.db().snapshot();
            self.snapshots.push((snapshot, self.journal.now.clone()));
        }
    }

    fn check_snapshot(&mut self, place: usize) {
        self.say(format!("read snapshot {place}"));
        let key = self.key();
        let (snapshot, model) = &self.snapshots[place];
        if let Some(found) = self.read(pairs(snapshot.iter(), snapshot.iter())) {
            self.expect(&found, model);
        }
        if let Some(found) = self.read(snapshot.get(&key)) {
            let expected = model.get(&key, self.now_ms);
            let is_dropped = self.setup.is_lossy() && found.is_none();
            assert!(is_dropped || found == expected, "{key:?}: {found:?}");
        }
    }

    /// Begins an iterator, or moves one, at either end, over what was there when it began.
    fn iterate(&mut self) {
        if self.iterators.len() < 3 && self.random.one_in(2) {
            self.say("begin an iterator".into());
            let all = self.journal.now.all(self.now_ms);
            let range = self.db().iter();
            self.iterators.push((range, all.into()));
            return;
        }
        if self.iterators.is_empty() {
            return;
        }
        let place = self.random.below(self.iterators.len() as u64) as usize;
        self.say(format!("move iterator {place}"));
        let (mut range, mut rest) = self.iterators.swap_remove(place);
        for _ in 0..self.random.below(30) {
            let (found, expected) = match self.random.one_in(2) {
                true => (range.next(), rest.pop_front()),
                false => (range.next_back(), rest.pop_back()),
            };
            let found = match found.map(|item| self.read(item)) {
                Some(None) => return,
                Some(found) => found,
                None => None,
            };
            if self.setup.is_lossy() && found != expected {
                return;
            }
            assert!(found == expected, "{found:?}, not {expected:?}");
            if found.is_none() {
                return;
            }
        }
        self.iterators.push((range, rest));
    }

    fn check_all(&mut self) {
        self.say("check all".into());
        let lossy = self.setup.is_lossy();
        if let Some(found) = self.read(contents(self.db())) {
            self.journal.settle(&found, self.now_ms, lossy).unwrap();
            if lossy {
                self.journal.now.forget_all_but(&found, self.now_ms);
            }
        }
        (0..self.snapshots.len()).for_each(|place| self.check_snapshot(place));
        if !self.is_faulty {
            let complaints = complaints(self.db());
            assert!(complaints.is_empty(), "{complaints:?}");
            assert_eq!(self.db().stats().background_error, None);
        }
    }

    /// A copy is what the database was, also after a crash.
    fn copy(&mut self) {
        self.made += 1;
        let path = PathBuf::from(format!("/copy{}", self.made));
        self.say(format!("checkpoint to {path:?}"));
        if let Err(error) = self.db().checkpoint(&path) {
            return self.failed(error);
        }
        let fs = match self.random.one_in(2) && !self.is_faulty && !self.has_forgotten {
            true => self.fs.crash(),
            false => self.fs.clone(),
        };
        let options = self.setup.options(&self.clock);
        let Some(copy) = self.read(Db::open_in(Arc::new(fs), &path, options)) else {
            return;
        };
        if let Some(found) = self.read(contents(&copy)) {
            self.expect(&found, &self.journal.now);
        }
        let Ok(()) = copy.put(b"only", b"in the copy") else {
            assert!(self.is_faulty);
            return;
        };
        assert!(self.db().get(b"only").is_ok_and(|found| found.is_none()) || self.is_faulty);
    }

    // Ends and beginnings

    /// Drops all that keeps the database open.
    fn forget(&mut self) -> Option<Db> {
        self.snapshots.clear();
        self.iterators.clear();
        self.db.take()
    }

    fn reopen(&mut self) {
        let db = self.forget().unwrap();
        if self.random.one_in(2) {
            self.say("close, and open".into());
            match db.close() {
                Ok(()) => self.journal.durable(),
                Err(error) => {
                    assert!(self.is_faulty, "{error}");
                    self.has_forgotten = true;
                }
            }
        } else {
            self.say("drop, and open".into());
            drop(db);
        }
        self.mend();
        self.open();
        self.find();
    }

    /// What was opened after an error, without a crash: all that was acknowledged.
    fn find(&mut self) {
        let found = contents(self.db()).unwrap();
        let lossy = self.setup.is_lossy();
        let settled = self.journal.settle(&found, self.now_ms, lossy);
        settled.unwrap();
    }

    fn mend(&mut self) {
        self.fs.set_plan(Plan::Fine);
        self.is_faulty = false;
    }

    /// The power fails now; and perhaps again, while the database recovers.
    fn crash(&mut self) {
        if self.has_forgotten {
            return self.reopen();
        }
        self.say("crash".into());
        self.fs = self.fs.crash();
        drop(self.forget());
        self.mend();
        while self.random.one_in(3) {
            let plan = match self.random.below(3) {
                0 => Plan::FailAt(self.random.below(12)),
                1 => Plan::FailReadAt(self.random.below(12)),
                _ => Plan::PowerOffAt(self.random.below(12)),
            };
            self.say(format!("open, {plan:?}"));
            self.fs.set_plan(plan);
            match disk::open(&self.fs, self.setup.options(&self.clock)) {
                Ok(db) => {
                    let _ = db.flush();
                }
                Err(error) => assert!(!matches!(plan, Plan::Fine), "{error}"),
            }
            self.fs = self.fs.crash();
        }
        self.open();
        // What the crash has left of jobs is removed.
        let levels = self.db().stats().levels;
        let known: usize = levels.iter().map(|level| level.tables).sum();
        assert_eq!(
            disk::tables(&self.fs).len(),
            known,
            "tables that nobody needs"
        );
        let found = contents(self.db()).unwrap();
        let lossy = self.setup.is_lossy();
        self.journal.crashed(&found, self.now_ms, lossy).unwrap();
        if lossy {
            self.journal.now.forget_all_but(&found, self.now_ms);
            self.journal.durable();
        }
    }

    // Faults

    fn fault(&mut self) {
        let at = self.random.below(40);
        let plan = match self.random.below(4) {
            0 => Plan::FailReadAt(at),
            1 if !self.has_forgotten => Plan::PowerOffAt(at),
            _ => Plan::FailAt(at),
        };
        self.say(format!("{plan:?}"));
        self.fs.set_plan(plan);
        self.is_faulty = true;
    }

    /// For a while there is little room; then there is some again, and all goes on.
    fn fill_the_disk(&mut self) {
        if self.is_faulty {
            return;
        }
        let used = disk::used(&self.fs);
        let room = self.random.below(3_000);
        self.say(format!("the disk has {room} bytes left"));
        self.fs.set_plan(Plan::FullAt(used + room));
        self.is_faulty = true;
        for _ in 0..self.random.below(30) {
            self.write();
        }
        self.check_all();
        self.say("there is room again".into());
        self.mend();
        // What has failed for want of room is done now.
        let value = self.value();
        self.write_all(vec![Change::Put(b"k00".to_vec(), value)]);
        self.check_all();
    }

    /// An operation was answered with an error: it may have to, and what was there is there.
    fn failed(&mut self, error: LsmError) {
        self.say(format!("  failed: {error}"));
        assert!(self.is_faulty, "{error}");
        let power_is_off = error.to_string().contains("the power is off");
        if power_is_off {
            return self.crash();
        }
        let is_full = disk::is_full(&error);
        let lossy = self.setup.is_lossy();
        if let Some(found) = self.read(contents(self.db())) {
            self.journal.settle(&found, self.now_ms, lossy).unwrap();
            if self.setup.sync == SyncPolicy::EveryWrite {
                // Whatever it was answered: what was seen stays.
                self.journal.durable();
            }
        }
        if is_full {
            return;
        }
        if self.random.one_in(2) {
            return self.crash();
        }
        self.has_forgotten = true;
        if self.random.one_in(2) {
            self.reopen();
        }
    }
}
