//! All entries in order, by reference or by value: a walk from the first leaf to the last one that
//! knows how many entries are left.

use std::fmt;
use std::iter::FusedIterator;

use super::arena::Arena;
use super::descent::Place;
use super::node::Leaf;
use super::walk::{LeavesMut, OwnedRun, Run, RunMut, Walk};
use super::{BPlusTreeMap, DEFAULT_ORDER};

/// The entries of a [`BPlusTreeMap`], in order of keys.
///
/// Returned by [`BPlusTreeMap::iter`].
pub struct Iter<'a, K, V, const ORDER: usize = DEFAULT_ORDER> {
    walk: Walk<&'a [Leaf<K, V, ORDER>], Run<'a, K, V>>,
    len: usize,
}

/// The entries of a [`BPlusTreeMap`], in order of keys, with values that can be changed.
///
/// Returned by [`BPlusTreeMap::iter_mut`].
pub struct IterMut<'a, K, V, const ORDER: usize = DEFAULT_ORDER> {
    walk: Walk<LeavesMut<'a, Leaf<K, V, ORDER>>, RunMut<'a, K, V>>,
    len: usize,
}

/// The entries that were a [`BPlusTreeMap`]'s, in order of keys.
///
/// Returned by its [`into_iter`](BPlusTreeMap::into_iter).
pub struct IntoIter<K, V, const ORDER: usize = DEFAULT_ORDER> {
    walk: Walk<Arena<Leaf<K, V, ORDER>>, OwnedRun<K, V, ORDER>>,
    len: usize,
}

impl<K, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Returns the entries in order of keys.
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, 'b'), (1, 'a'), (3, 'c')]);
    /// assert_eq!(map.iter().next(), Some((&1, &'a')));
    /// assert_eq!(map.iter().rev().map(|(_, letter)| letter).collect::<String>(), "cba");
    /// ```
    pub fn iter(&self) -> Iter<'_, K, V, ORDER> {
        let walk = Walk::between(self.leaves.as_slice(), self.start(), self.end());
        Iter {
            walk,
            len: self.len,
        }
    }

    /// Returns the entries in order of keys, with values that can be changed.
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([("a", 1), ("b", 2)]);
    /// map.iter_mut().for_each(|(_, value)| *value *= 10);
    /// assert_eq!(map["b"], 20);
    /// ```
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V, ORDER> {
        let (start, end) = (self.start(), self.end());
        let walk = Walk::between(LeavesMut::new(self.leaves.as_mut_slice()), start, end);
        IterMut {
            walk,
            len: self.len,
        }
    }
}

impl<K, V, const ORDER: usize> IntoIterator for BPlusTreeMap<K, V, ORDER> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V, ORDER>;

    fn into_iter(self) -> IntoIter<K, V, ORDER> {
        let (start, end) = (self.start(), self.end());
        // Before the leaves are moved: a panic in a key's `Drop` must not leak them.
        drop(self.inners);
        let walk = Walk::between(self.leaves, start, end);
        IntoIter {
            walk,
            len: self.len,
        }
    }
}

impl<'a, K, V, const ORDER: usize> IntoIterator for &'a BPlusTreeMap<K, V, ORDER> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V, ORDER>;

    fn into_iter(self) -> Iter<'a, K, V, ORDER> {
        self.iter()
    }
}

impl<'a, K, V, const ORDER: usize> IntoIterator for &'a mut BPlusTreeMap<K, V, ORDER> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V, ORDER>;

    fn into_iter(self) -> IterMut<'a, K, V, ORDER> {
        self.iter_mut()
    }
}

/// What the three have in common: a `walk`, and `len`.
macro_rules! iterate {
    ($name:ident <$($lifetime:lifetime)?>, $item:ty) => {
        impl<$($lifetime,)? K, V, const ORDER: usize> Iterator
            for $name<$($lifetime,)? K, V, ORDER>
        {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<$item> {
                let entry = self.walk.next()?;
                self.len -= 1;
                Some(entry)
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                (self.len, Some(self.len))
            }

            fn fold<B, F: FnMut(B, $item) -> B>(self, start: B, f: F) -> B {
                self.walk.fold(start, f)
            }

            fn count(self) -> usize {
                self.len
            }

            fn last(mut self) -> Option<$item> {
                self.next_back()
            }

            fn min(mut self) -> Option<$item>
            where
                $item: Ord,
            {
                self.next()
            }

            fn max(mut self) -> Option<$item>
            where
                $item: Ord,
            {
                self.next_back()
            }
        }

        impl<$($lifetime,)? K, V, const ORDER: usize> DoubleEndedIterator
            for $name<$($lifetime,)? K, V, ORDER>
        {
            #[inline]
            fn next_back(&mut self) -> Option<$item> {
                let entry = self.walk.next_back()?;
                self.len -= 1;
                Some(entry)
            }
        }

        impl<$($lifetime,)? K, V, const ORDER: usize> ExactSizeIterator
            for $name<$($lifetime,)? K, V, ORDER>
        {
        }

        impl<$($lifetime,)? K, V, const ORDER: usize> FusedIterator
            for $name<$($lifetime,)? K, V, ORDER>
        {
        }
    };
}

iterate! { Iter<'a>, (&'a K, &'a V) }
iterate! { IterMut<'a>, (&'a K, &'a mut V) }
iterate! { IntoIter<>, (K, V) }

impl<K, V, const ORDER: usize> Clone for Iter<'_, K, V, ORDER> {
    fn clone(&self) -> Self {
        Iter {
            walk: self.walk.clone(),
            len: self.len,
        }
    }
}

impl<K, V, const ORDER: usize> Default for Iter<'_, K, V, ORDER> {
    fn default() -> Self {
        Iter {
            walk: Walk::between(&[], Place::NOWHERE, Place::NOWHERE),
            len: 0,
        }
    }
}

impl<K, V, const ORDER: usize> Default for IterMut<'_, K, V, ORDER> {
    fn default() -> Self {
        let leaves = LeavesMut::new(&mut []);
        IterMut {
            walk: Walk::between(leaves, Place::NOWHERE, Place::NOWHERE),
            len: 0,
        }
    }
}

impl<K, V, const ORDER: usize> Default for IntoIter<K, V, ORDER> {
    fn default() -> Self {
        BPlusTreeMap::<K, V, ORDER>::default().into_iter()
    }
}

impl<K: fmt::Debug, V: fmt::Debug, const ORDER: usize> fmt::Debug for Iter<'_, K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<K, V, const ORDER: usize> fmt::Debug for IterMut<'_, K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IterMut")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

impl<K, V, const ORDER: usize> fmt::Debug for IntoIter<K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
