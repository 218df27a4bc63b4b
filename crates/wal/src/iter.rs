//! Reading the log in order.

use std::collections::VecDeque;
use std::iter::FusedIterator;
use std::sync::Arc;

use crate::frame::Kind;
use crate::scan::Scanner;
use crate::segment::Segment;
use crate::{Error, Lsn};

/// The records of a log, in order. Made by [`Wal::iter_from`](crate::Wal::iter_from).
///
/// After an error it ends.
#[derive(Debug)]
pub struct Iter {
    scanner: Option<Scanner>,
    /// The segments behind the one that is scanned.
    rest: VecDeque<Arc<Segment>>,
    from: u64,
    /// LSN of the last record to return.
    last: u64,
}

impl Iter {
    pub(crate) fn new(
        mut segments: VecDeque<Arc<Segment>>,
        from: u64,
        last: u64,
    ) -> Result<Self, Error> {
        while segments.len() > 1 && segments[1].first <= from {
            segments.pop_front();
        }
        let first = segments.pop_front();
        Ok(Self {
            scanner: first.map(Scanner::new).transpose()?,
            rest: segments,
            from,
            last,
        })
    }

    // ANCHOR: iter
    fn step(&mut self) -> Result<Option<(Lsn, Vec<u8>)>, Error> {
        while let Some(scanner) = &mut self.scanner
            && scanner.next <= self.last
        {
            let (offset, next) = (scanner.offset, scanner.next);
            match scanner.step()? {
                Some((header, record)) if header.kind != Kind::Seal => {
                    if header.lsn >= self.from {
                        return Ok(Some((Lsn(header.lsn), record.to_vec())));
                    }
                }
                Some(_) => {
                    let segment = self.rest.pop_front();
                    if let Some(segment) = &segment
                        && segment.first != next
                    {
                        return Err(segment.corrupt(24, "it does not follow the segment before it"));
                    }
                    self.scanner = segment.map(Scanner::new).transpose()?;
                }
                None => return Err(scanner.segment.corrupt(offset, "a record is damaged")),
            }
        }
        Ok(None)
    }
    // ANCHOR_END: iter
}

impl Iterator for Iter {
    type Item = Result<(Lsn, Vec<u8>), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.step().transpose();
        if !matches!(item, Some(Ok(_))) {
            self.scanner = None;
        }
        item
    }
}

impl FusedIterator for Iter {}
