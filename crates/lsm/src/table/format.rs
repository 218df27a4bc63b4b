//! How blocks lie in the file, and the footer that leads to them.
//!
//! # A block
//!
// ANCHOR: block_layout
//! | offset | bytes | |
//! |---|---|---|
//! | 0 | n | what the block holds, maybe compressed |
//! | n | 1 | compression: 0 none, 1 LZ4 |
//! | n + 1 | 4 | CRC-32C of the n + 1 bytes before |
// ANCHOR_END: block_layout
//!
//! What is compressed by LZ4 begins with its length before compression, 4 bytes. Blocks that LZ4
//! would shorten by less than an eighth are stored as they are: reading them is then free.
//!
//! # The footer
//!
// ANCHOR: footer_layout
//! | offset | bytes | |
//! |---|---|---|
//! | 0 | 12 | place of the index: offset (8), n (4) |
//! | 12 | 12 | place of the properties |
//! | 24 | 12 | place of the filter; zeros if there is none |
//! | 36 | 12 | place of the range tombstones; zeros if there are none |
//! | 48 | 4 | version of the format: 1 |
//! | 52 | 4 | CRC-32C of bytes 0 to 52 |
//! | 56 | 8 | magic: `ssTable\n` |
// ANCHOR_END: footer_layout
//!
//! All numbers are little-endian.

use std::sync::Arc;

use super::cache::BlockId;
use super::source::ReadAt;
use crate::codec::Input;
use crate::{LsmError, Result};

/// The last bytes of every table.
pub(super) const MAGIC: [u8; 8] = *b"ssTable\n";
/// The version of the format.
pub(super) const VERSION: u32 = 1;
/// Bytes of the footer.
pub(super) const FOOTER: usize = 64;
/// Bytes behind what a block holds.
pub(super) const BLOCK_TRAILER: usize = 5;

/// How a table's blocks are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// By LZ4: text and records to a half or a third, at a gigabyte a second.
    #[default]
    Lz4,
}

/// The place of a block in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Handle {
    pub offset: u64,
    /// Bytes, without the block's trailer.
    pub len: u32,
}

impl Handle {
    /// Bytes of a handle.
    pub const BYTES: usize = 12;

    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..8].copy_from_slice(&self.offset.to_le_bytes());
        bytes[8..].copy_from_slice(&self.len.to_le_bytes());
        bytes
    }

    pub fn read(input: &mut Input<'_>) -> Option<Self> {
        Some(Handle {
            offset: input.u64()?,
            len: input.u32()?,
        })
    }

    /// Whether there is such a block.
    pub fn exists(self) -> bool {
        self.len != 0
    }

    /// The first byte behind the block and its trailer.
    fn end(self) -> Option<u64> {
        self.offset
            .checked_add(u64::from(self.len) + BLOCK_TRAILER as u64)
    }
}

/// What a table ends with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Footer {
    pub index: Handle,
    pub properties: Handle,
    pub filter: Handle,
    pub tombstones: Handle,
}

impl Footer {
    pub fn to_bytes(self) -> Vec<u8> {
        let handles = [self.index, self.properties, self.filter, self.tombstones];
        let mut bytes: Vec<u8> = handles.into_iter().flat_map(Handle::to_bytes).collect();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        let crc = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes.extend_from_slice(&MAGIC);
        bytes
    }

    /// The footer that these bytes at `offset` are.
    fn parse(bytes: &[u8; FOOTER], table: u64, offset: u64) -> Result<Self> {
        let corrupt = |what| BlockId { table, offset }.corrupt(what);
        if bytes[56..] != MAGIC {
            return Err(LsmError::NotATable { table });
        }
        let mut input = Input(bytes);
        let mut handle = || Handle::read(&mut input);
        let handles = [handle(), handle(), handle(), handle()];
        let (version, crc) = (input.u32(), input.u32());
        if crc != Some(crc32c::crc32c(&bytes[..52])) {
            return Err(corrupt("the footer's checksum is wrong"));
        }
        if let Some(found) = version.filter(|version| *version != VERSION) {
            return Err(LsmError::TableVersion { table, found });
        }
        match handles {
            [
                Some(index),
                Some(properties),
                Some(filter),
                Some(tombstones),
            ] => Ok(Footer {
                index,
                properties,
                filter,
                tombstones,
            }),
            _ => Err(corrupt("the footer is too short")),
        }
    }
}

// ANCHOR: seal
/// Appends the block that holds `payload` to `out`; returns its length without the trailer.
pub(super) fn seal_block(out: &mut Vec<u8>, payload: &[u8], compression: Compression) -> u32 {
    let start = out.len();
    let kind = match compression {
        Compression::Lz4 => compress(out, payload),
        Compression::None => Compression::None,
    };
    if kind == Compression::None {
        out.truncate(start);
        out.extend_from_slice(payload);
    }
    let len = out.len() - start;
    out.push(kind as u8);
    let crc = crc32c::crc32c(&out[start..]);
    out.extend_from_slice(&crc.to_le_bytes());
    len as u32
}
// ANCHOR_END: seal

/// Appends `payload` compressed, and says whether it was worth it.
fn compress(out: &mut Vec<u8>, payload: &[u8]) -> Compression {
    let start = out.len() + 4;
    let most = lz4_flex::block::get_maximum_output_size(payload.len());
    out.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    out.resize(start + most, 0);
    match lz4_flex::block::compress_into(payload, &mut out[start..]) {
        Ok(len) if len + 4 < payload.len() - payload.len() / 8 => {
            out.truncate(start + len);
            Compression::Lz4
        }
        _ => Compression::None,
    }
}

/// A table's file, of which blocks are read.
pub(super) struct BlockFile {
    source: Arc<dyn ReadAt>,
    table: u64,
    len: u64,
}

impl BlockFile {
    pub fn new(source: Arc<dyn ReadAt>, table: u64) -> Result<Self> {
        let len = source.len()?;
        Ok(BlockFile { source, table, len })
    }

    pub fn table(&self) -> u64 {
        self.table
    }

    pub fn len(&self) -> u64 {
        self.len
    }

    pub fn id(&self, handle: Handle) -> BlockId {
        BlockId {
            table: self.table,
            offset: handle.offset,
        }
    }

    pub fn footer(&self) -> Result<Footer> {
        let table = self.table;
        let Some(offset) = self.len.checked_sub(FOOTER as u64) else {
            return Err(LsmError::NotATable { table });
        };
        let mut bytes = [0; FOOTER];
        self.source.read_exact_at(offset, &mut bytes)?;
        Footer::parse(&bytes, table, offset)
    }

    // ANCHOR: read
    /// Reads what a block holds: verified, and decompressed.
    pub fn read(&self, handle: Handle) -> Result<Arc<[u8]>> {
        let corrupt = |what| self.id(handle).corrupt(what);
        if handle.end().is_none_or(|end| end > self.len) {
            return Err(corrupt("it goes on behind the end of the file"));
        }
        let mut bytes = vec![0; handle.len as usize + BLOCK_TRAILER];
        self.source.read_exact_at(handle.offset, &mut bytes)?;
        open_block(&bytes).map_err(corrupt)
    }
    // ANCHOR_END: read
}

// ANCHOR: open
/// What the block holds, or what is wrong with it.
fn open_block(bytes: &[u8]) -> Result<Arc<[u8]>, &'static str> {
    let (body, crc) = bytes.split_last_chunk().ok_or("it is too short")?;
    if crc32c::crc32c(body) != u32::from_le_bytes(*crc) {
        return Err("its checksum is wrong");
    }
    let (kind, payload) = body.split_last().ok_or("it is too short")?;
    match kind {
        0 => Ok(Arc::from(payload)),
        1 => decompress(payload).ok_or("it cannot be decompressed"),
        _ => Err("its compression is unknown"),
    }
}
// ANCHOR_END: open

fn decompress(payload: &[u8]) -> Option<Arc<[u8]>> {
    let (len, compressed) = payload.split_first_chunk()?;
    let len = u32::from_le_bytes(*len) as usize;
    // LZ4 makes at most 255 bytes of one: no number that was made up can ask for more memory.
    if len > compressed.len().saturating_mul(255) {
        return None;
    }
    let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, len).collect();
    let memory = Arc::get_mut(&mut bytes)?;
    let written = lz4_flex::block::decompress_into(compressed, memory).ok()?;
    (written == len).then_some(bytes)
}
