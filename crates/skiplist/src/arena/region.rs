//! The region: nodes side by side in one piece of memory, linked by offset.
//!
//! A node is one run of bytes: its tower of links, the two lengths, key, value. The offset that
//! stands for a node is that of its lengths; links are counted downwards from there, so a node has
//! exactly as many as its tower is high, and the lowest link, the lengths and the key's first bytes,
//! which is what a search touches, are beside each other, mostly in one cache line.
//!
//! ```text
//!                    node's offset
//!                          ▼
//!  ┌────────┬─────┬────────┬─────────┬───────────┬───────────┬─────────────┬─────────┐
//!  │ link h │  …  │ link 0 │ key len │ value len │ key bytes │ value bytes │ padding │
//!  └────────┴─────┴────────┴─────────┴───────────┴───────────┴─────────────┴─────────┘
//!  4 bytes each            4         4           key len     value len     to a multiple of 4
//!
//!  ┌──────┬───────────┬─────┬──────────────────┬─ ─ ─ ─ ─ ─ ─ ─┬─────────────┬─────────┐
//!  │ head │ node      │node │ node             │      free      │ high node   │high node│
//!  └──────┴───────────┴─────┴──────────────────┴─ ─ ─ ─ ─ ─ ─ ─┴─────────────┴─────────┘
//!  0      HEAD                                 free.start       free.end           capacity
//! ```
//!
//! Numbers are in the machine's own byte order: the region never leaves the process. A link is the
//! offset of the next node of its level, or 0 behind the last one; no node is there, as the head's
//! links are. The head is a tower of all levels without an entry.
//!
//! To allocate is to move one of two marks. Towers of four and more levels, which are one in
//! eight, are laid at the end, side by side: they are what every search goes by, and so stay
//! together in few cache lines and pages, instead of one here and one there among all others. Only
//! the last steps of a search, on the two lowest levels, lead all over the region. (At a million
//! entries of 8 + 8 bytes, this and the prefetch make `get` and `insert` a quarter faster.)
//!
//! Nothing is freed before the whole region is.
//!
//! # Invariants
//!
//! 1. Between the head and the free bytes, and behind these, there are nodes, each of which
//!    [`Region::allocate`] made.
//! 2. A node's lengths, key and value are written before anybody but its maker knows of it, and
//!    never again.
//! 3. Links are only reached as atomics. One on level `l` is 0, or the offset of a node with more
//!    than `l` levels, put there with `Release` when the node's bytes had been written.
//! 4. A [`Node`], a [`Place`] and a [`Tower`] are made of links that were loaded with `Acquire`, or
//!    by the thread that made the node. So whoever holds one may read the node's bytes; and since
//!    they hold the memory as well, an offset is not taken to another region.
//!
//! All `unsafe` of the arena is in here and in `memory.rs`, and rests on these four. A [`Mark`] is a
//! node without the borrow; `owned.rs` has to say that it comes back to its own region.

use std::ops::Range;
use std::ptr;

use crate::height::{MAX_EVEN_HEIGHT, even_height_of, state_after};
use crate::memory::{AtomicU32, AtomicU64, Memory, Ordering};

/// Bytes of a link.
const LINK: u32 = 4;
/// Bytes of the two lengths.
const LENGTHS: u32 = 8;
/// The head's offset, and where the nodes begin.
pub(super) const HEAD: u32 = LINK * MAX_EVEN_HEIGHT as u32;
/// Levels of a tower that is laid at the region's end.
const HIGH: usize = 4;
/// The link behind the last node.
const NIL: u32 = 0;

/// The free bytes, from offset to offset, both multiples of four: in one word, since they change
/// together. Every insertion changes it; on cache lines of its own, it does not slow readers down.
#[repr(align(128))]
struct Free(AtomicU64);

fn pack(free: Range<u32>) -> u64 {
    u64::from(free.end) << 32 | u64::from(free.start)
}

fn unpack(free: u64) -> Range<u32> {
    free as u32..(free >> 32) as u32
}

/// The memory of a list.
pub(super) struct Region {
    memory: Memory,
    capacity: u32,
    seed: u64,
    free: Free,
}

/// There is no room left.
pub(super) struct Full {
    /// Bytes that were.
    pub(super) left: u32,
}

impl Region {
    /// A region with a head and no nodes; `None` where the system does not give the memory.
    pub(super) fn new(capacity: u32, seed: u64) -> Option<Region> {
        let capacity = capacity - capacity % LINK;
        assert!(capacity >= HEAD, "the head needs room");
        Some(Region {
            memory: Memory::zeroed(capacity as usize)?,
            capacity,
            seed,
            free: Free(AtomicU64::new(pack(HEAD..capacity))),
        })
    }

    /// Its size in bytes.
    pub(super) fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Where no node is yet.
    pub(super) fn free(&self) -> Range<u32> {
        // Relaxed: numbers for their own sake. Nobody gets at a node by them.
        unpack(self.free.0.load(Ordering::Relaxed))
    }

    /// The head, on its highest level.
    #[inline]
    pub(super) fn head(&self) -> Place<'_> {
        Place {
            memory: &self.memory,
            at: HEAD,
            level: MAX_EVEN_HEIGHT as u32 - 1,
        }
    }

    /// The head, on its lowest level.
    #[inline]
    pub(super) fn foot(&self) -> Place<'_> {
        Place {
            level: 0,
            ..self.head()
        }
    }

    /// The node of a mark.
    ///
    /// # Safety
    ///
    /// The mark was made of a node of this region.
    #[inline]
    pub(super) unsafe fn node(&self, mark: Mark) -> Node<'_> {
        Node {
            memory: &self.memory,
            at: mark.at,
        }
    }

    // ANCHOR: allocate
    /// A new node with this key, and a value of `value_len` bytes that `fill` writes.
    ///
    /// The bytes in use are also what the tower's height is drawn with: they differ from node to
    /// node, which saves a second counter that all writers would have to change.
    pub(super) fn allocate(
        &self,
        key: &[u8],
        value_len: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> Result<Tower<'_>, Full> {
        let mut free = self.free();
        loop {
            let left = free.end - free.start;
            let room_for_links = (left as usize)
                .checked_sub(node_bytes(key.len(), value_len, 0))
                .ok_or(Full { left })?;
            let drawn = even_height_of(state_after(self.seed, (self.capacity - left).into()));
            let height = drawn.min(room_for_links / LINK as usize);
            if height == 0 {
                return Err(Full { left });
            }
            // Within 32 bits, as it is no more than what is left.
            let bytes = node_bytes(key.len(), value_len, height) as u32;
            let (start, rest) = if height < HIGH {
                (free.start, free.start + bytes..free.end)
            } else {
                (free.end - bytes, free.start..free.end - bytes)
            };
            match self.claim(free, rest) {
                Ok(()) => return Ok(self.write(start, height as u32, key, value_len, fill)),
                Err(now) => free = now,
            }
        }
    }
    // ANCHOR_END: allocate

    /// Makes `rest` of what is `free`, or tells what is free by now.
    fn claim(&self, free: Range<u32>, rest: Range<u32>) -> Result<(), Range<u32>> {
        // Relaxed: the bytes are the caller's by the numbers alone. They were zeroed before the
        // region was shared, and nobody has written to them.
        (self.free.0)
            .compare_exchange_weak(pack(free), pack(rest), Ordering::Relaxed, Ordering::Relaxed)
            .map(|_| ())
            .map_err(unpack)
    }

    /// Writes a node into the bytes from `start`, which are this call's alone.
    fn write(
        &self,
        start: u32,
        height: u32,
        key: &[u8],
        value_len: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> Tower<'_> {
        let at = start + LINK * height;
        let bytes = LENGTHS as usize + key.len() + value_len;
        // SAFETY: within the node, which is within the region; `allocate` claimed these bytes for
        // this call alone, and nothing links here yet.
        unsafe {
            self.memory.fill(at as usize, bytes, |node| {
                let (lengths, rest) = node.split_at_mut(LENGTHS as usize);
                // Both fit 32 bits, as the region does.
                lengths[..4].copy_from_slice(&(key.len() as u32).to_ne_bytes());
                lengths[4..].copy_from_slice(&(value_len as u32).to_ne_bytes());
                let (key_bytes, value) = rest.split_at_mut(key.len());
                key_bytes.copy_from_slice(key);
                fill(value);
            });
        }
        Tower {
            memory: &self.memory,
            at,
            height,
            linked: 0,
        }
    }
}

/// Bytes of a node; saturates.
pub(super) const fn node_bytes(key_len: usize, value_len: usize, height: usize) -> usize {
    let fixed = LENGTHS as usize + LINK as usize * height;
    let exact = key_len.saturating_add(value_len).saturating_add(fixed);
    match exact.checked_next_multiple_of(LINK as usize) {
        Some(padded) => padded,
        None => usize::MAX,
    }
}

/// A node that can be read.
#[derive(Clone, Copy)]
pub(super) struct Node<'r> {
    memory: &'r Memory,
    at: u32,
}

impl<'r> Node<'r> {
    /// Its key.
    #[inline]
    pub(super) fn key(self) -> &'r [u8] {
        let (key_len, _) = self.lengths();
        // SAFETY: within the node (invariant 1), and written before this thread knew of it, by
        // invariants 2 to 4.
        unsafe { self.memory.bytes((self.at + LENGTHS) as usize, key_len) }
    }

    /// Its value.
    #[inline]
    pub(super) fn value(self) -> &'r [u8] {
        let (key_len, value_len) = self.lengths();
        let start = (self.at + LENGTHS) as usize + key_len;
        // SAFETY: as for the key.
        unsafe { self.memory.bytes(start, value_len) }
    }

    #[inline]
    fn lengths(self) -> (usize, usize) {
        // SAFETY: as for the key.
        let bytes = unsafe { self.memory.bytes(self.at as usize, LENGTHS as usize) };
        let number = |four: &[u8]| u32::from_ne_bytes(four.try_into().expect("four bytes"));
        (number(&bytes[..4]) as usize, number(&bytes[4..]) as usize)
    }

    /// Its mark, which borrows nothing.
    #[inline]
    pub(super) fn mark(self) -> Mark {
        Mark { at: self.at }
    }

    /// The node, on the lowest level.
    #[inline]
    pub(super) fn foot(self) -> Place<'r> {
        Place {
            memory: self.memory,
            at: self.at,
            level: 0,
        }
    }
}

/// Which node of a region, for those who hold the region by other means than a borrow.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    at: u32,
}

impl PartialEq for Node<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at && ptr::eq(self.memory, other.memory)
    }
}

/// A level of a node's tower, or of the head's.
#[derive(Clone, Copy)]
pub(super) struct Place<'r> {
    memory: &'r Memory,
    at: u32,
    /// Less than the tower is high.
    level: u32,
}

impl<'r> Place<'r> {
    /// Its level; the lowest is 0.
    #[inline]
    pub(super) fn level(self) -> usize {
        self.level as usize
    }

    /// The node; `None` for the head.
    #[inline]
    pub(super) fn node(self) -> Option<Node<'r>> {
        let Place { memory, at, .. } = self;
        (at != HEAD).then_some(Node { memory, at })
    }

    // ANCHOR: next
    /// The next node on this level, and its place there.
    #[inline]
    pub(super) fn next(self) -> Option<(Node<'r>, Place<'r>)> {
        // Acquire: pairs with the Release in `Tower::link_in`, so that the bytes of the node that is
        // found can be read.
        let at = self.link().load(Ordering::Acquire);
        if let Some(lower) = self.down() {
            // While the search waits for this node, the processor fetches the one that it will need
            // if it goes down. Relaxed: that node is brought nearer, not read.
            self.memory
                .prefetch(|| lower.link().load(Ordering::Relaxed) as usize);
        }
        let Place { memory, .. } = self;
        (at != NIL).then_some((Node { memory, at }, Place { at, ..self }))
    }

    /// The same tower, a level lower.
    #[inline]
    pub(super) fn down(self) -> Option<Place<'r>> {
        let level = self.level.checked_sub(1)?;
        Some(Place { level, ..self })
    }
    // ANCHOR_END: next

    #[inline]
    fn link(self) -> &'r AtomicU32 {
        // SAFETY: a tower has the links below its offset, `level` is less than their number, and
        // they are reached here only. Offsets of nodes are multiples of four, since sizes are.
        unsafe {
            self.memory
                .word((self.at - LINK * (self.level + 1)) as usize)
        }
    }
}

/// A node that its maker links in, level by level, from the lowest.
pub(super) struct Tower<'r> {
    memory: &'r Memory,
    at: u32,
    height: u32,
    /// Levels that are linked in.
    linked: u32,
}

impl<'r> Tower<'r> {
    /// Levels that it has.
    pub(super) fn height(&self) -> usize {
        self.height as usize
    }

    // ANCHOR: link_in
    /// Links the lowest level that is not linked in yet between `before` and `after`; does nothing
    /// and returns false if `after` is not what follows `before` any more.
    pub(super) fn link_in(&mut self, before: Place<'r>, after: Option<Node<'r>>) -> bool {
        let level = self.linked;
        assert!(ptr::eq(before.memory, self.memory), "of another region");
        assert!(
            level < self.height && before.level == level,
            "another level"
        );
        let after = after.map_or(NIL, |after| after.at);
        // Relaxed: nobody comes to this link before the exchange below has succeeded.
        self.place_unlinked(level)
            .link()
            .store(after, Ordering::Relaxed);
        // Release: pairs with the Acquire in `Place::next`. Whoever comes here by the new link sees
        // the node's bytes and the link stored above. Relaxed when it fails: nothing was read but
        // an offset, and that is dropped.
        let exchange =
            before
                .link()
                .compare_exchange(after, self.at, Ordering::Release, Ordering::Relaxed);
        self.linked += u32::from(exchange.is_ok());
        exchange.is_ok()
    }
    // ANCHOR_END: link_in

    /// Its place on `level`, which is linked in.
    pub(super) fn place(&self, level: u32) -> Place<'r> {
        assert!(level < self.linked, "not linked in yet");
        self.place_unlinked(level)
    }

    /// Its place on a level that it has. If that is not linked in, what its link holds may lead to a
    /// tower of another height, and is not for others.
    fn place_unlinked(&self, level: u32) -> Place<'r> {
        Place {
            memory: self.memory,
            at: self.at,
            level,
        }
    }
}
