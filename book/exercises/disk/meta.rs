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
        todo!("what must the checksum cover?")
    }

    /// The meta that these bytes say, if they are whole.
    pub fn from_bytes(bytes: &[u8; SIZE]) -> Option<Self> {
        todo!("are 24 zeros whole?")
    }
}

/// The page to believe, and what it says.
pub fn choose(pages: &[[u8; SIZE]; 2]) -> Result<(usize, Meta), Unreadable> {
    todo!("which are whole? which is the newer one? may either be taken if they are equal?")
}

/// The page to which the next commit is to be written, so that an interrupted write costs nothing
/// that was committed.
pub fn next(pages: &[[u8; SIZE]; 2]) -> Result<usize, Unreadable> {
    todo!("which page must not be touched? and if nothing was ever committed?")
}

/// FNV-1a. (A real store takes a CRC, which finds every damage to up to 32 bits in a row.)
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
