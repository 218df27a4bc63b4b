//! First in, first out: tables are dropped by age, and never merged.
//!
//! Measurements and logs are of interest for a week, or as long as there is room. Then nothing
//! needs to be merged: the oldest table goes as a whole, when all that is in it is too old, or when
//! the bytes are too many. No byte is written twice. In exchange, every look-up may ask every
//! table. The oldest goes first, so no older version of a key comes back when a newer one is
//! dropped.
//!
//! Source: RocksDB's FIFO compaction.

use std::sync::Arc;

use super::{Action, Compaction, Strategy};
use crate::version::Version;

/// The oldest tables are dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fifo {
    /// Bytes that all tables may have.
    pub max_bytes: u64,
    /// Milliseconds after which a table is dropped, if any: the age of its last entry, at least.
    pub ttl_ms: Option<u64>,
}

impl Strategy for Fifo {
    // ANCHOR: pick
    fn pick(&self, version: &Version, now_ms: u64) -> Option<Compaction> {
        let mut bytes = version.file_len();
        let mut inputs = Vec::new();
        for table in version.level(0).iter().rev() {
            let age = now_ms.saturating_sub(table.created_ms);
            let is_too_old = self.ttl_ms.is_some_and(|ttl| age > ttl);
            if bytes <= self.max_bytes && !is_too_old {
                break;
            }
            bytes -= table.file_len;
            inputs.push((0, Arc::clone(table)));
        }
        let action = Action::Drop;
        (!inputs.is_empty()).then_some(Compaction { inputs, action })
    }
    // ANCHOR_END: pick

    fn compact_range(&self, _: &Version, _: &[u8], _: Option<&[u8]>) -> Option<Compaction> {
        None
    }
}
