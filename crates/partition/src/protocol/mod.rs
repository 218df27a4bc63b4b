//! What a site does when a customer asks, when a message arrives and when a timer rings.
//!
//! A protocol here is pure: an event goes in, and out come messages, answers and timers. It knows
//! no network and no clock but the time that it is told, so the world around it may be simulated.

mod leader;
mod local;
mod quorum;

use std::collections::BTreeSet;

use crate::cart::{Cart, Items, Tag};
use crate::history::Outcome;
use crate::network::Site;
use crate::policy::Policy;
use crate::random::Random;
use crate::workload::Op;

/// The number of an operation.
pub(crate) type OpId = Tag;

/// A version of a cart: the greater one is later. In words: a time and a site for the last writer,
/// a count for a leader, a ballot for a quorum.
pub(crate) type Stamp = (u64, usize);

/// What one site tells another.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// To the leader: do this.
    Ask(OpId, Op),
    /// From the leader: done.
    Reply(OpId, Outcome),
    /// This is what the sender has.
    State(usize, Held),
    /// A quorum's question, to read: what have you got?
    Query(OpId, Stamp, usize),
    /// A quorum's first question, to change something: what have you got? And listen to nobody with a lower ballot.
    Prepare(OpId, Stamp, usize),
    /// The answer to both: this, which had been accepted under that ballot.
    Promise(OpId, Stamp, Held, BTreeSet<OpId>),
    /// A quorum's second question: take this.
    Accept(OpId, Stamp, usize, Cart, BTreeSet<OpId>),
    /// Its answer.
    Accepted(OpId, Stamp),
    /// No: somebody with this higher ballot was here.
    Refuse(OpId, Stamp, Stamp),
}

/// A cart and its version.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Held {
    pub stamp: Stamp,
    pub cart: Cart,
}

/// What comes out.
#[derive(Debug)]
pub(crate) struct Outbox {
    /// In microseconds.
    pub now: u64,
    pub messages: Vec<(Site, Message)>,
    pub answers: Vec<(OpId, Outcome)>,
    /// Operations to be tried again after so many microseconds.
    pub retries: Vec<(u64, OpId)>,
}

impl Outbox {
    pub(crate) fn at(now: u64) -> Self {
        Outbox {
            now,
            messages: Vec::new(),
            answers: Vec::new(),
            retries: Vec::new(),
        }
    }
}

/// A site's part in keeping the carts.
pub(crate) trait Protocol {
    /// A customer asks.
    fn start(&mut self, op: OpId, request: &Op, out: &mut Outbox);
    /// A message arrives.
    fn receive(&mut self, from: Site, message: Message, out: &mut Outbox);
    /// The customer waits no longer. Does nothing if the operation is answered.
    fn give_up(&mut self, op: OpId, out: &mut Outbox);
    /// A pause is over.
    fn retry(&mut self, _op: OpId, _out: &mut Outbox) {}
    /// It is time to tell the others what is here.
    fn gossip(&mut self, _out: &mut Outbox) {}
    /// What this site has.
    fn held(&self, cart: usize) -> &Held;
    /// How often two carts met of which each knew something that the other did not.
    fn conflicts(&self) -> usize {
        0
    }
}

/// Each site's part.
pub(crate) fn sites(
    policy: Policy,
    count: usize,
    carts: usize,
    clocks_ahead: &[u64],
    seed: u64,
) -> Vec<Box<dyn Protocol>> {
    let part = |site: Site| -> Box<dyn Protocol> {
        match policy {
            Policy::Leader { reads } => Box::new(leader::Leader::new(site, count, carts, reads)),
            Policy::Quorum { read, write } => {
                let random = Random::new(seed, 1000 + site as u64);
                Box::new(quorum::Quorum::new(count, carts, read, write, random))
            }
            Policy::LastWriterWins => {
                let choose = local::last_writer_wins;
                let clock = clocks_ahead[site];
                Box::new(local::Local::new(site, count, carts, clock, choose))
            }
            Policy::Merge => Box::new(local::Local::new(site, count, carts, 0, local::merge)),
        }
    };
    (0..count).map(part).collect()
}

/// What all sites together have in the end of one cart, if they could talk.
pub(crate) fn settled(policy: Policy, sites: &[Box<dyn Protocol>], cart: usize) -> Items {
    let mut result = Held::default();
    for site in sites {
        match policy {
            Policy::Merge => local::merge(&mut result, site.held(cart)),
            _ => local::last_writer_wins(&mut result, site.held(cart)),
        }
    }
    result.cart.items()
}

/// Does what an operation says, to a cart.
pub(crate) fn apply(cart: &mut Cart, op: OpId, request: &Op) -> Outcome {
    match request {
        Op::Read(_) => return Outcome::Read(cart.items()),
        Op::Add(_, item) => cart.add(item.clone(), op),
        Op::Remove(_, item) => cart.remove(item),
    }
    Outcome::Done
}
