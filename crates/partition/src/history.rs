//! What was asked, what was answered, and what was wrong with it.

use std::time::Duration;

use crate::cart::{Item, Items};
use crate::network::Cut;
use crate::workload::Op;

// ANCHOR: outcome
/// What became of an operation, as its customer was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// This is in the cart.
    Read(Items),
    /// It is done.
    Done,
    /// It is not done, and never will be.
    Refused,
    /// No answer in time. It may have been done, or be done yet, or not.
    Unknown,
}
// ANCHOR_END: outcome

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The number of the site at which it was asked.
    pub site: usize,
    /// What was asked.
    pub op: Op,
    /// When the customer asked.
    pub invoked: Duration,
    /// When the customer was told.
    pub returned: Duration,
    /// What the customer was told.
    pub outcome: Outcome,
}

impl Record {
    /// Whether the customer got what was asked for.
    pub fn is_answered(&self) -> bool {
        matches!(self.outcome, Outcome::Read(_) | Outcome::Done)
    }

    /// From asking to being told.
    pub fn latency(&self) -> Duration {
        self.returned.saturating_sub(self.invoked)
    }

    /// By when it has certainly happened, if it has.
    fn done_by(&self) -> Option<Duration> {
        self.is_answered().then_some(self.returned)
    }

    fn adds(&self, item: &Item, cart: usize) -> bool {
        matches!(&self.op, Op::Add(to, it) if to == &cart && it == item)
    }

    fn removes(&self, item: &Item, cart: usize) -> bool {
        matches!(&self.op, Op::Remove(from, it) if from == &cart && it == item)
    }
}

/// All that happened in a simulation. Equal seeds and settings give equal histories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The names of the sites.
    pub sites: Vec<String>,
    /// When which links were cut.
    pub cuts: Vec<Cut>,
    /// In the order in which they were asked.
    pub records: Vec<Record>,
    /// What is in each cart in the end, according to the policy: the leader's, the one with the
    /// highest ballot, the last writer's, all merged.
    pub settled: Vec<Items>,
    /// What is in each cart in the end, at each site.
    pub replicas: Vec<Vec<Items>>,
    /// How often two carts met of which each knew a change that the other did not.
    pub conflicts: usize,
}

impl History {
    // ANCHOR: stale
    /// The reads that were wrong when they were answered: they lack something that had been put in
    /// before they began, or show something that had been taken out. By number.
    pub fn stale_reads(&self) -> Vec<usize> {
        let is_stale = |read: &Record| match &read.outcome {
            Outcome::Read(items) => {
                self.wrong_items(items, read.op.cart(), read.invoked, read.returned)
            }
            _ => false,
        };
        self.numbers(is_stale)
    }
    // ANCHOR_END: stale

    /// The changes that were acknowledged, that nobody undid, and that have left no trace in the
    /// end: what was added is not there, or what was removed is. By number.
    pub fn lost_updates(&self) -> Vec<usize> {
        let end = Duration::MAX;
        let is_lost = |change: &Record| {
            let cart = change.op.cart();
            let shows = |item: &Item| self.settled[cart].contains(item);
            change.outcome == Outcome::Done
                && match &change.op {
                    Op::Add(_, item) => !shows(item) && self.is_in(item, cart, end, end),
                    Op::Remove(_, item) => shows(item) && self.is_out(item, cart, end, end),
                    Op::Read(_) => false,
                }
        };
        self.numbers(is_lost)
    }

    /// Whether all sites have the same in the end.
    pub fn has_converged(&self) -> bool {
        let are_equal = |sites: &Vec<Items>| sites.windows(2).all(|pair| pair[0] == pair[1]);
        self.replicas.iter().all(are_equal)
    }

    fn numbers(&self, is: impl Fn(&Record) -> bool) -> Vec<usize> {
        let numbered = self.records.iter().enumerate();
        let those = numbered.filter(|(_, record)| is(record));
        those.map(|(number, _)| number).collect()
    }

    fn wrong_items(&self, shown: &Items, cart: usize, from: Duration, to: Duration) -> bool {
        let changed = self
            .records
            .iter()
            .filter(|record| record.op.cart() == cart);
        let mut items = changed.filter_map(|record| match &record.op {
            Op::Add(_, item) | Op::Remove(_, item) => Some(item),
            Op::Read(_) => None,
        });
        items.any(|item| match shown.contains(item) {
            true => self.is_out(item, cart, from, to),
            false => self.is_in(item, cart, from, to),
        })
    }

    /// Whether the item must be in the cart from the one time to the other: it was put in before,
    /// and whatever might have taken it out was over before that.
    fn is_in(&self, item: &Item, cart: usize, from: Duration, to: Duration) -> bool {
        let additions = self.records.iter().filter(|it| it.adds(item, cart));
        let mut before = additions.filter(|it| it.done_by().is_some_and(|by| by < from));
        before.any(|addition| {
            let removals = self.records.iter().filter(|it| it.removes(item, cart));
            let mut perhaps = removals.filter(|it| it.invoked <= to && it.may_happen());
            perhaps.all(|it| it.done_by().is_some_and(|by| by < addition.invoked))
        })
    }

    /// Whether it must not be: nobody put it in, or it was taken out after all that might have.
    fn is_out(&self, item: &Item, cart: usize, from: Duration, to: Duration) -> bool {
        let perhaps = || {
            let additions = self.records.iter().filter(|it| it.adds(item, cart));
            additions.filter(|it| it.invoked <= to && it.may_happen())
        };
        let removals = self.records.iter().filter(|it| it.removes(item, cart));
        let mut before = removals.filter(|it| it.done_by().is_some_and(|by| by < from));
        perhaps().next().is_none()
            || before.any(|removal| {
                perhaps().all(|it| it.done_by().is_some_and(|by| by < removal.invoked))
            })
    }
}

impl Record {
    fn may_happen(&self) -> bool {
        self.outcome != Outcome::Refused
    }
}
