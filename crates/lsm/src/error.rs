//! What can go wrong, each with the way out.

use std::fmt;
use std::io;
use std::sync::Arc;

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
    /// A table's file is not there.
    MissingTable {
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
    /// There is no room on the disk. Nothing was written; what is there can be read. Make room, and
    /// write again.
    DiskFull,
    /// Another handle, of this process or another one, has the database open.
    Locked,
    /// There is no database in the directory, and none was to be made.
    Missing,
    /// The directory for a checkpoint has files already.
    NotEmpty,
    /// A batch is longer than a record of the log can be. Nothing was written.
    BatchTooLarge {
        /// Its length in bytes.
        len: u64,
        /// The longest that there may be. It grows with
        /// [`Options::memtable_size`](crate::Options::memtable_size).
        max: u64,
    },
    /// A log is not what was written: that of the writes, or the manifest.
    CorruptLog {
        /// `"log"` or `"manifest"`, as its directory is called.
        log: &'static str,
        /// The segment's number: the number in its file's name.
        segment: u64,
        /// Where in this file, in bytes.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// A log could not be read or written. If it is halted, the database takes no more writes: open
    /// it again.
    Log {
        /// `"log"` or `"manifest"`, as its directory is called.
        log: &'static str,
        /// What the log says.
        error: wal::Error,
    },
    /// A flush or a compaction has failed. Reads go on; open the database again to write.
    Background(Arc<LsmError>),
    /// A strategy picked tables whose merge would hide newer writes behind older ones.
    BadCompaction {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A job panicked: a strategy did, or there is a defect in this crate. What it had not finished,
    /// it has not changed.
    Panicked {
        /// `"flush"` or `"compaction"`.
        job: &'static str,
    },
    /// The database is being closed.
    Closed,
}

impl LsmError {
    pub(crate) fn corrupt_batch(what: &'static str) -> Self {
        LsmError::CorruptBatch { what }
    }

    /// What a log says, in the words of this crate.
    pub(crate) fn from_log(log: &'static str) -> impl Fn(wal::Error) -> Self {
        move |error| match error {
            wal::Error::Full => LsmError::DiskFull,
            wal::Error::Locked => LsmError::Locked,
            wal::Error::TooLarge { len, max } => LsmError::BatchTooLarge { len, max },
            wal::Error::Corrupt {
                segment,
                offset,
                what,
            } => LsmError::CorruptLog {
                log,
                segment,
                offset,
                what,
            },
            error => LsmError::Log { log, error },
        }
    }
}

impl From<io::Error> for LsmError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => LsmError::DiskFull,
            _ => LsmError::Io(error),
        }
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
            LsmError::MissingTable { table } => {
                write!(f, "table {table} is missing: restore its file from a copy")
            }
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
            LsmError::DiskFull => f.write_str("the disk is full: make room, and write again"),
            LsmError::Locked => f.write_str("the database is open elsewhere: close it there"),
            LsmError::Missing => {
                f.write_str("there is no database: check the path, or have it made")
            }
            LsmError::NotEmpty => f.write_str("a checkpoint needs an empty directory, or none"),
            LsmError::BatchTooLarge { len, max } => write!(
                f,
                "a batch of {len} bytes: at most {max} will do, as memtables are now"
            ),
            LsmError::CorruptLog {
                log,
                segment,
                offset,
                what,
            } => write!(
                f,
                "segment {segment} of the {log} is damaged at byte {offset} ({what}): \
                 restore the database from a copy"
            ),
            LsmError::Log { log, error } => write!(f, "the {log} failed: {error}"),
            LsmError::Background(error) => {
                write!(f, "a background job failed, open again to write: {error}")
            }
            LsmError::BadCompaction { what } => {
                write!(f, "the strategy's pick would lose writes ({what}): mend it")
            }
            LsmError::Panicked { job } => {
                write!(f, "a {job} panicked: mend the strategy, or report a defect")
            }
            LsmError::Closed => f.write_str("the database is being closed"),
        }
    }
}

impl std::error::Error for LsmError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LsmError::Io(error) => Some(error),
            LsmError::Log { error, .. } => Some(error),
            LsmError::Background(error) => Some(&**error),
            _ => None,
        }
    }
}
