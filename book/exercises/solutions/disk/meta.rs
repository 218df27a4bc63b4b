/// Bytes of a meta page: all that matters of it.
pub const SIZE: usize = 24;

/// What a meta page says. There are two, number 0 and 1; a commit writes one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Number of the commit; 1 is the first.
    pub transaction: u64,
    /// Number of the page where its tree begins.
    pub root: u64,
}

/// Why no meta page can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Both are all zeros: nothing was ever committed.
    Empty,
    /// Neither is whole, and at least one was written.
    Damaged,
    /// Both are whole, have the same number, and disagree: two programs wrote at once, or somebody
    /// copied half a file. To take either would lose what the other one says.
    Ambiguous,
}

impl Meta {
    /// What is written: transaction and root, little-endian, and eight bytes of checksum.
    pub fn to_bytes(self) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        bytes[..8].copy_from_slice(&self.transaction.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.root.to_le_bytes());
        let sum = checksum(&bytes[..16]);
        bytes[16..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// The meta that these bytes say, if they are whole: if it would be written as they are.
    pub fn from_bytes(bytes: &[u8; SIZE]) -> Option<Self> {
        let (numbers, _) = bytes.as_chunks();
        let meta = Meta {
            transaction: u64::from_le_bytes(numbers[0]),
            root: u64::from_le_bytes(numbers[1]),
        };
        (meta.to_bytes() == *bytes).then_some(meta)
    }
}

/// The page to believe, and what it says: the newer of those that are whole.
///
/// A number is believed only after the checksum has been: a torn write may have written just that.
/// BoltDB does so, with this very checksum (`meta.validate`); LMDB has none, and trusts the disk to
/// write a sector whole.
pub fn choose(pages: &[[u8; SIZE]; 2]) -> Result<(usize, Meta), Unreadable> {
    match pages.each_ref().map(Meta::from_bytes) {
        [Some(a), Some(b)] if a.transaction > b.transaction => Ok((0, a)),
        [Some(a), Some(b)] if a.transaction == b.transaction && a != b => {
            Err(Unreadable::Ambiguous)
        }
        [_, Some(b)] => Ok((1, b)),
        [Some(a), None] => Ok((0, a)),
        [None, None] if pages.as_flattened().iter().all(|byte| *byte == 0) => {
            Err(Unreadable::Empty)
        }
        [None, None] => Err(Unreadable::Damaged),
    }
}

/// The page to which the next commit is to be written: the one that is not believed.
pub fn next(pages: &[[u8; SIZE]; 2]) -> Result<usize, Unreadable> {
    match choose(pages) {
        Ok((believed, _)) => Ok(1 - believed),
        Err(Unreadable::Empty) => Ok(0),
        Err(error) => Err(error),
    }
}

/// FNV-1a. (A real store takes a CRC, which finds every damage to up to 32 bits in a row.)
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
