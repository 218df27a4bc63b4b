//! An ordered map that threads share without a lock.
//!
//! # The problem
//!
//! A search tree under a lock serves one writer at a time, and readers wait for it. To lock less of
//! it is hard, since an insertion may rebalance the tree up to its root. A skip list has nothing to
//! rebalance: an insertion changes one link on each level of the new tower, and a link is a word,
//! which a processor can change atomically.
//!
//! # The idea
//!
//! Level 0 *is* the map, a sorted linked list; the levels above only show short cuts into it. So
//! only what happens on level 0 has to be atomic, and it is one compare-and-exchange each time:
//!
//! | operation | takes effect when | then |
//! |---|---|---|
//! | insert | the left neighbour's link on level 0 is swung to the node | the tower is linked upwards |
//! | remove | the node's own link on level 0 is marked | the tower is unlinked by whoever comes by |
//! | replace | the old node's link on level 0 is marked and swung to the new one | both of these |
//!
//! What a node is, and why a link has a mark: `node.rs`. How to find a place while others change
//! it: `search.rs`. Who may free a node: `remove.rs`. What an entry costs: `entry.rs`.
//!
//! # Invariants
//!
//! 1. A node is in the map from being linked on level 0 until its link on level 0 is marked.
//! 2. Keys ascend along each level; of several nodes with one key, at most one is not marked, and
//!    it is the last.
//! 3. A node that is linked and not marked on a level is reachable there from the head.
//! 4. Those of `node.rs`: marks stay, from the top down, and a node is retired once, when it is out
//!    of reach.
//!
//! # Complexity
//!
//! O(log n) expected for everything that takes a key; O(1) for a step forward. A node has 1⅓ links
//! on average.
//!
//! # What is left out
//!
//! Values are not changed in place: to change one is to replace the entry. There is no snapshot; a
//! range sees changes that are made while it is walked. There are no ranks: spans cannot be kept
//! right by single-word exchanges.
//!
//! # Sources
//!
//! The mark is Harris's (*A pragmatic implementation of non-blocking linked-lists*, 2001), helping
//! one node at a time Michael's (*High performance dynamic lock-free hash tables and list-based
//! sets*, 2002), towers that are marked from the top Fraser's (*Practical lock-freedom*, 2003) and
//! Herlihy, Lev, Luchangco and Shavit's (*A provably correct scalable concurrent skip list*, 2006).
//! The interface is crossbeam-skiplist's.

mod count;
mod entry;
mod insert;
mod iter;
mod node;
mod range;
mod remove;
mod search;

use std::borrow::Borrow;
use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};
use std::ptr::NonNull;

use crate::height::{DEFAULT_SEED, MAX_HEIGHT};
use crate::sync::{AtomicUsize, Guard, pin};
use count::Count;
use node::{Link, Node, NodeRef};

pub use entry::Entry;
pub use iter::IntoIter;
pub use range::{Iter, Range};

// ANCHOR: map
/// An ordered map that threads share without a lock.
///
/// All operations take `&self`, and none ever waits for another thread. Those on one key take
/// effect at one moment between call and return. What they give out is an [`Entry`].
///
/// ```
/// use skiplist::ConcurrentSkipMap;
///
/// let map = ConcurrentSkipMap::new();
/// std::thread::scope(|scope| {
///     scope.spawn(|| (0..100).for_each(|even| drop(map.insert(2 * even, "even"))));
///     scope.spawn(|| (0..100).for_each(|odd| drop(map.insert(2 * odd + 1, "odd"))));
/// });
/// assert_eq!(map.len(), 200);
/// assert_eq!(map.range(10..13).map(|entry| *entry.key()).collect::<Vec<_>>(), [10, 11, 12]);
/// assert_eq!(map.pop_front().unwrap().value(), &"even");
/// ```
pub struct ConcurrentSkipMap<K, V> {
    head: [Link<K, V>; MAX_HEIGHT],
    /// No tower that is being built or built is higher.
    top: AtomicUsize,
    count: Count,
    owns: PhantomData<*mut (K, V)>,
}
// ANCHOR_END: map

// SAFETY: a thread that has the map can reach each key and value by reference, and can have them
// dropped on any thread; links are atomic.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for ConcurrentSkipMap<K, V> {}
// SAFETY: as above.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for ConcurrentSkipMap<K, V> {}

impl<K, V> ConcurrentSkipMap<K, V> {
    /// An empty map.
    pub fn new() -> Self {
        Self::with_seed(DEFAULT_SEED)
    }

    /// An empty map whose towers' heights are drawn from `seed`.
    ///
    /// The heights change how long operations take, never what they return.
    pub fn with_seed(seed: u64) -> Self {
        ConcurrentSkipMap {
            head: std::array::from_fn(|_| Link::null()),
            top: AtomicUsize::new(1),
            count: Count::new(seed),
            owns: PhantomData,
        }
    }

    /// How many entries there are.
    ///
    /// Exact when no other thread inserts or removes at the time; else off by no more than what
    /// they are about to do.
    ///
    /// # Complexity
    ///
    /// O(1).
    pub fn len(&self) -> usize {
        self.count.entries()
    }

    /// Whether there are no entries, by [`len`](Self::len).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K: Ord, V> ConcurrentSkipMap<K, V> {
    /// What `search` finds, with the guard that it finds it under.
    fn entry<F>(&self, search: F) -> Option<Entry<'_, K, V>>
    where
        F: for<'g> FnOnce(&'g Self, &'g Guard) -> Option<NodeRef<'g, K, V>>,
    {
        let guard = pin();
        let node: NonNull<Node<K, V>> = search(self, &guard)?.as_raw();
        // SAFETY: the node was reached under this guard.
        Some(unsafe { Entry::new(self, node, guard) })
    }

    /// The entry with the least key.
    pub fn front(&self) -> Option<Entry<'_, K, V>> {
        self.entry(|map, guard| map.first::<K>(Bound::Unbounded, guard))
    }

    /// The entry with the greatest key.
    ///
    /// # Complexity
    ///
    /// O(log n).
    pub fn back(&self) -> Option<Entry<'_, K, V>> {
        self.entry(|map, guard| map.last::<K>(Bound::Unbounded, guard))
    }

    /// Whether there is an entry with this key.
    ///
    /// # Complexity
    ///
    /// O(log n).
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.lookup(key, &pin()).is_some()
    }

    /// The entry with this key.
    ///
    /// # Complexity
    ///
    /// O(log n), and never more because of other threads: it writes nothing and starts nothing
    /// over.
    pub fn get<Q>(&self, key: &Q) -> Option<Entry<'_, K, V>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.entry(|map, guard| map.lookup(key, guard))
    }

    /// The first entry that `bound` lets in: at or after it, or after it when it is excluded.
    ///
    /// ```
    /// # use skiplist::ConcurrentSkipMap;
    /// use std::ops::Bound::{Excluded, Included};
    ///
    /// let map = ConcurrentSkipMap::from_iter([(10, 'a'), (20, 'b')]);
    /// assert_eq!(map.lower_bound(Included(&10)).unwrap().key(), &10);
    /// assert_eq!(map.lower_bound(Excluded(&10)).unwrap().key(), &20);
    /// assert!(map.lower_bound(Excluded(&20)).is_none());
    /// ```
    pub fn lower_bound<'a, Q>(&'a self, bound: Bound<&Q>) -> Option<Entry<'a, K, V>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.entry(|map, guard| map.first(bound, guard))
    }

    /// The last entry that `bound` lets in: at or before it, or before it when it is excluded.
    pub fn upper_bound<'a, Q>(&'a self, bound: Bound<&Q>) -> Option<Entry<'a, K, V>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.entry(|map, guard| map.last(bound, guard))
    }

    /// The entry with this key; if there is none, one with `value` is inserted.
    ///
    /// # Complexity
    ///
    /// O(log n).
    pub fn get_or_insert(&self, key: K, value: V) -> Entry<'_, K, V> {
        self.get_or_insert_with(key, || value)
    }

    /// The entry with this key; if there is none, one with the value that `value` returns.
    ///
    /// Other threads do not wait for `value`. If one of them inserts the key meanwhile, its entry
    /// is returned, and the value is dropped.
    pub fn get_or_insert_with<F>(&self, key: K, value: F) -> Entry<'_, K, V>
    where
        F: FnOnce() -> V,
    {
        self.upserted(key, value, |_| false)
    }

    fn upserted(
        &self,
        key: K,
        value: impl FnOnce() -> V,
        replace: impl Fn(&V) -> bool,
    ) -> Entry<'_, K, V> {
        let guard = pin();
        let node = self.upsert(key, value, replace, &guard).as_raw();
        // SAFETY: the node was reached under this guard.
        unsafe { Entry::new(self, node, guard) }
    }

    /// All entries in ascending order of keys, from both ends.
    ///
    /// It has each key exactly once that is in the map throughout, and may or may not have those
    /// that come or go meanwhile. It keeps its thread pinned, as an [`Entry`] does.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter::new(self)
    }

    /// The entries whose keys are in `range`, in ascending order, from both ends; see
    /// [`iter`](Self::iter).
    ///
    /// A range whose start is behind its end is empty.
    pub fn range<Q, R>(&self, range: R) -> Range<'_, Q, R, K, V>
    where
        K: Borrow<Q>,
        R: RangeBounds<Q>,
        Q: Ord + ?Sized,
    {
        Range::new(self, range)
    }
}

impl<K, V> ConcurrentSkipMap<K, V>
where
    K: Ord + Send + 'static,
    V: Send + 'static,
{
    /// Inserts an entry, in place of the one with this key if there is one, and returns it.
    ///
    /// A replaced entry is never missing: a thread that looks for the key finds the old value or
    /// the new one.
    ///
    /// # Complexity
    ///
    /// O(log n).
    pub fn insert(&self, key: K, value: V) -> Entry<'_, K, V> {
        self.upserted(key, || value, |_| true)
    }

    /// Inserts an entry if there is none with this key, or if `replace` says of the one there is
    /// that it is to be replaced. Returns the new entry, or the one that was not replaced.
    ///
    /// `replace` may be asked several times, about the values of several threads.
    ///
    /// ```
    /// # use skiplist::ConcurrentSkipMap;
    /// let highest = ConcurrentSkipMap::new();
    /// for score in [3, 7, 5] {
    ///     highest.compare_insert("ann", score, |old| *old < score);
    /// }
    /// assert_eq!(highest.get("ann").unwrap().value(), &7);
    /// ```
    pub fn compare_insert<F>(&self, key: K, value: V, replace: F) -> Entry<'_, K, V>
    where
        F: Fn(&V) -> bool,
    {
        self.upserted(key, || value, replace)
    }

    /// Removes the entry with this key and returns it. Of several threads that do, one gets it.
    ///
    /// # Complexity
    ///
    /// O(log n).
    pub fn remove<Q>(&self, key: &Q) -> Option<Entry<'_, K, V>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.entry(|map, guard| map.remove_key(key, guard))
    }

    /// Removes the entry with the least key and returns it.
    ///
    /// It was the first one when it was looked for. When it is removed, another thread may have
    /// inserted one before it.
    ///
    /// # Complexity
    ///
    /// O(log n).
    pub fn pop_front(&self) -> Option<Entry<'_, K, V>> {
        loop {
            let front = self.front()?;
            if front.remove() {
                return Some(front);
            }
        }
    }

    /// Removes the entry with the greatest key and returns it; see [`pop_front`](Self::pop_front).
    ///
    /// # Complexity
    ///
    /// O(log n).
    pub fn pop_back(&self) -> Option<Entry<'_, K, V>> {
        loop {
            let back = self.back()?;
            if back.remove() {
                return Some(back);
            }
        }
    }

    /// Removes entries until there are none, also those that other threads insert meanwhile.
    ///
    /// # Complexity
    ///
    /// O(n log n).
    pub fn clear(&self) {
        while self.pop_front().is_some() {}
    }
}

impl<K, V> Default for ConcurrentSkipMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}
