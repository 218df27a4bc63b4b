//! Towers in one `Vec`, by number instead of by pointer.
//!
//! An entry of a skip list has a tower of links, one for each level that it takes part in. Built from boxes and pointers that
//! needs `unsafe` and an allocation for every entry. Here entries lie in an array, in a *slot* each, and all the links in a second
//! array, a tower being a run of them:
//!
//! ```text
//!  nodes            0: b, tower 16      1: d, tower 19      2: c, tower 20
//!                          │                   │                   │
//!  links   [0..16) head    [16, 17, 18]        [19]                [20]
//! ```
//!
//! A link says which slot comes next on its level and how many entries further that is, its *span*. What ends a level is a link to
//! [`NIL`], whose span is that to an imaginary entry after the last.
//!
//! A slot keeps its tower when its entry is removed, and waits in the free list of its height: the next entry that draws this
//! height gets both, so neither array is ever searched for room, and neither has holes that nothing fits into.
//!
//! # Complexity
//!
//! Every operation is O(1), taking room amortised. 1⅓ links of eight bytes an entry, and sixteen bytes for the node.

use crate::height::MAX_HEIGHT;

/// Number of a node.
pub(crate) type Slot = u32;

/// No slot: what the last link of a level leads to, and what is before the first entry.
pub(crate) const NIL: Slot = Slot::MAX;

/// Where the head's tower begins, which has all the levels.
pub(crate) const HEAD: u32 = 0;

// ANCHOR: towers
/// Entries, and the towers of links between them.
#[derive(Clone)]
pub(crate) struct Towers<K, V> {
    nodes: Vec<Node<K, V>>,
    /// The head's tower, then the towers of all nodes, each from its lowest level up.
    links: Vec<Link>,
    /// For every height, a free slot with such a tower; its `prev` is the next one.
    free: [Slot; MAX_HEIGHT],
}

/// To the next entry on a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) next: Slot,
    /// How many entries further it is: one, if none is passed over.
    pub(crate) span: u32,
}

#[derive(Clone)]
struct Node<K, V> {
    /// `None` in a free slot.
    entry: Option<(K, V)>,
    /// Where its links begin.
    tower: u32,
    height: u8,
    /// The entry before it; in a free slot, the next free one.
    prev: Slot,
}
// ANCHOR_END: towers

impl<K, V> Towers<K, V> {
    /// No entries; the head's links lead nowhere.
    pub(crate) fn new() -> Self {
        let mut towers = Towers {
            nodes: Vec::new(),
            links: Vec::new(),
            free: [NIL; MAX_HEIGHT],
        };
        towers.clear();
        towers
    }

    /// Drops every entry; keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.links.clear();
        self.links.resize(MAX_HEIGHT, Link { next: NIL, span: 1 });
        self.free = [NIL; MAX_HEIGHT];
    }

    // ANCHOR: take
    /// Puts an entry into a slot whose tower has `height` links, which lead anywhere.
    ///
    /// # Panics
    ///
    /// When slots or links can no longer be numbered by 32 bits.
    pub(crate) fn take(&mut self, height: usize, entry: (K, V)) -> Slot {
        let free = self.free[height - 1];
        if free != NIL {
            let node = &mut self.nodes[free as usize];
            self.free[height - 1] = node.prev;
            node.entry = Some(entry);
            return free;
        }
        let (slot, tower) = (self.nodes.len(), self.links.len());
        assert!(tower + height < NIL as usize, "a skip list has at most 2^32 links");
        self.links.resize(tower + height, Link { next: NIL, span: 1 });
        self.nodes.push(Node {
            entry: Some(entry),
            tower: tower as u32,
            height: height as u8,
            prev: NIL,
        });
        slot as Slot
    }
    // ANCHOR_END: take

    /// Takes the entry out of a slot, which is free from then on.
    pub(crate) fn release(&mut self, slot: Slot) -> (K, V) {
        let node = &mut self.nodes[slot as usize];
        let free = &mut self.free[node.height as usize - 1];
        node.prev = std::mem::replace(free, slot);
        node.entry.take().expect("a linked slot has an entry")
    }

    /// Takes the entry out of a slot of a list that is being taken apart, and will not be changed again.
    pub(crate) fn plunder(&mut self, slot: Slot) -> (K, V) {
        let entry = &mut self.nodes[slot as usize].entry;
        entry.take().expect("each entry is plundered once")
    }

    /// The link on `level` of the tower that begins at `tower`.
    #[inline]
    pub(crate) fn link(&self, tower: u32, level: usize) -> Link {
        self.links[tower as usize + level]
    }

    #[inline]
    pub(crate) fn link_mut(&mut self, tower: u32, level: usize) -> &mut Link {
        &mut self.links[tower as usize + level]
    }

    /// Where the tower of `slot` begins; the head's for [`NIL`].
    #[inline]
    pub(crate) fn tower(&self, slot: Slot) -> u32 {
        self.nodes.get(slot as usize).map_or(HEAD, |node| node.tower)
    }

    #[inline]
    pub(crate) fn height(&self, slot: Slot) -> usize {
        self.nodes[slot as usize].height as usize
    }

    /// The slot after `slot`; the first for [`NIL`].
    #[inline]
    pub(crate) fn next(&self, slot: Slot) -> Slot {
        self.link(self.tower(slot), 0).next
    }

    #[inline]
    pub(crate) fn prev(&self, slot: Slot) -> Slot {
        self.nodes[slot as usize].prev
    }

    pub(crate) fn set_prev(&mut self, slot: Slot, prev: Slot) {
        self.nodes[slot as usize].prev = prev;
    }

    #[inline]
    pub(crate) fn entry(&self, slot: Slot) -> (&K, &V) {
        let entry = self.nodes[slot as usize].entry.as_ref();
        let (key, value) = entry.expect("a linked slot has an entry");
        (key, value)
    }

    #[inline]
    pub(crate) fn entry_mut(&mut self, slot: Slot) -> (&K, &mut V) {
        let entry = self.nodes[slot as usize].entry.as_mut();
        let (key, value) = entry.expect("a linked slot has an entry");
        (key, value)
    }

    /// Every entry in the order of the slots, `None` for the free ones.
    pub(crate) fn slots_mut(&mut self) -> impl Iterator<Item = Option<(&K, &mut V)>> {
        let entries = self.nodes.iter_mut().map(|node| node.entry.as_mut());
        entries.map(|entry| entry.map(|(key, value)| (&*key, value)))
    }

    /// Panics unless every slot is either free, once, or occupied, `len` of them. O(n).
    pub(crate) fn check_invariants(&self, len: usize) {
        let mut free = 0;
        for (height, &first) in (1..).zip(&self.free) {
            let mut slot = first;
            while slot != NIL {
                let node = &self.nodes[slot as usize];
                assert_eq!(node.height, height, "a slot is free in another height's list");
                assert!(node.entry.is_none(), "a free slot has an entry");
                free += 1;
                slot = node.prev;
            }
        }
        assert_eq!(free + len, self.nodes.len(), "a slot is lost");
        let heights = self.nodes.iter().map(|node| node.height as usize);
        assert_eq!(heights.sum::<usize>() + MAX_HEIGHT, self.links.len(), "a tower is lost");
    }
}
