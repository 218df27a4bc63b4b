/// So many sites, of which so many must answer. A read asks `read` sites. A change asks `read` sites
/// what there is, and then has `write` sites take what is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    pub sites: usize,
    pub read: usize,
    pub write: usize,
}

/// What the sites of a group can do while they are cut off from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Can {
    pub read: bool,
    pub change: bool,
}

impl Quorum {
    /// What each group can do, if the sites are cut into groups of these sizes.
    pub fn when_cut(&self, groups: &[usize]) -> Vec<Can> {
        todo!()
    }

    /// How many sites may be lost, whichever, such that reads still work; and changes.
    pub fn may_lose(&self) -> (usize, usize) {
        todo!()
    }

    /// Whether a read may miss a change that was over before it began.
    pub fn may_miss(&self) -> bool {
        todo!()
    }

    /// The mean latency at a site, if the round trips from there to all sites, itself included, are
    /// these, in any order, and so many operations of a hundred are reads.
    ///
    /// A round is over when the slowest of those that it needs has answered, and all are asked at
    /// once.
    pub fn latency(&self, round_trips: &[u64], reads: u64) -> f64 {
        todo!()
    }
}

/// The quorums with the least mean latency that miss nothing; of several, those with the smallest
/// `read`, and of these the smallest `write`. There is at least one site.
pub fn fastest(round_trips: &[u64], reads: u64) -> Quorum {
    todo!()
}
