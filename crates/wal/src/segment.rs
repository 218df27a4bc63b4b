//! A segment: a file that holds a part of the log.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | magic number, `OneCWAL\n` |
//! | 8 | 4 | version, 1 |
//! | 12 | 4 | salt |
//! | 16 | 8 | the segment's number |
//! | 24 | 8 | LSN of its first record |
//! | 32 | 4 | CRC-32C of bytes 0 to 31 |
//! | 36 | | frames, see `frame.rs` |
//!
//! Numbers are little-endian. The file's name is the number in twenty digits, and `.wal`.
//!
//! A file of the full length is prepared under the name `.spare` and gets its real name when its
//! header is durable. So a `.wal` file without a good header is no accident of a crash, but damage.
//!
//! # Invariants
//!
//! - Segments are numbered without gaps, and so are the records in them.
//! - Every segment but the last ends with a seal, and was durable before the next one was made.
//! - A segment is written by one opening of the log only: the next one seals it, wherever it ends,
//!   and goes on in another. So nothing is ever written over bytes that may be frames of the same
//!   salt, which a crash could bring back behind new ones.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vfs::{File, FileSystem};

use crate::{Error, Options};

pub(crate) const HEADER: u64 = 36;
const MAGIC: &[u8; 8] = b"OneCWAL\n";
const VERSION: u32 = 1;

/// A segment and its open file. A reader that holds one keeps the file from being recycled.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) number: u64,
    pub(crate) salt: u32,
    /// LSN of the first record that it has, or would have.
    pub(crate) first: u64,
    pub(crate) file: Arc<dyn File>,
}

pub(crate) fn path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:020}.wal"))
}

pub(crate) fn spare_path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:020}.spare"))
}

/// The number in the name of a file that ends with `suffix`.
pub(crate) fn number_of(name: &str, suffix: &str) -> Option<u64> {
    let digits = name.strip_suffix(suffix)?;
    let ours = digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit());
    ours.then(|| digits.parse().ok())?
}

impl Segment {
    // ANCHOR: recycle
    /// Makes a segment of a file, which may have been one before: `size` bytes long, with a header.
    /// `at` is its number, and the LSN of its first record. It is no part of the log yet.
    pub(crate) fn prepare(
        file: Arc<dyn File>,
        at: (u64, u64),
        options: &Options,
    ) -> io::Result<Self> {
        let ((number, first), size) = (at, options.segment_size);
        let len = file.len()?;
        if options.sync_zeros {
            file.allocate(size)?;
        } else if len < size {
            file.set_len(size)?;
        }
        // Old frames in the file are not valid under a new salt.
        let salt = RandomState::new().hash_one(number) as u32;
        file.write_at(0, &header(number, first, salt))?;
        file.sync_data()?;
        if !options.sync_zeros {
            reserve(&*file, len.max(HEADER)..size)?;
        }
        Ok(Self {
            number,
            salt,
            first,
            file,
        })
    }

    /// Gives the file at `spare` the name that makes it a part of the log.
    pub(crate) fn publish(&self, fs: &dyn FileSystem, dir: &Path, spare: &Path) -> io::Result<()> {
        fs.rename(spare, &path(dir, self.number))?;
        fs.sync_dir(dir)
    }
    // ANCHOR_END: recycle

    /// Opens the file of segment `number` and reads its header.
    pub(crate) fn open(fs: &dyn FileSystem, dir: &Path, number: u64) -> Result<Self, Error> {
        let file = fs.open(&path(dir, number))?;
        let mut bytes = [0; HEADER as usize];
        let read = file.read_at(0, &mut bytes)?;
        let corrupt = |what| Error::Corrupt {
            segment: number,
            offset: 0,
            what,
        };
        let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| bytes[at + i]));
        let long = |at: usize| u64::from(word(at)) | u64::from(word(at + 4)) << 32;
        if read < bytes.len() || bytes[..8] != *MAGIC {
            return Err(corrupt("it does not begin as a segment does"));
        }
        if word(8) != VERSION {
            let found = word(8);
            return Err(Error::Version {
                segment: number,
                found,
            });
        }
        if crc32c::crc32c(&bytes[..32]) != word(32) || long(24) == 0 {
            return Err(corrupt("the checksum of its header is wrong"));
        }
        if long(16) != number {
            return Err(corrupt("it is another segment than its name says"));
        }
        Ok(Self {
            number,
            salt: word(12),
            first: long(24),
            file,
        })
    }

    pub(crate) fn corrupt(&self, offset: u64, what: &'static str) -> Error {
        Error::Corrupt {
            segment: self.number,
            offset,
            what,
        }
    }
}

fn header(number: u64, first: u64, salt: u32) -> [u8; HEADER as usize] {
    let mut bytes = [0; HEADER as usize];
    bytes[..8].copy_from_slice(MAGIC);
    bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
    bytes[12..16].copy_from_slice(&salt.to_le_bytes());
    bytes[16..24].copy_from_slice(&number.to_le_bytes());
    bytes[24..32].copy_from_slice(&first.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..32]);
    bytes[32..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// Has the system set blocks aside for a part of a file that is a hole: a full disk is known now,
/// and not when a record is appended.
fn reserve(file: &dyn File, part: Range<u64>) -> io::Result<()> {
    static ZEROS: [u8; 64 << 10] = [0; 64 << 10];
    for at in part.clone().step_by(ZEROS.len()) {
        let step = (part.end - at).min(ZEROS.len() as u64);
        file.write_at(at, &ZEROS[..step as usize])?;
    }
    Ok(())
}
