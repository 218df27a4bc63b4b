/// One write to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// The number of the write: greater is newer.
    pub sequence: u64,
    /// Whether it deletes the key.
    pub is_tombstone: bool,
}

/// What a compaction must keep of one key's `versions`, which come newest first, and all of which
/// are in the tables that it merges.
///
/// Who reads at a snapshot sees the newest version whose number is not greater than the snapshot's,
/// and if there is none, what the tables below have of this key. There are the readers at the
/// `snapshots`, in any order, perhaps several at one; and there are those who come later: they read
/// at a number not less than that of any write there is.
///
/// `overlaps_below` says that the tables below, which are older and not merged, may have this key.
/// What they have of it nobody knows: a value, a tombstone, or nothing. If it is false, they have
/// nothing.
///
/// After the compaction, each reader sees what he saw before: a value, and of which write, or that
/// there is none. That is easy for who keeps everything. Keep as few versions as there can be; the
/// test tries all cases, and knows when one less would do.
pub fn keep(versions: &[Version], snapshots: &[u64], overlaps_below: bool) -> Vec<Version> {
    todo!("who sees which version? what does a tombstone hide, once the others are gone?")
}
