//! The group commit under every order in which threads can take its lock.
//!
//! [loom] runs a closure again and again, each time with another order, until there are none left
//! that differ in what a thread can see; it also finds threads that wait for each other, or for
//! nobody: a lost wake-up fails as a deadlock. For that, the code has to take its lock from loom;
//! so this file compiles `group.rs` a second time, with a `sync` module of its own.

use std::io;
use std::sync::Arc;

use loom::thread;
// What the shared source asks of `crate`.
use wal::Error;

#[expect(dead_code, reason = "what reads frames has nothing to do with threads")]
#[path = "../src/frame.rs"]
mod frame;
#[path = "../src/group.rs"]
mod group;

/// The crate's `sync`, of loom.
mod sync {
    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};
}

use group::{Device, Goal, Group, Place};

/// Counts what is written and synced; fails when told.
#[derive(Default)]
struct Counting {
    written: usize,
    durable: usize,
    syncs: usize,
    /// Which sync fails, counted from 1.
    fails: usize,
    room: u64,
}

impl Device for Counting {
    fn write(&mut self, frames: &[u8]) -> io::Result<()> {
        self.written += frames.len();
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.syncs += 1;
        if self.syncs == self.fails {
            return Err(io::Error::other("injected failure"));
        }
        self.durable = self.written;
        Ok(())
    }

    fn is_sync_due(&self) -> bool {
        false
    }

    fn rotate(&mut self, place: &mut Place) -> Result<(), Error> {
        self.durable = self.written;
        (place.room, place.pending) = (self.room, 0);
        Ok(())
    }
}

const FRAME: usize = frame::HEADER + 1;

fn group(fails: usize, room: usize) -> loom::sync::Arc<Group<Counting>> {
    let device = Counting {
        fails,
        room: (room * FRAME) as u64,
        ..Counting::default()
    };
    loom::sync::Arc::new(Group::new(device, 1))
}

/// What the device has, when all is quiet.
fn counted(group: &Group<Counting>) -> (usize, usize, usize) {
    let count = |device: &mut Counting, _: &mut Place| {
        Ok((device.written / FRAME, device.durable / FRAME, device.syncs))
    };
    group.exclusively(count).unwrap()
}

/// Tries all orders in which no thread is interrupted more than a few times in all.
fn explore(run: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(run);
}

// ANCHOR: loom
#[test]
fn threads_share_syncs_and_none_waits_for_nobody() {
    let seen = Arc::new(std::sync::Mutex::new(std::collections::BTreeSet::new()));
    let all = seen.clone();
    explore(move || {
        let group = group(0, 9);
        let append = |record: &'static [u8]| {
            let group = group.clone();
            move || {
                let lsn = group.append(&[record], Goal::Durable).unwrap();
                assert!(group.lsns().1 >= lsn, "it is durable on return");
            }
        };
        let threads = [thread::spawn(append(b"a")), thread::spawn(append(b"b"))];
        append(b"c")();
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        assert_eq!(group.lsns(), (3, 3));
        let (written, durable, syncs) = counted(&group);
        assert_eq!((written, durable), (3, 3));
        all.lock().unwrap().insert(syncs);
    });
    // Who comes while another leads waits, and leads for all who have come by then.
    assert_eq!(*seen.lock().unwrap(), [2, 3].into());
}
// ANCHOR_END: loom

#[test]
fn threads_that_enqueue_and_then_sync_share_syncs_too() {
    let seen = Arc::new(std::sync::Mutex::new(std::collections::BTreeSet::new()));
    let all = seen.clone();
    explore(move || {
        let group = group(0, 9);
        let work = |record: &'static [u8]| {
            let group = group.clone();
            move || {
                let lsn = group.append(&[record], Goal::Enqueued).unwrap();
                group.sync().unwrap();
                assert!(group.lsns().1 >= lsn, "it is durable on return");
            }
        };
        let thread = thread::spawn(work(b"a"));
        work(b"b")();
        thread.join().unwrap();
        let (written, durable, syncs) = counted(&group);
        assert_eq!((written, durable), (2, 2));
        all.lock().unwrap().insert(syncs);
    });
    // One, when both have appended before either syncs.
    assert_eq!(*seen.lock().unwrap(), [1, 2].into());
}

#[test]
fn rotation_loses_nothing() {
    explore(|| {
        // Every frame needs a segment of its own.
        let group = group(0, 1);
        let other = group.clone();
        let thread = thread::spawn(move || other.append(&[b"a"], Goal::Durable).unwrap());
        let mine = group.append(&[b"b"], Goal::Written).unwrap();
        let theirs = thread.join().unwrap();
        assert_eq!(mine + theirs, 3);
        assert_eq!(counted(&group).0, 2);
    });
}

#[test]
fn a_sync_that_fails_is_an_error_for_all_whom_it_was_for() {
    explore(|| {
        let group = group(1, 9);
        let other = group.clone();
        let thread = thread::spawn(move || other.append(&[b"a"], Goal::Durable).is_err());
        let mine = group.append(&[b"b"], Goal::Durable).is_err();
        assert!(mine && thread.join().unwrap());
        assert!(group.append(&[b"c"], Goal::Enqueued).is_err());
        assert_eq!(group.lsns().1, 0);
    });
}
