use std::io;

use crate::device::Disk;

/// Bytes of the record.
pub const SIZE: usize = 4096;

/// Before the record: its version, and the checksum of version and record.
const HEADER: usize = 16;
/// From one copy to the next; no sector is in both.
const COPY: usize = SIZE + 512;

/// One record of 4 KiB on a disk that keeps little of what it is told.
///
/// Two copies are written in turn, each with a version and a checksum. While one is being written,
/// the other is whole and durable, so that whatever becomes of the write, one of the two can be
/// read. One sync is enough, as nothing has to reach the disk before something else. (InnoDB, which
/// writes pages in place, first writes them to a *doublewrite buffer*, for the same reason.)
///
/// The turn is taken only when the sync has succeeded. After one that failed, nothing is known
/// about the copy that was written, and it is the one to write again.
pub struct Record {
    disk: Disk,
    /// Of the last copy that is known to be durable.
    version: u64,
    /// Where it is: 0 or 1.
    copy: usize,
    record: Box<[u8; SIZE]>,
}

impl Record {
    /// Opens the disk, whatever has happened to it. An empty disk has a record of zeros.
    ///
    /// What is found may not be durable, and after a sync that failed no other sync makes it so. So
    /// it is written again, over itself, which cannot tear: each sector stays what it is. Were it
    /// not, the next write would go over the other copy, the only one that a crash leaves.
    pub fn open(disk: Disk) -> io::Result<Self> {
        let bytes = disk.bytes();
        let whole = (0..2).filter_map(|copy| Some((decode(bytes.get(copy * COPY..)?)?, copy)));
        let newest = whole.max_by_key(|((version, _), _)| *version);
        let ((version, record), copy) = newest.unwrap_or(((0, Box::new([0; SIZE])), 1));
        if version > 0 {
            disk.write_at(copy * COPY, &encode(version, &record))?;
            disk.sync()?;
        }
        Ok(Record {
            disk,
            version,
            copy,
            record,
        })
    }

    /// The record, as it was last written, or opened.
    pub fn read(&self) -> &[u8; SIZE] {
        &self.record
    }

    /// Writes the record. When this returns `Ok`, it is durable.
    pub fn write(&mut self, record: &[u8; SIZE]) -> io::Result<()> {
        let (version, copy) = (self.version + 1, 1 - self.copy);
        let bytes = encode(version, record);
        self.disk.write_at(copy * COPY, &bytes)?;
        self.disk.sync()?;
        (self.version, self.copy) = (version, copy);
        *self.record = *record;
        Ok(())
    }
}

fn encode(version: u64, record: &[u8; SIZE]) -> Vec<u8> {
    let body = [version.to_le_bytes().as_slice(), record].concat();
    [checksum(&body).to_le_bytes().as_slice(), &body].concat()
}

/// The copy that begins here, if it is whole.
fn decode(bytes: &[u8]) -> Option<(u64, Box<[u8; SIZE]>)> {
    let (sum, body) = bytes.get(..HEADER + SIZE)?.split_first_chunk()?;
    let (version, record) = body.split_first_chunk()?;
    let is_whole = checksum(body) == u64::from_le_bytes(*sum);
    is_whole.then_some(())?;
    Some((
        u64::from_le_bytes(*version),
        Box::new(record.try_into().ok()?),
    ))
}

/// FNV-1a. (A real store takes a CRC, which finds every damage to up to 32 bits in a row.)
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
