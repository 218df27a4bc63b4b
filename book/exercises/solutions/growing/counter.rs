use std::collections::BTreeMap;

/// A counter that is kept at several sites, each of which raises and lowers it without asking.
///
/// For each site there are two sums, of what it has added and of what it has taken away. Only that
/// site changes them, and they only grow: so of two versions the greater is the later one. A single
/// number for each site would not do, because it may go down, and then nobody knows which is later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    site: u32,
    raised: BTreeMap<u32, u128>,
    lowered: BTreeMap<u32, u128>,
}

impl Counter {
    /// The counter at this site; it is 0.
    pub fn new(site: u32) -> Self {
        Counter {
            site,
            raised: BTreeMap::new(),
            lowered: BTreeMap::new(),
        }
    }

    /// Raises it by so much, or lowers it.
    pub fn add(&mut self, amount: i64) {
        let sums = match amount < 0 {
            true => &mut self.lowered,
            false => &mut self.raised,
        };
        // i64::MIN has no positive counterpart in i64.
        *sums.entry(self.site).or_default() += u128::from(amount.unsigned_abs());
    }

    /// What it is, as far as this site knows.
    pub fn value(&self) -> i128 {
        let sum = |sums: &BTreeMap<u32, u128>| sums.values().sum::<u128>() as i128;
        sum(&self.raised) - sum(&self.lowered)
    }

    /// Learns what another site knows.
    pub fn merge(&mut self, other: &Counter) {
        for (mine, theirs) in [
            (&mut self.raised, &other.raised),
            (&mut self.lowered, &other.lowered),
        ] {
            for (site, sum) in theirs {
                let known = mine.entry(*site).or_default();
                *known = (*known).max(*sum);
            }
        }
    }
}
