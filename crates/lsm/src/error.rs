//! What can go wrong, each with the way out.

use std::fmt;
use std::io;

/// Why the engine refused, or could not do, what was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum LsmError {
    /// The operating system refused a call.
    Io(io::Error),
    /// A file does not begin or end as a table does: it was cut short, or is something else.
    NotATable {
        /// Number of the table's file.
        table: u64,
    },
    /// A table is in a format that this version does not read.
    TableVersion {
        /// Number of the table's file.
        table: u64,
        /// The version that the file says it has.
        found: u32,
    },
    /// A block of a table is not what was written. The other blocks can still be read.
    CorruptTable {
        /// Number of the table's file.
        table: u64,
        /// Where in the file the block begins, in bytes.
        offset: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// An edit of the manifest is not what was written, or contradicts those before it.
    CorruptManifest {
        /// Which edit, counted from 0.
        edit: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// An entry says what none can say, though its block's checksum is right.
    CorruptEntry {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A write batch is not what was written.
    CorruptBatch {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A key is longer than [`MAX_KEY_LEN`](crate::key::MAX_KEY_LEN).
    KeyTooLarge {
        /// Its length in bytes.
        len: usize,
    },
    /// A value is longer than [`MAX_VALUE_LEN`](crate::key::MAX_VALUE_LEN).
    ValueTooLarge {
        /// Its length in bytes.
        len: usize,
    },
    /// A table was given keys that do not strictly ascend.
    NotSorted,
    /// The memtable has no room for the entry: begin another one.
    MemtableFull,
}

impl LsmError {
    pub(crate) fn corrupt_batch(what: &'static str) -> Self {
        LsmError::CorruptBatch { what }
    }
}

impl From<io::Error> for LsmError {
    fn from(error: io::Error) -> Self {
        LsmError::Io(error)
    }
}

impl fmt::Display for LsmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::key::{MAX_KEY_LEN, MAX_VALUE_LEN};
        match self {
            LsmError::Io(error) => write!(f, "the operating system says: {error}"),
            LsmError::NotATable { table } => write!(
                f,
                "table {table} is cut short or no table: restore its file from a copy"
            ),
            LsmError::TableVersion { table, found } => write!(
                f,
                "table {table} has format {found}: read it with the version that wrote it"
            ),
            LsmError::CorruptTable {
                table,
                offset,
                what,
            } => write!(
                f,
                "table {table} is damaged in the block at byte {offset} ({what}): \
                 restore its file from a copy"
            ),
            LsmError::CorruptManifest { edit, what } => write!(
                f,
                "the manifest is damaged in edit {edit} ({what}): restore the database from a copy"
            ),
            LsmError::CorruptEntry { what } => write!(
                f,
                "an entry is damaged ({what}): verify the tables to find it"
            ),
            LsmError::CorruptBatch { what } => write!(
                f,
                "a write batch is damaged ({what}): pass the bytes of WriteBatch::as_bytes"
            ),
            LsmError::KeyTooLarge { len } => {
                write!(f, "a key of {len} bytes: at most {MAX_KEY_LEN} will do")
            }
            LsmError::ValueTooLarge { len } => {
                write!(f, "a value of {len} bytes: at most {MAX_VALUE_LEN} will do")
            }
            LsmError::NotSorted => write!(f, "a table takes keys in strictly ascending order"),
            LsmError::MemtableFull => write!(f, "the memtable is full: flush it, begin another"),
        }
    }
}

impl std::error::Error for LsmError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LsmError::Io(error) => Some(error),
            _ => None,
        }
    }
}
