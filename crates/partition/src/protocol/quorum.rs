//! Nothing is done that has not met a quorum.
//!
//! A change goes through two rounds. First it asks every site what it has, and waits for `read`
//! answers; the latest of them is what the cart is. Then it sends the cart, changed or not, to every
//! site, and waits until `write` have taken it. If `read + write` is more than there are sites, the
//! answers of the first round always contain one from a site that took part in the last operation's
//! second round: so it is not missed.
//!
//! Two operations at the same time would both change the same old cart, and one change would be
//! lost. Hence the *ballots*: a site that has answered a first round with a high ballot refuses the
//! second round of a lower one, which then begins again. This is Paxos for a single value that keeps
//! changing, known as CASPaxos. Who only reads gets by with one round, if all who answer agree.
//!
//! # Invariants
//!
//! With overlapping quorums: once `write` sites have accepted a cart, every cart that is accepted
//! under a higher ballot was made from it, or from one that was made from it.
//!
//! Rystsov, *CASPaxos: replicated state machines without logs*, 2018; that quorums of the two rounds
//! need only overlap with each other is from Howard, Malkhi and Spiegelman, *Flexible Paxos*, 2016.

use std::collections::{BTreeMap, BTreeSet};

use super::{Held, Message, OpId, Outbox, Protocol, Stamp, apply};
use crate::cart::Cart;
use crate::history::Outcome;
use crate::network::Site;
use crate::random::Random;
use crate::workload::Op;

/// What a site remembers of a cart.
#[derive(Clone, Default)]
struct Register {
    /// It listens to no ballot below this one.
    promised: Stamp,
    /// The cart, under the ballot with which it was accepted.
    accepted: Held,
    /// Which operations have made it what it is, so that one that begins again is not done twice.
    applied: BTreeSet<OpId>,
}

/// An operation that has not been answered.
struct Running {
    request: Op,
    ballot: Stamp,
    phase: Phase,
    /// Whether some site may have been asked to accept its change.
    proposed: bool,
    /// The highest ballot that made somebody refuse.
    heard_of: u64,
    /// Whether somebody has refused this ballot, so that a pause is running.
    is_refused: bool,
    /// How often it has begun again.
    retries: u32,
}

enum Phase {
    /// Who has said what, to one who only reads.
    Reading(BTreeMap<Site, Held>),
    /// Who has answered, and the latest of their carts.
    Asking(BTreeSet<Site>, Held, BTreeSet<OpId>),
    /// Who has accepted, and what to tell the customer then.
    Telling(BTreeSet<Site>, Outcome),
}

pub(super) struct Quorum {
    sites: usize,
    read: usize,
    write: usize,
    registers: Vec<Register>,
    running: BTreeMap<OpId, Running>,
    random: Random,
}

/// The pause after an attempt that was refused is at most so many microseconds, and at least half of
/// them; after each further one it is twice as long.
const PAUSE: u64 = 100_000;

/// How often it is doubled at most.
const DOUBLED: u32 = 3;

impl Quorum {
    pub(super) fn new(
        sites: usize,
        carts: usize,
        read: usize,
        write: usize,
        random: Random,
    ) -> Self {
        Quorum {
            sites,
            read,
            write,
            registers: vec![Register::default(); carts],
            running: BTreeMap::new(),
            random,
        }
    }

    /// Sends the same to every site, this one included.
    fn ask_all(&self, message: &Message, out: &mut Outbox) {
        let to_all = (0..self.sites).map(|site| (site, message.clone()));
        out.messages.extend(to_all);
    }

    // ANCHOR: read
    /// An answer to one who only reads has come. If as many sites as any quorum has say the same, it
    /// is what was last agreed on, and nobody needs to be told. If not, somebody is changing it, and
    /// the reader helps to bring that to an end.
    fn on_answer(&mut self, from: Site, op: OpId, theirs: Held, out: &mut Outbox) {
        let Some(running) = self.running.get_mut(&op) else {
            return;
        };
        let Phase::Reading(answers) = &mut running.phase else {
            return;
        };
        let items = theirs.cart.items();
        let stamp = theirs.stamp;
        answers.insert(from, theirs);
        if answers.len() < self.read.max(self.write) {
            return;
        }
        if answers.values().all(|other| other.stamp == stamp) {
            out.answers.push((op, Outcome::Read(items)));
            self.running.remove(&op);
        } else {
            self.ask(op, out);
        }
    }
    // ANCHOR_END: read

    /// The first round, with a ballot above all that this site has heard of.
    fn ask(&mut self, op: OpId, out: &mut Outbox) {
        let Some(running) = self.running.get_mut(&op) else {
            return;
        };
        let cart = running.request.cart();
        let heard_of = self.registers[cart].promised.0.max(running.heard_of);
        running.ballot = (heard_of.max(running.ballot.0) + 1, op);
        running.is_refused = false;
        running.phase = Phase::Asking(BTreeSet::new(), Held::default(), BTreeSet::new());
        let prepare = Message::Prepare(op, running.ballot, cart);
        self.ask_all(&prepare, out);
    }

    // ANCHOR: promise
    /// An answer of the first round has come.
    fn on_promise(
        &mut self,
        from: Site,
        op: OpId,
        ballot: Stamp,
        theirs: Register,
        out: &mut Outbox,
    ) {
        let Some(running) = self.running.get_mut(&op).filter(|it| it.ballot == ballot) else {
            return; // of an attempt that is over
        };
        let Phase::Asking(answers, latest, applied) = &mut running.phase else {
            return;
        };
        answers.insert(from);
        if theirs.accepted.stamp > latest.stamp {
            (*latest, *applied) = (theirs.accepted, theirs.applied);
        }
        if answers.len() == self.read {
            self.tell(op, out);
        }
    }
    // ANCHOR_END: promise

    /// The second round.
    fn tell(&mut self, op: OpId, out: &mut Outbox) {
        let Some(running) = self.running.get_mut(&op) else {
            return;
        };
        let Phase::Asking(_, latest, applied) = &mut running.phase else {
            return;
        };
        let (mut cart, mut applied) = (latest.cart.clone(), applied.clone());
        let is_new = running.request.is_read() || applied.insert(op);
        let outcome = match is_new {
            true => apply(&mut cart, op, &running.request),
            false => Outcome::Done,
        };
        running.proposed = true;
        running.phase = Phase::Telling(BTreeSet::new(), outcome);
        let number = running.request.cart();
        let accept = Message::Accept(op, running.ballot, number, cart, applied);
        self.ask_all(&accept, out);
    }

    fn on_accepted(&mut self, from: Site, op: OpId, ballot: Stamp, out: &mut Outbox) {
        let Some(running) = self.running.get_mut(&op).filter(|it| it.ballot == ballot) else {
            return;
        };
        let Phase::Telling(sites, outcome) = &mut running.phase else {
            return;
        };
        sites.insert(from);
        if sites.len() == self.write {
            out.answers.push((op, outcome.clone()));
            self.running.remove(&op);
        }
    }

    /// A site has promised not to listen to this ballot. Perhaps the others are enough; if they are
    /// not when a pause is over, the operation begins again. The pause is random, or two operations
    /// could refuse each other for ever.
    fn on_refuse(&mut self, op: OpId, ballot: Stamp, promised: Stamp, out: &mut Outbox) {
        let Some(running) = self.running.get_mut(&op).filter(|it| it.ballot == ballot) else {
            return;
        };
        running.heard_of = running.heard_of.max(promised.0);
        if !running.is_refused {
            running.is_refused = true;
            let longest = PAUSE << running.retries.min(DOUBLED);
            running.retries += 1;
            let pause = self.random.between(longest / 2, longest);
            out.retries.push((pause, op));
        }
    }

    // ANCHOR: register
    /// What a site answers to the first round: yes, unless it has promised not to.
    fn on_prepare(&mut self, op: OpId, ballot: Stamp, cart: usize) -> Message {
        let register = &mut self.registers[cart];
        if ballot < register.promised {
            return Message::Refuse(op, ballot, register.promised);
        }
        register.promised = ballot;
        Message::Promise(
            op,
            ballot,
            register.accepted.clone(),
            register.applied.clone(),
        )
    }

    /// And to the second.
    fn on_accept(&mut self, op: OpId, ballot: Stamp, cart: usize, new: Register) -> Message {
        let register = &mut self.registers[cart];
        if ballot < register.promised {
            return Message::Refuse(op, ballot, register.promised);
        }
        *register = new;
        Message::Accepted(op, ballot)
    }
    // ANCHOR_END: register
}

impl Protocol for Quorum {
    fn start(&mut self, op: OpId, request: &Op, out: &mut Outbox) {
        let ballot = (0, op);
        let running = Running {
            request: request.clone(),
            ballot,
            phase: Phase::Reading(BTreeMap::new()),
            proposed: false,
            heard_of: 0,
            is_refused: false,
            retries: 0,
        };
        self.running.insert(op, running);
        match request {
            Op::Read(cart) => self.ask_all(&Message::Query(op, ballot, *cart), out),
            Op::Add(..) | Op::Remove(..) => self.ask(op, out),
        }
    }

    fn receive(&mut self, from: Site, message: Message, out: &mut Outbox) {
        match message {
            Message::Prepare(op, ballot, cart) => {
                let answer = self.on_prepare(op, ballot, cart);
                out.messages.push((from, answer));
            }
            Message::Accept(op, ballot, number, cart, applied) => {
                let new = register(ballot, cart, applied);
                let answer = self.on_accept(op, ballot, number, new);
                out.messages.push((from, answer));
            }
            Message::Query(op, ballot, cart) => {
                let Register {
                    accepted, applied, ..
                } = self.registers[cart].clone();
                let answer = Message::Promise(op, ballot, accepted, applied);
                out.messages.push((from, answer));
            }
            Message::Promise(op, (0, _), accepted, _) => self.on_answer(from, op, accepted, out),
            Message::Promise(op, ballot, accepted, applied) => {
                let theirs = Register {
                    promised: ballot,
                    accepted,
                    applied,
                };
                self.on_promise(from, op, ballot, theirs, out);
            }
            Message::Accepted(op, ballot) => self.on_accepted(from, op, ballot, out),
            Message::Refuse(op, ballot, promised) => self.on_refuse(op, ballot, promised, out),
            _ => {}
        }
    }

    // ANCHOR: give_up
    fn give_up(&mut self, op: OpId, out: &mut Outbox) {
        let Some(running) = self.running.remove(&op) else {
            return;
        };
        // Before the second round nothing can have changed; after it has begun, one site may have
        // taken the change, and the next operation may find it there.
        let is_harmless = running.request.is_read() || !running.proposed;
        out.answers.push(match is_harmless {
            true => (op, Outcome::Refused),
            false => (op, Outcome::Unknown),
        });
    }
    // ANCHOR_END: give_up

    fn retry(&mut self, op: OpId, out: &mut Outbox) {
        self.ask(op, out);
    }

    fn held(&self, cart: usize) -> &Held {
        &self.registers[cart].accepted
    }
}

fn register(ballot: Stamp, cart: Cart, applied: BTreeSet<OpId>) -> Register {
    Register {
        promised: ballot,
        accepted: Held {
            stamp: ballot,
            cart,
        },
        applied,
    }
}
