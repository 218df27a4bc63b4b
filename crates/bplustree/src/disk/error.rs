//! What can go wrong with a store, each with the way out.

use std::fmt;
use std::io;

use super::page::PageNo;

/// Why a store refused, or could not do, what was asked.
///
/// An error in a write transaction leaves the file as the last commit left it.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The operating system refused a call.
    Io(io::Error),
    /// The disk, or what [`Options::max_size`](super::Options::max_size) allows, is full. The
    /// transaction is aborted; nothing that was committed is lost.
    Full,
    /// The file is no store: neither of its meta pages begins with the magic number.
    NotAStore,
    /// The file is a store in a format that this version does not read.
    Version {
        /// The version that the file says it has.
        found: u32,
    },
    /// The file is shorter than its meta page says.
    Truncated {
        /// Bytes that the last commit needs.
        expected: u64,
        /// Bytes that there are.
        found: u64,
    },
    /// A page is not what was written: its checksum, or its structure, is wrong.
    Corrupt {
        /// Number of the page: it begins at this number times the page size.
        page: PageNo,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Another handle, of this process or another one, has the store open.
    Locked,
    /// A write to a store that was opened read-only.
    ReadOnly,
    /// A write or sync of an earlier commit failed where its outcome cannot be known. Reading goes
    /// on; to write, open the store again.
    Halted,
    /// The transaction had an error before, and can only be dropped.
    Aborted,
    /// The page size is not a power of two between 512 and 32 768.
    PageSize {
        /// The page size.
        bytes: u32,
    },
    /// The key, or a table's name, is longer than a page can hold.
    KeyTooLarge {
        /// Its length in bytes.
        len: usize,
        /// The longest that this store takes, in bytes.
        max: usize,
    },
    /// The value is longer than 4 GiB less one page.
    ValueTooLarge {
        /// Its length in bytes.
        len: usize,
    },
    /// [`bulk_load`](super::TableMut::bulk_load) was given keys that do not strictly ascend.
    NotSorted,
    /// [`bulk_load`](super::TableMut::bulk_load) into a table that has entries.
    NotEmpty,
    /// The bytes in the table are not of the type that was asked for.
    Decode {
        /// The type.
        wanted: &'static str,
    },
}

impl StoreError {
    pub(crate) fn corrupt(page: PageNo, what: &'static str) -> Self {
        StoreError::Corrupt { page, what }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
            _ => StoreError::Io(error),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Io(error) => write!(f, "the operating system says: {error}"),
            StoreError::Full => write!(f, "no room: the transaction is aborted; make room, retry"),
            StoreError::NotAStore => write!(f, "the file is no store: the magic number is missing"),
            StoreError::Version { found } => {
                write!(f, "the file has format {found}; this is for format ")?;
                write!(f, "{}", super::meta::VERSION)
            }
            StoreError::Truncated { expected, found } => {
                write!(
                    f,
                    "the file has {found} bytes of {expected}: restore it from a copy"
                )
            }
            StoreError::Corrupt { page, what } => {
                write!(
                    f,
                    "page {page} is damaged ({what}): restore the file from a copy"
                )
            }
            StoreError::Locked => write!(f, "the store is open elsewhere: close it there first"),
            StoreError::ReadOnly => write!(f, "the store was opened read-only"),
            StoreError::Halted => {
                write!(
                    f,
                    "an earlier commit failed half-way: open the store again to write"
                )
            }
            StoreError::Aborted => {
                write!(
                    f,
                    "the transaction had an error before: drop it and begin another"
                )
            }
            StoreError::PageSize { bytes } => {
                write!(
                    f,
                    "page size {bytes} is not a power of two from 512 to 32768"
                )
            }
            StoreError::KeyTooLarge { len, max } => {
                write!(f, "a key of {len} bytes: at most {max} fit this page size")
            }
            StoreError::ValueTooLarge { len } => {
                write!(f, "a value of {len} bytes: at most {} do", super::MAX_VALUE)
            }
            StoreError::NotSorted => write!(f, "bulk_load: keys must strictly ascend"),
            StoreError::NotEmpty => write!(f, "bulk_load: the table has entries already"),
            StoreError::Decode { wanted } => write!(f, "the bytes are not of type {wanted}"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StoreError::Io(error) => Some(error),
            _ => None,
        }
    }
}
