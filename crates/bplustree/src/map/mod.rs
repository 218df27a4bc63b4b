//! [`BPlusTreeMap`]: an ordered map in memory.
//!
//! The problem: a map that is asked for ranges as often as for keys. A sorted `Vec` scans at the
//! speed of memory and inserts in O(n); a search tree inserts in O(log n) and scans by hopping from
//! node to node. A B+ tree is a sorted array cut into pieces:
//!
//! ```text
//!                        [ 9 | 17 ]                    signposts: inner nodes
//!                       /     |    \
//!               [1 5 7] ⇄ [9 11 13] ⇄ [17 19]          all entries: leaves, a linked list
//! ```
//!
//! All entries are in the *leaves*, sorted, and each leaf knows its neighbours: a scan reads one
//! array after the other. Above them are *inner nodes* with copies of some keys, which only show
//! the way. A node holds up to `ORDER` keys, so that a tree of a million entries has four levels.
//!
//! | what | file |
//! |---|---|
//! | nodes, the array that owns them, the search in one | `node.rs`, `arena.rs`, `search.rs` |
//! | from the root to a leaf | `descent.rs` |
//! | split; borrow and merge; bulk load | `insert.rs`, `remove.rs`, `bulk.rs` |
//! | along the leaves; ranges; iterators | `walk.rs`, `range.rs`, `iter.rs`, `halves.rs` |
//! | `BTreeMap`'s other methods | `entry.rs`, `extract_if.rs`, `join.rs`, `traits.rs` |
//! | what it looks like, what it costs | `shape.rs`, [`draw`], [`arithmetic`] |
//!
//! # Invariants
//!
//! 1. The keys in a node are in strictly ascending order.
//! 2. Keys below the child before key *k* of an inner node are less than *k*; those below the child
//!    after it are not.
//! 3. All leaves are equally far from the root.
//! 4. Every node but the root is at least half full: a leaf has ⌈`ORDER` / 2⌉ entries or more, an
//!    inner node ⌊`ORDER` / 2⌋ keys or more, and one child more than keys. A root that is an inner
//!    node has two children or more.
//! 5. The list of leaves is in the order of the tree.
//!
//! # Complexity
//!
//! With n entries: O(log n) to look up, insert or remove, of which the arrays that are shifted take
//! O(`ORDER`); O(log n + k) for a range of k entries; O(n) to load in bulk.
//!
//! # What it asks of a key
//!
//! Signposts are copies of keys, so that whatever changes the tree needs `K: Clone`, which
//! `BTreeMap` does not. A split or a borrowing copies one key: one insertion in `ORDER / 2` or so.
//!
//! The tree is due to Bayer and McCreight (*Organization and Maintenance of Large Ordered Indexes*,
//! 1972); the variant with all entries in linked leaves is in Comer (*The Ubiquitous B-Tree*, 1979)
//! and Knuth (*The Art of Computer Programming*, volume 3, section 6.2.4).

mod arena;
pub mod arithmetic;
mod bulk;
mod descent;
pub mod draw;
mod entry;
mod extract_if;
mod halves;
mod insert;
mod iter;
mod join;
mod node;
mod range;
mod remove;
mod search;
mod shape;
mod traits;
mod walk;

use std::borrow::Borrow;
use std::mem;

use arena::{Arena, Id, NONE};
use node::{Inner, Leaf};

pub use bulk::NotSorted;
pub use entry::{Entry, OccupiedEntry, VacantEntry};
pub use extract_if::ExtractIf;
pub use halves::{IntoKeys, IntoValues, Keys, Values, ValuesMut};
pub use iter::{IntoIter, Iter, IterMut};
pub use range::{Range, RangeMut};
pub use shape::Shape;

/// The greatest number of keys in a node, if none is given.
///
/// Measured with keys and values of eight bytes: larger nodes make scans faster and insertions
/// slower, and 64 is near the best of either from a thousand entries to ten million.
pub const DEFAULT_ORDER: usize = 64;

/// An ordered map whose entries are in linked arrays, under a tree that leads to them.
///
/// The methods are those of [`BTreeMap`](std::collections::BTreeMap). `ORDER` is the greatest
/// number of keys in a node, three at least. See the [module](self) for how it works.
///
/// As with `BTreeMap`, a key must not change its order while it is in the map. If one does, or if
/// `Ord`, `Borrow` or `Clone` of the keys disagree, operations may panic, miss entries or find
/// wrong ones, but nothing worse.
///
/// ```
/// use bplustree::BPlusTreeMap;
///
/// let mut rivers = BPlusTreeMap::new();
/// rivers.insert("Nile", 6650);
/// rivers.insert("Amazon", 6400);
/// rivers.insert("Yangtze", 6300);
/// assert_eq!(rivers.get("Nile"), Some(&6650));
/// assert_eq!(rivers.range("B"..).next(), Some((&"Nile", &6650)));
/// assert_eq!(rivers.pop_first(), Some(("Amazon", 6400)));
/// ```
// ANCHOR: struct
#[derive(Clone)]
pub struct BPlusTreeMap<K, V, const ORDER: usize = DEFAULT_ORDER> {
    inners: Arena<Inner<K, ORDER>>,
    leaves: Arena<Leaf<K, V, ORDER>>,
    /// A leaf if `height` is zero, else an inner node.
    root: Id,
    /// Number of levels of inner nodes.
    height: usize,
    /// Both ends of the list of leaves.
    first: Id,
    last: Id,
    /// Number of entries.
    len: usize,
}
// ANCHOR_END: struct

impl<K, V> BPlusTreeMap<K, V> {
    /// Returns an empty map of the default order. Takes no memory yet.
    ///
    /// For another order, say which map it is: `BPlusTreeMap::<u64, u64, 200>::with_order()`.
    pub const fn new() -> Self {
        Self::with_order()
    }
}

impl<K, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Returns an empty map of order `ORDER`. Takes no memory yet.
    ///
    /// It does not compile if `ORDER` is less than three.
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::<_, _, 3>::with_order();
    /// map.extend([(1, 'a'), (3, 'b'), (5, 'c'), (7, 'd')]);
    /// assert_eq!(map.shape().leaves, 2);
    /// ```
    pub const fn with_order() -> Self {
        const {
            assert!(
                ORDER >= 3,
                "a node of a B+ tree must have room for three keys"
            )
        };
        BPlusTreeMap {
            inners: Arena::new(),
            leaves: Arena::new(),
            root: NONE,
            height: 0,
            first: NONE,
            last: NONE,
            len: 0,
        }
    }

    /// Number of entries.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no entry.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Removes all entries, and gives back their memory.
    pub fn clear(&mut self) {
        *self = Self::with_order();
    }

    // ANCHOR: get
    /// Returns the value of `key`.
    ///
    /// # Complexity
    ///
    /// O(log n): a search in one node of each level.
    #[inline]
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        let leaf = self.leaves.get(self.leaf_of(key))?;
        let at = leaf.find(key).ok()?;
        Some(&leaf.entries.items[at])
    }
    // ANCHOR_END: get

    /// Returns `key` as it is in the map, and its value.
    pub fn get_key_value<Q>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        let leaf = self.leaves.get(self.leaf_of(key))?;
        leaf.entry(leaf.find(key).ok()?)
    }

    /// Returns the value of `key`, mutably.
    #[inline]
    pub fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        let leaf = self.leaf_of(key);
        let leaf = self.leaves.get_mut(leaf)?;
        let at = leaf.find(key).ok()?;
        Some(&mut leaf.entries.items[at])
    }

    /// Whether `key` is in the map.
    #[inline]
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.get(key).is_some()
    }

    /// Returns the entry of the least key. O(1).
    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.leaves.get(self.first)?.entry(0)
    }

    /// Returns the entry of the greatest key. O(1).
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        let leaf = self.leaves.get(self.last)?;
        leaf.entry(leaf.len().checked_sub(1)?)
    }
}

impl<K: Clone + Ord, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Maps `key` to `value`; returns the value that it had. A key that is there already is kept as
    /// it is.
    ///
    /// # Complexity
    ///
    /// O(log n).
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// assert_eq!(map.insert(37, "a"), None);
    /// assert_eq!(map.insert(37, "b"), Some("a"));
    /// ```
    #[inline]
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(found) => {
                drop(key);
                Some(mem::replace(self.value_mut(found), value))
            }
            Err(vacant) => {
                self.insert_at(vacant, key, value);
                None
            }
        }
    }

    /// Removes `key`; returns its value.
    ///
    /// # Complexity
    ///
    /// O(log n). Memory of nodes that became empty is kept for others.
    #[inline]
    pub fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        let (key, value) = self.remove_entry(key)?;
        drop(key);
        Some(value)
    }

    /// Removes `key`; returns it as it was in the map, and its value.
    #[inline]
    pub fn remove_entry<Q>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        let found = self.find(key).ok()?;
        Some(self.remove_at(found).0)
    }

    /// Removes the entry of the least key, and returns it.
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let mut deadlines = BPlusTreeMap::from([(1700, "tea"), (900, "school")]);
    /// assert_eq!(deadlines.pop_first(), Some((900, "school")));
    /// ```
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        let first = self.first_place()?;
        Some(self.remove_at(first).0)
    }

    /// Removes the entry of the greatest key, and returns it.
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        let last = self.last_place()?;
        Some(self.remove_at(last).0)
    }
}
