//! The way down, by which everything is found.
//!
//! A search starts at the head's highest level, goes right as long as what comes next is still
//! before the place sought, then a level down, until it is on the lowest. Nothing is ever removed,
//! so where it has been stays before the place, whatever others insert meanwhile: a search never
//! starts again.
//!
//! ```text
//!  level 2   head ───────────────────────────▶ 30 ───────────────▶      seeking 42:
//!  level 1   head ────────▶ 12 ──────────────▶ 30 ───────────────▶      right to 30, down, down;
//!  level 0   head ──▶ 7 ──▶ 12 ──▶ 19 ──▶ 25 ▶ 30 ──▶ 42 ──▶ 57 ─▶      42 is not before 42
//! ```
//!
//! # Complexity
//!
//! O(log n) expected: about 1½ steps to the right on each of log₂ n levels.

use std::cmp::Ordering;

use super::compare::Compare;
use super::region::{Node, Place};

/// A key that is sought, and how.
pub(super) struct Sought<'k, 'c, C> {
    pub(super) key: &'k [u8],
    abbreviated: u64,
    compare: &'c C,
}

impl<'k, 'c, C: Compare> Sought<'k, 'c, C> {
    #[inline]
    pub(super) fn new(key: &'k [u8], compare: &'c C) -> Self {
        Sought {
            key,
            abbreviated: compare.abbreviate(key),
            compare,
        }
    }

    // ANCHOR: order_of
    /// How the key of `node` compares to the one that is sought.
    #[inline]
    pub(super) fn order_of(&self, node: Node<'_>) -> Ordering {
        let key = node.key();
        (self.compare.abbreviate(key).cmp(&self.abbreviated))
            .then_with(|| self.compare.compare(key, self.key))
    }
    // ANCHOR_END: order_of
}

impl<C> Clone for Sought<'_, '_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Sought<'_, '_, C> {}

// ANCHOR: find
/// Goes right and down from `place` to the node that is the one sought, as soon as it is met.
#[inline(always)]
pub(super) fn find<'r>(
    mut place: Place<'r>,
    mut order_of: impl FnMut(Node<'r>) -> Ordering,
) -> Option<Node<'r>> {
    // What was found to be behind the place is often next on the lower level as well; it is not
    // asked about again.
    let mut beyond = None;
    loop {
        match place.next() {
            Some((node, right)) if Some(node) != beyond => match order_of(node) {
                Ordering::Less => place = right,
                Ordering::Equal => return Some(node),
                Ordering::Greater => {
                    beyond = Some(node);
                    place = place.down()?;
                }
            },
            _ => place = place.down()?,
        }
    }
}
// ANCHOR_END: find

// ANCHOR: descend
/// Goes right and down from `place` to the last node that is `before` the place sought, which holds
/// for every node up to there and for none after. Returns where it is on the lowest level, and what
/// comes next. `visit` is told the same for every level.
///
#[inline(always)]
pub(super) fn descend<'r>(
    mut place: Place<'r>,
    mut before: impl FnMut(Node<'r>) -> bool,
    mut visit: impl FnMut(Place<'r>, Option<Node<'r>>),
) -> (Place<'r>, Option<Node<'r>>) {
    let mut beyond = None;
    loop {
        match place.next() {
            Some((node, right)) if Some(node) != beyond && before(node) => place = right,
            next => {
                beyond = next.map(|(node, _)| node);
                visit(place, beyond);
                match place.down() {
                    Some(lower) => place = lower,
                    None => return (place, beyond),
                }
            }
        }
    }
}
// ANCHOR_END: descend

/// Panics when the levels below `head` are not in the order of `compare`, or one has a node that the
/// one below it has not. O(n log n).
pub(super) fn check_levels<C: Compare>(head: Place<'_>, compare: &C) {
    let mut level = Some(head);
    while let Some(start) = level {
        let (mut place, mut lower, mut last) = (start, start.down(), None);
        while let Some((node, right)) = place.next() {
            let ascends = |last: Node<'_>| compare.compare(last.key(), node.key()).is_lt();
            assert!(
                last.is_none_or(ascends),
                "level {} is not in order",
                place.level()
            );
            // What is on this level is met on the one below, sooner or later.
            while let Some((other, next)) = lower.and_then(Place::next) {
                lower = Some(next);
                if other == node {
                    break;
                }
            }
            let met = lower.is_none_or(|lower| lower.node() == Some(node));
            assert!(
                met,
                "a node of level {} is not on the one below",
                place.level()
            );
            (place, last) = (right, Some(node));
        }
        level = start.down();
    }
}
