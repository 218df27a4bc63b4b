//! The loop of events.
//!
//! Nothing here waits: the loop takes the earliest event, sets the time to that event's, and lets
//! it have its consequences, which are later events. An hour passes in milliseconds, and the same
//! seed gives the same hour.
//!
//! # Invariants
//!
//! * No event is earlier than the one before it: consequences come at the same time or later.
//! * Events of the same time happen in the order in which they were caused.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::history::{Outcome, Record};
use crate::network::{Network, Site};
use crate::protocol::{Message, OpId, Outbox, Protocol};
use crate::workload::Step;

/// From a customer to the site that is near, and back again, in microseconds.
const HOP: u64 = 500;

enum Event {
    Start(OpId),
    Deliver(Site, Site, Message),
    GiveUp(OpId),
    Retry(Site, OpId),
    Gossip(Site),
}

/// The sites, the network between them, and what is going to happen.
pub(crate) struct World {
    /// In microseconds.
    now: u64,
    /// By time, and by number among those of the same time.
    events: BTreeMap<(u64, u64), Event>,
    /// How many events there have been, which tells those of the same time apart.
    caused: u64,
    network: Network,
    pub(crate) sites: Vec<Box<dyn Protocol>>,
    pub(crate) records: Vec<Record>,
}

impl World {
    pub(crate) fn new(network: Network, sites: Vec<Box<dyn Protocol>>) -> Self {
        World {
            now: 0,
            events: BTreeMap::new(),
            caused: 0,
            network,
            sites,
            records: Vec::new(),
        }
    }

    fn at(&mut self, time: u64, event: Event) {
        self.events.insert((time, self.caused), event);
        self.caused += 1;
    }

    /// A customer will ask, and will wait for so many microseconds.
    pub(crate) fn ask(&mut self, step: &Step, site: Site, timeout: u64) {
        let op = self.records.len();
        self.records.push(Record {
            site,
            op: step.op.clone(),
            invoked: step.at,
            returned: step.at,
            outcome: Outcome::Refused,
        });
        let arrives = step.at.as_micros() as u64 + HOP;
        self.at(arrives, Event::Start(op));
        self.at(arrives + timeout, Event::GiveUp(op));
    }

    /// A site will tell the others what it has, so often, up to then.
    pub(crate) fn gossip(&mut self, site: Site, every: u64, until: u64) {
        for round in 1..=until / every {
            self.at(round * every, Event::Gossip(site));
        }
    }

    // ANCHOR: run
    /// Lets all of it happen.
    pub(crate) fn run(&mut self, steps: &[Step]) {
        while let Some(((time, _), event)) = self.events.pop_first() {
            self.now = time;
            let mut out = Outbox::at(time);
            let site = match event {
                Event::Start(op) => {
                    let site = self.records[op].site;
                    self.sites[site].start(op, &steps[op].op, &mut out);
                    site
                }
                Event::Deliver(from, to, message) => {
                    self.sites[to].receive(from, message, &mut out);
                    to
                }
                Event::GiveUp(op) => {
                    let site = self.records[op].site;
                    self.sites[site].give_up(op, &mut out);
                    site
                }
                Event::Retry(site, op) => {
                    self.sites[site].retry(op, &mut out);
                    site
                }
                Event::Gossip(site) => {
                    self.sites[site].gossip(&mut out);
                    site
                }
            };
            self.consequences(site, out);
        }
    }

    fn consequences(&mut self, from: Site, out: Outbox) {
        for (to, message) in out.messages {
            if let Some(time) = self.network.deliver(from, to, self.now) {
                self.at(time, Event::Deliver(from, to, message));
            }
        }
        for (op, outcome) in out.answers {
            self.records[op].outcome = outcome;
            self.records[op].returned = Duration::from_micros(self.now + HOP);
        }
        for (pause, op) in out.retries {
            self.at(self.now + pause, Event::Retry(from, op));
        }
    }
    // ANCHOR_END: run
}
