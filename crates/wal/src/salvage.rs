//! Reading what is left of a damaged log.
//!
//! Nothing is changed: to go on, append what this finds to a new log. Behind damage, the next good
//! frame is searched for byte by byte. Its LSN says which record it is.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use vfs::{FileSystem, Lock};

use crate::frame::{self, Kind};
use crate::recovery::Found;
use crate::scan::Scanner;
use crate::segment::Segment;
use crate::{Error, Lsn};

/// What is found in a damaged log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Salvaged {
    /// A record as it was written. It may be one that was cut off by
    /// [`truncate_after`](crate::Wal::truncate_after), if what marked the cut is damaged.
    Record(Lsn, Vec<u8>),
    /// Bytes in which there are no records, where there should be.
    Damage {
        /// The segment's number.
        segment: u64,
        /// Where the damage begins, in bytes; 0 if the segment is unreadable or missing.
        offset: u64,
        /// How many bytes could not be read; `None`: to the end of the segment.
        bytes: Option<u64>,
    },
}

/// What is left of a log, in order. Made by [`Wal::salvage`](crate::Wal::salvage).
///
/// It ends after the last segment; a torn tail there is not reported. An error is one of the
/// operating system, and what comes after it is found nevertheless.
#[derive(Debug)]
pub struct Salvage {
    fs: Arc<dyn FileSystem>,
    dir: PathBuf,
    segments: VecDeque<u64>,
    scanner: Option<Scanner>,
    /// Number of the segment that should come next.
    expected: Option<u64>,
    _lock: Lock,
}

impl Salvage {
    pub(crate) fn new(fs: Arc<dyn FileSystem>, dir: PathBuf, lock: Lock) -> Result<Self, Error> {
        Ok(Self {
            segments: Found::list(&*fs, &dir)?.segments.into(),
            fs,
            dir,
            scanner: None,
            expected: None,
            _lock: lock,
        })
    }

    /// Opens the next segment, or says what is wrong with it.
    fn open_next(&mut self) -> Option<Result<Salvaged, Error>> {
        let number = *self.segments.front()?;
        let damage = |segment| {
            Some(Ok(Salvaged::Damage {
                segment,
                offset: 0,
                bytes: None,
            }))
        };
        let expected = self.expected.replace(number).unwrap_or(number);
        if expected < number {
            return damage(expected);
        }
        self.segments.pop_front();
        self.expected = Some(number + 1);
        match Segment::open(&*self.fs, &self.dir, number) {
            Ok(segment) => match Scanner::new(Arc::new(segment)) {
                Ok(scanner) => self.scanner = Some(scanner),
                Err(error) => return Some(Err(error.into())),
            },
            Err(Error::Corrupt { .. } | Error::Version { .. }) => return damage(number),
            Err(error) => return Some(Err(error)),
        }
        None
    }

    /// What comes next in this segment; `None` at its end.
    fn step(&mut self) -> Result<Option<Salvaged>, Error> {
        let Some(scanner) = &mut self.scanner else {
            return Ok(None);
        };
        if let Some((header, record)) = scanner.step()? {
            return Ok(match header.kind {
                Kind::Seal => None,
                _ => Some(Salvaged::Record(Lsn(header.lsn), record.to_vec())),
            });
        }
        let (segment, offset) = (scanner.segment.number, scanner.offset);
        let after = scanner.next - 1;
        let tail = scanner.tail()?;
        if let Some((skip, header)) = frame::find(&tail, 0..tail.len(), scanner.segment.salt, after)
        {
            let bytes = Some(skip as u64);
            (scanner.offset, scanner.next) = (offset + skip as u64, header.lsn);
            return Ok(Some(Salvaged::Damage {
                segment,
                offset,
                bytes,
            }));
        }
        self.scanner = None;
        let is_tail = self.segments.is_empty();
        let bytes = None;
        Ok((!is_tail).then_some(Salvaged::Damage {
            segment,
            offset,
            bytes,
        }))
    }
}

impl Iterator for Salvage {
    type Item = Result<Salvaged, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.step().transpose() {
                None => self.scanner = None,
                Some(Err(error)) => {
                    self.scanner = None;
                    return Some(Err(error));
                }
                item => return item,
            }
            let found = self.open_next();
            if found.is_some() || (self.scanner.is_none() && self.segments.is_empty()) {
                return found;
            }
        }
    }
}
