/// Before each record: its checksum, and its length in bytes; little-endian.
pub const HEADER: usize = 8;

/// Appends a record in its frame to `log`.
///
/// The checksum stands first. What must it cover?
pub fn append(log: &mut Vec<u8>, record: &[u8]) {
    todo!("what if the length is what is damaged?")
}

/// What is found in a log.
#[derive(Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The records, from the first on, up to the first frame that is not whole.
    pub records: Vec<&'a [u8]>,
    /// Where the last of them ends: there the log is to be cut.
    pub end: usize,
}

/// Reads a log whose end a crash may have torn: any bytes may follow the last whole frame, and
/// there may be zeros, as the file was made longer than it needs to be.
///
/// Never panics, whatever the bytes are, and takes no more memory than they do.
pub fn read(log: &[u8]) -> Found<'_> {
    todo!("are eight zeros a frame? what if a length says four gigabytes?")
}

/// FNV-1a, of four bytes. (A real log takes a CRC.)
pub fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}
