//! The whole map at once: taken apart, collected, and dropped by one who has it alone.

use std::fmt;
use std::ptr::NonNull;

use super::node::{Node, destroy_chain};
use super::{ConcurrentSkipMap, Entry, Iter};

/// The entries of a map that is no more, in ascending order.
pub struct IntoIter<K, V> {
    next: Option<NonNull<Node<K, V>>>,
}

impl<K, V> ConcurrentSkipMap<K, V> {
    /// Takes out the chain of level 0 and leaves the map empty.
    ///
    /// All removed nodes have been unlinked by those who removed them, whose calls have returned;
    /// so the chain has all nodes that are left, and only these.
    fn take_chain(&mut self) -> Option<NonNull<Node<K, V>>> {
        let chain = self.head[0].next_alone();
        for link in &self.head {
            link.set(None);
        }
        chain
    }
}

impl<K, V> Drop for ConcurrentSkipMap<K, V> {
    fn drop(&mut self) {
        // SAFETY: nobody else has the map, or an entry of it.
        unsafe { destroy_chain(self.take_chain()) };
    }
}

impl<K, V> IntoIterator for ConcurrentSkipMap<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(mut self) -> IntoIter<K, V> {
        IntoIter {
            next: self.take_chain(),
        }
    }
}

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        // SAFETY: the chain is ours, and this node is not in it any more after that.
        let (key, value, next) = unsafe { Node::take(self.next?) };
        self.next = next;
        Some((key, value))
    }
}

impl<K, V> Drop for IntoIter<K, V> {
    fn drop(&mut self) {
        // SAFETY: the chain is ours.
        unsafe { destroy_chain(self.next.take()) };
    }
}

impl<K, V> fmt::Debug for IntoIter<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter").finish_non_exhaustive()
    }
}

impl<'a, K: Ord, V> IntoIterator for &'a ConcurrentSkipMap<K, V> {
    type Item = Entry<'a, K, V>;
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

/// Of several values for one key the last one stays.
impl<K, V> FromIterator<(K, V)> for ConcurrentSkipMap<K, V>
where
    K: Ord + Send + 'static,
    V: Send + 'static,
{
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K, V> Extend<(K, V)> for ConcurrentSkipMap<K, V>
where
    K: Ord + Send + 'static,
    V: Send + 'static,
{
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord + fmt::Debug, V: fmt::Debug> fmt::Debug for ConcurrentSkipMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for entry in self {
            map.entry(entry.key(), entry.value());
        }
        map.finish()
    }
}
