//! Ranges of scores, by way of ranks.
//!
//! Where a range of scores begins and ends is found by two searches, which also tell the ranks
//! there. Counting is then a subtraction, and everything else is done to a range of ranks.

use std::hash::{BuildHasher, Hash};
use std::ops::{Bound, Range, RangeBounds};

use super::{Iter, SortedSet};

impl<M, S> SortedSet<M, S> {
    // ANCHOR: ranks_by_score
    /// Returns the ranks of the members whose scores are in `scores`. Nobody's are, if a bound is
    /// NaN or the range starts after its end. O(log n).
    ///
    /// Redis's `(1 5` is the pair `(Bound::Excluded(1.0), Bound::Included(5.0))`; `-inf` and `+inf`
    /// are `..`.
    pub fn ranks_by_score(&self, scores: impl RangeBounds<f64>) -> Range<usize> {
        let (start, end) = (scores.start_bound(), scores.end_bound());
        if is_nan(start) || is_nan(end) {
            return 0..0;
        }
        let before = |score: f64| match start {
            Bound::Unbounded => false,
            Bound::Included(start) => score < *start,
            Bound::Excluded(start) => score <= *start,
        };
        let not_after = |score: f64| match end {
            Bound::Unbounded => true,
            Bound::Included(end) => score <= *end,
            Bound::Excluded(end) => score < *end,
        };
        let (_, start) = self.list.seek(|scored| before(scored.score));
        let (_, end) = self.list.seek(|scored| not_after(scored.score));
        start.min(end)..end
    }
    // ANCHOR_END: ranks_by_score

    /// Returns the number of members whose scores are in `scores`: `ZCOUNT`. O(log n).
    pub fn count_by_score(&self, scores: impl RangeBounds<f64>) -> usize {
        self.ranks_by_score(scores).len()
    }

    /// Returns the members whose scores are in `scores`, in ascending order: `ZRANGEBYSCORE`; after
    /// `rev()`, `ZREVRANGEBYSCORE`. O(log n), then O(1) a member.
    ///
    /// `LIMIT offset count` is `skip(offset).take(count)`, where skipping takes O(log n), however
    /// far.
    ///
    /// ```
    /// use std::ops::Bound;
    /// use skiplist::SortedSet;
    ///
    /// let set: SortedSet<_> = [("one", 1.0), ("two", 2.0), ("three", 3.0)].try_into()?;
    /// let members = |range: (Bound<f64>, Bound<f64>)| -> Vec<&str> {
    ///     set.range_by_score(range).map(|(member, _)| *member).collect()
    /// };
    /// assert_eq!(members((Bound::Included(1.0), Bound::Included(2.0))), ["one", "two"]);
    /// assert_eq!(members((Bound::Excluded(1.0), Bound::Included(2.0))), ["two"]);
    /// assert_eq!(set.range_by_score(..).skip(1).take(1).next(), Some((&"two", 2.0)));
    /// # Ok::<(), skiplist::sorted_set::ScoreError>(())
    /// ```
    pub fn range_by_score(&self, scores: impl RangeBounds<f64>) -> Iter<'_, M> {
        self.range_by_rank(self.ranks_by_score(scores))
    }
}

impl<M: Ord + Hash, S: BuildHasher> SortedSet<M, S> {
    /// Removes the members whose scores are in `scores`; returns how many there were:
    /// `ZREMRANGEBYSCORE`. O(log n) a member.
    pub fn remove_range_by_score(&mut self, scores: impl RangeBounds<f64>) -> usize {
        self.remove_range_by_rank(self.ranks_by_score(scores))
    }
}

fn is_nan(bound: Bound<&f64>) -> bool {
    match bound {
        Bound::Included(score) | Bound::Excluded(score) => score.is_nan(),
        Bound::Unbounded => false,
    }
}
