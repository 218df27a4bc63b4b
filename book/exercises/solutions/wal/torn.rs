/// Before each record: its checksum, and its length in bytes; little-endian.
pub const HEADER: usize = 8;

/// Appends a record in its frame to `log`.
///
/// The checksum covers the length as well: a wrong length would have the checksum of other bytes
/// looked at, which may agree, and the next frame looked for where there is none.
pub fn append(log: &mut Vec<u8>, record: &[u8]) {
    let body = [&(record.len() as u32).to_le_bytes(), record].concat();
    log.extend_from_slice(&checksum(&body).to_le_bytes());
    log.extend_from_slice(&body);
}

/// What is found in a log.
#[derive(Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The records, from the first on, up to the first frame that is not whole.
    pub records: Vec<&'a [u8]>,
    /// Where the last of them ends: there the log is to be cut.
    pub end: usize,
}

/// Reads a log whose end a crash may have torn.
///
/// Zeros are no frame, as the checksum of four zeros is another number. (With a CRC that begins with
/// 0 it would be 0; CRC-32C begins with ones. The book's crate has a kind in each frame, and no kind
/// 0.)
pub fn read(log: &[u8]) -> Found<'_> {
    let (mut records, mut end) = (Vec::new(), 0);
    while let Some(record) = first(&log[end..]) {
        records.push(record);
        end += HEADER + record.len();
    }
    Found { records, end }
}

/// The record that begins here, if it is whole.
fn first(log: &[u8]) -> Option<&[u8]> {
    let (sum, body) = log.split_first_chunk()?;
    let (len, rest) = body.split_first_chunk()?;
    let record = rest.get(..u32::from_le_bytes(*len) as usize)?;
    let body = &body[..4 + record.len()];
    (checksum(body) == u32::from_le_bytes(*sum)).then_some(record)
}

/// FNV-1a, of four bytes. (A real log takes a CRC.)
pub fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}
