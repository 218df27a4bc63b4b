//! The way down: how a skip list finds, and where it links and unlinks.
//!
//! A search starts at the head's highest level, goes right as long as what comes next is still
//! before what is sought, then goes down a level, until it stands on the lowest. Whoever wants to
//! change the list notes where it went down: those are the links that lead past the place, the
//! [`Path`].
//!
//! ```text
//!  level 2   head ──────────────────────────────▶ 30 ─────────▶ head    seeking 42:
//!  level 1   head ────────▶ 12 ─────────────────▶ 30 ─────────▶ head    right to 30, down, down,
//!  level 0   head ──▶ 7 ──▶ 12 ──▶ 19 ──▶ 25 ──▶ 30 ──▶ 42 ──▶ head    right: 42 is not before 42
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
use super::towers::{HEAD, HEAD_TOWER, Link, Slot};
use crate::height::MAX_HEIGHT;

// ANCHOR: path
/// Where a search went down.
#[derive(Clone, Copy)]
pub(crate) struct Path {
    /// For every level but the lowest, where the links of the last entry before the place begin.
    towers: [u32; MAX_HEIGHT],
    /// For every level, how many entries are up to and including that one.
    counts: [u32; MAX_HEIGHT],
    /// The last slot before the place.
    before: Slot,
}
// ANCHOR_END: path

impl Path {
    /// The way to the front.
    pub(crate) const FRONT: Path = Path {
        towers: [HEAD_TOWER; MAX_HEIGHT],
        counts: [0; MAX_HEIGHT],
        before: HEAD,
    };

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
    /// and none after. `visit` is told the level, tower and count wherever the way leads down.
    #[inline]
    fn descend(
        &self,
        mut before: impl FnMut(u32, Slot) -> bool,
        mut visit: impl FnMut(usize, u32, u32),
    ) -> (Slot, u32) {
        let (mut slot, mut tower, mut count) = (HEAD, HEAD_TOWER, 0);
        // Known not to be before the place: often next on the lower level too, and not asked again.
        let mut beyond = HEAD;
        for level in (1..self.height).rev() {
            let mut link = self.towers.link(tower, level);
            while link.next != beyond && before(count + link.span - 1, link.next) {
                (slot, tower, count) = (link.next, link.tower, count + link.span);
                link = self.towers.link(tower, level);
            }
            beyond = link.next;
            visit(level, tower, count);
        }
        let mut next = self.towers.next(slot);
        while next != beyond && before(count, next) {
            (slot, count) = (next, count + 1);
            next = self.towers.next(slot);
        }
        visit(0, tower, count);
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
        (path.before, _) = self.descend(before, |level, tower, count| {
            path.towers[level] = tower;
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

    /// The slot to which `path` leads.
    pub(crate) fn slot_at(&self, path: &Path) -> Slot {
        self.towers.next(path.before)
    }

    /// The key in `slot`, in which there is one.
    #[inline]
    pub(crate) fn key_in(&self, slot: Slot) -> &K {
        self.towers.key(slot)
    }

    /// The way to what follows the entry that `path` leads to.
    pub(crate) fn advance(&self, path: &mut Path) {
        path.before = self.towers.next(path.before);
        let tower = self.towers.tower(path.before);
        let count = path.counts[0] + 1;
        for level in 0..self.towers.height(path.before) {
            path.towers[level] = tower;
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
        let tower = self.towers.tower(slot);
        for level in self.height..height {
            // Nothing was on that level: one link, past all entries.
            *self.towers.link_mut(HEAD_TOWER, level) = Link::past(self.len);
        }
        self.height = self.height.max(height);
        let place = path.counts[0] + 1;
        for level in 1..height {
            let last = self.towers.link_mut(path.towers[level], level);
            let (mut onward, span) = (*last, place - path.counts[level]);
            *last = Link {
                next: slot,
                tower,
                span,
            };
            onward.span = onward.span + 1 - span;
            *self.towers.link_mut(tower, level) = onward;
        }
        for level in height..self.height {
            self.towers.link_mut(path.towers[level], level).span += 1;
        }
        self.towers.join(slot, self.towers.next(path.before));
        self.towers.join(path.before, slot);
        self.len += 1;
        slot
    }
    // ANCHOR_END: link

    // ANCHOR: unlink
    /// Removes the entry to which `path` leads. The path then leads to what came after it.
    pub(crate) fn unlink(&mut self, path: &Path) -> (K, V) {
        let slot = self.slot_at(path);
        let (tower, height) = (self.towers.tower(slot), self.towers.height(slot));
        for level in 1..height {
            let onward = self.towers.link(tower, level);
            let last = self.towers.link_mut(path.towers[level], level);
            let span = last.span + onward.span - 1;
            *last = Link { span, ..onward };
        }
        for level in height..self.height {
            self.towers.link_mut(path.towers[level], level).span -= 1;
        }
        self.towers.join(path.before, self.towers.next(slot));
        while self.height > 1 && self.towers.link(HEAD_TOWER, self.height - 1).next == HEAD {
            self.height -= 1;
        }
        self.len -= 1;
        self.towers.release(slot)
    }
    // ANCHOR_END: unlink

    /// The slots in the order of the keys, the head's first.
    pub(crate) fn slots(&self) -> impl Iterator<Item = Slot> {
        let next = |slot: &Slot| Some(self.towers.next(*slot)).filter(|slot| *slot != HEAD);
        std::iter::successors(Some(HEAD), next)
    }

    /// The links of the tower in `slot` on the levels in use, from the lowest up.
    pub(crate) fn links_of(&self, slot: Slot) -> impl Iterator<Item = Link> {
        let (next, tower) = (self.towers.next(slot), self.towers.tower(slot));
        let lowest = Link {
            next,
            tower: self.towers.tower(next),
            span: 1,
        };
        let height = self.towers.height(slot).min(self.height);
        let higher = (1..height).map(move |level| self.towers.link(tower, level));
        std::iter::once(lowest).chain(higher)
    }

    /// Panics when an invariant is broken, but for the order of the keys. O(n log n).
    pub(super) fn check_links(&self) {
        let len = self.len as usize;
        self.towers.check_invariants(len);
        let slots: Vec<_> = self.slots().take(len + 2).collect();
        assert_eq!(slots.len(), len + 1, "the lowest ring has another length");
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
        for level in 1..self.height {
            let tall = |slot: &&Slot| self.towers.height(**slot) > level;
            let on_level: Vec<_> = slots.iter().filter(tall).collect();
            assert!(on_level.len() > 1, "the highest level is empty");
            for (index, &&slot) in on_level.iter().enumerate() {
                let next = on_level.get(index + 1).map_or(HEAD, |next| **next);
                let after = if next == HEAD { len + 1 } else { ranks[&next] };
                let link = Link {
                    next,
                    tower: self.towers.tower(next),
                    span: (after - ranks[&slot]) as u32,
                };
                let tower = self.towers.tower(slot);
                assert_eq!(self.towers.link(tower, level), link, "level {level}");
            }
        }
    }
}
