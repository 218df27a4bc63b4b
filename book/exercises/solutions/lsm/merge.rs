use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// One version of a key.
#[derive(Clone, Debug)]
pub struct Entry<K, V> {
    pub key: K,
    /// The number of the write: greater is newer. No other version of the key has it.
    pub sequence: u64,
    /// The value; `None` is a tombstone.
    pub value: Option<V>,
}

/// What a snapshot sees of several sorted runs: an iterator over keys and values, ascending.
///
/// A heap has each run that is not at its end, ordered by the entry at its front: the least key is
/// on top, and of equal ones the newest version. When the top run moves on, it sinks to its place
/// in O(log k), and all others stay.
///
/// So the versions of a key come one after the other, the newest first, whichever runs they are in.
/// Those that are too new are passed over. The first that is not settles the matter, be it a value
/// or a tombstone, and what comes of the same key after it is hidden.
pub struct Merge<K, V, I> {
    heap: BinaryHeap<Run<K, V, I>>,
    snapshot: u64,
    /// The key that was settled last.
    settled: Option<K>,
}

impl<K: Ord + Clone, V, I: Iterator<Item = Entry<K, V>>> Merge<K, V, I> {
    pub fn new(runs: Vec<I>, snapshot: u64) -> Self {
        let begin = |mut rest: I| {
            let front = rest.next()?;
            Some(Run { front, rest })
        };
        Merge {
            heap: runs.into_iter().filter_map(begin).collect(),
            snapshot,
            settled: None,
        }
    }

    /// The next entry of all, seen or not.
    fn pop(&mut self) -> Option<Entry<K, V>> {
        let mut top = self.heap.peek_mut()?;
        match top.rest.next() {
            // It sinks when `top` is dropped.
            Some(next) => Some(std::mem::replace(&mut top.front, next)),
            None => Some(PeekMut::pop(top).front),
        }
    }
}

impl<K: Ord + Clone, V, I: Iterator<Item = Entry<K, V>>> Iterator for Merge<K, V, I> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        loop {
            let entry = self.pop()?;
            if entry.sequence > self.snapshot || self.settled.as_ref() == Some(&entry.key) {
                continue;
            }
            self.settled = Some(entry.key.clone());
            if let Some(value) = entry.value {
                return Some((entry.key, value));
            }
        }
    }
}

/// A run that is not at its end.
struct Run<K, V, I> {
    front: Entry<K, V>,
    rest: I,
}

/// The heap has the greatest on top; here, that is the run that comes first.
impl<K: Ord, V, I> Ord for Run<K, V, I> {
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |run: &Self| Reverse(run.front.sequence);
        let order = self.front.key.cmp(&other.front.key);
        order.then(place(self).cmp(&place(other))).reverse()
    }
}

impl<K: Ord, V, I> PartialOrd for Run<K, V, I> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord, V, I> PartialEq for Run<K, V, I> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<K: Ord, V, I> Eq for Run<K, V, I> {}
