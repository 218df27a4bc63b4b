//! Where a search went down: what an insertion has to change, and the next one starts from.
//!
//! On every level, the new tower goes between the last one before its place and the first one behind
//! it. Those pairs are the path. It narrows from top to bottom, each pair being within the one
//! above, which is what makes a path worth keeping: for another key, only the levels are searched
//! again whose pair does not enclose it. The next key of a sorted run is within the lowest pair.
//!
//! ```text
//!  level 2   head ─────────────────────────────────────────▶ 80      enclose 42? yes
//!  level 1               12 ───────────────▶ 40                      no: search from level 2
//!  level 0                    25 ───▶ 30                             no
//! ```
//!
//! # Invariants
//!
//! - `before` is on its level, before the key that the path was made for; `after` is not before it.
//! - From the top down, `before` goes right and `after` goes left, or they stay.
//!
//! Others may link in nodes between the two at any time. Linking in there then fails, and
//! [`Path::catch_up`] finds them. It corrects all levels below as well, which keeps the second
//! invariant: without it, a key might be within the pair of one level and not of the one above.

use super::ArenaError;
use super::compare::Compare;
use super::region::{Node, Place, Tower};
use super::search::{Sought, descend};
use crate::height::MAX_EVEN_HEIGHT;

/// For every level, between which two the place is.
pub(super) struct Path<'r> {
    before: [Place<'r>; MAX_EVEN_HEIGHT],
    after: [Option<Node<'r>>; MAX_EVEN_HEIGHT],
}

impl<'r> Path<'r> {
    /// The path to the front of a list: nothing is before it, and what is after is not known.
    pub(super) fn to_front(head: Place<'r>) -> Self {
        Self::walked(head, |_| false)
    }

    /// The path to the place of a key, from the head's highest level.
    #[inline]
    pub(super) fn find<C: Compare>(head: Place<'r>, sought: &Sought<'_, '_, C>) -> Self {
        Self::walked(head, |node| sought.order_of(node).is_lt())
    }

    #[inline]
    fn walked(head: Place<'r>, before: impl FnMut(Node<'r>) -> bool) -> Self {
        let mut path = Path {
            before: [head; MAX_EVEN_HEIGHT],
            after: [None; MAX_EVEN_HEIGHT],
        };
        path.walk(head, before);
        path
    }

    /// Between which two the place is on `level`.
    #[inline]
    pub(super) fn at(&self, level: usize) -> (Place<'r>, Option<Node<'r>>) {
        (self.before[level], self.after[level])
    }

    /// Says that the key exists, if the path leads to it.
    #[inline]
    pub(super) fn check_absent<C: Compare>(
        &self,
        sought: &Sought<'_, '_, C>,
    ) -> Result<(), ArenaError> {
        match self.after[0] {
            Some(node) if sought.order_of(node).is_eq() => Err(ArenaError::Exists),
            _ => Ok(()),
        }
    }

    /// Corrects the path from `level` down, where others have linked in nodes.
    pub(super) fn catch_up<C: Compare>(&mut self, level: usize, sought: &Sought<'_, '_, C>) {
        self.walk(self.before[level], |node| sought.order_of(node).is_lt());
    }

    // ANCHOR: turn_to
    /// Makes it the path to another key, by a search from the lowest level that encloses it, or else
    /// from the `head`.
    pub(super) fn turn_to<C: Compare>(&mut self, head: Place<'r>, sought: &Sought<'_, '_, C>) {
        let encloses = |(before, after): (&Place<'r>, &Option<Node<'r>>)| {
            before
                .node()
                .is_none_or(|node| sought.order_of(node).is_lt())
                && after.is_none_or(|node| sought.order_of(node).is_ge())
        };
        let mut levels = self.before.iter().zip(&self.after);
        let start = levels
            .position(encloses)
            .map_or(head, |level| self.before[level]);
        self.walk(start, |node| sought.order_of(node).is_lt());
    }
    // ANCHOR_END: turn_to

    /// Goes on behind a tower that was linked in at the path's end.
    #[inline]
    pub(super) fn pass(&mut self, tower: &Tower<'r>) {
        for level in 0..tower.height() {
            self.before[level] = tower.place(level as u32);
        }
    }

    /// Searches from `start` down, and takes down the way.
    #[inline]
    fn walk(&mut self, start: Place<'r>, before: impl FnMut(Node<'r>) -> bool) {
        descend(start, before, |place, next| {
            self.before[place.level()] = place;
            self.after[place.level()] = next;
        });
    }
}
