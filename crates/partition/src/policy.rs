//! Who may answer, and whom they have to ask first.

use std::fmt;

use crate::error::SimError;

// ANCHOR: policy
/// How the sites keep the same carts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Policy {
    /// All changes are made by the first site, which tells the others afterwards.
    Leader {
        /// Who answers a read.
        reads: Reads,
    },
    /// A change asks `read` sites what they have, and then tells `write` sites what it is now. Any
    /// two operations share a site if `read + write` is more than there are sites.
    Quorum {
        /// How many must say what they have.
        read: usize,
        /// How many must have taken the new cart.
        write: usize,
    },
    /// Every site answers by itself. When two carts meet, the one with the later timestamp stays.
    LastWriterWins,
    /// Every site answers by itself. When two carts meet, they are merged.
    Merge,
}

/// Who answers a read, where there is a leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// The leader: never stale, as far away as the leader is.
    Leader,
    /// The site where the client is: at once, and possibly stale.
    Local,
}
// ANCHOR_END: policy

impl Policy {
    /// More than half of so many sites, for reading and for writing.
    pub fn majority(sites: usize) -> Self {
        let more_than_half = sites / 2 + 1;
        Policy::Quorum {
            read: more_than_half,
            write: more_than_half,
        }
    }

    pub(crate) fn check(self, sites: usize) -> Result<(), SimError> {
        let Policy::Quorum { read, write } = self else {
            return Ok(());
        };
        for (field, size) in [("read", read), ("write", write)] {
            if !(1..=sites).contains(&size) {
                return Err(SimError::Quorum { field, size, sites });
            }
        }
        Ok(())
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Policy::Leader {
                reads: Reads::Leader,
            } => f.pad("leader"),
            Policy::Leader {
                reads: Reads::Local,
            } => f.pad("leader, local reads"),
            Policy::Quorum { read, write } => f.pad(&format!("quorum {read}+{write}")),
            Policy::LastWriterWins => f.pad("last writer wins"),
            Policy::Merge => f.pad("merge"),
        }
    }
}
