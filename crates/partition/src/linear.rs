//! Could one machine have given these answers?
//!
//! A history is *linearizable* if every operation can be given a point between its call and its
//! return, such that one copy of the data, to which the operations happen at these points one after
//! another, gives all the answers that were given. It is the strongest thing that a replicated
//! system can promise: that nobody can tell that it is one.
//!
//! # Idea
//!
//! Try. The first point must belong to an operation that began before any other had returned; do it
//! to a copy, and go on with the rest. If its answer is not the one that was given, it was not the
//! first. What makes the search bearable is to remember which sets of operations have been done with
//! which result, and never to try one twice.
//!
//! ```text
//! A   |--- add tea ---|
//! B        |- read: {} -|    |- read: {tea} -|     fine: A's point lies behind B's first
//! B        |- read: {tea} -| |- read: {} -|        not: there is no place for A's point
//! ```
//!
//! # Complexity
//!
//! Exponential in the operations that are under way at one time; one without an answer is under way
//! for ever. To decide it is NP-complete, so the search gives up after so many sets, and says so.
//!
//! Wing and Gong, *Testing and verifying concurrent objects*, 1993; Lowe, *Testing for
//! linearizability*, 2017, added the memory.

use std::collections::HashSet;
use std::hash::Hash;
use std::time::Duration;

use crate::cart::Items;
use crate::history::{History, Outcome};
use crate::workload::Op;

/// Data on one machine, to which operations happen one after another.
pub trait Model: Clone + Eq + Hash {
    /// What is asked of it.
    type Op;
    /// What it answers.
    type Answer: PartialEq;

    /// Does it.
    fn apply(&mut self, op: &Self::Op) -> Self::Answer;
}

/// An operation and what is known of it.
#[derive(Clone, Debug)]
pub struct Call<M: Model> {
    /// What was asked.
    pub op: M::Op,
    /// When it began.
    pub invoked: Duration,
    /// The answer and its time; `None` if there was none, and it may happen at any later time, or
    /// never.
    pub returned: Option<(Duration, M::Answer)>,
}

/// Whether one machine could have done it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It could.
    Linearizable,
    /// It could not: an answer was given that no order of the operations explains.
    Violated,
    /// There were too many orders to try.
    Undecided,
}

/// Which operations were done: a bit each.
type Done = Vec<u64>;

// ANCHOR: check
/// Whether `calls` could have been answered by one copy of the data, which was `initial`. Looks at
/// no more than so many sets of operations.
pub fn check<M: Model>(initial: M, calls: &[Call<M>], most: usize) -> Verdict {
    let nothing: Done = vec![0; calls.len().div_ceil(64)];
    let mut seen = HashSet::from([(nothing.clone(), initial.clone())]);
    let mut open = vec![(nothing, initial)];
    while let Some((done, state)) = open.pop() {
        let rest = || (0..calls.len()).filter(|&call| !is_done(&done, call));
        let returns = rest().filter_map(|call| calls[call].returned.as_ref());
        let Some(first_return) = returns.map(|(time, _)| *time).min() else {
            return Verdict::Linearizable; // all that were answered are explained
        };
        for call in rest().filter(|&call| calls[call].invoked <= first_return) {
            let mut next = state.clone();
            let answer = next.apply(&calls[call].op);
            let told = calls[call].returned.as_ref();
            if told.is_some_and(|(_, told)| *told != answer) {
                continue;
            }
            let found = (with(&done, call), next);
            if !seen.contains(&found) {
                seen.insert(found.clone());
                open.push(found);
            }
        }
        if seen.len() > most {
            return Verdict::Undecided;
        }
    }
    Verdict::Violated
}
// ANCHOR_END: check

fn is_done(done: &Done, call: usize) -> bool {
    done[call / 64] & (1 << (call % 64)) != 0
}

fn with(done: &Done, call: usize) -> Done {
    let mut more = done.clone();
    more[call / 64] |= 1 << (call % 64);
    more
}

/// A cart of one machine.
impl Model for Items {
    type Op = Op;
    type Answer = Option<Items>;

    fn apply(&mut self, op: &Op) -> Option<Items> {
        match op {
            Op::Read(_) => return Some(self.clone()),
            Op::Add(_, item) => self.insert(item.clone()),
            Op::Remove(_, item) => self.remove(item),
        };
        None
    }
}

/// How many sets of operations are tried for each cart.
const MOST: usize = 20_000;

impl History {
    /// Whether the customers could tell that there is more than one copy.
    ///
    /// Each cart is looked at by itself: a history of several is linearizable if and only if those
    /// of each are (Herlihy and Wing, 1990), which is what makes checking long ones possible.
    pub fn linearizable(&self) -> Verdict {
        let verdicts = (0..self.settled.len()).map(|cart| {
            let calls = self.calls(cart);
            check(Items::new(), &calls, MOST)
        });
        let mut worst = Verdict::Linearizable;
        for verdict in verdicts {
            match verdict {
                Verdict::Violated => return Verdict::Violated,
                Verdict::Undecided => worst = Verdict::Undecided,
                Verdict::Linearizable => {}
            }
        }
        worst
    }

    fn calls(&self, cart: usize) -> Vec<Call<Items>> {
        let of_cart = self
            .records
            .iter()
            .filter(|record| record.op.cart() == cart);
        let call = |record: &crate::Record| {
            let answer = match &record.outcome {
                Outcome::Refused => return None, // it never happened
                Outcome::Unknown => None,
                Outcome::Done => Some((record.returned, None)),
                Outcome::Read(items) => Some((record.returned, Some(items.clone()))),
            };
            Some(Call {
                op: record.op.clone(),
                invoked: record.invoked,
                returned: answer,
            })
        };
        of_cart.filter_map(call).collect()
    }
}
