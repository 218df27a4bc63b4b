//! What a table says about itself: counts and bounds, each under its name.
//!
//! Names make the block longer than it need be, by a hundred bytes in megabytes, and let a later
//! version add to it: what is not known is passed over.
//!
//! # Bytes
//!
//! For each property: its name and its value, each with its length before it, a varint. Numbers are
//! varints.

use crate::codec::{Input, put_prefixed, put_varint};
use crate::key::Sequence;

/// Counts and bounds of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Properties {
    /// Entries, tombstones among them; range tombstones are not.
    pub entries: u64,
    /// Entries that delete their key.
    pub deletions: u64,
    /// Range tombstones.
    pub range_deletions: u64,
    /// Bytes of all internal keys, before compression.
    pub key_bytes: u64,
    /// Bytes of all values, before compression.
    pub value_bytes: u64,
    /// Data blocks.
    pub data_blocks: u64,
    /// Bytes of the data blocks in the file.
    pub data_bytes: u64,
    /// The oldest write in the table; 0 if it has none.
    pub min_sequence: Sequence,
    /// The newest write in the table; 0 if it has none.
    pub max_sequence: Sequence,
    /// The least internal key: no entry, and no range tombstone, begins before it.
    pub smallest: Vec<u8>,
    /// The greatest internal key. Where a range tombstone reaches furthest, it is a key before all
    /// versions of the range's end, which is exclusive.
    pub largest: Vec<u8>,
}

impl Properties {
    fn numbers(&mut self) -> [(&'static str, &mut u64); 9] {
        [
            ("data.blocks", &mut self.data_blocks),
            ("data.bytes", &mut self.data_bytes),
            ("deletions", &mut self.deletions),
            ("entries", &mut self.entries),
            ("key.bytes", &mut self.key_bytes),
            ("range.deletions", &mut self.range_deletions),
            ("sequence.max", &mut self.max_sequence),
            ("sequence.min", &mut self.min_sequence),
            ("value.bytes", &mut self.value_bytes),
        ]
    }

    fn strings(&mut self) -> [(&'static str, &mut Vec<u8>); 2] {
        [
            ("key.largest", &mut self.largest),
            ("key.smallest", &mut self.smallest),
        ]
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut properties = self.clone();
        let mut bytes = Vec::new();
        for (name, number) in properties.numbers() {
            let mut value = Vec::new();
            put_varint(&mut value, *number);
            put_prefixed(&mut bytes, name.as_bytes());
            put_prefixed(&mut bytes, &value);
        }
        for (name, string) in properties.strings() {
            put_prefixed(&mut bytes, name.as_bytes());
            put_prefixed(&mut bytes, string);
        }
        bytes
    }

    /// `None` if the bytes are none that were written so.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut properties = Properties::default();
        let mut input = Input(bytes);
        while !input.is_empty() {
            let (name, value) = (input.prefixed()?, input.prefixed()?);
            let is_named = |known: &str| known.as_bytes() == name;
            for (_, number) in properties
                .numbers()
                .into_iter()
                .filter(|(known, _)| is_named(known))
            {
                *number = Input(value).varint()?;
            }
            for (_, string) in properties
                .strings()
                .into_iter()
                .filter(|(known, _)| is_named(known))
            {
                *string = value.to_vec();
            }
        }
        Some(properties)
    }
}
