//! A record in its frame: what tells a reader that it is there, whole, and of this log.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | checksum: CRC-32C of the payload, then of bytes 4 to 20; XOR the segment's salt |
//! | 4 | 4 | length of the payload, in bytes |
//! | 8 | 8 | LSN of the record |
//! | 16 | 4 | how many records before this one were not yet durable when it was framed |
//! | 20 | 1 | kind: 1 a record, 2 a record whose batch goes on, 3 a seal |
//! | 21 | length | the payload |
//!
//! Numbers are little-endian. A *seal* has no payload, and the LSN of the next record: nothing
//! after it in its segment belongs to the log.
//!
//! Frames follow each other without gaps, and are not aligned to anything. LevelDB cuts its log
//! into blocks of 32 KiB and its records at their borders, so that a reader which lost its way
//! finds it again at the next block. We do not need that: a segment bounds how far a reader can be
//! lost, the LSN in each frame tells a frame found by searching from bytes that look like one, and
//! only [salvage](crate::Wal::salvage) searches. Frames in one piece are written by one copy, and
//! read by none. Aligning to the disk's sectors would spare a sector that holds durable frames from
//! being written again; it would also make a log of small records several times as long.
//!
//! # Invariants
//!
//! - A frame that was written under one salt is not valid under another: the checksums differ by
//!   the XOR of the two. So the old frames in a recycled segment are not taken for new ones.
//! - Zeros are not a frame: there is no kind 0.

use std::ops::Range;

pub(crate) const HEADER: usize = 21;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A record, which ends its batch.
    Last = 1,
    /// A record with more of its batch behind it.
    Part = 2,
    /// The end of a segment.
    Seal = 3,
}

impl Kind {
    fn of(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Kind::Last),
            2 => Some(Kind::Part),
            3 => Some(Kind::Seal),
            _ => None,
        }
    }
}

/// What is written before a payload, but for the checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) len: u32,
    pub(crate) lsn: u64,
    pub(crate) pending: u32,
    pub(crate) kind: Kind,
}

// ANCHOR: frame
impl Header {
    /// Appends the frame to `to`. `crc` is the CRC-32C of the payload.
    pub(crate) fn encode(&self, payload: &[u8], crc: u32, salt: u32, to: &mut Vec<u8>) {
        let start = to.len();
        to.extend_from_slice(&[0; 4]);
        to.extend_from_slice(&self.len.to_le_bytes());
        to.extend_from_slice(&self.lsn.to_le_bytes());
        to.extend_from_slice(&self.pending.to_le_bytes());
        to.push(self.kind as u8);
        let crc = crc32c::crc32c_append(crc, &to[start + 4..]) ^ salt;
        to[start..start + 4].copy_from_slice(&crc.to_le_bytes());
        to.extend_from_slice(payload);
    }
}
// ANCHOR_END: frame

impl Header {
    /// The highest LSN that was durable when this frame was written.
    pub(crate) fn durable(&self) -> u64 {
        (self.lsn - 1).saturating_sub(self.pending.into())
    }

    /// Reads a header, without any proof that it is one.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let kind = Kind::of(*bytes.get(HEADER - 1)?)?;
        let lsn = u64::from_le_bytes(bytes[8..16].try_into().ok()?);
        (lsn > 0).then_some(Self {
            len: u32_at(bytes, 4),
            lsn,
            pending: u32_at(bytes, 16),
            kind,
        })
    }

    /// The length of the frame, in bytes.
    pub(crate) fn frame_len(&self) -> u64 {
        HEADER as u64 + u64::from(self.len)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

// ANCHOR: is_valid
/// Whether `frame`, of which the header is decoded and all is there, is what was written.
pub(crate) fn is_valid(frame: &[u8], salt: u32) -> bool {
    let (header, payload) = frame.split_at(HEADER);
    let crc = crc32c::crc32c_append(crc32c::crc32c(payload), &header[4..]) ^ salt;
    u32_at(header, 0) == crc
}
// ANCHOR_END: is_valid

static ZEROS: [u8; 1 << 10] = [0; 1 << 10];

/// Where the zeros at the end begin, in which no frame does, or some bytes later; 0 if there is
/// nothing else.
pub(crate) fn written_len(bytes: &[u8]) -> usize {
    let mut chunks = bytes.chunks(ZEROS.len());
    let last = chunks.rposition(|chunk| *chunk != ZEROS[..chunk.len()]);
    last.map_or(0, |chunk| bytes.len().min((chunk + 1) * ZEROS.len()))
}

// ANCHOR: find
/// The first valid frame in `bytes` that begins at one of these `places`, and whose LSN is more than
/// `after`: where it is, and its header.
///
/// Takes time linear in the places, unless they are full of headers that look right.
pub(crate) fn find(
    bytes: &[u8],
    mut places: Range<usize>,
    salt: u32,
    after: u64,
) -> Option<(usize, Header)> {
    places.find_map(|at| {
        let header = Header::decode(bytes.get(at..)?)?;
        // A frame of n bytes cannot have more than n frames before it in the same segment.
        let near = header.lsn > after && header.lsn - after <= bytes.len() as u64 + 1;
        let end = at + HEADER + header.len as usize;
        (near && end <= bytes.len() && is_valid(&bytes[at..end], salt)).then_some((at, header))
    })
}
// ANCHOR_END: find
