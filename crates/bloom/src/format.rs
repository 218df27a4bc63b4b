//! Filters as bytes: one form for all of them.
//!
//! ```text
//!   offset  width  what
//!        0      6  magic: "bloom" and a zero byte
//!        6      1  version of the format: 1
//!        7      1  kind of filter: 1 classic, 2 blocked, 3 counting, 4 scalable, 5 binary fuse
//!        8      4  CRC-32C of everything else: bytes 0..8 and 12..
//!       12      4  hashes a key; 0 if the kind has no such number
//!       16      8  seed of the keys' hash
//!       24      8  length of the body in bytes
//!       32     32  four parameters of 8 bytes, which each kind explains; 0 where it has none
//!       64      …  the body, as each kind explains
//! ```
//!
//! Integers are little-endian. The header is as long as a cache line, so that the lines of a
//! filter that is mapped into memory from the start of a page stay lines.
//!
//! Nothing in the bytes is believed before it was checked: the length against the bytes that are
//! there, then the checksum, then every number against what a filter can have. A filter is never
//! allocated larger than the bytes that it is read from.

use crate::BloomError;

const MAGIC: [u8; 6] = *b"bloom\0";
const VERSION: u8 = 1;
const CHECKSUM: std::ops::Range<usize> = 8..12;
/// Where the body begins.
pub(crate) const HEADER: usize = 64;

/// What is in the bytes; the numbers are part of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Classic = 1,
    Blocked = 2,
    Counting = 3,
    Scalable = 4,
    BinaryFuse = 5,
}

/// What a filter says of itself, before its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) hashes: u32,
    pub(crate) seed: u64,
    pub(crate) params: [u64; 4],
}

/// A filter's bytes; `write_body` appends the body's `body_len` bytes.
pub(crate) fn seal(
    kind: Kind,
    header: Header,
    body_len: usize,
    write_body: impl FnOnce(&mut Vec<u8>),
) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + body_len);
    bytes.extend(MAGIC);
    bytes.extend([VERSION, kind as u8]);
    bytes.extend([0; 4]);
    bytes.extend(header.hashes.to_le_bytes());
    bytes.extend(header.seed.to_le_bytes());
    bytes.extend((body_len as u64).to_le_bytes());
    bytes.extend(header.params.iter().flat_map(|param| param.to_le_bytes()));
    write_body(&mut bytes);
    assert_eq!(
        bytes.len(),
        HEADER + body_len,
        "the body is as long as announced"
    );
    let checksum = checksum(&bytes);
    bytes[CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

/// The header and the body of a filter of this kind, after every check that all kinds share.
pub(crate) fn open(kind: Kind, bytes: &[u8]) -> Result<(Header, &[u8]), BloomError> {
    let opened = open_unverified(kind, bytes)?;
    let (expected, found) = (u32_at(bytes, CHECKSUM.start), checksum(bytes));
    if expected != found {
        return Err(BloomError::ChecksumMismatch { expected, found });
    }
    Ok(opened)
}

/// As [`open`], but without the checksum, for bytes that were opened before: does not look at the
/// body.
pub(crate) fn open_unverified(kind: Kind, bytes: &[u8]) -> Result<(Header, &[u8]), BloomError> {
    let got = bytes.len() as u64;
    if !MAGIC.starts_with(&bytes[..bytes.len().min(MAGIC.len())]) {
        return Err(BloomError::NotAFilter);
    }
    if bytes.len() < HEADER {
        let expected = HEADER as u64;
        return Err(BloomError::Truncated { expected, got });
    }
    if bytes[6] != VERSION {
        return Err(BloomError::UnsupportedVersion { version: bytes[6] });
    }
    if bytes[7] != kind as u8 {
        let (expected, found) = (kind as u8, bytes[7]);
        return Err(BloomError::WrongKind { expected, found });
    }
    let expected = u64_at(bytes, 24).saturating_add(HEADER as u64);
    if got < expected {
        return Err(BloomError::Truncated { expected, got });
    }
    if got > expected {
        return Err(BloomError::TrailingBytes { expected, got });
    }
    let header = Header {
        hashes: u32_at(bytes, 12),
        seed: u64_at(bytes, 16),
        params: std::array::from_fn(|index| u64_at(bytes, 32 + 8 * index)),
    };
    Ok((header, &bytes[HEADER..]))
}

/// The first of several filters whose bytes stand one after the other, as long as it says that it
/// is, and the bytes after it.
pub(crate) fn split_first(bytes: &[u8]) -> (&[u8], &[u8]) {
    let whole = || {
        let body_len = u64_at(bytes.get(..HEADER)?, 24);
        bytes.split_at_checked(usize::try_from(body_len).ok()?.checked_add(HEADER)?)
    };
    whole().unwrap_or((bytes, &[]))
}

fn checksum(bytes: &[u8]) -> u32 {
    let before = crc32c::crc32c(&bytes[..CHECKSUM.start]);
    crc32c::crc32c_append(before, &bytes[CHECKSUM.end..])
}

fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    let (word, _) = bytes[offset..]
        .split_first_chunk()
        .expect("inside the header");
    u32::from_le_bytes(*word)
}

fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    let (word, _) = bytes[offset..]
        .split_first_chunk()
        .expect("inside the header");
    u64::from_le_bytes(*word)
}
