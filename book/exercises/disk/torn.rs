use std::io;

use crate::device::Disk;

/// Bytes of the record.
pub const SIZE: usize = 4096;

/// One record of 4 KiB on a disk that keeps little of what it is told.
///
/// A write is durable after a `sync` that succeeded. If the power fails before, every *sector* of
/// 512 bytes that was written is old or new, each for itself: so a record written over the one
/// before may be half of either. If a `sync` fails, some sectors may have been written, others not,
/// and nobody will try again.
///
/// Yet the record shall be the old one or the new one, as a whole. [`Disk`] is in the test, has
/// room for a few copies, and can `write_at`, `sync`, and give all its `bytes`. Do as the meta pages
/// of the chapter do, or find something better.
pub struct Record {
    disk: Disk,
    // What must be known to write the next one?
}

impl Record {
    /// Opens the disk, whatever has happened to it. An empty disk has a record of zeros.
    ///
    /// There need not have been a power failure: a program may have ended after an error, and this
    /// one sees what that one wrote, durable or not. What it found is durable when this returns.
    pub fn open(disk: Disk) -> io::Result<Self> {
        todo!("which of the copies are whole? which is the newest of these?")
    }

    /// The record, as it was last written, or opened.
    pub fn read(&self) -> &[u8; SIZE] {
        todo!("from the disk, or from memory?")
    }

    /// Writes the record. When this returns `Ok`, it is durable.
    ///
    /// When it returns an error, the record is the old one or the new one, and may be written
    /// again, to the same disk, as if nothing had happened.
    pub fn write(&mut self, record: &[u8; SIZE]) -> io::Result<()> {
        todo!("which copy must not be touched? and after an error?")
    }
}

/// FNV-1a. (A real store takes a CRC, which finds every damage to up to 32 bits in a row.)
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
