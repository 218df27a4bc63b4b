//! What a slot holds.

use std::fmt::Debug;
use std::ops::BitXor;

/// A fingerprint: `u8` or `u16`.
///
/// Its width `w` is the false positive rate, 2⁻ʷ. The trait is sealed.
pub trait Fingerprint:
    Copy + Debug + Default + Eq + BitXor<Output = Self> + sealed::Sealed + 'static
{
    /// Its width.
    const BITS: u32;

    /// The fingerprint of a mixed hash.
    #[doc(hidden)]
    fn of(hash: u64) -> Self;

    /// The fingerprint in a slot of a table in bytes, little-endian.
    #[doc(hidden)]
    fn read(table: &[u8], slot: usize) -> Self;

    /// Appends it to a table in bytes, little-endian.
    #[doc(hidden)]
    fn write(self, table: &mut Vec<u8>);
}

impl Fingerprint for u8 {
    const BITS: u32 = 8;

    #[inline]
    fn of(hash: u64) -> Self {
        (hash ^ (hash >> 32)) as u8
    }

    #[inline]
    fn read(table: &[u8], slot: usize) -> Self {
        table[slot]
    }

    fn write(self, table: &mut Vec<u8>) {
        table.push(self);
    }
}

impl Fingerprint for u16 {
    const BITS: u32 = 16;

    #[inline]
    fn of(hash: u64) -> Self {
        (hash ^ (hash >> 32)) as u16
    }

    #[inline]
    fn read(table: &[u8], slot: usize) -> Self {
        u16::from_le_bytes([table[2 * slot], table[2 * slot + 1]])
    }

    fn write(self, table: &mut Vec<u8>) {
        table.extend_from_slice(&self.to_le_bytes());
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for u16 {}
}
