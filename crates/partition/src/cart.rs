//! A shopping cart that can be merged: an observed-remove set.
//!
//! Two replicas changed the same cart while they could not talk. When they meet, neither may be
//! thrown away. So a cart does not remember *what is in it*, but *what has happened to it*: every
//! addition with a tag of its own, and the tags that somebody has taken out again. Two such records
//! are merged by union, and a union does not care in which order, or how often, it is taken.
//!
//! ```text
//! Dublin   added { 1: kettle, 2: tea }   removed { 1 }      shows { tea }
//! Tokyo    added { 1: kettle, 3: kettle } removed { }       shows { kettle }
//! merged   added { 1, 2, 3 }             removed { 1 }      shows { kettle, tea }
//! ```
//!
//! Dublin took out the kettle that it had *observed*, number 1. It knew nothing of number 3, and so
//! that one stays: of a concurrent addition and removal, the addition wins.
//!
//! # Invariants
//!
//! * A tag stands for one addition: two carts never have it with different items.
//! * `removed` is a subset of the tags of `added`.
//!
//! # Complexity
//!
//! O(n) to merge or to show, where n counts all additions there ever were. What was removed is never
//! forgotten; real systems forget it with version vectors, or after a time.
//!
//! Shapiro, Preguiça, Baquero and Zawirski, *A comprehensive study of convergent and commutative
//! replicated data types*, 2011, §3.3.5.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What can be put into a cart.
pub type Item = Arc<str>;

/// What a cart shows.
pub type Items = BTreeSet<Item>;

/// The name of one addition: in a simulation, the number of the operation.
pub type Tag = usize;

/// An observed-remove set of items.
///
/// ```
/// use partition::Cart;
///
/// let mut dublin = Cart::default();
/// dublin.add("kettle", 1);
/// let mut tokyo = dublin.clone();
///
/// dublin.remove("kettle");
/// tokyo.add("tea", 2);
/// dublin.merge(&tokyo);
/// assert!(dublin.items().iter().map(|item| &**item).eq(["tea"]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cart {
    added: BTreeMap<Tag, Item>,
    removed: BTreeSet<Tag>,
}

// ANCHOR: cart
impl Cart {
    /// Puts an item in, under a tag that no other addition has.
    pub fn add(&mut self, item: impl Into<Item>, tag: Tag) {
        self.added.insert(tag, item.into());
    }

    /// Takes out every addition of this item that *this* cart knows of.
    pub fn remove(&mut self, item: &str) {
        let observed = self.added.iter().filter(|(_, other)| ***other == *item);
        self.removed.extend(observed.map(|(tag, _)| *tag));
    }

    /// Learns what the other cart knows. Commutative, associative, idempotent.
    pub fn merge(&mut self, other: &Cart) {
        let added = other.added.iter().map(|(tag, item)| (*tag, item.clone()));
        self.added.extend(added);
        self.removed.extend(&other.removed);
    }

    /// What is in it.
    pub fn items(&self) -> Items {
        let present = |(tag, _): &(&Tag, _)| !self.removed.contains(tag);
        let added = self.added.iter().filter(present);
        added.map(|(_, item)| item.clone()).collect()
    }
}
// ANCHOR_END: cart

impl Cart {
    /// Whether it knows of a change that `other` does not know of.
    pub fn knows_more_than(&self, other: &Cart) -> bool {
        let new_tag = |tag| !other.added.contains_key(tag);
        self.added.keys().any(new_tag) || !self.removed.is_subset(&other.removed)
    }
}
