//! What can go wrong with a log, each with the way out.

use std::fmt;
use std::io;
use std::sync::Arc;

/// Why a log refused, or could not do, what was asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused a call, in which nothing was to be written to the log. It may
    /// be tried again.
    Io(Arc<io::Error>),
    /// A write or a sync failed, now or before. What it was to write may be in the log or not, and
    /// to try again would tell nothing: the system forgets what a failed sync did not write. The
    /// log takes no more; open it again, and see what is there.
    Halted(Arc<io::Error>),
    /// There is no room on the disk for another segment. Nothing was appended. Make room, perhaps
    /// by [`Wal::truncate_before`](crate::Wal::truncate_before), and append again.
    Full,
    /// The record, or the batch, is longer than a segment can hold. Nothing was appended.
    TooLarge {
        /// Its length in the log, in bytes.
        len: u64,
        /// The longest that there may be. It grows with
        /// [`Options::segment_size`](crate::Options::segment_size).
        max: u64,
    },
    /// The segment size is less than 128 bytes, or more than 1 GiB.
    SegmentSize {
        /// The segment size, in bytes.
        bytes: u64,
    },
    /// Another handle, of this process or another one, has the log open.
    Locked,
    /// What had been durable is not what was written. [`Wal::salvage`](crate::Wal::salvage) reads
    /// what is left.
    Corrupt {
        /// The segment's number: the number in its file's name.
        segment: u64,
        /// Where in this file, in bytes.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// A segment's file is not there, though those before and after it are.
    /// [`Wal::salvage`](crate::Wal::salvage) reads what is left.
    Missing {
        /// Its number: the number in its file's name.
        segment: u64,
    },
    /// The segment is in a format that this version does not read.
    Version {
        /// The segment's number.
        segment: u64,
        /// The version that it says it has.
        found: u32,
    },
}

impl Error {
    pub(crate) fn halted(cause: io::Error) -> Self {
        Error::Halted(Arc::new(cause))
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::Io(Arc::new(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io(error) => write!(f, "the log's files could not be used: {error}"),
            Error::Halted(error) => write!(
                f,
                "the log takes no more since a write failed ({error}): open it again"
            ),
            Error::Full => f.write_str("no room on the disk for another segment"),
            Error::TooLarge { len, max } => {
                write!(f, "{len} bytes are more than a segment's {max}")
            }
            Error::SegmentSize { bytes } => write!(
                f,
                "a segment of {bytes} bytes is outside what is allowed, 128 bytes to 1 GiB"
            ),
            Error::Locked => f.write_str("the log is open elsewhere"),
            Error::Corrupt {
                segment,
                offset,
                what,
            } => write!(f, "segment {segment} is damaged at byte {offset}: {what}"),
            Error::Missing { segment } => write!(f, "segment {segment} is missing"),
            Error::Version { segment, found } => {
                write!(f, "segment {segment} has version {found}, which is unknown")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io(error) | Error::Halted(error) => Some(&**error),
            _ => None,
        }
    }
}
