//! A set of members in the order of their scores: Redis's sorted set.
//!
//! A leaderboard asks three things of its data: what is Ann's score, which place is she in, and who
//! is in places 11 to 20? A hash table answers the first, a sorted array the other two until
//! somebody's score changes. Redis has a hash table of members beside a skip list by score and
//! member, whose spans give the places:
//!
//! ```text
//!  table          ann ──┐   bob ──┐   cid ──┐         by the member's hash: a slot number
//!                       ▼         │         ▼
//!  list     head ──▶ 10 ann ──────┼───▶ 25 cid ──▶ 30 bob ──▶ head
//!                                 └───────────────────▲
//! ```
//!
//! Redis's two parts point to one copy of the member. Ours have no pointers, and need none: an
//! entry of the list keeps its slot as long as it is there, so the table holds slots, four bytes
//! each, and looks into the list to compare members.
//!
//! # Invariants
//!
//! - The table holds the slot of every entry of the list, under its member's hash.
//! - No two entries have the same member, and no score is NaN.
//!
//! # Complexity
//!
//! A score is found in O(1) expected, like a member; places and what changes one member are
//! O(log n); ranges are O(log n), then O(1) a member. Beside what the list takes, five to eleven
//! bytes a member.
//!
//! Source: Redis's `t_zset.c`. Left out: `ZRANGEBYLEX`, and unions and intersections of sets.

mod by_score;
mod iter;
mod score;

use std::hash::{BuildHasher, Hash};
use std::ops::{Range, RangeBounds};

use hashbrown::hash_table::HashTable;
use hashbrown::{DefaultHashBuilder, Equivalent};

use crate::list::{Path, SkipList, Slot};
use score::Scored;

pub use iter::{IntoIter, Iter};
pub use score::{AddOptions, Added, ScoreError};

// ANCHOR: struct
/// A set of members, each with a score, in ascending order of scores; of members, where scores are
/// equal.
///
/// Each method names the Redis command that it answers. A score is any number but NaN, infinities
/// included; zero and minus zero are the same score.
///
/// ```
/// use skiplist::SortedSet;
///
/// let mut board = SortedSet::new();
/// for (player, points) in [("ann", 310.0), ("bob", 290.0), ("cid", 330.0), ("dee", 290.0)] {
///     board.insert(player, points)?;
/// }
/// board.increment("bob", 30.0)?;
///
/// // Who leads? The highest score is in place 0 of `rev_range`.
/// assert!(board.rev_range(0, 2).eq([("cid", 330.0), ("bob", 320.0), ("ann", 310.0)].iter()
///     .map(|(player, points)| (player, *points))));
/// // Where is Ann, counted from the top, and who is around her?
/// let place = board.rev_rank("ann").unwrap() as i64;
/// assert_eq!(place, 2);
/// let around = board.rev_range(place - 1, place + 1).map(|(player, _)| *player);
/// assert_eq!(around.collect::<Vec<_>>(), ["bob", "ann", "dee"]);
/// // Who has at least 300 points?
/// assert_eq!(board.count_by_score(300.0..), 3);
/// # Ok::<(), skiplist::sorted_set::ScoreError>(())
/// ```
#[derive(Clone)]
pub struct SortedSet<M, S = DefaultHashBuilder> {
    list: SkipList<Scored<M>, ()>,
    /// The slots of the list, by the hashes of their members.
    table: HashTable<Slot>,
    hash_builder: S,
}
// ANCHOR_END: struct

impl<M> SortedSet<M> {
    /// Returns an empty set.
    pub fn new() -> Self {
        Self::with_hasher(DefaultHashBuilder::default())
    }
}

impl<M, S> SortedSet<M, S> {
    /// Returns an empty set that hashes members by `hash_builder`.
    pub fn with_hasher(hash_builder: S) -> Self {
        SortedSet {
            list: SkipList::new(),
            table: HashTable::new(),
            hash_builder,
        }
    }

    /// Returns the number of members: `ZCARD`. O(1).
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the member with the lowest score. O(1).
    pub fn first(&self) -> Option<(&M, f64)> {
        self.iter().next()
    }

    /// Returns the member with the highest score. O(1).
    pub fn last(&self) -> Option<(&M, f64)> {
        self.iter().next_back()
    }

    /// Returns the member that has `rank` others before it. O(log n).
    pub fn get_by_rank(&self, rank: usize) -> Option<(&M, f64)> {
        self.range_by_rank(rank..).next()
    }

    /// Returns the members whose ranks are in `ranks`, in ascending order, from either end. Ranks
    /// that nobody has are passed over. O(log n), then O(1) a member.
    pub fn range_by_rank(&self, ranks: impl RangeBounds<usize>) -> Iter<'_, M> {
        Iter(self.list.range_by_rank(ranks))
    }

    // ANCHOR: ranks
    /// Returns what Redis means by the places `start` to `stop`, as a range of ranks: both are
    /// included, negative ones count from the end, -1 being the last, and what is beyond an end is
    /// passed over.
    ///
    /// ```
    /// use skiplist::SortedSet;
    ///
    /// let set: SortedSet<_> = [("a", 1.0), ("b", 2.0), ("c", 3.0)].try_into()?;
    /// assert_eq!(set.ranks(0, -1), 0..3);
    /// assert_eq!(set.ranks(-2, 100), 1..3);
    /// assert!(set.ranks(2, 1).is_empty());
    /// # Ok::<(), skiplist::sorted_set::ScoreError>(())
    /// ```
    pub fn ranks(&self, start: i64, stop: i64) -> Range<usize> {
        let len = self.len() as i64;
        let from_front = |place: i64| if place < 0 { place + len } else { place };
        let start = from_front(start).clamp(0, len);
        let stop = from_front(stop).clamp(-1, len - 1);
        start as usize..start.max(stop + 1) as usize
    }
    // ANCHOR_END: ranks

    /// Returns the members in places `start` to `stop`, the lowest score in place 0: `ZRANGE`.
    /// Places are those of [`ranks`](Self::ranks).
    pub fn range(&self, start: i64, stop: i64) -> Iter<'_, M> {
        self.range_by_rank(self.ranks(start, stop))
    }

    /// Returns the members in places `start` to `stop`, the *highest* score in place 0, in
    /// descending order: `ZREVRANGE`. Places are those of [`ranks`](Self::ranks).
    pub fn rev_range(&self, start: i64, stop: i64) -> std::iter::Rev<Iter<'_, M>> {
        let Range { start, end } = self.ranks(start, stop);
        self.range_by_rank(self.len() - end..self.len() - start)
            .rev()
    }
}

impl<M: Ord + Hash, S: BuildHasher> SortedSet<M, S> {
    /// Gives `member` this score, whether it is new or not; returns the score that it had: `ZADD`.
    ///
    /// # Errors
    ///
    /// [`ScoreError::NotANumber`] if the score is NaN. Nothing has changed then.
    ///
    /// # Complexity
    ///
    /// O(log n).
    pub fn insert(&mut self, member: M, score: f64) -> Result<Option<f64>, ScoreError> {
        Ok(match self.add(member, score, AddOptions::ANY)? {
            Added::New | Added::Refused => None,
            Added::Updated { from: old } | Added::Kept { score: old } => Some(old),
        })
    }

    // ANCHOR: add
    /// Gives `member` this score, as far as the options allow: `ZADD` with `NX`, `XX`, `GT`, `LT`.
    ///
    /// # Errors
    ///
    /// [`ScoreError::NotANumber`] if the score is NaN. Nothing has changed then.
    ///
    /// # Complexity
    ///
    /// O(log n), and O(1) if nothing changes.
    pub fn add(&mut self, member: M, score: f64, options: AddOptions) -> Result<Added, ScoreError> {
        if score.is_nan() {
            return Err(ScoreError::NotANumber);
        }
        let Some(old) = self.score(&member) else {
            if !options.add_new() {
                return Ok(Added::Refused);
            }
            self.link(Scored { score, member });
            return Ok(Added::New);
        };
        if !options.replace(old, score) {
            return Ok(Added::Kept { score: old });
        }
        let Scored { member, .. } = self.take(&member).expect("it has a score");
        self.link(Scored { score, member });
        Ok(Added::Updated { from: old })
    }
    // ANCHOR_END: add

    /// Adds `by` to the member's score, which is zero if it is new; returns the sum: `ZINCRBY`.
    ///
    /// # Errors
    ///
    /// [`ScoreError`] if `by` or the sum is NaN. Nothing has changed then.
    ///
    /// # Complexity
    ///
    /// O(log n).
    pub fn increment(&mut self, member: M, by: f64) -> Result<f64, ScoreError> {
        let score = self.score(&member).unwrap_or(0.0);
        let sum = score + by;
        if sum.is_nan() && !by.is_nan() {
            return Err(ScoreError::SumNotANumber { score, by });
        }
        self.insert(member, sum)?;
        Ok(sum)
    }

    /// Removes a member, and returns its score: `ZREM`. O(log n).
    pub fn remove<Q: Hash + Equivalent<M> + ?Sized>(&mut self, member: &Q) -> Option<f64> {
        self.take(member).map(|removed| removed.score)
    }

    /// Returns the member's score: `ZSCORE`. O(1).
    pub fn score<Q: Hash + Equivalent<M> + ?Sized>(&self, member: &Q) -> Option<f64> {
        self.find(member).map(|found| found.score)
    }

    /// Whether it is a member. O(1).
    pub fn contains<Q: Hash + Equivalent<M> + ?Sized>(&self, member: &Q) -> bool {
        self.find(member).is_some()
    }

    // ANCHOR: rank
    /// Returns how many members are before this one, the lowest score first: `ZRANK`. O(log n).
    pub fn rank<Q: Hash + Equivalent<M> + ?Sized>(&self, member: &Q) -> Option<usize> {
        self.find(member).and_then(|found| self.list.rank(found))
    }

    /// Returns how many members are after this one, so that the highest score has 0: `ZREVRANK`.
    /// O(log n).
    pub fn rev_rank<Q: Hash + Equivalent<M> + ?Sized>(&self, member: &Q) -> Option<usize> {
        self.rank(member).map(|rank| self.len() - 1 - rank)
    }
    // ANCHOR_END: rank

    /// Removes the member with the lowest score: `ZPOPMIN`. O(log n).
    pub fn pop_first(&mut self) -> Option<(M, f64)> {
        self.remove_by_rank(0)
    }

    /// Removes the member with the highest score: `ZPOPMAX`. O(log n).
    pub fn pop_last(&mut self) -> Option<(M, f64)> {
        self.remove_by_rank(self.len().checked_sub(1)?)
    }

    /// Removes the member that has `rank` others before it. O(log n).
    pub fn remove_by_rank(&mut self, rank: usize) -> Option<(M, f64)> {
        let path = (rank < self.len()).then(|| self.list.path_rank(rank))?;
        let Scored { score, member } = self.unlink(&path);
        Some((member, score))
    }

    // ANCHOR: remove_range
    /// Removes the members whose ranks are in `ranks`; returns how many there were:
    /// `ZREMRANGEBYRANK`, with [`ranks`](Self::ranks) for its places. O(log n) a member.
    pub fn remove_range_by_rank(&mut self, ranks: impl RangeBounds<usize>) -> usize {
        let ranks = self.list.existing(ranks);
        let path = self.list.path_rank(ranks.start);
        for _ in ranks.clone() {
            self.unlink(&path);
        }
        ranks.len()
    }
    // ANCHOR_END: remove_range

    /// Removes every member.
    pub fn clear(&mut self) {
        self.table.clear();
        self.list.clear();
    }

    // ANCHOR: link_unlink
    /// Puts a new member into the list, and its slot into the table.
    fn link(&mut self, new: Scored<M>) {
        let SortedSet {
            list,
            table,
            hash_builder,
        } = self;
        let hash = hash_builder.hash_one(&new.member);
        let path = list.path(|other| *other < new);
        table.reserve(1, |slot| hash_builder.hash_one(&list.key_in(*slot).member));
        let slot = list.link(&path, new, ());
        table.insert_unique(hash, slot, |_| unreachable!("room is reserved"));
    }

    /// Takes the member to which `path` leads out of the table and the list.
    fn unlink(&mut self, path: &Path) -> Scored<M> {
        let slot = self.list.slot_at(path);
        let hash = self.hash_builder.hash_one(&self.list.key_in(slot).member);
        let entry = self.table.find_entry(hash, |other| *other == slot);
        entry.expect("equal members hash alike").remove();
        self.list.unlink(path).0
    }
    // ANCHOR_END: link_unlink

    /// Takes a member out, and returns it.
    fn take<Q: Hash + Equivalent<M> + ?Sized>(&mut self, member: &Q) -> Option<Scored<M>> {
        let found = self.find(member)?;
        let path = self.list.path(|other| other < found);
        Some(self.unlink(&path))
    }

    // ANCHOR: find
    fn find<Q: Hash + Equivalent<M> + ?Sized>(&self, member: &Q) -> Option<&Scored<M>> {
        let hash = self.hash_builder.hash_one(member);
        let is_it = |slot: &Slot| member.equivalent(&self.list.key_in(*slot).member);
        let slot = self.table.find(hash, is_it)?;
        Some(self.list.key_in(*slot))
    }
    // ANCHOR_END: find

    /// Panics when an invariant is broken: for the tests of this crate and of what is built on it.
    /// O(n log n).
    #[doc(hidden)]
    pub fn check_invariants(&self) {
        self.list.check_invariants();
        assert_eq!(
            self.table.len(),
            self.len(),
            "table and list have not the same size"
        );
        for (scored, ()) in &self.list {
            assert!(!scored.score.is_nan(), "a score is NaN");
            let found = self
                .find(&scored.member)
                .expect("the table has each member");
            assert!(std::ptr::eq(found, scored), "a member is there twice");
        }
    }
}
