//! Bulk load: a tree from sorted entries, without a search or a split.
//!
//! Leaves are filled one after the other, and then each level is built over the one below it, until
//! a level has one node, the root:
//!
//! ```text
//!    1 3 5 7 9 11 13    ───▶    [1 3 5] [7 9] [11 13]    ───▶        7   11
//!                                                                  /   |   \
//!                                                            [1 3 5] [7 9] [11 13]
//! ```
//!
//! Where insertion in order leaves each leaf half full, these are full, so that the tree is half as
//! large and may be lower. The next insertion in each splits it, though.
//!
//! The same upper levels are built for [`append`](BPlusTreeMap::append) and
//! [`split_off`](BPlusTreeMap::split_off), which move whole leaves.

use std::fmt;

use super::BPlusTreeMap;
use super::arena::{Arena, Id, NONE};
use super::node::{Columns, Inner, Leaf};

/// The input of [`BPlusTreeMap::from_sorted_iter`] is not in strictly ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotSorted {
    /// The entry, counted from zero, whose key is not greater than the one before it.
    pub position: usize,
}

impl NotSorted {
    fn at(position: usize) -> Self {
        NotSorted { position }
    }
}

impl fmt::Display for NotSorted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let position = self.position;
        write!(
            f,
            "the key at position {position} is not greater than the one before it: sort the \
             entries and remove duplicates, or collect them into a map, which does both"
        )
    }
}

impl std::error::Error for NotSorted {}

impl<K: Clone, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Builds a map of full leaves from entries in strictly ascending order of keys.
    ///
    /// # Errors
    ///
    /// [`NotSorted`], if a key is not greater than the one before it.
    ///
    /// # Complexity
    ///
    /// O(n).
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let map: BPlusTreeMap<u32, u32> =
    ///     BPlusTreeMap::from_sorted_iter((0..1_000).map(|key| (key, key * key)))?;
    /// assert_eq!(map[&30], 900);
    ///
    /// let unsorted = [(1, 'a'), (3, 'c'), (2, 'b')];
    /// let error = BPlusTreeMap::<_, _>::from_sorted_iter(unsorted).unwrap_err();
    /// assert_eq!(error.position, 2);
    /// # Ok::<(), bplustree::map::NotSorted>(())
    /// ```
    pub fn from_sorted_iter<I>(entries: I) -> Result<Self, NotSorted>
    where
        I: IntoIterator<Item = (K, V)>,
        K: Ord,
    {
        let mut map = Self::default();
        let mut entries = entries.into_iter().fuse();
        loop {
            let leaf = Columns::fill(&mut entries);
            if leaf.len() == 0 {
                return Ok(map.indexed());
            }
            map.check_order(&leaf.keys)?;
            map.push_leaf(leaf);
        }
    }

    /// Whether `keys` may follow those that are in the map.
    fn check_order(&self, keys: &[K]) -> Result<(), NotSorted>
    where
        K: Ord,
    {
        let last = self.last_key_value().map(|(last, _)| last);
        let is_greater = |at: usize| match at.checked_sub(1) {
            None => last.is_none_or(|last| *last < keys[0]),
            Some(before) => keys[before] < keys[at],
        };
        match (0..keys.len()).find(|&at| !is_greater(at)) {
            Some(at) => Err(NotSorted::at(self.len + at)),
            None => Ok(()),
        }
    }

    // ANCHOR: load
    /// Builds a map of full leaves from entries that are known to be in strictly ascending order.
    pub(super) fn load(mut entries: impl Iterator<Item = (K, V)>) -> Self {
        let mut map = Self::default();
        loop {
            let leaf = Columns::fill(&mut entries);
            if leaf.len() == 0 {
                return map.indexed();
            }
            map.push_leaf(leaf);
        }
    }

    /// Appends a leaf. No inner node leads to it until the map is [`indexed`](Self::indexed).
    pub(super) fn push_leaf(&mut self, entries: Columns<K, V, ORDER>) {
        self.len += entries.len();
        let (prev, next) = (self.last, NONE);
        let leaf = self.leaves.insert(Leaf::between(prev, next, entries));
        self.link(prev, leaf);
        self.link(leaf, next);
    }
    // ANCHOR_END: load

    // ANCHOR: indexed
    /// Builds the inner nodes anew over the list of leaves, of which only the first and the last
    /// may have too few entries.
    pub(super) fn indexed(mut self) -> Self {
        self.fill_up_ends();
        self.inners = Arena::new();
        self.height = 0;
        let mut level = self.signposts();
        while level.len() > 1 {
            level = self.build_level(level);
            self.height += 1;
        }
        self.root = level.pop().map_or(NONE, |(_, root)| root);
        self
    }

    /// Builds the level above some nodes, each of which comes with the key that all of its keys
    /// reach. Shares them out evenly.
    fn build_level(&mut self, below: Vec<(Option<K>, Id)>) -> Vec<(Option<K>, Id)> {
        let nodes = below.len().div_ceil(ORDER + 1);
        let (each, more) = (below.len() / nodes, below.len() % nodes);
        let mut below = below.into_iter();
        let build = |node| {
            let (least, first) = below.next()?;
            let mut inner = Inner::before(first);
            for (key, child) in below.by_ref().take(each + usize::from(node < more) - 1) {
                inner.rest.push((key?, child));
            }
            Some((least, self.inners.insert(inner)))
        };
        (0..nodes).map_while(build).collect()
    }
    // ANCHOR_END: indexed

    /// The leaves in order, each but the first with a copy of its first key.
    fn signposts(&self) -> Vec<(Option<K>, Id)> {
        let mut leaves = Vec::with_capacity(self.leaves.len());
        let mut leaf = self.first;
        while let Some(node) = self.leaves.get(leaf) {
            let is_first = leaves.is_empty();
            let key = node.entries.keys.first().filter(|_| !is_first);
            leaves.push((key.cloned(), leaf));
            leaf = node.next;
        }
        leaves
    }

    /// Sees to it that the first and the last leaf have enough entries.
    fn fill_up_ends(&mut self) {
        if let Some(second) = self.leaves.get(self.first).map(|first| first.next) {
            self.even_out(self.first, second);
        }
        if let Some(before) = self.leaves.get(self.last).map(|last| last.prev) {
            self.even_out(before, self.last);
        }
    }

    /// Makes one leaf of two neighbours if they fit, or else shares out their entries, if one of
    /// them has too few.
    pub(super) fn even_out(&mut self, left: Id, right: Id) {
        if left == NONE || right == NONE {
            return;
        }
        let [one, other] = self.leaves.pair_mut(left, right);
        if one.len().min(other.len()) >= Leaf::<K, V, ORDER>::MIN {
            return;
        }
        let total = one.len() + other.len();
        if total <= ORDER {
            let mut emptied = self.leaves.remove(right);
            self.leaves[left].entries.append(&mut emptied.entries);
            return self.link(left, emptied.next);
        }
        one.entries.share_out(&mut other.entries, total.div_ceil(2));
    }
}
