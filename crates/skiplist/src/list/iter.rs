//! Iterators, in the order of the keys.
//!
//! All of them know how many entries are left, because the ends of a range are found together with
//! their ranks. So a range is an [`Iter`] like the whole list, only shorter; and to skip is not to
//! walk: [`Iter::nth`] searches for the rank.

use std::fmt;
use std::iter::FusedIterator;

use super::ranks::Ends;
use super::towers::{Slot, Towers};
use super::{IterMut, SkipList, ValuesMut};

/// How far [`Iter::nth`] walks before it searches instead.
const STROLL: usize = 16;

impl<K, V> SkipList<K, V> {
    /// Returns the entries in ascending order of their keys, from either end.
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.iter_between(self.ends())
    }

    /// Returns the keys in ascending order, from either end.
    pub fn keys(&self) -> Keys<'_, K, V> {
        Keys(self.iter())
    }

    /// Returns the values in ascending order of their keys, from either end.
    pub fn values(&self) -> Values<'_, K, V> {
        Values(self.iter())
    }

    /// Returns the values, to be changed, in ascending order of their keys, from either end.
    pub fn values_mut(&mut self) -> ValuesMut<'_, K, V> {
        ValuesMut(self.iter_mut())
    }

    /// Returns the keys themselves, in ascending order, from either end.
    pub fn into_keys(self) -> IntoKeys<K, V> {
        IntoKeys(self.into_iter())
    }

    /// Returns the values themselves, in ascending order of their keys, from either end.
    pub fn into_values(self) -> IntoValues<K, V> {
        IntoValues(self.into_iter())
    }

    pub(super) fn iter_between(&self, ends: Ends) -> Iter<'_, K, V> {
        Iter { list: self, ends }
    }
}

impl<K, V> IntoIterator for SkipList<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> IntoIter<K, V> {
        IntoIter {
            ends: self.ends(),
            towers: self.towers,
        }
    }
}

impl<'a, K, V> IntoIterator for &'a SkipList<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

impl<'a, K, V> IntoIterator for &'a mut SkipList<K, V> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    fn into_iter(self) -> IterMut<'a, K, V> {
        self.iter_mut()
    }
}

/// Entries of a [`SkipList`], in ascending order of their keys.
pub struct Iter<'a, K, V> {
    list: &'a SkipList<K, V>,
    ends: Ends,
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Iter { ..*self }
    }
}

impl<'a, K, V> Iter<'a, K, V> {
    /// The slots instead of the entries.
    pub(crate) fn next_slot(&mut self) -> Option<Slot> {
        self.ends.pop_front(|slot| self.list.towers.next(slot))
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let slot = self.next_slot()?;
        Some(self.list.towers.entry(slot))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.ends.len, Some(self.ends.len))
    }

    fn count(self) -> usize {
        self.ends.len
    }

    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }

    // ANCHOR: nth
    /// Skips `n` entries and returns the next, in O(log n): `skip` and `step_by` use this.
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        let passed = n.min(self.ends.len);
        if passed > STROLL {
            self.ends.front = self.list.seek_rank(self.ends.rank + passed);
            self.ends.rank += passed;
            self.ends.len -= passed;
        } else {
            for _ in 0..passed {
                self.next_slot();
            }
        }
        self.next()
    }
    // ANCHOR_END: nth
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        let slot = self.ends.pop_back(|slot| self.list.towers.prev(slot))?;
        Some(self.list.towers.entry(slot))
    }

    fn nth_back(&mut self, n: usize) -> Option<Self::Item> {
        let passed = n.min(self.ends.len);
        if passed > STROLL && passed < self.ends.len {
            self.ends.len -= passed;
            self.ends.back = self.list.seek_rank(self.ends.rank + self.ends.len - 1);
        } else {
            for _ in 0..passed {
                self.ends.pop_back(|slot| self.list.towers.prev(slot));
            }
        }
        self.next_back()
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}
impl<K, V> FusedIterator for Iter<'_, K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Iter<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl Ends {
    /// Takes the first slot away, after which comes `next(first)`.
    #[inline]
    fn pop_front(&mut self, next: impl FnOnce(Slot) -> Slot) -> Option<Slot> {
        self.len = self.len.checked_sub(1)?;
        self.rank += 1;
        let slot = self.front;
        self.front = next(slot);
        Some(slot)
    }

    /// Takes the last slot away, before which comes `prev(last)`.
    #[inline]
    fn pop_back(&mut self, prev: impl FnOnce(Slot) -> Slot) -> Option<Slot> {
        self.len = self.len.checked_sub(1)?;
        let slot = self.back;
        self.back = prev(slot);
        Some(slot)
    }
}

/// The entries of a [`SkipList`] that is no more, in ascending order of their keys.
pub struct IntoIter<K, V> {
    towers: Towers<K, V>,
    ends: Ends,
}

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<Self::Item> {
        let slot = self.ends.pop_front(|slot| self.towers.next(slot))?;
        Some(self.towers.plunder(slot))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.ends.len, Some(self.ends.len))
    }
}

impl<K, V> DoubleEndedIterator for IntoIter<K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let slot = self.ends.pop_back(|slot| self.towers.prev(slot))?;
        Some(self.towers.plunder(slot))
    }
}

impl<K, V> ExactSizeIterator for IntoIter<K, V> {}
impl<K, V> FusedIterator for IntoIter<K, V> {}

impl<K, V> fmt::Debug for IntoIter<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter")
            .field("left", &self.len())
            .finish_non_exhaustive()
    }
}

/// An iterator over a part of the entries of another one.
macro_rules! part_of {
    ($(#[$doc:meta])* $name:ident<$($lt:lifetime,)? K, V>($whole:ty) -> $item:ty, $pick:expr) => {
        $(#[$doc])*
        pub struct $name<$($lt,)? K, V>(pub(super) $whole);

        impl<$($lt,)? K, V> Iterator for $name<$($lt,)? K, V> {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<$item> {
                self.0.next().map($pick)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }

            fn nth(&mut self, n: usize) -> Option<$item> {
                self.0.nth(n).map($pick)
            }
        }

        impl<$($lt,)? K, V> DoubleEndedIterator for $name<$($lt,)? K, V> {
            #[inline]
            fn next_back(&mut self) -> Option<$item> {
                self.0.next_back().map($pick)
            }

            fn nth_back(&mut self, n: usize) -> Option<$item> {
                self.0.nth_back(n).map($pick)
            }
        }

        impl<$($lt,)? K, V> ExactSizeIterator for $name<$($lt,)? K, V> {}
        impl<$($lt,)? K, V> FusedIterator for $name<$($lt,)? K, V> {}

        impl<$($lt,)? K, V> fmt::Debug for $name<$($lt,)? K, V> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("left", &self.len()).finish_non_exhaustive()
            }
        }
    };
}
pub(super) use part_of;

part_of! {
    /// Keys of a [`SkipList`], in ascending order.
    Keys<'a, K, V>(Iter<'a, K, V>) -> &'a K, |(key, _)| key
}

part_of! {
    /// Values of a [`SkipList`], in ascending order of their keys.
    Values<'a, K, V>(Iter<'a, K, V>) -> &'a V, |(_, value)| value
}

part_of! {
    /// The keys of a [`SkipList`] that is no more, in ascending order.
    IntoKeys<K, V>(IntoIter<K, V>) -> K, |(key, _)| key
}

part_of! {
    /// The values of a [`SkipList`] that is no more, in ascending order of their keys.
    IntoValues<K, V>(IntoIter<K, V>) -> V, |(_, value)| value
}

impl<K, V> Clone for Keys<'_, K, V> {
    fn clone(&self) -> Self {
        Keys(self.0.clone())
    }
}

impl<K, V> Clone for Values<'_, K, V> {
    fn clone(&self) -> Self {
        Values(self.0.clone())
    }
}
