//! Linked lists in one `Vec`, by number instead of by pointer.
//!
//! A doubly linked list moves an element to its front in constant time, which is what a cache does
//! all day. Built from boxes and pointers it needs `unsafe`, an allocation for every element and 16
//! bytes of pointers, each of which leads somewhere else in memory. Here the elements already live
//! in an array, in a *slot* each, and a link is the number of the neighbour's slot: eight bytes an
//! element, side by side, no `unsafe`.
//!
//! ```text
//!            sentinels          slots
//!           ┌────┬────┐  ┌────┬────┬────┬────┐
//!  links    │ L0 │ L1 │  │ 0  │ 1  │ 2  │ 3  │        L0 ⇄ 2 ⇄ 0 ⇄ (L0)      two rings
//!           └────┴────┘  └────┴────┴────┴────┘        L1 ⇄ 1 ⇄ 3 ⇄ (L1)      in one array
//! ```
//!
//! Each list is a ring that is closed by a *sentinel*, an element that stands for the list itself:
//! its `next` is the list's front and its `prev` the back. So there is no first or last element to
//! treat differently, hence no branch; and because an element need not know which list it is in,
//! moving it within a list and moving it to another one are the same five writes.
//!
//! # Invariants
//!
//! - `links` holds the `N` sentinels, then one link for every slot.
//! - For every element, `next(prev(e)) == e` and `prev(next(e)) == e`.
//! - Every slot is on exactly one of the `N` rings.
//!
//! # Complexity
//!
//! Every operation is O(1) and touches at most six links; iteration is O(1) an element. Eight bytes
//! a slot.

/// Number of a slot; the arrays beside the lists are indexed by it.
pub(crate) type Slot = u32;

// ANCHOR: lists
/// `N` lists over one set of slots. Every slot is on exactly one of them.
#[derive(Clone)]
pub(crate) struct Lists<const N: usize> {
    links: Vec<Link>,
}

/// Positions in `links` of an element's neighbours: toward the front, and toward the back.
#[derive(Clone, Copy)]
struct Link {
    prev: u32,
    next: u32,
}
// ANCHOR_END: lists

impl Link {
    /// The link of a ring of one.
    fn alone(position: u32) -> Self {
        Link {
            prev: position,
            next: position,
        }
    }
}

impl<const N: usize> Lists<N> {
    /// Sentinels come first, so slot `s` is at position `s + FIRST`.
    const FIRST: u32 = N as u32;

    /// `N` empty lists, with room for `slots` slots before `links` must grow.
    pub(crate) fn with_capacity(slots: usize) -> Self {
        let mut links = Vec::with_capacity(N + slots);
        links.extend((0..Self::FIRST).map(Link::alone));
        Lists { links }
    }

    /// Adds a slot, numbered by how many there were, at the front of `list`.
    pub(crate) fn push_slot(&mut self, list: usize) {
        let position = self.links.len() as u32;
        self.links.push(Link::alone(position));
        self.link_after(list as u32, position);
    }

    // ANCHOR: move_to_front
    /// Moves `slot` to the front of `list`, from wherever it is.
    #[inline]
    pub(crate) fn move_to_front(&mut self, list: usize, slot: Slot) {
        let position = slot + Self::FIRST;
        if self.links[list].next != position {
            self.unlink(position);
            self.link_after(list as u32, position);
        }
    }

    /// Takes an element out of its ring: its neighbours close ranks.
    #[inline]
    fn unlink(&mut self, position: u32) {
        let links = self.links.as_mut_slice();
        let Link { prev, next } = links[position as usize];
        links[prev as usize].next = next;
        links[next as usize].prev = prev;
    }

    /// Puts an element that is in no ring behind `prev`.
    #[inline]
    fn link_after(&mut self, prev: u32, position: u32) {
        let links = self.links.as_mut_slice();
        let next = links[prev as usize].next;
        links[position as usize] = Link { prev, next };
        links[prev as usize].next = position;
        links[next as usize].prev = position;
    }
    // ANCHOR_END: move_to_front

    /// Moves `slot` to the back of `list`, from wherever it is.
    pub(crate) fn move_to_back(&mut self, list: usize, slot: Slot) {
        let position = slot + Self::FIRST;
        if self.links[list].prev != position {
            self.unlink(position);
            self.link_after(self.links[list].prev, position);
        }
    }

    /// Moves `slot` directly in front of `other`, in the list that `other` is in.
    pub(crate) fn move_before(&mut self, other: Slot, slot: Slot) {
        let (position, other) = (slot + Self::FIRST, other + Self::FIRST);
        if position != other {
            self.unlink(position);
            self.link_after(self.links[other as usize].prev, position);
        }
    }

    /// The front of `list`.
    #[inline]
    pub(crate) fn front(&self, list: usize) -> Option<Slot> {
        Self::slot_at(self.links[list].next)
    }

    /// The back of `list`.
    #[inline]
    pub(crate) fn back(&self, list: usize) -> Option<Slot> {
        Self::slot_at(self.links[list].prev)
    }

    /// The neighbour of `slot` toward the front.
    #[inline]
    pub(crate) fn before(&self, slot: Slot) -> Option<Slot> {
        Self::slot_at(self.links[(slot + Self::FIRST) as usize].prev)
    }

    /// The neighbour of `slot` toward the back.
    #[inline]
    pub(crate) fn after(&self, slot: Slot) -> Option<Slot> {
        Self::slot_at(self.links[(slot + Self::FIRST) as usize].next)
    }

    /// The slot at `position`, or `None` where a sentinel says that the list ends.
    #[inline]
    fn slot_at(position: u32) -> Option<Slot> {
        position.checked_sub(Self::FIRST)
    }

    // ANCHOR: swap_remove
    /// Removes `slot`; the last slot takes over its number, and its place in its ring is kept.
    pub(crate) fn swap_remove(&mut self, slot: Slot) {
        let position = slot + Self::FIRST;
        self.unlink(position);
        self.links.swap_remove(position as usize);
        if let Some(&Link { prev, next }) = self.links.get(position as usize) {
            self.links[prev as usize].next = position;
            self.links[next as usize].prev = position;
        }
    }
    // ANCHOR_END: swap_remove

    /// Removes every slot.
    pub(crate) fn clear(&mut self) {
        self.links.clear();
        self.links.extend((0..Self::FIRST).map(Link::alone));
    }

    /// Gives back memory beyond `slots` slots.
    pub(crate) fn shrink_to(&mut self, slots: usize) {
        self.links.shrink_to(N + slots);
    }

    /// The slots of `list`, from the front.
    pub(crate) fn iter(&self, list: usize) -> Iter<'_, N> {
        let ends = self.front(list).zip(self.back(list));
        Iter { lists: self, ends }
    }

    /// Panics when an invariant is broken. O(n).
    pub(crate) fn check_invariants(&self) {
        let on_rings: usize = (0..N).map(|list| self.iter(list).count()).sum();
        assert_eq!(
            on_rings + N,
            self.links.len(),
            "a slot is on no list, or on two"
        );
        for (position, link) in self.links.iter().enumerate() {
            assert_eq!(
                self.links[link.prev as usize].next as usize, position,
                "prev and next disagree"
            );
            assert_eq!(
                self.links[link.next as usize].prev as usize, position,
                "next and prev disagree"
            );
        }
    }
}

/// The slots of a list, from both ends.
#[derive(Clone)]
pub(crate) struct Iter<'a, const N: usize> {
    lists: &'a Lists<N>,
    /// First and last slot that have not been given out.
    ends: Option<(Slot, Slot)>,
}

impl<const N: usize> Iterator for Iter<'_, N> {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        let (front, back) = self.ends?;
        self.ends = if front == back {
            None
        } else {
            self.lists.after(front).map(|next| (next, back))
        };
        Some(front)
    }
}

impl<const N: usize> DoubleEndedIterator for Iter<'_, N> {
    fn next_back(&mut self) -> Option<Slot> {
        let (front, back) = self.ends?;
        self.ends = if front == back {
            None
        } else {
            self.lists.before(back).map(|next| (front, next))
        };
        Some(back)
    }
}
