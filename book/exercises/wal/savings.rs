/// What a number of appends has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Costs {
    /// Syncs that were done.
    pub syncs: u64,
    /// The time from each append to the end of the sync that made it durable, added up.
    pub waited: u64,
    /// The longest of these times.
    pub longest: u64,
}

/// A sync for each append, one after the other, in the order of the appends.
///
/// `appends` has the time of each, ascending; a sync takes `sync`, in the same unit.
pub fn one_each(appends: &[u64], sync: u64) -> Costs {
    todo!("when does a sync begin that has others before it?")
}

/// Group commit: when the disk is free, whatever has been appended by then shares one sync, an
/// append at that very moment included.
///
/// Before it syncs, the leader waits for `delay`, so that others may join it. (PostgreSQL's
/// `commit_delay` is this.) The disk is free meanwhile, but nobody else leads.
pub fn grouped(appends: &[u64], sync: u64, delay: u64) -> Costs {
    todo!("when does the leader begin to wait, if it came while the disk was busy?")
}

/// The one of `delays` with which the appends waited least in all; the shorter one of two.
pub fn best_delay(appends: &[u64], sync: u64, delays: &[u64]) -> Option<u64> {
    todo!()
}
