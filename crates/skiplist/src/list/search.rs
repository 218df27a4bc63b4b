//! The way down: how a skip list finds, and where it links and unlinks.
//!
//! A search starts at the head's highest level, goes right as long as what comes next is still before what is sought, then goes
//! down a level, until it stands on the lowest. Whoever wants to change the list notes where it went down: those are the links
//! that lead past the place, the [`Path`].
//!
//! ```text
//!  level 2   head ───────────────────────────▶ 30 ─────────▶ nil        seeking 42:
//!  level 1   head ────────▶ 12 ──────────────▶ 30 ─────────▶ nil        right to 30, down, down,
//!  level 0   head ──▶ 7 ──▶ 12 ──▶ 19 ──▶ 25 ▶ 30 ──▶ 42 ──▶ nil        right: 42 is not before 42
//! ```
//!
//! # Complexity
//!
//! The expected number of steps is at most L(n)/p + 1/(1 - p) with L(n) = log₁/ₚ n (Pugh 1990, section *Analysis*): O(log n).

use super::SkipList;
use super::towers::{HEAD, Link, NIL, Slot};
use crate::height::MAX_HEIGHT;

/// Where a search went down.
#[derive(Clone, Copy)]
pub(crate) struct Path {
    /// For every level of the list, the last tower before the place.
    towers: [u32; MAX_HEIGHT],
    /// For every level, how many entries are up to and including that tower's.
    ranks: [u32; MAX_HEIGHT],
    /// The last slot before the place; [`NIL`] at the front.
    pub(crate) before: Slot,
}

impl<K, V> SkipList<K, V> {
    // ANCHOR: descend
    /// Goes down to the last entry that is `before` the place sought; returns its slot, and how many are before the place.
    ///
    /// `before` is asked about an entry's rank and slot, and holds for the entries up to the place and none after. `visit` is told
    /// the level, tower and count wherever the way leads down.
    #[inline]
    fn descend(
        &self,
        mut before: impl FnMut(u32, Slot) -> bool,
        mut visit: impl FnMut(usize, u32, u32),
    ) -> (Slot, u32) {
        let (mut slot, mut tower, mut count) = (NIL, HEAD, 0);
        // Known not to be before the place: often next on the lower level as well, and then not compared again.
        let mut beyond = NIL;
        for level in (0..self.height).rev() {
            loop {
                let Link { next, span } = self.towers.link(tower, level);
                if next == beyond || !before(count + span - 1, next) {
                    beyond = next;
                    break;
                }
                count += span;
                slot = next;
                tower = self.towers.tower(next);
            }
            visit(level, tower, count);
        }
        (slot, count)
    }
    // ANCHOR_END: descend

    /// The last slot that is `before` the place, and how many are.
    #[inline]
    pub(crate) fn seek(&self, before: impl FnMut(u32, Slot) -> bool) -> (Slot, u32) {
        self.descend(before, |_, _, _| ())
    }

    /// The last slot whose key is `before` the place, and how many are.
    #[inline]
    pub(crate) fn seek_key(&self, mut before: impl FnMut(&K) -> bool) -> (Slot, u32) {
        self.seek(|_, slot| before(self.towers.entry(slot).0))
    }

    /// The way to the place that `before` leads to.
    #[inline]
    pub(crate) fn path(&self, before: impl FnMut(u32, Slot) -> bool) -> Path {
        let (mut towers, mut ranks) = ([HEAD; MAX_HEIGHT], [0; MAX_HEIGHT]);
        let (before, _) = self.descend(before, |level, tower, rank| {
            towers[level] = tower;
            ranks[level] = rank;
        });
        Path {
            towers,
            ranks,
            before,
        }
    }

    /// The way to the first key that is not `before` the place.
    #[inline]
    pub(crate) fn path_key(&self, mut before: impl FnMut(&K) -> bool) -> Path {
        self.path(|_, slot| before(self.towers.entry(slot).0))
    }

    /// The way to the entry of that rank.
    pub(crate) fn path_rank(&self, sought: usize) -> Path {
        self.path(|rank, _| (rank as usize) < sought)
    }

    // ANCHOR: link
    /// Puts an entry at the place that `path` leads to.
    pub(crate) fn link(&mut self, path: &Path, entry: (K, V)) -> Slot {
        assert!(self.len < NIL - 1, "a skip list has at most 2^32 - 2 entries");
        let height = self.heights.draw();
        let slot = self.towers.take(height, entry);
        let tower = self.towers.tower(slot);
        for level in self.height..height {
            // A level that nothing was on: one link, past all entries.
            let span = self.len + 1;
            *self.towers.link_mut(HEAD, level) = Link { next: NIL, span };
        }
        self.height = self.height.max(height);
        let place = path.ranks[0] + 1;
        for level in 0..self.height {
            let last = self.towers.link_mut(path.towers[level], level);
            if level >= height {
                last.span += 1;
                continue;
            }
            let reach = place - path.ranks[level];
            let Link { next, span } = *last;
            *last = Link { next: slot, span: reach };
            let span = span + 1 - reach;
            *self.towers.link_mut(tower, level) = Link { next, span };
        }
        self.link_back(slot, path.before);
        self.len += 1;
        slot
    }
    // ANCHOR_END: link

    /// Makes `slot` the one before the next slot, and `before` the one before it.
    fn link_back(&mut self, slot: Slot, before: Slot) {
        self.towers.set_prev(slot, before);
        match self.towers.next(slot) {
            NIL => self.back = slot,
            next => self.towers.set_prev(next, slot),
        }
    }

    // ANCHOR: unlink
    /// Removes the entry to which `path` leads.
    pub(crate) fn unlink(&mut self, path: &Path) -> (K, V) {
        let slot = self.towers.next(path.before);
        let tower = self.towers.tower(slot);
        let next = self.towers.next(slot);
        for level in 0..self.height {
            let last = self.towers.link(path.towers[level], level);
            *self.towers.link_mut(path.towers[level], level) = if last.next == slot {
                let Link { next, span } = self.towers.link(tower, level);
                let span = last.span + span - 1;
                Link { next, span }
            } else {
                let span = last.span - 1;
                Link { span, ..last }
            };
        }
        match next {
            NIL => self.back = path.before,
            next => self.towers.set_prev(next, path.before),
        }
        while self.height > 1 && self.towers.link(HEAD, self.height - 1).next == NIL {
            self.height -= 1;
        }
        self.len -= 1;
        self.towers.release(slot)
    }
    // ANCHOR_END: unlink
}
