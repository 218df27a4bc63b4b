//! Numbers and strings as bytes: what all formats of this crate are made of.
//!
//! A *varint* is a number in as few bytes as it needs: seven bits a byte, the lowest first, and the
//! eighth bit says that more follow (LEB128, as in Protocol Buffers and LevelDB). Lengths are
//! nearly always less than 128, and then take one byte.
//!
//! ```text
//!    300 = 0b10_0101100   ──▶   1·0101100   0·0000010
//! ```
//!
//! Reading takes what it is given for damaged: every method of [`Input`] gives `None` where the
//! bytes end too early or say what cannot be, and none allocates.

/// Appends `number` as a varint.
#[inline]
pub(crate) fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends the length of `bytes` as a varint, and then `bytes`.
pub(crate) fn put_prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Bytes that are read from the front.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// The next `len` bytes.
    #[inline]
    pub(crate) fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    // ANCHOR: varint
    /// A varint of at most ten bytes.
    #[inline]
    pub(crate) fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return None; // the tenth byte has room for one bit
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
    // ANCHOR_END: varint

    /// A varint that is a length in memory.
    #[inline]
    pub(crate) fn length(&mut self) -> Option<usize> {
        usize::try_from(self.varint()?).ok()
    }

    /// Three lengths. Nearly always each of them is one byte.
    #[inline]
    pub(crate) fn three_lengths(&mut self) -> Option<[usize; 3]> {
        match self.0 {
            [a, b, c, rest @ ..] if (a | b | c) < 0x80 => {
                self.0 = rest;
                Some([*a, *b, *c].map(usize::from))
            }
            _ => Some([self.length()?, self.length()?, self.length()?]),
        }
    }

    /// What [`put_prefixed`] wrote.
    pub(crate) fn prefixed(&mut self) -> Option<&'a [u8]> {
        let len = self.length()?;
        self.bytes(len)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*bytes))
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_of_every_length_come_back() {
        let edges = (0..64).flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit]);
        for number in edges.chain([u64::MAX]) {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, number);
            assert_eq!(
                bytes.len(),
                (64 - number.leading_zeros()).div_ceil(7).max(1) as usize
            );
            let mut input = Input(&bytes);
            assert_eq!(input.varint(), Some(number));
            assert!(input.is_empty());
            assert_eq!(Input(&bytes[..bytes.len() - 1]).varint(), None);
        }
    }

    #[test]
    fn a_varint_of_more_than_64_bits_is_refused() {
        let mut bytes = [0xff; 10];
        bytes[9] = 0x02;
        assert_eq!(Input(&bytes).varint(), None);
        assert_eq!(Input(&[0x80; 20]).varint(), None);
    }
}
