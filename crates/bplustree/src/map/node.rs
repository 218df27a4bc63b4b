//! What the tree is made of: leaves, and the inner nodes that lead to them.
//!
//! ```text
//! inner                   5       9                 a key, and the child to its right; the child
//!                 first   │       │                 before the first key is kept apart
//!                   │     │       │
//! leaves         [1 3]⇄[5 7]⇄[9 11 13]              keys with their values, and two neighbours
//! ```
//!
//! Both are two [`Columns`] of up to `ORDER` rows, one of keys and one of what the keys lead to,
//! and so share the code that shifts, splits and joins. Keys lie side by side, apart from the
//! values, because a search reads nothing but keys.

use std::borrow::Borrow;

use arrayvec::ArrayVec;

use super::arena::{Id, NONE};
use super::search;

// ANCHOR: node
/// Up to `ORDER` keys in ascending order, and for each what it leads to.
#[derive(Clone)]
pub(super) struct Columns<K, T, const ORDER: usize> {
    pub keys: ArrayVec<K, ORDER>,
    pub items: ArrayVec<T, ORDER>,
}

/// Entries, and the leaves to the left and to the right.
#[derive(Clone)]
pub(super) struct Leaf<K, V, const ORDER: usize> {
    pub entries: Columns<K, V, ORDER>,
    pub prev: Id,
    pub next: Id,
}

/// Signposts: keys below the first one are under `first`; the others are under the item of the last
/// key that is not greater.
#[derive(Clone)]
pub(super) struct Inner<K, const ORDER: usize> {
    pub first: Id,
    pub rest: Columns<K, Id, ORDER>,
}
// ANCHOR_END: node

impl<K, T, const ORDER: usize> Columns<K, T, ORDER> {
    #[inline]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    pub fn is_full(&self) -> bool {
        self.keys.is_full()
    }

    #[inline]
    pub fn insert(&mut self, at: usize, key: K, item: T) {
        self.keys.insert(at, key);
        self.items.insert(at, item);
    }

    #[inline]
    pub fn remove(&mut self, at: usize) -> (K, T) {
        (self.keys.remove(at), self.items.remove(at))
    }

    #[inline]
    pub fn push(&mut self, (key, item): (K, T)) {
        self.keys.push(key);
        self.items.push(item);
    }

    /// As many rows as there is room for.
    pub fn fill(rows: &mut impl Iterator<Item = (K, T)>) -> Self {
        let mut columns = Columns::default();
        rows.take(ORDER).for_each(|row| columns.push(row));
        columns
    }

    /// Takes out the rows from `at` on.
    pub fn split_off(&mut self, at: usize) -> Self {
        let keys = self.keys.drain(at..).collect();
        let items = self.items.drain(at..).collect();
        Columns { keys, items }
    }

    /// Moves all rows of `other`, whose keys are greater, to the end.
    pub fn append(&mut self, other: &mut Self) {
        self.keys.extend(other.keys.drain(..));
        self.items.extend(other.items.drain(..));
    }

    // ANCHOR: share_out
    /// Moves rows between two neighbours, so that `kept` are on the left.
    pub fn share_out(&mut self, right: &mut Self, kept: usize) {
        if let Some(wanted) = kept.checked_sub(self.len()) {
            self.keys.extend(right.keys.drain(..wanted));
            self.items.extend(right.items.drain(..wanted));
        } else {
            let mut moved = self.split_off(kept);
            moved.append(right);
            *right = moved;
        }
    }
    // ANCHOR_END: share_out

    // ANCHOR: insert_and_split
    /// Inserts a row where there is no room for it: keeps the `kept` first of the `ORDER + 1` rows,
    /// and returns the others.
    pub fn insert_and_split(&mut self, at: usize, key: K, item: T, kept: usize) -> Self {
        if at < kept {
            let right = self.split_off(kept - 1);
            self.insert(at, key, item);
            right
        } else {
            let mut right = self.split_off(kept);
            right.insert(at - kept, key, item);
            right
        }
    }
    // ANCHOR_END: insert_and_split
}

impl<K, V, const ORDER: usize> Leaf<K, V, ORDER> {
    /// Every leaf but the root holds as many entries.
    pub const MIN: usize = ORDER.div_ceil(2);

    pub fn between(prev: Id, next: Id, entries: Columns<K, V, ORDER>) -> Self {
        Leaf {
            entries,
            prev,
            next,
        }
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The place of `key`, or where it would have to be.
    #[inline]
    pub fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        let keys = self.entries.keys.as_slice();
        let at = search::less(keys, key);
        match keys.get(at) {
            Some(other) if other.borrow() == key => Ok(at),
            _ => Err(at),
        }
    }

    pub fn entry(&self, at: usize) -> Option<(&K, &V)> {
        Some((self.entries.keys.get(at)?, self.entries.items.get(at)?))
    }
}

impl<K, const ORDER: usize> Inner<K, ORDER> {
    /// Every inner node but the root holds as many keys, and one child more.
    pub const MIN: usize = ORDER / 2;

    /// A node that has a first child, and no key yet.
    pub fn before(first: Id) -> Self {
        let rest = Columns::default();
        Inner { first, rest }
    }

    /// Number of keys.
    #[inline]
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// The child before key `at`, which is the one after key `at - 1`.
    #[inline]
    pub fn child(&self, at: usize) -> Id {
        match at {
            0 => self.first,
            _ => self.rest.items[at - 1],
        }
    }

    /// All children, from left to right.
    pub fn children(&self) -> impl Iterator<Item = Id> {
        std::iter::once(self.first).chain(self.rest.items.iter().copied())
    }
}

impl<K, T, const ORDER: usize> Default for Columns<K, T, ORDER> {
    fn default() -> Self {
        let (keys, items) = (ArrayVec::new(), ArrayVec::new());
        Columns { keys, items }
    }
}

impl<K, V, const ORDER: usize> Default for Leaf<K, V, ORDER> {
    fn default() -> Self {
        Leaf::between(NONE, NONE, Columns::default())
    }
}

impl<K, const ORDER: usize> Default for Inner<K, ORDER> {
    fn default() -> Self {
        Inner::before(NONE)
    }
}
