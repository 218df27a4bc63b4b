//! Writing a table, front to back, in one go.
//!
//! Nothing is known in advance: neither how many entries there will be, nor which. So blocks are
//! written as they fill, and what leads to them comes behind them. The filter needs the number of
//! keys, so that their hashes are gathered, 8 bytes each, until the end.
//!
//! The writer learns what separates two blocks only when the second begins; the index entry of a
//! block is therefore written one entry late.

use std::io::Write;

use bloom::BlockedBloomFilter;

use super::block::BlockBuilder;
use super::format::{Compression, Footer, Handle, seal_block};
use super::properties::Properties;
use crate::key::{self, Kind, MAX_SEQUENCE, Sequence};
use crate::{LsmError, Result};

/// The seed of the hash of user keys in filters.
pub(super) const FILTER_SEED: u64 = 0;

/// How a table is written. A reader needs none of this.
#[derive(Clone, Debug)]
pub struct TableOptions {
    /// Bytes after which a data block ends, before compression: what a look-up reads at least.
    pub block_size: usize,
    /// Entries from one restart point to the next, at least 1: more are smaller, and slower.
    pub restart_interval: usize,
    /// Compression of data blocks and properties.
    pub compression: Compression,
    /// Bits of the filter for each user key; 0 writes none. With 10, one look-up in a hundred of a
    /// key that is not there reads a block in vain.
    pub filter_bits_per_key: u32,
}

impl Default for TableOptions {
    fn default() -> Self {
        TableOptions {
            block_size: 4096,
            restart_interval: 16,
            compression: Compression::Lz4,
            filter_bits_per_key: 10,
        }
    }
}

/// A table that is complete, but not durable yet: that is the sink's.
#[derive(Clone, Debug)]
pub struct Written<W> {
    /// What the table was written to.
    pub sink: W,
    /// What the table says about itself.
    pub properties: Properties,
    /// Bytes of the table.
    pub file_len: u64,
}

/// Writes a table.
///
/// ```
/// use std::sync::Arc;
/// use lsm::key::{self, Kind};
/// use lsm::table::{NoCache, Table, TableBuilder, TableOptions};
///
/// let mut builder = TableBuilder::new(TableOptions::default(), Vec::new());
/// for (user_key, value) in [("apple", "3"), ("pear", "5")] {
///     let mut internal_key = Vec::new();
///     key::encode(&mut internal_key, user_key.as_bytes(), 1, Kind::Put);
///     builder.add(&internal_key, value.as_bytes())?;
/// }
/// let bytes = builder.finish()?.sink;
///
/// let table = Table::open(Arc::new(bytes), 1, Arc::new(NoCache))?;
/// assert_eq!(&*table.get(b"pear", 1)?.unwrap().value, b"5");
/// assert!(table.get(b"fig", 1)?.is_none());
/// # Ok::<(), lsm::LsmError>(())
/// ```
#[derive(Debug)]
pub struct TableBuilder<W> {
    options: TableOptions,
    sink: W,
    /// Bytes that were written.
    offset: u64,
    data: BlockBuilder,
    index: BlockBuilder,
    /// The data block that was written last, of which the index does not know yet.
    pending: Option<Handle>,
    last_key: Vec<u8>,
    hashes: Vec<u64>,
    /// Internal keys and ends of range tombstones.
    tombstones: Vec<(Vec<u8>, Vec<u8>)>,
    properties: Properties,
    /// Memory of blocks that are being sealed.
    buffer: Vec<u8>,
}

impl<W: Write> TableBuilder<W> {
    /// A table without entries, that will be written to `sink`. The sink should buffer nothing: it
    /// is given whole blocks.
    pub fn new(options: TableOptions, sink: W) -> Self {
        TableBuilder {
            sink,
            offset: 0,
            data: BlockBuilder::new(options.restart_interval.max(1)),
            // Every separator is a restart point: the search ends where the binary search does.
            index: BlockBuilder::new(1),
            pending: None,
            last_key: Vec::new(),
            hashes: Vec::new(),
            tombstones: Vec::new(),
            properties: Properties {
                min_sequence: MAX_SEQUENCE,
                ..Properties::default()
            },
            buffer: Vec::new(),
            options,
        }
    }

    // ANCHOR: add
    /// Adds an entry, whose internal key must be greater than all before.
    ///
    /// # Errors
    ///
    /// [`LsmError::NotSorted`] if it is not, or is no internal key; and those of the sink. After an
    /// error, the table can only be dropped.
    pub fn add(&mut self, internal_key: &[u8], value: &[u8]) -> Result<()> {
        let version = key::parse(internal_key).ok_or(LsmError::NotSorted)?;
        let is_first = self.properties.entries == 0;
        if !is_first && key::compare(&self.last_key, internal_key).is_ge() {
            return Err(LsmError::NotSorted);
        }
        self.index_pending(Some(internal_key));
        if is_first || version.user_key != key::user_key(&self.last_key) {
            self.hash(version.user_key);
        }
        self.count(version, internal_key, value);
        self.data.add(internal_key, value);
        self.last_key.clear();
        self.last_key.extend_from_slice(internal_key);
        if self.data.len() >= self.options.block_size {
            self.end_block()?;
        }
        Ok(())
    }
    // ANCHOR_END: add

    /// Adds a tombstone for all keys from `start` to `end`, exclusive, that are older than
    /// `sequence`. They come in any order. An empty range is left out.
    pub fn add_range_tombstone(&mut self, start: &[u8], end: &[u8], sequence: Sequence) {
        if start < end {
            let mut internal_key = Vec::with_capacity(start.len() + key::TRAILER);
            key::encode(&mut internal_key, start, sequence, Kind::DeleteRange);
            self.tombstones.push((internal_key, end.to_vec()));
            self.properties.range_deletions += 1;
            self.bound_sequences(sequence);
        }
    }

    /// Bytes that the table has so far, about; filter and index come to it.
    pub fn estimated_len(&self) -> u64 {
        self.offset + self.data.len() as u64
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.properties.entries == 0 && self.tombstones.is_empty()
    }

    // ANCHOR: finish
    /// Writes what is left, and gives the sink back. Nothing is durable yet.
    ///
    /// # Errors
    ///
    /// Those of the sink.
    pub fn finish(mut self) -> Result<Written<W>> {
        self.end_block()?;
        self.index_pending(None);
        let filter = self.filter();
        let mut footer = Footer::default();
        if let Some(filter) = filter {
            footer.filter = self.write_block(&filter, Compression::None)?;
        }
        if !self.tombstones.is_empty() {
            let tombstones = self.tombstone_block();
            footer.tombstones = self.write_block(&tombstones, Compression::None)?;
        }
        self.bound_keys();
        let properties = self.properties.to_bytes();
        footer.properties = self.write_block(&properties, self.options.compression)?;
        let index = self.index.finish().to_vec();
        footer.index = self.write_block(&index, Compression::None)?;
        let footer = footer.to_bytes();
        self.sink.write_all(&footer)?;
        self.sink.flush()?;
        Ok(Written {
            sink: self.sink,
            properties: self.properties,
            file_len: self.offset + footer.len() as u64,
        })
    }
    // ANCHOR_END: finish

    /// Writes the data block, if it has entries.
    fn end_block(&mut self) -> Result<()> {
        if self.data.is_empty() {
            return Ok(());
        }
        let handle = write_block(
            &mut self.sink,
            &mut self.offset,
            &mut self.buffer,
            self.data.finish(),
            self.options.compression,
        )?;
        self.data.clear();
        self.pending = Some(handle);
        self.properties.data_blocks += 1;
        self.properties.data_bytes = self.offset;
        Ok(())
    }

    /// Tells the index of the last data block, now that it is known which key comes `next`.
    fn index_pending(&mut self, next: Option<&[u8]>) {
        let Some(handle) = self.pending.take() else {
            return;
        };
        let mut separator = Vec::with_capacity(self.last_key.len());
        match next {
            Some(next) => key::push_separator(&mut separator, &self.last_key, next),
            None => separator.extend_from_slice(&self.last_key),
        }
        self.index.add(&separator, &handle.to_bytes());
    }

    fn hash(&mut self, user_key: &[u8]) {
        if self.options.filter_bits_per_key > 0 {
            self.hashes.push(bloom::hash_bytes(user_key, FILTER_SEED));
        }
    }

    /// The filter's bytes; `None` if there are no keys, or more than any filter holds.
    fn filter(&self) -> Option<Vec<u8>> {
        let bits = self.hashes.len() * self.options.filter_bits_per_key as usize;
        let mut filter = BlockedBloomFilter::with_bits(bits).ok()?;
        for hash in &self.hashes {
            filter.insert_hash(*hash);
        }
        Some(filter.to_bytes())
    }

    fn tombstone_block(&mut self) -> Vec<u8> {
        self.tombstones.sort_by(|(a, _), (b, _)| key::compare(a, b));
        self.tombstones.dedup();
        let mut block = BlockBuilder::new(1);
        for (internal_key, end) in &self.tombstones {
            block.add(internal_key, end);
        }
        block.finish().to_vec()
    }

    fn write_block(&mut self, payload: &[u8], compression: Compression) -> Result<Handle> {
        let (offset, buffer) = (&mut self.offset, &mut self.buffer);
        write_block(&mut self.sink, offset, buffer, payload, compression)
    }

    fn count(&mut self, version: key::ParsedKey<'_>, internal_key: &[u8], value: &[u8]) {
        let properties = &mut self.properties;
        if properties.entries == 0 {
            properties.smallest = internal_key.to_vec();
        }
        properties.entries += 1;
        properties.deletions += u64::from(version.kind == Kind::Delete);
        properties.key_bytes += internal_key.len() as u64;
        properties.value_bytes += value.len() as u64;
        self.bound_sequences(version.sequence);
    }

    fn bound_sequences(&mut self, sequence: Sequence) {
        let properties = &mut self.properties;
        properties.min_sequence = properties.min_sequence.min(sequence);
        properties.max_sequence = properties.max_sequence.max(sequence);
    }

    /// The least and greatest keys, those of range tombstones included.
    fn bound_keys(&mut self) {
        let properties = &mut self.properties;
        properties.largest = std::mem::take(&mut self.last_key);
        let mut is_empty = properties.entries == 0;
        for (start, end) in &self.tombstones {
            let mut before_end = Vec::with_capacity(end.len() + key::TRAILER);
            key::encode_seek(&mut before_end, end, MAX_SEQUENCE);
            if is_empty || key::compare(start, &properties.smallest).is_lt() {
                properties.smallest.clone_from(start);
            }
            if is_empty || key::compare(&before_end, &properties.largest).is_gt() {
                properties.largest = before_end;
            }
            is_empty = false;
        }
        if is_empty {
            properties.min_sequence = 0;
        }
    }
}

/// Writes a block to `sink` at `offset`, and moves that behind it.
fn write_block(
    sink: &mut impl Write,
    offset: &mut u64,
    buffer: &mut Vec<u8>,
    payload: &[u8],
    compression: Compression,
) -> Result<Handle> {
    buffer.clear();
    let len = seal_block(buffer, payload, compression);
    let handle = Handle {
        offset: *offset,
        len,
    };
    sink.write_all(buffer)?;
    *offset += buffer.len() as u64;
    Ok(handle)
}
