//! The way from the root down to a leaf, and the places that it passed.

use std::borrow::Borrow;

use arrayvec::ArrayVec;

use super::BPlusTreeMap;
use super::arena::{Id, NONE};
use super::search;

/// As each inner node has at least two children, 2³² leaves are at most so far below the root.
const MAX_HEIGHT: usize = 32;

/// The inner nodes from the root down, each with the number of the child that was taken.
pub(super) type Path = ArrayVec<(Id, usize), MAX_HEIGHT>;

/// A place in a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub leaf: Id,
    pub at: usize,
}

impl Place {
    pub const NOWHERE: Place = Place::new(NONE, 0);

    pub const fn new(leaf: Id, at: usize) -> Self {
        Place { leaf, at }
    }

    /// The place after `at` rows of two neighbours, of which the left one has `kept`.
    pub fn of_two(at: usize, kept: usize, [left, right]: [Id; 2]) -> Self {
        match at.checked_sub(kept) {
            None => Place::new(left, at),
            Some(at) => Place::new(right, at),
        }
    }
}

impl<K, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    // ANCHOR: descent
    /// The leaf in whose range `key` is.
    #[inline]
    pub(super) fn leaf_of<Q: Ord + ?Sized>(&self, key: &Q) -> Id
    where
        K: Borrow<Q>,
    {
        let mut node = self.root;
        for _ in 0..self.height {
            let inner = &self.inners[node];
            node = inner.child(search::not_greater(&inner.rest.keys, key));
        }
        node
    }
    // ANCHOR_END: descent

    /// The way to `leaf`, in whose range `key` is.
    pub(super) fn path_to(&self, key: &K, leaf: Id) -> Path
    where
        K: Ord,
    {
        let mut path = Path::new();
        let mut node = self.root;
        for _ in 0..self.height {
            let inner = &self.inners[node];
            let at = search::not_greater(&inner.rest.keys, key);
            path.push((node, at));
            node = inner.child(at);
        }
        assert_eq!(
            node, leaf,
            "the order of keys has changed while they were in the map"
        );
        path
    }

    /// The place of `key`: `Ok` if it is there, `Err` if it would have to be.
    #[inline]
    pub(super) fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Place, Place>
    where
        K: Borrow<Q>,
    {
        let leaf = self.leaf_of(key);
        let found = self.leaves.get(leaf).map_or(Err(0), |leaf| leaf.find(key));
        found
            .map(|at| Place { leaf, at })
            .map_err(|at| Place { leaf, at })
    }

    /// The place of the least key; `None` if there is none.
    pub(super) fn first_place(&self) -> Option<Place> {
        self.first_key_value()?;
        Some(self.start())
    }

    /// The place of the greatest key; `None` if there is none.
    pub(super) fn last_place(&self) -> Option<Place> {
        let at = self.leaves.get(self.last)?.len().checked_sub(1)?;
        let leaf = self.last;
        Some(Place { leaf, at })
    }
}
