//! What can be wrong with a filter's configuration, or with the bytes of one.

use std::fmt;

/// Why a filter could not be made, combined or read.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum BloomError {
    /// A false-positive rate is not between 0 and 1, both exclusive.
    InvalidRate {
        /// The rate that was asked for.
        rate: f64,
    },
    /// A filter without bits can remember nothing.
    NoBits,
    /// The filter would not fit into memory's address space, or the form on disk.
    TooManyBits {
        /// How many bits it would need.
        bits: u64,
        /// The largest number there may be.
        max: u64,
    },
    /// The number of hashes a key is zero, or more than is of any use.
    InvalidHashes {
        /// The number that was asked for.
        hashes: u32,
        /// The largest number there may be.
        max: u32,
    },
    /// No table was found for a binary fuse filter, with any seed.
    NotPeelable {
        /// How many seeds were tried.
        attempts: u32,
    },
    /// Two filters cannot be combined, because they map the same key to different bits.
    Incompatible {
        /// The property in which they differ: its name.
        property: &'static str,
    },
    /// The bytes end before the filter does.
    Truncated {
        /// Bytes that the filter has.
        expected: u64,
        /// Bytes that there are.
        got: u64,
    },
    /// The bytes go on after the filter's end.
    TrailingBytes {
        /// Bytes that the filter has.
        expected: u64,
        /// Bytes that there are.
        got: u64,
    },
    /// The bytes do not begin as a filter does.
    NotAFilter,
    /// The filter was written by a version of the format that this one cannot read.
    UnsupportedVersion {
        /// The version that wrote it.
        version: u8,
    },
    /// The bytes hold another kind of filter.
    WrongKind {
        /// The number of the kind that was asked for.
        expected: u8,
        /// The number of the kind that is there.
        found: u8,
    },
    /// The bytes were changed since they were written.
    ChecksumMismatch {
        /// The checksum that was written.
        expected: u32,
        /// The checksum of what is there now.
        found: u32,
    },
    /// A number in the bytes is one that no filter has.
    InvalidParameter {
        /// What the number is.
        name: &'static str,
        /// The number.
        value: u64,
    },
}

impl fmt::Display for BloomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BloomError::InvalidRate { rate } => write!(
                f,
                "false-positive rate {rate}: choose one between 0 and 1, for example 0.01"
            ),
            BloomError::NoBits => write!(f, "a filter needs at least one bit"),
            BloomError::TooManyBits { bits, max } => write!(
                f,
                "{bits} bits are more than {max}: expect fewer items, or accept a higher rate"
            ),
            BloomError::InvalidHashes { hashes, max } => {
                write!(f, "{hashes} hashes a key: choose between 1 and {max}")
            }
            BloomError::NotPeelable { attempts } => write!(
                f,
                "no table was found with any of {attempts} seeds: these cannot be hashes of keys, \
                 use hash_key"
            ),
            BloomError::Incompatible { property } => write!(
                f,
                "the filters differ in their {property}: make both with the same parameters"
            ),
            BloomError::Truncated { expected, got } => write!(
                f,
                "the filter has {expected} bytes, of which {got} are there: read all of it"
            ),
            BloomError::TrailingBytes { expected, got } => write!(
                f,
                "the filter has {expected} bytes, but {got} are there: pass no more than it"
            ),
            BloomError::NotAFilter => write!(f, "these bytes are not a filter: no magic number"),
            BloomError::UnsupportedVersion { version } => write!(
                f,
                "format version {version} is not known here: read it with the crate that wrote it"
            ),
            BloomError::WrongKind { expected, found } => write!(
                f,
                "a filter of kind {found} instead of {expected}: read it as what it is"
            ),
            BloomError::ChecksumMismatch { expected, found } => write!(
                f,
                "checksum {found:#010x} instead of {expected:#010x}: the filter is damaged, \
                 build it again from the keys"
            ),
            BloomError::InvalidParameter { name, value } => write!(
                f,
                "{name} {value} is out of range: no filter of this crate was written so"
            ),
        }
    }
}

impl std::error::Error for BloomError {}
