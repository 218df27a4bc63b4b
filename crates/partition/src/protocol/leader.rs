//! One site makes all changes.
//!
//! The leader numbers them, so that a follower which hears of two knows which is later. A follower
//! passes on what it is asked and waits. Nobody takes over from a leader that cannot be reached: to
//! choose another one safely is consensus, and needs a majority.

use std::collections::BTreeMap;

use super::{Held, Message, OpId, Outbox, Protocol, apply, local};
use crate::history::Outcome;
use crate::network::Site;
use crate::policy::Reads;
use crate::workload::Op;

const LEADER: Site = 0;

pub(super) struct Leader {
    site: Site,
    sites: usize,
    carts: Vec<Held>,
    reads: Reads,
    /// What was passed on, and is not answered; and whether it only reads.
    waiting: BTreeMap<OpId, bool>,
}

impl Leader {
    pub(super) fn new(site: Site, sites: usize, carts: usize, reads: Reads) -> Self {
        Leader {
            site,
            sites,
            carts: vec![Held::default(); carts],
            reads,
            waiting: BTreeMap::new(),
        }
    }

    fn carry_out(&mut self, op: OpId, request: &Op, out: &mut Outbox) -> Outcome {
        let held = &mut self.carts[request.cart()];
        let outcome = apply(&mut held.cart, op, request);
        if !request.is_read() {
            held.stamp.0 += 1;
            self.tell(request.cart(), out);
        }
        outcome
    }

    fn tell(&self, cart: usize, out: &mut Outbox) {
        let followers = (0..self.sites).filter(|site| *site != LEADER);
        let state = || Message::State(cart, self.carts[cart].clone());
        out.messages.extend(followers.map(|site| (site, state())));
    }
}

impl Protocol for Leader {
    // ANCHOR: start
    fn start(&mut self, op: OpId, request: &Op, out: &mut Outbox) {
        let may_answer = request.is_read() && self.reads == Reads::Local;
        if self.site == LEADER || may_answer {
            let outcome = self.carry_out(op, request, out);
            out.answers.push((op, outcome));
        } else {
            self.waiting.insert(op, request.is_read());
            out.messages
                .push((LEADER, Message::Ask(op, request.clone())));
        }
    }

    fn give_up(&mut self, op: OpId, out: &mut Outbox) {
        match self.waiting.remove(&op) {
            Some(true) => out.answers.push((op, Outcome::Refused)),
            // Perhaps the request was lost on its way. Perhaps it was the reply.
            Some(false) => out.answers.push((op, Outcome::Unknown)),
            None => {}
        }
    }
    // ANCHOR_END: start

    fn receive(&mut self, from: Site, message: Message, out: &mut Outbox) {
        match message {
            Message::Ask(op, request) => {
                let outcome = self.carry_out(op, &request, out);
                out.messages.push((from, Message::Reply(op, outcome)));
            }
            Message::Reply(op, outcome) => {
                let is_awaited = self.waiting.remove(&op).is_some();
                let answer = is_awaited.then_some((op, outcome));
                out.answers.extend(answer);
            }
            Message::State(cart, theirs) => {
                local::last_writer_wins(&mut self.carts[cart], &theirs);
            }
            _ => {}
        }
    }

    fn gossip(&mut self, out: &mut Outbox) {
        if self.site == LEADER {
            for cart in 0..self.carts.len() {
                self.tell(cart, out);
            }
        }
    }

    fn held(&self, cart: usize) -> &Held {
        &self.carts[cart]
    }
}
