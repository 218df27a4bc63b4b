//! Iterators, in the order of the line.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::iter::FusedIterator;
use std::vec;

use super::{LINE, LruCache};
use crate::store;

impl<K, V, S> LruCache<K, V, S> {
    /// The entries, from the most recently used to the least. Looking is not using.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter {
            entries: self.store.iter(LINE),
            left: self.len(),
        }
    }

    /// The entries with their values, mutably, from the most recently used to the least. Looking is
    /// not using.
    ///
    /// # Complexity
    ///
    /// O(n) time and memory at once, whatever is taken from it: see [`IterMut`].
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        IterMut {
            entries: self.store.iter_mut(LINE).into_iter(),
        }
    }
}

impl<K: Hash + Eq, V, S: BuildHasher> IntoIterator for LruCache<K, V, S> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    /// The entries, from the *least* recently used to the most: in the order in which
    /// [`LruCache::pop_lru`] gives them, and in which putting them elsewhere restores the order.
    fn into_iter(self) -> IntoIter<K, V> {
        IntoIter {
            entries: self.store.into_entries(LINE).into_iter(),
        }
    }
}

impl<'a, K, V, S> IntoIterator for &'a LruCache<K, V, S> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

impl<'a, K, V, S> IntoIterator for &'a mut LruCache<K, V, S> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    fn into_iter(self) -> IterMut<'a, K, V> {
        self.iter_mut()
    }
}

/// The entries of an [`LruCache`], from the most recently used to the least.
pub struct Iter<'a, K, V> {
    entries: store::Iter<'a, K, V, 1>,
    left: usize,
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Iter {
            entries: self.entries.clone(),
            left: self.left,
        }
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next()?;
        self.left -= 1;
        Some(entry)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next_back()?;
        self.left -= 1;
        Some(entry)
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}
impl<K, V> FusedIterator for Iter<'_, K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Iter<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The entries of an [`LruCache`], mutably, from the most recently used to the least.
///
/// The compiler cannot see that a list never leads to the same entry twice, so it does not let us
/// hand out `&mut` while we follow one. The references are put in order beforehand instead.
#[derive(Debug)]
pub struct IterMut<'a, K, V> {
    entries: vec::IntoIter<(&'a K, &'a mut V)>,
}

/// The entries of an [`LruCache`] that is no more, from the least recently used to the most.
#[derive(Debug)]
pub struct IntoIter<K, V> {
    entries: vec::IntoIter<(K, V)>,
}

impl<'a, K, V> Iterator for IterMut<'a, K, V> {
    type Item = (&'a K, &'a mut V);

    fn next(&mut self) -> Option<Self::Item> {
        self.entries.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for IterMut<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.entries.next_back()
    }
}

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<Self::Item> {
        self.entries.next_back()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for IntoIter<K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.entries.next()
    }
}

impl<K, V> ExactSizeIterator for IterMut<'_, K, V> {}
impl<K, V> FusedIterator for IterMut<'_, K, V> {}
impl<K, V> ExactSizeIterator for IntoIter<K, V> {}
impl<K, V> FusedIterator for IntoIter<K, V> {}
