//! What an opening finds, and what it makes of it.
//!
//! A crash may leave the last segment with a *torn tail*: frames that were being written, some of
//! them there, some not, in any order. They were never durable; they are cut off. *Damage* is
//! another matter: a frame that had been durable is not what was written. To cut there would lose,
//! silently, what the log has promised to keep.
//!
//! From the bad frame alone the two cannot be told apart, nor by good frames behind it, as a crash
//! may have kept those and not this one. But every frame says up to which record all was durable
//! when it was written: if any frame behind vouches for the bad one, this is damage.
//!
//! ```text
//!    1 ✓   2 ✓   3 ✗   4 ✓ "2 was durable"                  torn: cut before 3
//!    1 ✓   2 ✓   3 ✗   4 ✓   5 ✓ "4 was durable"            damage: an error
//!    1 ✓   2 ✓   3 ✗   0 0 0 0                              cut before 3: nothing vouches for it
//! ```
//!
//! The last line is the limit of what a log can know of itself: the last group that was written
//! has no one to vouch for it.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use vfs::FileSystem;

use crate::Error;
use crate::frame::{self, Header, Kind};
use crate::scan::Scanner;
use crate::segment::{self, Segment};

/// A tail that a crash had torn, and an opening cut off. See [`Wal::torn`](crate::Wal::torn).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Torn {
    /// The segment's number.
    pub segment: u64,
    /// Where it was cut, in bytes.
    pub offset: u64,
}

/// The segments and spares of a directory.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) segments: Vec<u64>,
    pub(crate) spares: Vec<u64>,
}

impl Found {
    pub(crate) fn list(fs: &dyn FileSystem, dir: &Path) -> Result<Self, Error> {
        let names = fs.list(dir)?;
        let numbers = |suffix| {
            let number = |name: &String| segment::number_of(name, suffix);
            names.iter().filter_map(number).collect()
        };
        Ok(Self {
            segments: numbers(".wal"),
            spares: numbers(".spare"),
        })
    }
}

/// Removes the last segment if it has no frame. It was never written to; perhaps the one that made
/// it could not make its name durable, and to sync the directory again would not.
pub(crate) fn remove_unused(
    fs: &dyn FileSystem,
    dir: &Path,
    segments: &mut Vec<Arc<Segment>>,
) -> Result<(), Error> {
    let Some(last) = segments.last() else {
        return Ok(());
    };
    // If others were truncated before it, its name was durable then.
    let is_known = segments.len() == 1 && last.first > 1;
    let mut tail = Scanner::new(last.clone())?;
    if !is_known && tail.step()?.is_none() && frame::written_len(&tail.tail()?) == 0 {
        fs.remove(&segment::path(dir, last.number))?;
        segments.pop();
    }
    Ok(())
}

/// Opens all segments. They are checked for gaps; their frames are not read.
pub(crate) fn open_segments(
    fs: &dyn FileSystem,
    dir: &Path,
    numbers: &[u64],
) -> Result<Vec<Arc<Segment>>, Error> {
    let mut segments: Vec<Arc<Segment>> = Vec::with_capacity(numbers.len());
    for &number in numbers {
        let segment = Segment::open(fs, dir, number)?;
        if let Some(last) = segments.last() {
            if number != last.number + 1 {
                let segment = last.number + 1;
                return Err(Error::Missing { segment });
            }
            if segment.first < last.first {
                return Err(segment.corrupt(24, "it begins before the segment before it"));
            }
        }
        segments.push(Arc::new(segment));
    }
    Ok(segments)
}

// ANCHOR: recovery
// ANCHOR: recover_last
/// Finds the end of the last segment, and seals it there. Returns the LSN of the next record.
pub(crate) fn recover_last(segment: &Arc<Segment>) -> Result<(u64, Option<Torn>), Error> {
    let mut scanner = Scanner::new(segment.clone())?;
    let mut doubt = Doubt::default();
    // The end of the last whole batch.
    let (mut end, mut next) = (scanner.offset, scanner.next);
    loop {
        let offset = scanner.offset;
        let Some((header, _)) = scanner.step()? else {
            break;
        };
        doubt.add(&header, offset);
        match header.kind {
            Kind::Seal => {
                let next = header.lsn;
                rewrite(segment, doubt.begin()..scanner.offset)?;
                segment.file.sync_data().map_err(Error::halted)?;
                return Ok((next, None));
            }
            Kind::Part => {}
            Kind::Last => (end, next) = (scanner.offset, scanner.next),
        }
    }
    let tail = scanner.tail()?;
    if tail.len() <= frame::HEADER {
        // Behind a batch that goes on there is room for a record and a seal. So this is a cut, with
        // at most a torn seal, and it may be inside a batch.
        (end, next) = (scanner.offset, scanner.next);
    }
    let written = frame::written_len(&tail);
    if is_vouched_for(&tail, written, segment.salt, scanner.next) {
        return Err(segment.corrupt(scanner.offset, "a record that was durable is damaged"));
    }
    rewrite(segment, doubt.begin()..end)?;
    seal(segment, end, next).map_err(|error| match error {
        // Nothing was promised yet: it can be tried again.
        Error::Halted(cause) if cause.kind() == io::ErrorKind::StorageFull => Error::Full,
        error => error,
    })?;
    let torn = end < scanner.offset || written > 0;
    let (segment, offset) = (segment.number, end);
    Ok((next, torn.then_some(Torn { segment, offset })))
}
// ANCHOR_END: recover_last

// ANCHOR: vouched
/// Whether any frame that begins in the first bytes of `tail` says that record `lsn` had been
/// durable.
fn is_vouched_for(tail: &[u8], written: usize, salt: u32, lsn: u64) -> bool {
    let mut at = 0;
    while let Some((found, header)) = frame::find(tail, at..written, salt, lsn) {
        if header.durable() >= lsn {
            return true;
        }
        at = found + header.frame_len() as usize;
    }
    false
}
// ANCHOR_END: vouched
// ANCHOR_END: recovery

/// The frames that nothing says were durable.
#[derive(Default)]
struct Doubt {
    /// LSN and place of each, in order.
    frames: VecDeque<(u64, u64)>,
}

impl Doubt {
    fn add(&mut self, header: &Header, offset: u64) {
        while self
            .frames
            .front()
            .is_some_and(|(lsn, _)| *lsn <= header.durable())
        {
            self.frames.pop_front();
        }
        self.frames.push_back((header.lsn, offset));
    }

    /// Where they begin; at the end of the file, if there are none.
    fn begin(&self) -> u64 {
        self.frames.front().map_or(u64::MAX, |(_, offset)| *offset)
    }
}

/// Writes a part of the segment again, as it is. If a sync of it has failed before it was closed,
/// what is read is not what is on the disk, and another sync would not write it.
fn rewrite(segment: &Segment, part: Range<u64>) -> Result<(), Error> {
    let mut bytes = vec![0; part.end.saturating_sub(part.start) as usize];
    segment.file.read_exact_at(part.start, &mut bytes)?;
    if bytes.is_empty() {
        return Ok(());
    }
    segment
        .file
        .write_at(part.start, &bytes)
        .map_err(Error::halted)
}

// ANCHOR: seal
/// Ends the segment at `offset`, for good, and makes durable what is before.
pub(crate) fn seal(segment: &Segment, offset: u64, next: u64) -> Result<(), Error> {
    let mut bytes = Vec::new();
    seal_header(next, 0).encode(&[], crc32c::crc32c(&[]), segment.salt, &mut bytes);
    let file = &segment.file;
    // A seal written over a frame might be torn, and would be damage in the eyes of the frames
    // behind it. So they go first; the file's length is not torn.
    file.set_len(offset)
        .and_then(|()| file.sync_data())
        .and_then(|()| file.write_at(offset, &bytes))
        .and_then(|()| file.sync_data())
        .map_err(Error::halted)
}
// ANCHOR_END: seal

pub(crate) fn seal_header(next: u64, pending: u64) -> Header {
    Header {
        len: 0,
        lsn: next,
        pending: u32::try_from(pending).unwrap_or(u32::MAX),
        kind: Kind::Seal,
    }
}
