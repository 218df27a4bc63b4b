//! Iterators: along the lowest level.
//!
//! Forwards, the next entry is one link away. There are no links back; backwards, the entry before
//! a key is searched for, as LevelDB does it. Both ends know the node that they gave out last, and
//! as nothing is removed, they meet.
//!
//! # Complexity
//!
//! O(log n) for the first step; then O(1) each forwards and O(log n) each backwards.

use std::fmt;
use std::iter::FusedIterator;
use std::ops::Bound;

use super::compare::Compare;
use super::region::Node;
use super::search::Sought;
use super::{ArenaSkipList, Entry, entry};

/// The entries of a range, in order. Made by [`ArenaSkipList::range`].
pub struct Range<'a, 'k, C> {
    list: &'a ArenaSkipList<C>,
    start: Bound<Sought<'k, 'a, C>>,
    end: Bound<Sought<'k, 'a, C>>,
    /// The last one given out from the front.
    front: Option<Node<'a>>,
    /// The last one given out from the back.
    back: Option<Node<'a>>,
    /// Whether the ends have met.
    done: bool,
}

impl<'a, 'k, C: Compare> Range<'a, 'k, C> {
    pub(super) fn new(
        list: &'a ArenaSkipList<C>,
        start: Bound<&'k [u8]>,
        end: Bound<&'k [u8]>,
    ) -> Self {
        Range {
            list,
            start: start.map(|key| list.sought(key)),
            end: end.map(|key| list.sought(key)),
            front: None,
            back: None,
            done: false,
        }
    }

    /// Whether a node is not above the range.
    fn below_end(&self, node: Node<'_>) -> bool {
        match &self.end {
            Bound::Unbounded => true,
            Bound::Included(key) => key.order_of(node).is_le(),
            Bound::Excluded(key) => key.order_of(node).is_lt(),
        }
    }

    /// Whether a node is not below the range.
    fn above_start(&self, node: Node<'_>) -> bool {
        match &self.start {
            Bound::Unbounded => true,
            Bound::Included(key) => key.order_of(node).is_ge(),
            Bound::Excluded(key) => key.order_of(node).is_gt(),
        }
    }
}

impl<'a, C: Compare> Iterator for Range<'a, '_, C> {
    type Item = Entry<'a>;

    // ANCHOR: step
    fn next(&mut self) -> Option<Entry<'a>> {
        if self.done {
            return None;
        }
        let next = match self.front {
            Some(node) => node.foot().next().map(|(next, _)| next),
            None => self.list.first_within(self.start.as_ref()),
        };
        // What the back has given out is within the range, and so is all before it.
        let within = |node: &Node<'a>| match self.back {
            Some(back) => *node != back,
            None => self.below_end(*node),
        };
        self.front = next.filter(within);
        self.done = self.front.is_none();
        self.front.map(entry)
    }
    // ANCHOR_END: step
}

impl<C: Compare> DoubleEndedIterator for Range<'_, '_, C> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let previous = match self.back {
            Some(node) => self.list.node_before(node),
            None => self.list.last_within(self.end.as_ref()),
        };
        let within = |node: &Node<'_>| match self.front {
            Some(front) => *node != front,
            None => self.above_start(*node),
        };
        self.back = previous.filter(within);
        self.done = self.back.is_none();
        self.back.map(entry)
    }
}

impl<C: Compare> FusedIterator for Range<'_, '_, C> {}

impl<C> Clone for Range<'_, '_, C> {
    fn clone(&self) -> Self {
        Range { ..*self }
    }
}

impl<C> fmt::Debug for Range<'_, '_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Range").finish_non_exhaustive()
    }
}

/// All entries, in order. Made by [`ArenaSkipList::iter`].
#[derive(Debug)]
pub struct Iter<'a, C>(Range<'a, 'static, C>);

impl<'a, C: Compare> Iter<'a, C> {
    pub(super) fn new(list: &'a ArenaSkipList<C>) -> Self {
        Iter(Range::new(list, Bound::Unbounded, Bound::Unbounded))
    }
}

impl<'a, C: Compare> Iterator for Iter<'a, C> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        self.0.next()
    }
}

impl<C: Compare> DoubleEndedIterator for Iter<'_, C> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back()
    }
}

impl<C: Compare> FusedIterator for Iter<'_, C> {}

impl<C> Clone for Iter<'_, C> {
    fn clone(&self) -> Self {
        Iter(self.0.clone())
    }
}

impl<'a, C: Compare> IntoIterator for &'a ArenaSkipList<C> {
    type Item = Entry<'a>;
    type IntoIter = Iter<'a, C>;

    fn into_iter(self) -> Iter<'a, C> {
        self.iter()
    }
}
