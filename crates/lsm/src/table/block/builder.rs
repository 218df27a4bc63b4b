//! Writing a block.

use super::search::shared_prefix;
use crate::codec::put_varint;
use crate::key;

/// Writes a block.
#[derive(Debug)]
pub(in crate::table) struct BlockBuilder {
    bytes: Vec<u8>,
    restarts: Vec<u32>,
    /// Entries from one restart point to the next.
    interval: usize,
    /// Entries since the last restart point.
    since: usize,
    last_key: Vec<u8>,
}

impl BlockBuilder {
    pub fn new(interval: usize) -> Self {
        BlockBuilder {
            bytes: Vec::new(),
            restarts: Vec::new(),
            interval,
            since: 0,
            last_key: Vec::new(),
        }
    }

    // ANCHOR: add
    /// Adds an entry whose key is greater than all before.
    pub fn add(&mut self, key: &[u8], value: &[u8]) {
        let mut shared = 0;
        if self.restarts.is_empty() || self.since == self.interval {
            self.restarts.push(self.bytes.len() as u32);
            self.since = 0;
        } else {
            shared = shared_prefix(key::user_key(&self.last_key), key::user_key(key));
        }
        put_varint(&mut self.bytes, shared as u64);
        put_varint(&mut self.bytes, (key.len() - shared) as u64);
        put_varint(&mut self.bytes, value.len() as u64);
        self.bytes.extend_from_slice(&key[shared..]);
        self.bytes.extend_from_slice(value);
        self.last_key.truncate(shared);
        self.last_key.extend_from_slice(&key[shared..]);
        self.since += 1;
    }
    // ANCHOR_END: add

    pub fn is_empty(&self) -> bool {
        self.restarts.is_empty()
    }

    /// Bytes that the block has so far, before compression.
    pub fn len(&self) -> usize {
        self.bytes.len() + 4 * (self.restarts.len() + 1)
    }

    /// The block's bytes. The next entry begins another block.
    pub fn finish(&mut self) -> &[u8] {
        for restart in &self.restarts {
            self.bytes.extend_from_slice(&restart.to_le_bytes());
        }
        let restarts = self.restarts.len() as u32;
        self.bytes.extend_from_slice(&restarts.to_le_bytes());
        &self.bytes
    }

    /// Empties it, and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.restarts.clear();
        self.last_key.clear();
        self.since = 0;
    }
}
