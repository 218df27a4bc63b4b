//! The bytes of a histogram: HdrHistogram's V2 format, which its libraries in Java, C, Go, Python
//! and Rust read and write.
//!
//! # The format
//!
//! A header of 40 bytes, big-endian, then the counts up to the last that is not 0:
//!
//! | offset | width | what |
//! |---|---|---|
//! | 0 | 4 | `1C 84 93 13`, a cookie |
//! | 4 | 4 | bytes of payload that follow the header |
//! | 8 | 4 | normalising offset: 0, others are not supported |
//! | 12 | 4 | significant figures |
//! | 16 | 8 | lowest discernible value |
//! | 24 | 8 | highest trackable value |
//! | 32 | 8 | ratio of integers to doubles, a double: 1.0, others are not supported |
//! | 40 | … | payload |
//!
//! The payload is a sequence of signed integers: a positive one or 0 is the count of the next
//! cell, a negative one is the number of cells to leave at 0. They are written in *zig-zag*
//! (0, −1, 1, −2 are 0, 1, 2, 3, so that what is near 0 is small) and then in groups of seven
//! bits, the lowest first, each with its top bit set if another follows; a ninth byte has all its
//! eight bits. A histogram of a few thousand latencies takes some hundred bytes.
//!
//! # Invariants
//!
//! * Bytes are read twice: once to see that all is well and how many cells they reach, and only
//!   then is memory taken, once and as much. A run of zeros is short to write, however, and four
//!   bytes may reach a cell far up: [`Histogram::deserialize_within`] bounds what a stranger's
//!   bytes may cost.

use crate::counts::Counts;
use crate::layout::Layout;
use crate::varint;
use crate::{Histogram, HistogramError};

const COOKIE: u32 = 0x1c84_9313;
const HEADER: usize = 40;

impl Histogram {
    /// The histogram in the V2 format, uncompressed.
    ///
    /// # Errors
    ///
    /// [`CountTooLarge`](HistogramError::CountTooLarge) if a cell counts more than `i64::MAX`,
    /// for which the format has no room.
    pub fn serialize(&self) -> Result<Vec<u8>, HistogramError> {
        let mut bytes = Vec::with_capacity(HEADER + 64);
        bytes.extend(COOKIE.to_be_bytes());
        bytes.extend([0; 8]);
        bytes.extend(u32::from(self.layout.figures()).to_be_bytes());
        bytes.extend(self.layout.low().to_be_bytes());
        bytes.extend(self.high.to_be_bytes());
        bytes.extend(1.0_f64.to_be_bytes());
        self.write_counts(&mut bytes)?;
        // Of at most 2^23 cells, each in nine bytes.
        let payload = (bytes.len() - HEADER) as u32;
        bytes[4..8].copy_from_slice(&payload.to_be_bytes());
        Ok(bytes)
    }

    // ANCHOR: write_counts
    fn write_counts(&self, bytes: &mut Vec<u8>) -> Result<(), HistogramError> {
        // Other libraries expect at least one cell.
        let end = self.occupied.cells().end.max(1);
        let mut index = 0;
        while index < end {
            let count = self.counts.get(index);
            let zeros = (index..end)
                .take_while(|&i| self.counts.get(i) == 0)
                .count();
            let number = match zeros {
                0 | 1 => i64::try_from(count).map_err(|_| HistogramError::CountTooLarge {
                    value: self.layout.value_of(index),
                    count,
                })?,
                _ => -(zeros as i64),
            };
            varint::write(bytes, varint::zig_zag(number));
            index += zeros.max(1);
        }
        Ok(())
    }
    // ANCHOR_END: write_counts

    /// Reads what [`serialize`](Self::serialize), or another HdrHistogram library, has written.
    /// The histogram does not grow, as theirs do not; see [`auto`](Self::auto).
    ///
    /// Nothing is allocated before all bytes have been checked. Up to 47 octaves of five figures,
    /// 24 MiB, can then be taken for a few bytes; see
    /// [`deserialize_within`](Self::deserialize_within).
    ///
    /// # Errors
    ///
    /// Those about bytes: [`NotAHistogram`](HistogramError::NotAHistogram),
    /// [`Unsupported`](HistogramError::Unsupported), [`Truncated`](HistogramError::Truncated),
    /// [`TooLong`](HistogramError::TooLong); and those of
    /// [`new_with_bounds`](Self::new_with_bounds) for the bounds in them.
    pub fn deserialize(bytes: &[u8]) -> Result<Self, HistogramError> {
        Self::deserialize_within(bytes, usize::MAX)
    }

    /// As [`deserialize`](Self::deserialize), but takes no more than so many bytes of memory for
    /// the cells.
    ///
    /// # Errors
    ///
    /// Also [`OverLimit`](HistogramError::OverLimit), if the cells would take more.
    pub fn deserialize_within(bytes: &[u8], limit: usize) -> Result<Self, HistogramError> {
        let (layout, high, payload) = read_header(bytes)?;
        let reach = check(payload, layout.cells_for(high))?;
        let per_cell = if reach.wide { 8 } else { 4 };
        let needed = reach.cells * per_cell;
        if needed > limit {
            return Err(HistogramError::OverLimit { needed, limit });
        }
        let mut histogram = Self::of(layout, high, Counts::new(reach.cells));
        for run in Runs::new(payload) {
            let (index, count) = run?;
            if count != 0 {
                histogram.counts.set(index, count);
            }
        }
        histogram.recount();
        Ok(histogram)
    }
}

/// The layout, the highest trackable value and the payload.
fn read_header(bytes: &[u8]) -> Result<(Layout, u64, &[u8]), HistogramError> {
    let (header, rest) = bytes
        .split_first_chunk::<HEADER>()
        .ok_or(HistogramError::Truncated {
            expected: HEADER,
            found: bytes.len(),
        })?;
    let word = |at: usize| u32::from_be_bytes([0, 1, 2, 3].map(|i| header[at + i]));
    let long = |at: usize| u64::from(word(at)) << 32 | u64::from(word(at + 4));

    if word(0) != COOKIE {
        return Err(HistogramError::NotAHistogram { cookie: word(0) });
    }
    if word(8) != 0 || f64::from_bits(long(32)) != 1.0 {
        return Err(HistogramError::Unsupported);
    }
    let figures = u8::try_from(word(12)).unwrap_or(u8::MAX);
    let layout = Layout::new(long(16), long(24), figures)?;
    let length = word(4) as usize;
    let payload = rest.get(..length).ok_or(HistogramError::Truncated {
        expected: HEADER.saturating_add(length),
        found: bytes.len(),
    })?;
    Ok((layout, long(24), payload))
}

/// What a payload asks for.
struct Reach {
    /// Cells up to the last that is not 0; at least one.
    cells: usize,
    /// Whether a count takes more than 32 bits.
    wide: bool,
}

/// Reads a payload without keeping it.
// ANCHOR: check
fn check(payload: &[u8], most: usize) -> Result<Reach, HistogramError> {
    let mut reach = Reach {
        cells: 1,
        wide: false,
    };
    for run in Runs::new(payload) {
        let (index, count) = run?;
        if count == 0 {
            continue;
        }
        if index >= most {
            return Err(HistogramError::TooLong { cells: most });
        }
        reach.cells = index + 1;
        reach.wide |= count > u64::from(u32::MAX);
    }
    Ok(reach)
}
// ANCHOR_END: check

/// The cells of a payload, with their counts.
struct Runs<'a> {
    payload: &'a [u8],
    index: usize,
}

impl<'a> Runs<'a> {
    fn new(payload: &'a [u8]) -> Self {
        Self { payload, index: 0 }
    }
}

impl Iterator for Runs<'_> {
    type Item = Result<(usize, u64), HistogramError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.payload.is_empty() {
            return None;
        }
        let Some((number, rest)) = varint::read(self.payload) else {
            self.payload = &[];
            return Some(Err(HistogramError::CutShort));
        };
        self.payload = rest;
        let number = varint::un_zig_zag(number);
        let index = self.index;
        let (cells, count) = match u64::try_from(number) {
            Ok(count) => (1, count),
            Err(_) => (
                usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX),
                0,
            ),
        };
        // Beyond every histogram, from where on there is no way back.
        self.index = index.saturating_add(cells);
        Some(Ok((index, count)))
    }
}
