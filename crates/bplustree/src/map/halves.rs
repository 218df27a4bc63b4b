//! The keys alone, or the values alone.

use std::fmt;
use std::iter::FusedIterator;

use super::iter::{IntoIter, Iter, IterMut};
use super::{BPlusTreeMap, DEFAULT_ORDER};

/// An iterator over one half of what another one yields.
macro_rules! half {
    (
        $(#[$doc:meta])*
        $name:ident <$($lifetime:lifetime)?> of $entries:ident, $item:ty, $half:tt
    ) => {
        $(#[$doc])*
        pub struct $name<$($lifetime,)? K, V, const ORDER: usize = DEFAULT_ORDER> {
            entries: $entries<$($lifetime,)? K, V, ORDER>,
        }

        impl<$($lifetime,)? K, V, const ORDER: usize> Iterator
            for $name<$($lifetime,)? K, V, ORDER>
        {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<$item> {
                Some(self.entries.next()?.$half)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.entries.size_hint()
            }

            fn fold<B, F: FnMut(B, $item) -> B>(self, start: B, mut f: F) -> B {
                self.entries.fold(start, |result, entry| f(result, entry.$half))
            }

            fn count(self) -> usize {
                self.entries.count()
            }

            fn last(mut self) -> Option<$item> {
                self.next_back()
            }
        }

        impl<$($lifetime,)? K, V, const ORDER: usize> DoubleEndedIterator
            for $name<$($lifetime,)? K, V, ORDER>
        {
            #[inline]
            fn next_back(&mut self) -> Option<$item> {
                Some(self.entries.next_back()?.$half)
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

        impl<$($lifetime,)? K, V, const ORDER: usize> Default
            for $name<$($lifetime,)? K, V, ORDER>
        {
            fn default() -> Self {
                $name { entries: $entries::default() }
            }
        }
    };
}

half! {
    /// The keys of a [`BPlusTreeMap`], in order. Returned by [`BPlusTreeMap::keys`].
    Keys<'a> of Iter, &'a K, 0
}
half! {
    /// The values of a [`BPlusTreeMap`], in order of their keys. Returned by
    /// [`BPlusTreeMap::values`].
    Values<'a> of Iter, &'a V, 1
}
half! {
    /// The values of a [`BPlusTreeMap`], mutably, in order of their keys. Returned by
    /// [`BPlusTreeMap::values_mut`].
    ValuesMut<'a> of IterMut, &'a mut V, 1
}
half! {
    /// The keys that were a [`BPlusTreeMap`]'s, in order. Returned by [`BPlusTreeMap::into_keys`].
    IntoKeys<> of IntoIter, K, 0
}
half! {
    /// The values that were a [`BPlusTreeMap`]'s, in order of their keys. Returned by
    /// [`BPlusTreeMap::into_values`].
    IntoValues<> of IntoIter, V, 1
}

impl<K, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Returns the keys in order.
    pub fn keys(&self) -> Keys<'_, K, V, ORDER> {
        Keys {
            entries: self.iter(),
        }
    }

    /// Returns the values in order of their keys.
    pub fn values(&self) -> Values<'_, K, V, ORDER> {
        Values {
            entries: self.iter(),
        }
    }

    /// Returns the values in order of their keys, mutably.
    pub fn values_mut(&mut self) -> ValuesMut<'_, K, V, ORDER> {
        ValuesMut {
            entries: self.iter_mut(),
        }
    }

    /// Consumes the map and returns the keys in order.
    pub fn into_keys(self) -> IntoKeys<K, V, ORDER> {
        IntoKeys {
            entries: self.into_iter(),
        }
    }

    /// Consumes the map and returns the values in order of their keys.
    pub fn into_values(self) -> IntoValues<K, V, ORDER> {
        IntoValues {
            entries: self.into_iter(),
        }
    }
}

impl<K, V, const ORDER: usize> Clone for Keys<'_, K, V, ORDER> {
    fn clone(&self) -> Self {
        Keys {
            entries: self.entries.clone(),
        }
    }
}

impl<K, V, const ORDER: usize> Clone for Values<'_, K, V, ORDER> {
    fn clone(&self) -> Self {
        Values {
            entries: self.entries.clone(),
        }
    }
}

impl<K: fmt::Debug, V, const ORDER: usize> fmt::Debug for Keys<'_, K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<K, V: fmt::Debug, const ORDER: usize> fmt::Debug for Values<'_, K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<K, V, const ORDER: usize> fmt::Debug for ValuesMut<'_, K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValuesMut")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl<K, V, const ORDER: usize> fmt::Debug for IntoKeys<K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoKeys")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl<K, V, const ORDER: usize> fmt::Debug for IntoValues<K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoValues")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
