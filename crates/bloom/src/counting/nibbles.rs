//! Counters of four bits, two in a byte, that stop at fifteen.
//!
//! ```text
//!   byte        0         1         2
//!            ┌────┬────┬────┬────┬────┬────┐
//!            │ #1 │ #0 │ #3 │ #2 │ #5 │ #4 │      the even counter in the low half
//!            └────┴────┴────┴────┴────┴────┘
//! ```
//!
//! # Invariants
//!
//! - A counter that has reached fifteen stays there: how much more it was to count is not known,
//!   so to count down from it would be a guess.
//! - If the number of counters is odd, the last half byte is zero.

/// A counter that has stopped.
pub(super) const FULL: u8 = 15;

/// An array of counters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Nibbles {
    bytes: Box<[u8]>,
    len: u64,
}

impl Nibbles {
    /// `len` counters at zero.
    pub(super) fn new(len: u64) -> Self {
        let bytes = vec![0; len.div_ceil(2) as usize].into_boxed_slice();
        Nibbles { bytes, len }
    }

    /// The counters that are in these bytes, or `None` if the bytes are not those of `len` counters.
    pub(super) fn from_bytes(bytes: &[u8], len: u64) -> Option<Self> {
        let padding = match len % 2 {
            1 => bytes.last()? >> 4,
            _ => 0,
        };
        let valid = bytes.len() as u64 == len.div_ceil(2) && padding == 0;
        valid.then(|| Nibbles {
            bytes: bytes.into(),
            len,
        })
    }

    /// As [`from_bytes`](Self::from_bytes) takes them.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    // ANCHOR: nibbles
    #[inline]
    pub(super) fn get(&self, index: u64) -> u8 {
        self.bytes[(index / 2) as usize] >> Self::shift(index) & FULL
    }

    /// Counts up, unless full.
    #[inline]
    pub(super) fn increment(&mut self, index: u64) {
        let up = u8::from(self.get(index) != FULL);
        self.bytes[(index / 2) as usize] += up << Self::shift(index);
    }

    /// Counts down, unless full or zero.
    #[inline]
    pub(super) fn decrement(&mut self, index: u64) {
        let down = u8::from(!matches!(self.get(index), 0 | FULL));
        self.bytes[(index / 2) as usize] -= down << Self::shift(index);
    }

    /// Bits below the counter in its byte.
    #[inline]
    fn shift(index: u64) -> u32 {
        4 * (index % 2) as u32
    }
    // ANCHOR_END: nibbles

    /// All of them, from the first.
    pub(super) fn iter(&self) -> impl Iterator<Item = u8> {
        (0..self.len).map(|index| self.get(index))
    }

    /// Sets all to zero.
    pub(super) fn clear(&mut self) {
        self.bytes.fill(0);
    }
}
