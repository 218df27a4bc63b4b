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
    /// How many sites a change needs: it goes through both rounds.
    fn for_changes(&self) -> usize {
        self.read.max(self.write)
    }

    /// What each group can do, if the sites are cut into groups of these sizes.
    pub fn when_cut(&self, groups: &[usize]) -> Vec<Can> {
        let can = |size: &usize| Can {
            read: *size >= self.read,
            change: *size >= self.for_changes(),
        };
        groups.iter().map(can).collect()
    }

    /// How many sites may be lost, whichever, such that reads still work; and changes.
    pub fn may_lose(&self) -> (usize, usize) {
        (self.sites - self.read, self.sites - self.for_changes())
    }

    /// Whether a read may miss a change that was over before it began.
    pub fn may_miss(&self) -> bool {
        self.read + self.write <= self.sites
    }

    /// The mean latency at a site.
    pub fn latency(&self, round_trips: &[u64], reads: u64) -> f64 {
        let mut sorted = round_trips.to_vec();
        sorted.sort_unstable();
        let (ask, tell) = (sorted[self.read - 1], sorted[self.write - 1]);
        // Every operation asks, and those that change something tell as well.
        ask as f64 + tell as f64 * (100 - reads) as f64 / 100.0
    }
}

/// The quorums with the least mean latency that miss nothing.
///
/// For each `read`, the smallest `write` that overlaps is the fastest: so there are no more than n
/// to compare.
pub fn fastest(round_trips: &[u64], reads: u64) -> Quorum {
    let sites = round_trips.len();
    let overlapping = (1..=sites).map(|read| Quorum {
        sites,
        read,
        write: sites + 1 - read,
    });
    overlapping
        .min_by(|one, other| {
            let (one, other) = (
                one.latency(round_trips, reads),
                other.latency(round_trips, reads),
            );
            one.total_cmp(&other)
        })
        .expect("there is at least one site")
}
