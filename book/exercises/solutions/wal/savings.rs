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

impl Costs {
    fn add(&mut self, group: &[u64], end: u64) {
        self.syncs += 1;
        for append in group {
            self.waited += end - append;
            self.longest = self.longest.max(end - append);
        }
    }
}

/// A sync for each append, one after the other, in the order of the appends.
pub fn one_each(appends: &[u64], sync: u64) -> Costs {
    let (mut costs, mut free) = (Costs::default(), 0);
    for append in appends {
        free = free.max(*append) + sync;
        costs.add(&[*append], free);
    }
    costs
}

/// Group commit: when the disk is free, whatever has been appended by then shares one sync.
///
/// The load makes the groups: the busier the disk, the more have come when it is free again. So
/// there is nothing to tune, and a delay only helps those who are few and come close together; under
/// load it lets the disk idle. PostgreSQL has none by default, and the book's crate none at all.
pub fn grouped(appends: &[u64], sync: u64, delay: u64) -> Costs {
    let (mut costs, mut free, mut rest) = (Costs::default(), 0, appends);
    while let Some(first) = rest.first() {
        let begin = free.max(*first) + delay;
        let (group, later) = rest.split_at(rest.partition_point(|append| *append <= begin));
        free = begin + sync;
        costs.add(group, free);
        rest = later;
    }
    costs
}

/// The one of `delays` with which the appends waited least in all; the shorter one of two.
pub fn best_delay(appends: &[u64], sync: u64, delays: &[u64]) -> Option<u64> {
    let waited = |delay: &u64| (grouped(appends, sync, *delay).waited, *delay);
    delays.iter().copied().min_by_key(waited)
}
