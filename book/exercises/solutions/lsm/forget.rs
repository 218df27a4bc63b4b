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
/// Two passes. From the readers: each needs the version that he sees, and what no reader sees goes.
/// Then from the oldest that is left upwards: a tombstone says "there is nothing", and where there
/// is nothing anyway, since nothing older is left and nothing lies below, or because the next older
/// one says so already, it can go as well.
///
/// The crate ([`Retention`](lsm::compaction::Retention)) sees versions the newest first and cannot
/// look ahead. So it keeps the tombstones above the lowest snapshot, and drops them when that
/// snapshot is gone; RocksDB does the same.
pub fn keep(versions: &[Version], snapshots: &[u64], overlaps_below: bool) -> Vec<Version> {
    let readers = snapshots.iter().copied().chain([u64::MAX]);
    let mut seen: Vec<Version> = readers
        .filter_map(|snapshot| {
            let seen = versions.iter().find(|it| it.sequence <= snapshot);
            seen.copied()
        })
        .collect();
    seen.sort_by_key(|version| version.sequence);
    seen.dedup();

    let mut is_nothing_below = !overlaps_below;
    seen.retain(|version| {
        let says_nothing_new = version.is_tombstone && is_nothing_below;
        is_nothing_below = version.is_tombstone;
        !says_nothing_new
    });
    seen.reverse();
    seen
}
