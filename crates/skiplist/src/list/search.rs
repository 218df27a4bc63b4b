//! The way down: how a skip list finds, and where it links and unlinks.
//!
//! A search starts at the head's highest level, goes right as long as what comes next is still
//! before what is sought, then goes down a level, until it stands on the lowest. Whoever wants to
//! change the list notes where it went down: those are the links that lead past the place, the
//! [`Path`].
//!
//! ```text
//!  level 2   head ──────────────────────────────▶ 30 ─────────▶ head       seeking 42:
//!  level 1   head ────────▶ 12 ─────────────────▶ 30 ─────────▶ head       right to 30, down, down,
//!  level 0   head ──▶ 7 ──▶ 12 ──▶ 19 ──▶ 25 ──▶ 30 ──▶ 42 ──▶ head       right: 42 is not before 42
//! ```
//!
//! A search adds up the spans of the links that it takes to the right, so at the place it knows how
//! many entries are before it. A search for a rank is the same way down, comparing ranks instead of
//! keys.
//!
//! # Complexity
//!
//! The expected number of steps is at most L(n)/p + 1/(1 - p) with L(n) = log₁/ₚ n (Pugh 1990,
//! section *Analysis*): O(log n).

use super::SkipList;
use super::towers::{HEAD, Link, Slot};
use crate::height::MAX_HEIGHT;

// ANCHOR: path
/// Where a search went down.
#[derive(Clone, Copy)]
pub(crate) struct Path {
    /// For every level of the list, the last slot before the place.
    slots: [Slot; MAX_HEIGHT],
    /// For every level, how many entries are up to and including that one.
    counts: [u32; MAX_HEIGHT],
}
// ANCHOR_END: path

impl Path {
    /// The way to the front.
    pub(crate) const FRONT: Path = Path {
        slots: [HEAD; MAX_HEIGHT],
        counts: [0; MAX_HEIGHT],
    };

    /// The last slot before the place.
    #[inline]
    pub(crate) fn before(&self) -> Slot {
        self.slots[0]
    }

    /// How many entries are before the place: the rank of what is there.
    #[inline]
    pub(crate) fn count(&self) -> usize {
        self.counts[0] as usize
    }
}

impl<K, V> SkipList<K, V> {
    // ANCHOR: descend
    /// Goes down to the last entry that is `before` the place sought; returns its slot, and how
    /// many are before the place.
    ///
    /// `before` is asked about an entry's rank and slot, and holds for the entries up to the place
    /// and none after. `visit` is told the level, slot and count wherever the way leads down.
    #[inline]
    fn descend(
        &self,
        mut before: impl FnMut(u32, Slot) -> bool,
        mut visit: impl FnMut(usize, Slot, u32),
    ) -> (Slot, u32) {
        let (mut slot, mut count) = (HEAD, 0);
        // Known not to be before the place: often next on the lower level too, and not asked again.
        let mut beyond = HEAD;
        for level in (0..self.height).rev() {
            loop {
                let Link { next, span } = self.towers.link(slot, level);
                if next == beyond || !before(count + span - 1, next) {
                    beyond = next;
                    break;
                }
                slot = next;
                count += span;
            }
            visit(level, slot, count);
        }
        (slot, count)
    }
    // ANCHOR_END: descend

    /// The last slot whose key is `before` the place, and how many are.
    #[inline]
    pub(crate) fn seek(&self, mut before: impl FnMut(&K) -> bool) -> (Slot, usize) {
        let (slot, count) = self.descend(|_, slot| before(self.towers.key(slot)), |_, _, _| ());
        (slot, count as usize)
    }

    /// The slot of the entry of that rank; the head for the one after the last.
    pub(crate) fn seek_rank(&self, sought: usize) -> Slot {
        let (slot, _) = self.descend(|rank, _| (rank as usize) < sought, |_, _, _| ());
        self.towers.next(slot)
    }

    /// The way to the place that `before` leads to.
    #[inline]
    fn path_by(&self, before: impl FnMut(u32, Slot) -> bool) -> Path {
        let mut path = Path::FRONT;
        self.descend(before, |level, slot, count| {
            path.slots[level] = slot;
            path.counts[level] = count;
        });
        path
    }

    /// The way to the first key that is not `before` the place.
    #[inline]
    pub(crate) fn path(&self, mut before: impl FnMut(&K) -> bool) -> Path {
        self.path_by(|_, slot| before(self.towers.key(slot)))
    }

    /// The way to the entry of that rank.
    pub(crate) fn path_rank(&self, sought: usize) -> Path {
        self.path_by(|rank, _| (rank as usize) < sought)
    }

    /// The way to what follows the entry that `path` leads to.
    pub(crate) fn advance(&self, path: &mut Path) {
        let slot = self.towers.next(path.before());
        let count = path.counts[0] + 1;
        for level in 0..self.towers.height(slot) {
            path.slots[level] = slot;
            path.counts[level] = count;
        }
    }

    // ANCHOR: link
    /// Puts an entry at the place that `path` leads to.
    ///
    /// # Panics
    ///
    /// When the list has 2³² - 2 entries.
    pub(crate) fn link(&mut self, path: &Path, key: K, value: V) -> Slot {
        let height = self.heights.draw();
        let slot = self.towers.take(height, key, value);
        for level in self.height..height {
            // A level that nothing was on: one link, past all entries.
            let span = self.len + 1;
            *self.towers.link_mut(HEAD, level) = Link { next: HEAD, span };
        }
        self.height = self.height.max(height);
        let place = path.counts[0] + 1;
        for level in 1..height {
            let last = self.towers.link_mut(path.slots[level], level);
            let Link { next, span } = *last;
            let reach = place - path.counts[level];
            *last = Link {
                next: slot,
                span: reach,
            };
            let span = span + 1 - reach;
            *self.towers.link_mut(slot, level) = Link { next, span };
        }
        for level in height..self.height {
            self.towers.link_mut(path.slots[level], level).span += 1;
        }
        self.towers.join(slot, self.towers.next(path.before()));
        self.towers.join(path.before(), slot);
        self.len += 1;
        slot
    }
    // ANCHOR_END: link

    // ANCHOR: unlink
    /// Removes the entry to which `path` leads. The path then leads to what came after it.
    pub(crate) fn unlink(&mut self, path: &Path) -> (K, V) {
        let slot = self.towers.next(path.before());
        let height = self.towers.height(slot);
        for level in 1..height {
            let Link { next, span } = self.towers.link(slot, level);
            let last = self.towers.link_mut(path.slots[level], level);
            let span = last.span + span - 1;
            *last = Link { next, span };
        }
        for level in height..self.height {
            self.towers.link_mut(path.slots[level], level).span -= 1;
        }
        self.towers.join(path.before(), self.towers.next(slot));
        while self.height > 1 && self.towers.link(HEAD, self.height - 1).next == HEAD {
            self.height -= 1;
        }
        self.len -= 1;
        self.towers.release(slot)
    }
    // ANCHOR_END: unlink

    /// Panics when an invariant is broken, but for the order of the keys. O(n log n).
    pub(super) fn check_links(&self) {
        let len = self.len as usize;
        self.towers.check_invariants(len);
        let mut slots = vec![HEAD];
        slots.extend(
            std::iter::successors(Some(self.towers.next(HEAD)), |slot| {
                Some(self.towers.next(*slot))
            })
            .take(len),
        );
        let mut ranks = std::collections::HashMap::new();
        for (count, &slot) in slots.iter().enumerate() {
            assert!(
                ranks.insert(slot, count).is_none(),
                "the lowest ring meets itself"
            );
            let next = self.towers.next(slot);
            assert_eq!(self.towers.prev(next), slot, "next and prev disagree");
            assert!(
                slot == HEAD || self.towers.height(slot) <= self.height,
                "too tall"
            );
        }
        assert_eq!(
            self.towers.prev(HEAD),
            slots[len],
            "the lowest ring has another length"
        );
        for level in 0..self.height {
            let tall = |slot: &&Slot| self.towers.height(**slot) > level;
            let on_level: Vec<_> = slots.iter().filter(tall).collect();
            assert!(
                level == 0 || on_level.len() > 1,
                "the highest level is empty"
            );
            for (index, &&slot) in on_level.iter().enumerate() {
                let next = on_level.get(index + 1).map_or(HEAD, |next| **next);
                let next_count = if next == HEAD { len + 1 } else { ranks[&next] };
                let span = (next_count - ranks[&slot]) as u32;
                assert_eq!(
                    self.towers.link(slot, level),
                    Link { next, span },
                    "level {level}"
                );
            }
        }
    }
}
