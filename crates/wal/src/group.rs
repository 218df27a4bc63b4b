//! Group commit: many threads append, one of them writes and syncs for all.
//!
//! A sync takes a disk as long as some thousand appends, and makes durable whatever was written
//! before it, by whomever. So threads that append while a sync runs should share the next one.
//!
//! ```text
//!   thread 1   append ─▶ leads: write, sync ─────────▶ done
//!   thread 2     append ─▶ waits ····················▶ leads: write, sync ─▶ done
//!   thread 3        append ─▶ waits ·················▶ waits ··············▶ done
//!   thread 4            append ─▶ waits ·············▶ waits ··············▶ done
//! ```
//!
//! Appending puts a frame in a buffer. Whoever then finds that no one has the [`Device`] takes it,
//! and the buffer with it: to have the device is to lead. The others wait until what they appended
//! is written, or durable, or until they can lead themselves. No thread is set aside for writing,
//! and one that is alone never waits.
//!
//! # Invariants
//!
//! - `durable <= written <= enqueued`. They count frames, and only grow, unlike LSNs.
//! - The frames in the buffer follow those that are written without a gap, in the same segment.
//! - Once halted, always halted. A leader that panics halts the log.

use std::io;
use std::mem;
use std::sync::{Arc, PoisonError};

use crate::Error;
use crate::frame::{HEADER, Header, Kind};
use crate::sync::{Condvar, Mutex, MutexGuard};

/// What the leader writes to.
pub(crate) trait Device {
    /// Writes frames behind those that are there.
    fn write(&mut self, frames: &[u8]) -> io::Result<()>;
    /// Makes durable what was written.
    fn sync(&mut self) -> io::Result<()>;
    /// Whether it is time to sync, though no one asks for it.
    fn is_sync_due(&self) -> bool;
    /// Ends the segment and makes the next one, in which the next record will be `place.next`.
    fn rotate(&mut self, place: &mut Place) -> Result<(), Error>;
}

/// How far records must have come before an append returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Enqueued,
    Written,
    Durable,
}

// ANCHOR: place
/// Where the next frame goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Its LSN.
    pub(crate) next: u64,
    /// How many records before it are not yet durable.
    pub(crate) pending: u64,
    /// Bytes that are left in the segment.
    pub(crate) room: u64,
    pub(crate) salt: u32,
}
// ANCHOR_END: place

#[derive(Debug)]
pub(crate) struct Group<D> {
    state: Mutex<State<D>>,
    /// The device is free again, and something may be written, durable, or halted.
    turn: Condvar,
}

#[derive(Debug)]
struct State<D> {
    /// Taken by the leader.
    device: Option<D>,
    /// Frames that wait for a leader.
    buffer: Vec<u8>,
    place: Place,
    enqueued: u64,
    written: u64,
    durable: u64,
    halted: Option<Arc<io::Error>>,
    /// How many threads wait for their turn: to wake nobody takes a system call, too.
    waiting: usize,
}

impl<D> State<D> {
    fn check(&self) -> Result<(), Error> {
        match &self.halted {
            Some(cause) => Err(Error::Halted(cause.clone())),
            None => Ok(()),
        }
    }

    fn enqueue(&mut self, record: &[u8], crc: u32, kind: Kind) {
        let header = Header {
            len: record.len() as u32,
            lsn: self.place.next,
            pending: u32::try_from(self.enqueued - self.durable).unwrap_or(u32::MAX),
            kind,
        };
        header.encode(record, crc, self.place.salt, &mut self.buffer);
        self.place.room -= header.frame_len();
        self.place.next += 1;
        self.enqueued += 1;
    }
}

impl<D> Group<D> {
    fn lock(&self) -> MutexGuard<'_, State<D>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Device> Group<D> {
    /// `next` is the LSN of the first record to come. There is no room until the first rotation.
    pub(crate) fn new(device: D, next: u64) -> Self {
        let place = Place {
            next,
            pending: 0,
            room: 0,
            salt: 0,
        };
        Self {
            state: Mutex::new(State {
                device: Some(device),
                buffer: Vec::new(),
                place,
                enqueued: 0,
                written: 0,
                durable: 0,
                halted: None,
                waiting: 0,
            }),
            turn: Condvar::new(),
        }
    }

    fn wait<'a>(&self, mut state: MutexGuard<'a, State<D>>) -> MutexGuard<'a, State<D>> {
        state.waiting += 1;
        let mut state = self
            .turn
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        state
    }

    /// Wakes those who wait, after the device was given back.
    fn wake(&self, state: &State<D>) {
        if state.waiting > 0 {
            self.turn.notify_all();
        }
    }

    // ANCHOR: append
    /// Appends records that a crash keeps together; returns the LSN of the first.
    ///
    /// The caller has checked that they fit in an empty segment.
    pub(crate) fn append(&self, records: &[&[u8]], goal: Goal) -> Result<u64, Error> {
        let crcs: Vec<u32> = records.iter().map(|r| crc32c::crc32c(r)).collect();
        let need = records.iter().map(|r| (HEADER + r.len()) as u64).sum();
        let mut state = self.lock();
        state.check()?;
        while state.place.room < need {
            drop(state);
            self.make_room(need)?;
            state = self.lock();
            state.check()?;
        }
        let first = state.place.next;
        for (i, record) in records.iter().enumerate() {
            let is_last = i + 1 == records.len();
            let kind = if is_last { Kind::Last } else { Kind::Part };
            state.enqueue(record, crcs[i], kind);
        }
        match goal {
            Goal::Enqueued => {}
            Goal::Written => self.reach(state, false)?,
            Goal::Durable => self.reach(state, true)?,
        }
        Ok(first)
    }
    // ANCHOR_END: append

    /// Returns when all that was appended before is durable.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        let state = self.lock();
        state.check()?;
        self.reach(state, true)
    }

    // ANCHOR: group_commit
    // ANCHOR: reach
    /// Returns when all that is enqueued now is written, or durable, by this thread or another.
    fn reach<'a>(
        &'a self,
        mut state: MutexGuard<'a, State<D>>,
        durable: bool,
    ) -> Result<(), Error> {
        let goal = state.enqueued;
        loop {
            let reached = if durable {
                state.durable
            } else {
                state.written
            };
            if reached >= goal {
                return Ok(());
            }
            state.check()?;
            state = match state.device.take() {
                Some(device) => self.lead(state, device, durable),
                None => self.wait(state),
            };
        }
    }
    // ANCHOR_END: reach

    // ANCHOR: lead
    /// Writes, and perhaps syncs, all that is enqueued, while others enqueue more.
    fn lead<'a>(
        &'a self,
        mut state: MutexGuard<'a, State<D>>,
        mut device: D,
        sync: bool,
    ) -> MutexGuard<'a, State<D>> {
        let (goal, frames) = (state.enqueued, mem::take(&mut state.buffer));
        drop(state);
        let guard = HaltIfDropped(self);
        let result = device.write(&frames).and_then(|()| {
            let sync = sync || device.is_sync_due();
            if sync {
                device.sync().map(|()| true)
            } else {
                Ok(false)
            }
        });
        mem::forget(guard);
        let mut state = self.lock();
        match result {
            Ok(synced) => state.reached(goal, synced),
            Err(cause) => state.halted = Some(Arc::new(cause)),
        }
        state.release(device, frames);
        self.wake(&state);
        state
    }
    // ANCHOR_END: lead
    // ANCHOR_END: group_commit

    /// Makes the next segment, unless another thread has.
    fn make_room(&self, need: u64) -> Result<(), Error> {
        self.exclusively(|device, place| match place.room >= need {
            true => Ok(()),
            false => device.rotate(place),
        })
    }

    /// Waits for the device, writes all that is enqueued, and does `work`, while others wait.
    ///
    /// If `place.pending` is 0 afterwards, all is durable. [`Error::Halted`] halts the log.
    pub(crate) fn exclusively<R>(
        &self,
        work: impl FnOnce(&mut D, &mut Place) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let mut state = self.lock();
        let mut device = loop {
            state.check()?;
            match state.device.take() {
                Some(device) => break device,
                None => state = self.wait(state),
            }
        };
        let frames = mem::take(&mut state.buffer);
        let mut place = state.place;
        place.pending = state.enqueued - state.durable;
        // Without room nobody enqueues: what comes next may be for another segment.
        state.place.room = 0;
        drop(state);
        let guard = HaltIfDropped(self);
        let written = device
            .write(&frames)
            .map_err(|cause| Error::Halted(Arc::new(cause)));
        let result = written.and_then(|()| work(&mut device, &mut place));
        mem::forget(guard);
        let mut state = self.lock();
        state.place = place;
        match &result {
            Err(Error::Halted(cause)) => state.halted = Some(cause.clone()),
            _ => {
                let goal = state.enqueued;
                state.reached(goal, place.pending == 0);
            }
        }
        state.release(device, frames);
        self.wake(&state);
        result
    }

    /// LSN of the last record that is written, and of the last that is durable.
    pub(crate) fn lsns(&self) -> (u64, u64) {
        let state = self.lock();
        let last = |reached| (state.place.next - 1).saturating_sub(state.enqueued - reached);
        (last(state.written), last(state.durable))
    }
}

// ANCHOR: halt
/// Held by whoever has the device. If it panics there, the device is lost, and the others would
/// wait for it for ever.
struct HaltIfDropped<'a, D>(&'a Group<D>);

impl<D> Drop for HaltIfDropped<'_, D> {
    fn drop(&mut self) {
        let cause = io::Error::other("a thread panicked while it wrote to the log");
        self.0.lock().halted = Some(Arc::new(cause));
        self.0.turn.notify_all();
    }
}
// ANCHOR_END: halt

impl<D> State<D> {
    fn reached(&mut self, goal: u64, synced: bool) {
        self.written = goal;
        if synced {
            self.durable = goal;
        }
    }

    /// Gives the device back, and the buffer's memory if no one has begun another.
    fn release(&mut self, device: D, mut frames: Vec<u8>) {
        self.device = Some(device);
        if self.buffer.is_empty() {
            frames.clear();
            self.buffer = frames;
        }
    }
}
