//! Towers in two `Vec`s, by number instead of by pointer.
//!
//! An entry of a skip list has a tower of links, one for each level that it takes part in. Built
//! from boxes and pointers that needs `unsafe` and an allocation for every entry. Here entries lie
//! in an array, in a *slot* each. Three of four have a link on the lowest level only, so that one
//! is kept beside the entry, where following it costs no second cache miss. The higher links of the
//! others lie in a second array, each tower a run of them:
//!
//! ```text
//!  nodes     0: head         1: b            2: d            3: c
//!            next ─▶ 1       next ─▶ 3       next ─▶ 0       next ─▶ 2
//!              │               │                               │
//!  links     [0 … 14]        [15, 16]        (no more)       [17]
//! ```
//!
//! A link says which slot is next on its level, where that one's higher links are, and how many
//! entries further it is, its *span*; on the lowest level that is always one. A node knows its
//! tower too, but whoever goes right need not wait for the node to come from memory to go on from
//! there. That makes a search a quarter faster, and an entry a byte larger.
//!
//! Slot 0 is the *head*: before the first entry, and after the last, so each level is a ring, and
//! no link leads nowhere.
//!
//! A slot keeps its tower when its entry is removed, and waits in the free list of its height: the
//! next entry that draws this height gets both. So neither array is ever searched for room, and
//! neither has holes that nothing fits into.
//!
//! # Invariants
//!
//! - Slot 0 is the head; it has all the levels.
//! - Every other slot is occupied and on the rings of its levels, or vacant and in the free list of
//!   its height.
//! - The towers share no link, and none is left over.
//!
//! # Complexity
//!
//! Every operation is O(1), taking room amortised. Beside key and value, an entry takes thirteen
//! bytes (sixteen with padding), and a third of a link of twelve bytes on average.

use crate::height::MAX_HEIGHT;

/// Number of a node.
pub(crate) type Slot = u32;

/// What is before the first entry and after the last.
pub(crate) const HEAD: Slot = 0;

/// Where the head's higher links begin.
pub(crate) const HEAD_TOWER: u32 = 0;

// ANCHOR: towers
/// Entries, and the towers of links between them.
#[derive(Clone)]
pub(crate) struct Towers<K, V> {
    nodes: Vec<Node<K, V>>,
    /// The towers from their second level up, one after the other; the head's is the first.
    links: Vec<Link>,
    /// For every height, a vacant slot with such a tower; its `next` is another. [`HEAD`] is none.
    free: [Slot; MAX_HEIGHT],
}

/// To the next entry on a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) next: Slot,
    /// Where the higher links of `next` begin.
    pub(crate) tower: u32,
    /// How many entries further it is: one, if none is passed over.
    pub(crate) span: u32,
}

/// A place for an entry. An enum's fields fill the gap behind its tag, which a struct with an
/// `Option<(K, V)>` would leave empty: eight bytes less for eight-byte keys.
#[derive(Clone)]
pub(super) enum Node<K, V> {
    Occupied {
        height: u8,
        /// Where its higher links begin.
        tower: u32,
        next: Slot,
        prev: Slot,
        key: K,
        value: V,
    },
    /// The head, or free.
    Vacant {
        height: u8,
        tower: u32,
        next: Slot,
        prev: Slot,
    },
}
// ANCHOR_END: towers

impl Link {
    /// The link past all of `len` entries.
    pub(crate) fn past(len: u32) -> Self {
        Link {
            next: HEAD,
            tower: HEAD_TOWER,
            span: len + 1,
        }
    }
}

impl<K, V> Node<K, V> {
    #[inline]
    pub(super) fn next(&self) -> Slot {
        let (Node::Occupied { next, .. } | Node::Vacant { next, .. }) = self;
        *next
    }

    #[inline]
    fn next_mut(&mut self) -> &mut Slot {
        let (Node::Occupied { next, .. } | Node::Vacant { next, .. }) = self;
        next
    }

    #[inline]
    pub(super) fn prev(&self) -> Slot {
        let (Node::Occupied { prev, .. } | Node::Vacant { prev, .. }) = self;
        *prev
    }

    #[inline]
    fn prev_mut(&mut self) -> &mut Slot {
        let (Node::Occupied { prev, .. } | Node::Vacant { prev, .. }) = self;
        prev
    }

    #[inline]
    fn height(&self) -> usize {
        let (Node::Occupied { height, .. } | Node::Vacant { height, .. }) = self;
        usize::from(*height)
    }

    #[inline]
    fn tower(&self) -> usize {
        let (Node::Occupied { tower, .. } | Node::Vacant { tower, .. }) = self;
        *tower as usize
    }

    #[inline]
    fn is_vacant(&self) -> bool {
        matches!(self, Node::Vacant { .. })
    }

    #[inline]
    pub(super) fn entry_mut(&mut self) -> (&K, &mut V) {
        match self {
            Node::Occupied { key, value, .. } => (key, value),
            Node::Vacant { .. } => unreachable!("a linked slot has an entry"),
        }
    }
}

impl<K, V> Towers<K, V> {
    /// No entries; the head's links lead to itself.
    pub(crate) fn new() -> Self {
        let head = Node::Vacant {
            height: MAX_HEIGHT as u8,
            tower: HEAD_TOWER,
            next: HEAD,
            prev: HEAD,
        };
        Towers {
            nodes: vec![head],
            links: vec![Link::past(0); MAX_HEIGHT - 1],
            free: [HEAD; MAX_HEIGHT],
        }
    }

    // ANCHOR: take
    /// Puts an entry into a slot whose tower has `height` links, which lead anywhere yet.
    ///
    /// # Panics
    ///
    /// When there are 2³² - 1 slots: spans and slots are numbers of 32 bits.
    pub(crate) fn take(&mut self, height: usize, key: K, value: V) -> Slot {
        let free = self.free[height - 1];
        let tower = if free == HEAD {
            self.links.len()
        } else {
            self.nodes[free as usize].tower()
        };
        let node = Node::Occupied {
            height: height as u8,
            tower: u32::try_from(tower).expect("fewer links than slots"),
            next: HEAD,
            prev: HEAD,
            key,
            value,
        };
        if free != HEAD {
            self.free[height - 1] = self.nodes[free as usize].next();
            self.nodes[free as usize] = node;
            return free;
        }
        let slot = self.nodes.len() as Slot;
        assert!(slot < Slot::MAX, "a skip list has at most 2^32 - 2 entries");
        self.links.resize(tower + height - 1, Link::past(0));
        self.nodes.push(node);
        slot
    }
    // ANCHOR_END: take

    /// Takes the entry out of a slot, which is free from then on.
    pub(crate) fn release(&mut self, slot: Slot) -> (K, V) {
        let height = self.nodes[slot as usize].height();
        let entry = self.plunder(slot);
        let free = &mut self.free[height - 1];
        *self.nodes[slot as usize].next_mut() = std::mem::replace(free, slot);
        entry
    }

    /// Takes the entry out of a slot, whose links stay as they are, so that a list that is being
    /// taken apart can still be followed.
    pub(crate) fn plunder(&mut self, slot: Slot) -> (K, V) {
        let node = &mut self.nodes[slot as usize];
        let vacant = Node::Vacant {
            height: node.height() as u8,
            tower: node.tower() as u32,
            next: node.next(),
            prev: node.prev(),
        };
        match std::mem::replace(node, vacant) {
            Node::Occupied { key, value, .. } => (key, value),
            Node::Vacant { .. } => unreachable!("a linked slot has an entry"),
        }
    }

    /// The link on `level`, which is not the lowest, of the tower that begins at `tower`.
    #[inline]
    pub(crate) fn link(&self, tower: u32, level: usize) -> Link {
        self.links[tower as usize + level - 1]
    }

    #[inline]
    pub(crate) fn link_mut(&mut self, tower: u32, level: usize) -> &mut Link {
        &mut self.links[tower as usize + level - 1]
    }

    /// Where the higher links of `slot` begin.
    #[inline]
    pub(crate) fn tower(&self, slot: Slot) -> u32 {
        self.nodes[slot as usize].tower() as u32
    }

    /// Makes `next` what follows `slot` on the lowest level.
    pub(crate) fn join(&mut self, slot: Slot, next: Slot) {
        *self.nodes[slot as usize].next_mut() = next;
        *self.nodes[next as usize].prev_mut() = slot;
    }

    #[inline]
    pub(crate) fn height(&self, slot: Slot) -> usize {
        self.nodes[slot as usize].height()
    }

    /// The slot after `slot`: the first for the head, the head for the last.
    #[inline]
    pub(crate) fn next(&self, slot: Slot) -> Slot {
        self.nodes[slot as usize].next()
    }

    /// The slot before `slot`: the last for the head, the head for the first.
    #[inline]
    pub(crate) fn prev(&self, slot: Slot) -> Slot {
        self.nodes[slot as usize].prev()
    }

    #[inline]
    pub(crate) fn key(&self, slot: Slot) -> &K {
        self.entry(slot).0
    }

    #[inline]
    pub(crate) fn entry(&self, slot: Slot) -> (&K, &V) {
        match &self.nodes[slot as usize] {
            Node::Occupied { key, value, .. } => (key, value),
            Node::Vacant { .. } => unreachable!("a linked slot has an entry"),
        }
    }

    #[inline]
    pub(crate) fn entry_mut(&mut self, slot: Slot) -> (&K, &mut V) {
        self.nodes[slot as usize].entry_mut()
    }

    /// The nodes by their slots.
    pub(super) fn nodes_mut(&mut self) -> &mut [Node<K, V>] {
        &mut self.nodes
    }

    /// Panics unless every slot but the head's is either vacant and in one free list, or one of
    /// `len` occupied ones, and every link belongs to one tower. O(n log n).
    pub(crate) fn check_invariants(&self, len: usize) {
        assert_eq!(self.height(HEAD), MAX_HEIGHT, "the head has every level");
        let mut vacant = 1;
        for (height, &first) in (1..).zip(&self.free) {
            let mut slot = first;
            while slot != HEAD {
                let node = &self.nodes[slot as usize];
                assert_eq!(node.height(), height, "a slot is in another height's list");
                assert!(node.is_vacant(), "a free slot has an entry");
                vacant += 1;
                slot = node.next();
            }
        }
        assert_eq!(vacant + len, self.nodes.len(), "a slot is lost");
        let occupied = self.nodes.iter().filter(|node| !node.is_vacant());
        assert_eq!(occupied.count(), len, "an entry is lost");
        let mut towers: Vec<_> = self
            .nodes
            .iter()
            .map(|node| (node.tower(), node.height()))
            .collect();
        towers.sort_unstable();
        let end = towers.iter().fold(0, |end, &(tower, height)| {
            assert_eq!(tower, end, "towers overlap, or leave a gap");
            end + height - 1
        });
        assert_eq!(end, self.links.len(), "a link is lost");
    }
}
