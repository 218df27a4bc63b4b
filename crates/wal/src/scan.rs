//! Reading a segment, frame by frame.

use std::io;
use std::sync::Arc;

use crate::frame::{self, Header};
use crate::segment::{self, Segment};

/// What is read at a time.
const CHUNK: u64 = 64 << 10;

/// A reader's place in a segment.
#[derive(Debug)]
pub(crate) struct Scanner {
    pub(crate) segment: Arc<Segment>,
    /// Where the next frame begins.
    pub(crate) offset: u64,
    /// LSN that it has to have.
    pub(crate) next: u64,
    len: u64,
    /// Bytes of the file from `start` on.
    buffer: Vec<u8>,
    start: u64,
}

impl Scanner {
    pub(crate) fn new(segment: Arc<Segment>) -> io::Result<Self> {
        Ok(Self {
            offset: segment::HEADER,
            next: segment.first,
            len: segment.file.len()?,
            buffer: Vec::new(),
            start: 0,
            segment,
        })
    }

    // ANCHOR: step
    /// The next frame and its payload, or `None` if there is no valid frame here.
    pub(crate) fn step(&mut self) -> io::Result<Option<(Header, &[u8])>> {
        self.fill(frame::HEADER as u64)?;
        let Some(header) = Header::decode(self.rest()) else {
            return Ok(None);
        };
        if header.lsn != self.next || self.offset + header.frame_len() > self.len {
            return Ok(None);
        }
        self.fill(header.frame_len())?;
        let (at, len) = (self.at(), header.frame_len() as usize);
        let Some(frame) = self.buffer.get(at..at + len) else {
            return Ok(None);
        };
        if !frame::is_valid(frame, self.segment.salt) {
            return Ok(None);
        }
        self.offset += header.frame_len();
        if header.kind != frame::Kind::Seal {
            self.next += 1;
        }
        Ok(Some((header, &frame[frame::HEADER..])))
    }
    // ANCHOR_END: step

    /// All bytes from here on.
    pub(crate) fn tail(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.len.saturating_sub(self.offset) as usize];
        let read = self.segment.file.read_at(self.offset, &mut bytes)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    fn at(&self) -> usize {
        (self.offset - self.start) as usize
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at()..).unwrap_or(&[])
    }

    /// Has `len` bytes from `offset` on in the buffer, if the file has them.
    fn fill(&mut self, len: u64) -> io::Result<()> {
        if self.rest().len() as u64 >= len {
            return Ok(());
        }
        let left = self.len.saturating_sub(self.offset);
        self.start = self.offset;
        self.buffer.resize(len.max(CHUNK).min(left) as usize, 0);
        let read = self.segment.file.read_at(self.offset, &mut self.buffer)?;
        self.buffer.truncate(read);
        Ok(())
    }
}
