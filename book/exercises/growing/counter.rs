use std::collections::BTreeMap;

/// A counter that is kept at several sites, each of which raises and lowers it without asking.
///
/// The chapter's cart remembers what has happened; so must this one. Which fields does it need, such
/// that two of them can be merged without counting anything twice, or forgetting anything?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    site: u32,
    // your fields
}

impl Counter {
    /// The counter at this site; it is 0. No other site has that number.
    pub fn new(site: u32) -> Self {
        todo!()
    }

    /// Raises it by so much, or lowers it.
    pub fn add(&mut self, amount: i64) {
        todo!()
    }

    /// What it is, as far as this site knows.
    pub fn value(&self) -> i128 {
        todo!()
    }

    /// Learns what another site knows. It may be old news, come twice, or in any order, or be what
    /// this site once said itself.
    pub fn merge(&mut self, other: &Counter) {
        todo!("why is it not enough to remember one number for each site?")
    }
}
