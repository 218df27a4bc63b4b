//! Ranks: how many entries come before one, and who has how many before it.
//!
//! # Complexity
//!
//! Each is one walk down, O(log n) expected, whether it looks for a key and adds up spans, or looks
//! for a sum of spans.

use std::borrow::Borrow;
use std::ops::{Bound, Range, RangeBounds};

use super::towers::{HEAD, Slot};
use super::{Iter, IterMut, SkipList};

/// The ends of a piece of the list.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    /// The first entry's slot and rank; anything if there is none.
    pub(super) front: Slot,
    pub(super) rank: usize,
    /// The last entry's slot.
    pub(super) back: Slot,
    pub(super) len: usize,
}

impl<K: Ord, V> SkipList<K, V> {
    // ANCHOR: rank
    /// Returns how many keys are less than `key`, if it is in the list.
    ///
    /// ```
    /// use skiplist::SkipList;
    ///
    /// let primes: SkipList<_, _> = [2, 3, 5, 7, 11].map(|prime| (prime, ())).into();
    /// assert_eq!(primes.rank(&7), Some(3));
    /// assert_eq!(primes.rank(&8), None);
    /// assert_eq!(primes.count_less_than(&8), 4);
    /// ```
    pub fn rank<Q: Ord + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        let (before, count) = self.seek(|other| other.borrow() < key);
        (self.if_at(self.towers.next(before), key) != HEAD).then_some(count)
    }

    /// Returns how many keys are less than `key`, which need not be in the list.
    pub fn count_less_than<Q: Ord + ?Sized>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        self.seek(|other| other.borrow() < key).1
    }
    // ANCHOR_END: rank

    /// The ends of what is in a range of keys.
    pub(super) fn ends_of<Q: Ord + ?Sized>(&self, range: &impl RangeBounds<Q>) -> Ends
    where
        K: Borrow<Q>,
    {
        let bounds = (range.start_bound(), range.end_bound());
        match bounds {
            (Bound::Excluded(start), Bound::Excluded(end)) if start == end => {
                panic!("range start and end are equal and excluded in a SkipList")
            }
            (
                Bound::Included(start) | Bound::Excluded(start),
                Bound::Included(end) | Bound::Excluded(end),
            ) if start > end => panic!("range start is greater than range end in a SkipList"),
            _ => {}
        }
        let (before, rank) = match bounds.0 {
            Bound::Unbounded => (HEAD, 0),
            Bound::Included(start) => self.seek(|key| key.borrow() < start),
            Bound::Excluded(start) => self.seek(|key| key.borrow() <= start),
        };
        let (back, end) = match bounds.1 {
            Bound::Unbounded => (self.towers.prev(HEAD), self.len()),
            Bound::Included(end) => self.seek(|key| key.borrow() <= end),
            Bound::Excluded(end) => self.seek(|key| key.borrow() < end),
        };
        let front = self.towers.next(before);
        // What `Ord` says may be nonsense.
        let len = end.saturating_sub(rank);
        Ends {
            front,
            rank,
            back,
            len,
        }
    }
}

impl<K, V> SkipList<K, V> {
    // ANCHOR: by_rank
    /// Returns the entry that has `rank` others before it.
    ///
    /// ```
    /// use skiplist::SkipList;
    ///
    /// let mut times: SkipList<_, _> = [(9.58 as u32, "Bolt"), (10, "Lewis")].into();
    /// assert_eq!(times.get_by_rank(1), Some((&10, &"Lewis")));
    /// assert_eq!(times.remove_by_rank(0), Some((9, "Bolt")));
    /// assert_eq!(times.get_by_rank(1), None);
    /// ```
    pub fn get_by_rank(&self, rank: usize) -> Option<(&K, &V)> {
        self.entry_at(self.seek_rank(rank))
    }

    /// As [`get_by_rank`](Self::get_by_rank), with a value that can be changed.
    pub fn get_by_rank_mut(&mut self, rank: usize) -> Option<(&K, &mut V)> {
        self.entry_mut_at(self.seek_rank(rank))
    }

    /// Removes the entry that has `rank` others before it, and returns it.
    pub fn remove_by_rank(&mut self, rank: usize) -> Option<(K, V)> {
        (rank < self.len()).then(|| self.unlink(&self.path_rank(rank)))
    }
    // ANCHOR_END: by_rank

    /// Returns the entries whose ranks are in `ranks`, in ascending order, from either end. Ranks
    /// that nobody has are passed over, as are all in a range that starts after its end.
    ///
    /// # Complexity
    ///
    /// O(log n), then O(1) an entry.
    ///
    /// ```
    /// use skiplist::SkipList;
    ///
    /// let letters: SkipList<_, _> = ('a'..='z').zip(1..).collect();
    /// let page: String = letters.range_by_rank(20..30).map(|(letter, _)| *letter).collect();
    /// assert_eq!(page, "uvwxyz");
    /// ```
    pub fn range_by_rank(&self, ranks: impl RangeBounds<usize>) -> Iter<'_, K, V> {
        self.iter_between(self.ends_of_ranks(ranks))
    }

    /// As [`range_by_rank`](Self::range_by_rank), with values that can be changed.
    pub fn range_by_rank_mut(&mut self, ranks: impl RangeBounds<usize>) -> IterMut<'_, K, V> {
        self.iter_mut_between(self.ends_of_ranks(ranks))
    }

    // ANCHOR: remove_range_by_rank
    /// Removes the entries whose ranks are in `ranks`; returns how many there were.
    ///
    /// # Complexity
    ///
    /// O(log n) for the way there, and O(log n) for each, without a further search.
    pub fn remove_range_by_rank(&mut self, ranks: impl RangeBounds<usize>) -> usize {
        let ranks = self.existing(ranks);
        let path = self.path_rank(ranks.start);
        for _ in ranks.clone() {
            self.unlink(&path);
        }
        ranks.len()
    }
    // ANCHOR_END: remove_range_by_rank

    /// The part of `ranks` that somebody has.
    pub(crate) fn existing(&self, ranks: impl RangeBounds<usize>) -> Range<usize> {
        let start = match ranks.start_bound() {
            Bound::Unbounded => 0,
            Bound::Included(start) => *start,
            Bound::Excluded(start) => start.saturating_add(1),
        };
        let end = match ranks.end_bound() {
            Bound::Unbounded => self.len(),
            Bound::Included(end) => end.saturating_add(1).min(self.len()),
            Bound::Excluded(end) => (*end).min(self.len()),
        };
        start.min(end)..end
    }

    fn ends_of_ranks(&self, ranks: impl RangeBounds<usize>) -> Ends {
        let Range { start, end } = self.existing(ranks);
        let back = if end == self.len() {
            self.towers.prev(HEAD)
        } else {
            self.towers.prev(self.seek_rank(end))
        };
        Ends {
            front: self.seek_rank(start),
            rank: start,
            back,
            len: end - start,
        }
    }

    /// The ends of the whole list.
    pub(super) fn ends(&self) -> Ends {
        Ends {
            front: self.towers.next(HEAD),
            rank: 0,
            back: self.towers.prev(HEAD),
            len: self.len(),
        }
    }
}
