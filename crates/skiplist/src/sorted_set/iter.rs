//! Iterators, in the order of the scores, and what the traits of `std` ask of a set.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::iter::FusedIterator;

use super::score::Scored;
use super::{ScoreError, SortedSet};
use crate::list;

impl<M, S> SortedSet<M, S> {
    /// Returns the members with their scores, in ascending order, from either end.
    pub fn iter(&self) -> Iter<'_, M> {
        Iter(self.list.iter())
    }
}

/// Members of a [`SortedSet`] with their scores, in ascending order.
pub struct Iter<'a, M>(pub(super) list::Iter<'a, Scored<M>, ()>);

/// The members of a [`SortedSet`] that is no more, with their scores, in ascending order.
pub struct IntoIter<M>(list::IntoIter<Scored<M>, ()>);

fn borrowed<'a, M>((scored, ()): (&'a Scored<M>, &'a ())) -> (&'a M, f64) {
    (&scored.member, scored.score)
}

fn owned<M>((scored, ()): (Scored<M>, ())) -> (M, f64) {
    (scored.member, scored.score)
}

impl<'a, M> Iterator for Iter<'a, M> {
    type Item = (&'a M, f64);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(borrowed)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }

    /// In O(log n), as for a list.
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.0.nth(n).map(borrowed)
    }
}

impl<M> DoubleEndedIterator for Iter<'_, M> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(borrowed)
    }

    fn nth_back(&mut self, n: usize) -> Option<Self::Item> {
        self.0.nth_back(n).map(borrowed)
    }
}

impl<M> Clone for Iter<'_, M> {
    fn clone(&self) -> Self {
        Iter(self.0.clone())
    }
}

impl<M> ExactSizeIterator for Iter<'_, M> {}
impl<M> FusedIterator for Iter<'_, M> {}

impl<M: fmt::Debug> fmt::Debug for Iter<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<M> Iterator for IntoIter<M> {
    type Item = (M, f64);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(owned)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<M> DoubleEndedIterator for IntoIter<M> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(owned)
    }
}

impl<M> ExactSizeIterator for IntoIter<M> {}
impl<M> FusedIterator for IntoIter<M> {}

impl<M> fmt::Debug for IntoIter<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<M, S> IntoIterator for SortedSet<M, S> {
    type Item = (M, f64);
    type IntoIter = IntoIter<M>;

    fn into_iter(self) -> IntoIter<M> {
        IntoIter(self.list.into_iter())
    }
}

impl<'a, M, S> IntoIterator for &'a SortedSet<M, S> {
    type Item = (&'a M, f64);
    type IntoIter = Iter<'a, M>;

    fn into_iter(self) -> Iter<'a, M> {
        self.iter()
    }
}

impl<M, S: Default> Default for SortedSet<M, S> {
    fn default() -> Self {
        Self::with_hasher(S::default())
    }
}

impl<M: Ord + Hash, S: BuildHasher + Default, const N: usize> TryFrom<[(M, f64); N]>
    for SortedSet<M, S>
{
    type Error = ScoreError;

    /// Of two scores for one member, the later one is kept.
    ///
    /// # Errors
    ///
    /// [`ScoreError::NotANumber`] if a score is NaN.
    fn try_from(members: [(M, f64); N]) -> Result<Self, ScoreError> {
        let mut set = SortedSet::default();
        for (member, score) in members {
            set.insert(member, score)?;
        }
        Ok(set)
    }
}

impl<M: fmt::Debug, S> fmt::Debug for SortedSet<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

/// Two sets are equal if they have the same members with the same scores.
impl<M: PartialEq, S, T> PartialEq<SortedSet<M, T>> for SortedSet<M, S> {
    fn eq(&self, other: &SortedSet<M, T>) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}
