//! The way from the root down to a leaf, and the places that it passed.

use std::borrow::Borrow;

use arrayvec::ArrayVec;

use super::BPlusTreeMap;
use super::arena::{Id, NONE};
use super::node::Inner;
use super::search;

/// As each inner node has at least two children, 2³² leaves are at most so far below the root.
const MAX_HEIGHT: usize = 32;

/// The inner nodes from the root down, each with the number of the child that was taken.
pub(super) type Path = ArrayVec<(Id, u32), MAX_HEIGHT>;

/// A place in a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub leaf: Id,
    pub at: usize,
}

impl Place {
    pub const NOWHERE: Place = Place { leaf: NONE, at: 0 };
}

/// A place in a leaf, and how one came there.
pub(super) struct Descent {
    pub path: Path,
    pub place: Place,
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

    /// Goes down by `choose`, which says the number of the child to take, and notes the path.
    #[inline]
    pub(super) fn descend(&self, choose: impl Fn(&Inner<K, ORDER>) -> usize) -> (Path, Id) {
        let mut path = Path::new();
        let mut node = self.root;
        for _ in 0..self.height {
            let inner = &self.inners[node];
            let at = choose(inner);
            path.push((node, at as u32));
            node = inner.child(at);
        }
        (path, node)
    }

    /// Goes down to `key`: `Ok` if it is there, `Err` with where it would have to be.
    #[inline]
    pub(super) fn descend_to<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Descent, Descent>
    where
        K: Borrow<Q>,
    {
        let (path, leaf) = self.descend(|inner| search::not_greater(&inner.rest.keys, key));
        let found = self.leaves.get(leaf).map_or(Err(0), |leaf| leaf.find(key));
        let descent = |at| Descent {
            path,
            place: Place { leaf, at },
        };
        match found {
            Ok(at) => Ok(descent(at)),
            Err(at) => Err(descent(at)),
        }
    }

    /// The place of the least key; `None` if there is none.
    pub(super) fn descend_to_first(&self) -> Option<Descent> {
        let (path, leaf) = self.descend(|_| 0);
        let place = Place { leaf, at: 0 };
        (self.len > 0).then_some(Descent { path, place })
    }

    /// The place of the greatest key; `None` if there is none.
    pub(super) fn descend_to_last(&self) -> Option<Descent> {
        let (path, leaf) = self.descend(|inner| inner.len());
        let at = self.leaves.get(leaf)?.len().checked_sub(1)?;
        let place = Place { leaf, at };
        Some(Descent { path, place })
    }
}
