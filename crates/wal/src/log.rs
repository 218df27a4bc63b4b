//! The files behind the log: the segment that is written, those that are full, those to reuse.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use vfs::FileSystem;

use crate::frame;
use crate::group::{Device, Place};
use crate::recovery::{seal, seal_header};
use crate::scan::Scanner;
use crate::segment::{self, Segment};
use crate::{Error, Options, SyncPolicy};

/// The segments, oldest first, for the readers.
pub(crate) type Segments = Arc<Mutex<VecDeque<Arc<Segment>>>>;

/// What was done since the log was opened. Relaxed: each is a number of its own.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) writes: AtomicU64,
    pub(crate) syncs: AtomicU64,
    pub(crate) created: AtomicU64,
    pub(crate) recycled: AtomicU64,
}

#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) fs: Arc<dyn FileSystem>,
    pub(crate) dir: PathBuf,
    pub(crate) options: Options,
    pub(crate) segments: Segments,
    pub(crate) spares: BTreeSet<u64>,
    pub(crate) counters: Arc<Counters>,
    /// The segment that is written, and where its next frame goes.
    pub(crate) active: Option<(Arc<Segment>, u64)>,
    pub(crate) last_sync: Duration,
}

impl Device for Log {
    fn write(&mut self, frames: &[u8]) -> io::Result<()> {
        if let Some((segment, end)) = &mut self.active
            && !frames.is_empty()
        {
            segment.file.write_at(*end, frames)?;
            *end += frames.len() as u64;
            self.counters.writes.fetch_add(1, Relaxed);
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        if let Some((segment, _)) = &self.active {
            segment.file.sync_data()?;
            self.counters.syncs.fetch_add(1, Relaxed);
        }
        self.last_sync = self.options.clock.now();
        Ok(())
    }

    fn is_sync_due(&self) -> bool {
        match self.options.sync {
            SyncPolicy::Interval(time) => {
                self.options.clock.now().saturating_sub(self.last_sync) >= time
            }
            SyncPolicy::EveryWrite | SyncPolicy::Os => false,
        }
    }

    // ANCHOR: rotate
    fn rotate(&mut self, place: &mut Place) -> Result<(), Error> {
        place.room = 0;
        if let Some((segment, _)) = &self.active {
            let mut bytes = Vec::new();
            let header = seal_header(place.next, place.pending);
            header.encode(&[], crc32c::crc32c(&[]), segment.salt, &mut bytes);
            self.write(&bytes)
                .and_then(|()| self.sync())
                .map_err(Error::halted)?;
            place.pending = 0;
            self.active = None;
        }
        let segment = self.create(place.next)?;
        place.salt = segment.salt;
        place.room = room(&self.options);
        self.active = Some((segment, segment::HEADER));
        Ok(())
    }
    // ANCHOR_END: rotate
}

/// How many bytes of frames a segment takes: the seal has a place of its own.
pub(crate) fn room(options: &Options) -> u64 {
    options.segment_size - segment::HEADER - frame::HEADER as u64
}

impl Log {
    pub(crate) fn with_segments<R>(
        &self,
        work: impl FnOnce(&mut VecDeque<Arc<Segment>>) -> R,
    ) -> R {
        work(&mut self.segments.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes the next segment, of a spare file if there is one.
    fn create(&mut self, first: u64) -> Result<Arc<Segment>, Error> {
        let number = self.with_segments(|all| all.back().map_or(1, |last| last.number + 1));
        let spare = self.spares.pop_first();
        let path = segment::spare_path(&self.dir, spare.unwrap_or(number));
        let file = match spare {
            Some(_) => self.fs.open(&path),
            None => self.fs.create(&path),
        };
        let at = (number, first);
        let prepared = file.and_then(|f| Segment::prepare(f, at, &self.options));
        let segment = match prepared {
            Ok(segment) => Arc::new(segment),
            // Nothing of the log is in the file: the next try begins with another.
            Err(error) if error.kind() == io::ErrorKind::StorageFull => {
                // What cannot be removed is a spare file, which the next opening finds.
                let _ = self.fs.remove(&path);
                return Err(Error::Full);
            }
            Err(error) => return Err(Error::halted(error)),
        };
        segment
            .publish(&*self.fs, &self.dir, &path)
            .map_err(Error::halted)?;
        self.counters.created.fetch_add(1, Relaxed);
        self.counters
            .recycled
            .fetch_add(spare.is_some().into(), Relaxed);
        self.with_segments(|all| all.push_back(segment.clone()));
        Ok(segment)
    }

    /// Gives back the room that the last segment has set aside, but for a seal: the next opening
    /// needs that, perhaps on a full disk, and begins another segment.
    pub(crate) fn trim(&mut self) -> io::Result<()> {
        match &self.active {
            Some((segment, end)) => segment.file.set_len(*end + frame::HEADER as u64),
            None => Ok(()),
        }
    }

    // ANCHOR: truncate_before
    /// Drops the segments that have only records before `lsn`, but never the last one.
    pub(crate) fn truncate_before(&mut self, lsn: u64) -> Result<(), Error> {
        // One after the other, each durable before the next: a crash must not leave a gap.
        while let Some(oldest) = self.with_segments(|all| {
            let droppable = all.len() > 1 && all[1].first <= lsn;
            if droppable { all.pop_front() } else { None }
        }) {
            self.discard(oldest)?;
        }
        Ok(())
    }
    // ANCHOR_END: truncate_before

    /// Drops all records after `lsn`. What remains is durable.
    pub(crate) fn truncate_after(&mut self, lsn: u64, place: &mut Place) -> Result<(), Error> {
        let holds = |segment: &&Arc<Segment>| segment.first <= lsn;
        let cut = self.with_segments(|all| all.iter().rfind(holds).or(all.front()).cloned());
        let (Some(last), true) = (cut, lsn + 1 < place.next) else {
            return Ok(());
        };
        let (offset, next) = end_of(&last, lsn)?;
        // From here on it is cut, or the log is halted.
        (place.room, self.active) = (0, None);
        // From the newest on, for the same reason as above.
        while let Some(newest) = self.with_segments(|all| {
            let droppable = all.back().is_some_and(|newest| newest.number > last.number);
            if droppable { all.pop_back() } else { None }
        }) {
            self.discard(newest)?;
        }
        seal(&last, offset, next)?;
        (place.next, place.pending) = (next, 0);
        Ok(())
    }

    /// Keeps the file of a segment for reuse, unless a reader has it, or there are enough.
    fn discard(&mut self, segment: Arc<Segment>) -> Result<(), Error> {
        let (number, path) = (segment.number, segment::path(&self.dir, segment.number));
        let is_read = Arc::strong_count(&segment) > 1;
        if is_read || self.spares.len() >= self.options.spares {
            self.fs.remove(&path).map_err(Error::halted)?;
        } else {
            let spare = segment::spare_path(&self.dir, number);
            self.fs.rename(&path, &spare).map_err(Error::halted)?;
            self.spares.insert(number);
        }
        self.fs.sync_dir(&self.dir).map_err(Error::halted)
    }
}

/// Where record `lsn` ends, or the segment's first record begins; and the LSN after it.
fn end_of(segment: &Arc<Segment>, lsn: u64) -> Result<(u64, u64), Error> {
    let mut scanner = Scanner::new(segment.clone())?;
    while scanner.next <= lsn {
        if scanner.step()?.is_none() {
            return Err(segment.corrupt(scanner.offset, "a record is damaged"));
        }
    }
    Ok((scanner.offset, scanner.next))
}
