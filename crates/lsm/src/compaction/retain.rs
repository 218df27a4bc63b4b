//! Which versions a merge keeps: those that somebody may still see.
//!
//! Snapshots cut the sequence numbers into *strata*: who reads at snapshot 4 or at snapshot 9 sees
//! the newest version up to there, so that of the versions from 5 to 9 only the newest counts, to
//! anybody. All others are dropped:
//!
//! ```text
//!   snapshots               4                 9            now
//!   versions     1   3   4  ┊  5   7 †   8    ┊   11   12  ┊
//!   kept                 4  ┊            8    ┊        12  ┊      1, 3, 5, 7 and 11 nobody sees
//! ```
//!
//! A tombstone is needed as long as there may be something for it to hide. In the lowest stratum,
//! it hides nothing among the inputs, as they have lost all that is older; and nothing anywhere, if
//! no table below has its key.
//!
//! # Invariants
//!
//! - Each snapshot, and whoever reads without one, sees after the merge what it saw before.
//!
//! # Complexity
//!
//! O(log s) a version with `s` snapshots, and a look-up among the range tombstones, if there are
//! any.
//!
//! Source: RocksDB's `db/compaction/compaction_iterator.cc`, with which this has the rules in
//! common.

use std::sync::Arc;

use crate::key::{Kind, MAX_SEQUENCE, ParsedKey, Sequence};
use crate::range_tombstones::RangeTombstones;

/// What a merge of some tables must go on showing.
#[derive(Clone, Debug)]
pub struct Retention {
    snapshots: Vec<Sequence>,
    tombstones: Arc<RangeTombstones>,
    now_ms: u64,
    drop_tombstones: bool,
    /// The user key of the version before, and the stratum of its last version.
    last: Option<(Vec<u8>, usize)>,
}

impl Retention {
    /// A merge of tables that have these range tombstones, beside which these snapshots are in use.
    ///
    /// `now_ms` is the moment, in milliseconds since the Unix epoch; `drop_tombstones` says that no
    /// table below has any of the keys, as in [`Action::Merge`](super::Action::Merge).
    pub fn new(
        mut snapshots: Vec<Sequence>,
        tombstones: Arc<RangeTombstones>,
        now_ms: u64,
        drop_tombstones: bool,
    ) -> Self {
        snapshots.sort_unstable();
        Retention {
            snapshots,
            tombstones,
            now_ms,
            drop_tombstones,
            last: None,
        }
    }

    /// How many snapshots are older than a write: those that do not see it.
    fn stratum(&self, sequence: Sequence) -> usize {
        self.snapshots
            .partition_point(|snapshot| *snapshot < sequence)
    }

    // ANCHOR: keep
    /// Whether to keep a version. Versions come in the order of internal keys.
    pub fn keep(&mut self, version: ParsedKey<'_>, stored: &[u8]) -> bool {
        let stratum = self.stratum(version.sequence);
        let is_shadowed = match &mut self.last {
            Some((user_key, last)) if user_key == version.user_key => {
                std::mem::replace(last, stratum) == stratum
            }
            Some((user_key, last)) => {
                user_key.clear();
                user_key.extend_from_slice(version.user_key);
                *last = stratum;
                false
            }
            last => {
                *last = Some((version.user_key.to_vec(), stratum));
                false
            }
        };
        // Whoever could see the version sees the range's deletion as well.
        let top = self.snapshots.get(stratum).copied().unwrap_or(MAX_SEQUENCE);
        let is_covered = self
            .tombstones
            .hides(version.user_key, version.sequence, top);
        let is_over = self.is_dead(version.kind, stored) && self.may_forget(stratum);
        !is_shadowed && !is_covered && !is_over
    }
    // ANCHOR_END: keep

    /// Whether a range tombstone must be kept.
    pub fn keep_range(&self, sequence: Sequence) -> bool {
        !self.may_forget(self.stratum(sequence))
    }

    /// Whether a tombstone in this stratum has done its work.
    fn may_forget(&self, stratum: usize) -> bool {
        self.drop_tombstones && stratum == 0
    }

    /// Whether a version shows nothing: it is a tombstone, or has expired.
    fn is_dead(&self, kind: Kind, stored: &[u8]) -> bool {
        match kind {
            Kind::Delete | Kind::DeleteRange => true,
            Kind::Put => false,
            Kind::PutUntil => {
                let expiry = stored.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
                expiry.is_some_and(|expiry| expiry <= self.now_ms)
            }
        }
    }
}
