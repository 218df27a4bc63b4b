//! Every site answers by itself: available, and consistent some time later.
//!
//! A change is made here and sent to everybody. Who misses it, because the link is cut, hears of it
//! later: now and then each site sends all that it has, which is called *anti-entropy*. So after a
//! cut is mended all sites come to have the same, whatever was lost. What *the same* is, is the one
//! question in which last-writer-wins and merging differ.

use super::{Held, Message, OpId, Outbox, Protocol, apply};
use crate::network::Site;
use crate::workload::Op;

/// What becomes of the cart that is here when another one arrives.
pub(crate) type Choose = fn(&mut Held, &Held);

// ANCHOR: choose
/// The later one stays, as a whole.
pub(crate) fn last_writer_wins(mine: &mut Held, theirs: &Held) {
    if theirs.stamp > mine.stamp {
        *mine = theirs.clone();
    }
}

/// Both stay.
pub(crate) fn merge(mine: &mut Held, theirs: &Held) {
    mine.cart.merge(&theirs.cart);
    mine.stamp = mine.stamp.max(theirs.stamp);
}
// ANCHOR_END: choose

pub(super) struct Local {
    site: Site,
    sites: usize,
    carts: Vec<Held>,
    clock_ahead: u64,
    choose: Choose,
    conflicts: usize,
}

impl Local {
    pub(super) fn new(
        site: Site,
        sites: usize,
        carts: usize,
        clock_ahead: u64,
        choose: Choose,
    ) -> Self {
        Local {
            site,
            sites,
            carts: vec![Held::default(); carts],
            clock_ahead,
            choose,
            conflicts: 0,
        }
    }

    fn tell(&self, cart: usize, out: &mut Outbox) {
        let others = (0..self.sites).filter(|site| *site != self.site);
        let state = || Message::State(cart, self.carts[cart].clone());
        out.messages.extend(others.map(|site| (site, state())));
    }
}

impl Protocol for Local {
    // ANCHOR: start
    fn start(&mut self, op: OpId, request: &Op, out: &mut Outbox) {
        let number = request.cart();
        let mut changed = self.carts[number].clone();
        let outcome = apply(&mut changed.cart, op, request);
        if !request.is_read() {
            // By the clock of this site, which may be wrong.
            changed.stamp = (out.now + self.clock_ahead, self.site);
            (self.choose)(&mut self.carts[number], &changed);
            self.tell(number, out);
        }
        out.answers.push((op, outcome)); // nobody else was asked
    }
    // ANCHOR_END: start

    fn receive(&mut self, _from: Site, message: Message, _out: &mut Outbox) {
        if let Message::State(cart, theirs) = message {
            let mine = &mut self.carts[cart];
            let both_know_more =
                mine.cart.knows_more_than(&theirs.cart) && theirs.cart.knows_more_than(&mine.cart);
            self.conflicts += usize::from(both_know_more);
            (self.choose)(mine, &theirs);
        }
    }

    fn give_up(&mut self, _op: OpId, _out: &mut Outbox) {
        // All are answered when they come.
    }

    fn gossip(&mut self, out: &mut Outbox) {
        for cart in 0..self.carts.len() {
            self.tell(cart, out);
        }
    }

    fn held(&self, cart: usize) -> &Held {
        &self.carts[cart]
    }

    fn conflicts(&self) -> usize {
        self.conflicts
    }
}
