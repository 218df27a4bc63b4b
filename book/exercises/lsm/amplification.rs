use lsm::compaction::{Action, Compaction, Strategy};
use lsm::version::{LEVELS, TableMeta, Version};

/// The strategy that is judged.
///
/// The test simulates a database of 10 000 keys that are overwritten, and one in ten times deleted,
/// at random. An entry takes 100 bytes, a flush up to 10 000. After each flush the strategy is
/// asked until it is content. It should then have
///
/// - written each byte at most 5.5 times, its flush among them;
/// - at most 6 sorted runs, as [`Version::runs`] counts them;
/// - at most 1.75 bytes in its tables for each that is live;
///
/// and with three times the keys no more than that, but for 7 times written.
///
/// [`Leveled`](lsm::compaction::Leveled) writes too much, and
/// [`SizeTiered`](lsm::compaction::SizeTiered) keeps too many runs, or too many bytes. The chapter
/// says what each of them pays for. Must one pay it at all levels?
pub fn strategy() -> impl Strategy {
    Yours {}
}

struct Yours {
    // What can be chosen?
}

impl Strategy for Yours {
    /// Tables of level 0 are a run each, of any size, the newest first; each level below is one
    /// run. An [`Action::Merge`] into level 0 makes one table of its inputs, and takes the place of
    /// the newest of them. What is picked must pass [`Compaction::check`].
    ///
    /// A merge that drops tombstones although older tables have their keys brings back what was
    /// deleted.
    fn pick(&self, version: &Version, now_ms: u64) -> Option<Compaction> {
        todo!("where is most of what is dead? how often may it be merged, and how often the rest?")
    }
}
