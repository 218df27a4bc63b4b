//! What can be wrong.

use std::fmt;

/// Why a list could not be made, or an entry not be inserted. The list is as it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArenaError {
    /// The key is already there, with the value that it had: entries do not change.
    Exists,
    /// The arena has no room left for this entry: go on with a new list.
    Full {
        /// Bytes that the entry takes at least.
        needed: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// Not even an empty arena of this capacity has room for this entry: give the arena more
    /// capacity, or keep large values elsewhere.
    EntryTooLarge {
        /// Bytes that the entry takes at least; `usize::MAX` when there are even more.
        needed: usize,
        /// Bytes that an empty arena has room for.
        room: usize,
    },
    /// An arena cannot have this capacity: choose one within the limits.
    Capacity {
        /// Bytes that were asked for.
        asked: usize,
        /// Bytes that an arena has at least: an empty list takes them.
        least: usize,
        /// Bytes that an arena has at most: links are numbers of 32 bits.
        most: usize,
    },
    /// The system does not give that much memory: ask for a smaller capacity.
    OutOfMemory {
        /// Bytes that were asked for.
        asked: usize,
    },
}

impl fmt::Display for ArenaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Exists => write!(f, "the key is already there; entries do not change"),
            Self::Full { needed, left } => write!(
                f,
                "the entry takes {needed} bytes and the arena has {left} left; \
                 go on with a new list"
            ),
            Self::EntryTooLarge { needed, room } => write!(
                f,
                "the entry takes {needed} bytes, and an empty arena has room for {room}; \
                 give it more capacity"
            ),
            Self::Capacity { asked, least, most } => write!(
                f,
                "an arena cannot have {asked} bytes; choose from {least} to {most}"
            ),
            Self::OutOfMemory { asked } => write!(
                f,
                "the system does not give {asked} bytes; ask for a smaller capacity"
            ),
        }
    }
}

impl std::error::Error for ArenaError {}
