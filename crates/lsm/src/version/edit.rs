//! Edits: what the manifest is made of.
//!
//! # Bytes
//!
//! An edit is a sequence of fields, each with its tag before it. All numbers are varints; a
//! *string* is its length and its bytes.
//!
// ANCHOR: layout
//! | tag | field | |
//! |---|---|---|
//! | 1 | log | the first record of the log that is still needed: LSN |
//! | 2 | next file | a number that no file has yet |
//! | 3 | last sequence | the newest write that is in a table |
//! | 4 | table removed | level, number |
//! | 5 | table added | level, number, bytes of the file, entries, tombstones, oldest and newest sequence number, moment of creation in ms since the Unix epoch, smallest and largest key (strings) |
//! | 6 | reset | what was before is forgotten: this edit begins with an empty version |
// ANCHOR_END: layout
//!
//! The log that edits are written to frames and checksums them. A tag that is not known is an
//! error: who passes it over may lose a table.

use std::sync::Arc;

use super::bounds::Bounds;
use super::levels::{LEVELS, TableMeta};
use crate::codec::{Input, put_prefixed, put_varint};
use crate::key::{self, Sequence};
use crate::{LsmError, Result};

const LOG: u8 = 1;
const NEXT_FILE: u8 = 2;
const LAST_SEQUENCE: u8 = 3;
const REMOVED: u8 = 4;
const ADDED: u8 = 5;
const RESET: u8 = 6;

/// What leads from one version to the next: all of it happens, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionEdit {
    /// Whether it leads from an empty version, and not from the one before.
    pub reset: bool,
    /// The first record of the log that is still needed: the writes in older ones are in tables.
    pub log: Option<u64>,
    /// A number that no file has yet.
    pub next_file: Option<u64>,
    /// The newest write that is in a table.
    pub last_sequence: Option<Sequence>,
    /// Level and number of each table that is taken away.
    pub removed: Vec<(usize, u64)>,
    /// Level of each table that is added, and the table.
    pub added: Vec<(usize, Arc<TableMeta>)>,
}

impl VersionEdit {
    /// The record for the manifest.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.reset {
            bytes.push(RESET);
        }
        let numbers = [
            (LOG, self.log),
            (NEXT_FILE, self.next_file),
            (LAST_SEQUENCE, self.last_sequence),
        ];
        for (tag, number) in numbers {
            if let Some(number) = number {
                bytes.push(tag);
                put_varint(&mut bytes, number);
            }
        }
        for (level, number) in &self.removed {
            bytes.push(REMOVED);
            put_varint(&mut bytes, *level as u64);
            put_varint(&mut bytes, *number);
        }
        for (level, table) in &self.added {
            bytes.push(ADDED);
            put_varint(&mut bytes, *level as u64);
            put_table(&mut bytes, table);
        }
        bytes
    }

    /// The tables that are in no version after it: those that are taken away, and not added again
    /// at another level.
    pub(crate) fn replaced(&self) -> impl Iterator<Item = u64> {
        let stays = |number: &u64| self.added.iter().any(|(_, table)| table.number == *number);
        let removed = self.removed.iter().map(|(_, number)| *number);
        removed.filter(move |number| !stays(number))
    }

    /// The tables that are in no version before it.
    pub(crate) fn begun(&self) -> impl Iterator<Item = u64> {
        let was_there = |number: &u64| self.removed.iter().any(|(_, removed)| removed == number);
        let added = self.added.iter().map(|(_, table)| table.number);
        added.filter(move |number| !was_there(number))
    }

    // ANCHOR: from_bytes
    /// Reads the record of edit number `edit`, counted from 0; the number is for errors only.
    ///
    /// # Errors
    ///
    /// [`LsmError::CorruptManifest`] if it is no edit.
    pub fn from_bytes(bytes: &[u8], edit: u64) -> Result<Self> {
        let mut fields = VersionEdit::default();
        let mut input = Input(bytes);
        while !input.is_empty() {
            fields
                .read_field(&mut input)
                .ok_or(LsmError::CorruptManifest {
                    edit,
                    what: "a field is unknown, or does not fit into it",
                })?;
        }
        Ok(fields)
    }
    // ANCHOR_END: from_bytes

    fn read_field(&mut self, input: &mut Input<'_>) -> Option<()> {
        match input.byte()? {
            RESET => self.reset = true,
            LOG => self.log = Some(input.varint()?),
            NEXT_FILE => self.next_file = Some(input.varint()?),
            LAST_SEQUENCE => self.last_sequence = Some(input.varint()?),
            REMOVED => self.removed.push((read_level(input)?, input.varint()?)),
            ADDED => {
                let level = read_level(input)?;
                self.added.push((level, Arc::new(read_table(input)?)));
            }
            _ => return None,
        }
        Some(())
    }
}

fn put_table(bytes: &mut Vec<u8>, table: &TableMeta) {
    let numbers = [
        table.number,
        table.file_len,
        table.entries,
        table.tombstones,
        table.min_sequence,
        table.max_sequence,
        table.created_ms,
    ];
    for number in numbers {
        put_varint(bytes, number);
    }
    put_prefixed(bytes, &table.bounds.smallest);
    put_prefixed(bytes, &table.bounds.largest);
}

fn read_level(input: &mut Input<'_>) -> Option<usize> {
    input.length().filter(|level| *level < LEVELS)
}

fn read_table(input: &mut Input<'_>) -> Option<TableMeta> {
    let table = TableMeta {
        number: input.varint()?,
        file_len: input.varint()?,
        entries: input.varint()?,
        tombstones: input.varint()?,
        min_sequence: input.varint()?,
        max_sequence: input.varint()?,
        created_ms: input.varint()?,
        bounds: Bounds {
            smallest: input.prefixed()?.to_vec(),
            largest: input.prefixed()?.to_vec(),
        },
    };
    let Bounds { smallest, largest } = &table.bounds;
    let are_keys = smallest.len() >= key::TRAILER && largest.len() >= key::TRAILER;
    (are_keys && key::compare(smallest, largest).is_le()).then_some(table)
}
