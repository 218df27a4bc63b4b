//! What a tree looks like in numbers, and whether it is one.

use super::BPlusTreeMap;
use super::arena::{Id, NONE};
use super::node::{Inner, Leaf};

/// What a tree looks like. Returned by [`BPlusTreeMap::shape`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Shape {
    /// Number of levels, leaves included; zero if the tree has no node.
    pub height: usize,
    /// Number of nodes that are not leaves.
    pub inner_nodes: usize,
    /// Number of leaves.
    pub leaves: usize,
    /// Number of entries.
    pub entries: usize,
    /// The part of the leaves' room that is taken, from 0 to 1.
    pub fill: f64,
    /// Memory of the tree, without what its keys and values own elsewhere.
    pub bytes: usize,
}

impl Shape {
    /// Number of all nodes.
    pub fn nodes(&self) -> usize {
        self.inner_nodes + self.leaves
    }

    /// Memory for each entry; zero if there is none.
    pub fn bytes_per_entry(&self) -> f64 {
        self.bytes as f64 / self.entries.max(1) as f64
    }
}

impl<K, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Says how high, how large and how full the tree is. O(1).
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let entries = (0..1_000).map(|key| (key, key));
    /// let sorted: BPlusTreeMap<u32, u32, 10> = BPlusTreeMap::from_sorted_iter(entries).unwrap();
    /// let shape = sorted.shape();
    /// assert_eq!((shape.height, shape.leaves, shape.inner_nodes), (3, 100, 11));
    /// assert_eq!(shape.fill, 1.0);
    /// ```
    pub fn shape(&self) -> Shape {
        let (leaves, inner_nodes) = (self.leaves.len(), self.inners.len());
        Shape {
            height: if leaves == 0 { 0 } else { self.height + 1 },
            inner_nodes,
            leaves,
            entries: self.len,
            fill: self.len as f64 / (leaves * ORDER).max(1) as f64,
            bytes: size_of::<Self>() + self.leaves.bytes() + self.inners.bytes(),
        }
    }

    /// Panics when an invariant is broken: for the tests of this crate and of what is built on it.
    /// O(n).
    #[doc(hidden)]
    pub fn check_invariants(&self)
    where
        K: Ord,
    {
        let mut leaves = Vec::new();
        let mut inner_nodes = 0;
        if self.root != NONE {
            self.check_node(
                self.root,
                self.height,
                (None, None),
                &mut leaves,
                &mut inner_nodes,
            );
        }
        let (mut linked, mut before, mut leaf) = (Vec::new(), NONE, self.first);
        while let Some(node) = self.leaves.get(leaf) {
            assert_eq!(node.prev, before, "leaf {leaf} does not lead back");
            linked.push(leaf);
            (before, leaf) = (leaf, node.next);
        }
        assert_eq!(
            (before, leaf),
            (self.last, NONE),
            "the list does not end at the last leaf"
        );
        assert_eq!(leaves, linked, "the list is not in the order of the tree");
        assert_eq!(leaves.len(), self.leaves.len(), "a leaf is lost");
        assert_eq!(inner_nodes, self.inners.len(), "an inner node is lost");
        let entries: usize = leaves.iter().map(|&leaf| self.leaves[leaf].len()).sum();
        assert_eq!(entries, self.len, "the length is not the number of entries");
    }

    /// Checks what is below a node, whose keys must be from the first bound up to the second.
    fn check_node(
        &self,
        node: Id,
        height: usize,
        (from, to): (Option<&K>, Option<&K>),
        leaves: &mut Vec<Id>,
        inner_nodes: &mut usize,
    ) where
        K: Ord,
    {
        let check_keys = |keys: &[K]| {
            assert!(
                keys.is_sorted_by(|one, other| one < other),
                "keys are not in order"
            );
            let is_inside =
                |key| from.is_none_or(|from| from <= key) && to.is_none_or(|to| key < to);
            assert!(
                keys.iter().all(is_inside),
                "a key is not where signposts lead"
            );
        };
        if height == 0 {
            let entries = &self.leaves[node].entries;
            assert_eq!(
                entries.keys.len(),
                entries.items.len(),
                "a key without a value"
            );
            let is_full_enough = entries.len() >= Leaf::<K, V, ORDER>::MIN || node == self.root;
            assert!(is_full_enough, "a leaf with too few entries");
            check_keys(&entries.keys);
            return leaves.push(node);
        }
        *inner_nodes += 1;
        let inner = &self.inners[node];
        let keys = &inner.rest.keys;
        assert_eq!(
            keys.len(),
            inner.rest.items.len(),
            "a signpost without a child"
        );
        let is_root = height == self.height;
        let least = if is_root { 1 } else { Inner::<K, ORDER>::MIN };
        assert!(keys.len() >= least, "an inner node with too few keys");
        check_keys(keys);
        for (at, child) in inner.children().enumerate() {
            let before = at.checked_sub(1).map_or(from, |before| Some(&keys[before]));
            let bounds = (before, keys.get(at).or(to));
            self.check_node(child, height - 1, bounds, leaves, inner_nodes);
        }
    }
}
