//! A page: the unit in which everything is stored, read, checked and copied.
//!
//! Entries of different lengths must be kept in order in a fixed number of bytes, be found in few
//! cache misses, and be added without moving the others. A *slotted page* does that: an array of
//! small fixed-size slots, which is kept in order, grows from the front, and the *cells* with the
//! bytes, which stay where they are put, grow from the back.
//!
// ANCHOR: page_layout
//! ```text
//!  0       40                                cells                       page size
//!  ├────────┼──────┬──────┬──────┬─ ─ ─ ─ ─ ─┬──────────┬────────┬───────────┤
//!  │ header │slot 0│slot 1│slot 2│  gap      │ cell 1   │ cell 0 │  cell 2   │
//!  └────────┴──────┴──────┴──────┴─ ─ ─ ─ ─ ─┴──────────┴────────┴───────────┘
//! ```
//!
//! All numbers are little-endian. Header:
//!
//! | offset | bytes | |
//! |---|---|---|
//! | 0 | 4 | number of this page |
//! | 4 | 1 | kind: 1 leaf, 2 branch, 3 overflow |
//! | 5 | 1 | level: 0 for a leaf, one more than its children for a branch |
//! | 6 | 2 | number of slots |
//! | 8 | 8 | transaction that wrote the page |
//! | 16 | 2 | offset of the first cell; in an overflow page, 4 bytes: length of the value |
//! | 18 | 2 | bytes of cells that are in use no more |
//! | 20 | 2 | length of the prefix that all keys have in common |
//! | 22 | 2 | zero |
//! | 24 | 16 | the first bytes of that prefix, then zeros |
// ANCHOR_END: page_layout
//!
//! Slot: the *head* of the key, which is its first four bytes after the common prefix as a
//! big-endian number (4 bytes), offset of the cell (2), length of the key (2). Most comparisons of
//! a search are of heads, which lie side by side; cells are looked at only where heads are equal.
//! The prefix is in the header so that not even one cell must be fetched to compare it.
//!
//! Cell of a leaf: length of the value (2), key, value; or, for a value in overflow pages, 65 535
//! (2), key, pointer (8), length of the value (4). Cell of a branch: pointer (8), key.
//!
//! A branch with `n` children has `n - 1` keys: the key of slot 0 is empty, and stands for "less
//! than all". Child `i` holds the keys `k` with `key(i) <= k < key(i + 1)`.
//!
//! An *overflow* value is in as many pages as it needs, side by side; only the first has a header,
//! so that the value is one slice.
//!
//! # The parent vouches for the child
//!
//! A pointer is a page number (4 bytes) and the CRC-32C of that page (4), or of the whole run of
//! overflow pages. A checksum beside the bytes that it covers would find a flipped bit; kept in the
//! parent it also finds the write that never happened, which leaves an old page, intact, where the
//! new one should be. That is what lets a commit make do with one sync: see `commit.rs`.

/// Number of a page: it begins at this number times the page size.
pub type PageNo = u32;

pub(crate) const HEADER: usize = 40;
/// Where the header has the prefix, as much of it as there is room for.
pub(crate) const PREFIX: std::ops::Range<usize> = 24..40;
pub(crate) const SLOT: usize = 8;
/// What a leaf's cell says instead of a length when the value is in overflow pages.
pub(crate) const OVERFLOW: u16 = u16::MAX;

pub(crate) const LEAF: u8 = 1;
pub(crate) const BRANCH: u8 = 2;
pub(crate) const OVERFLOW_PAGE: u8 = 3;

/// More levels than 2³² pages can make.
pub(crate) const MAX_LEVEL: u8 = 32;

/// Where a page is, and what its bytes must hash to. Page 0 is never pointed to: `NONE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pointer {
    pub page: PageNo,
    pub crc: u32,
}

impl Pointer {
    pub(crate) const NONE: Pointer = Pointer { page: 0, crc: 0 };

    /// A pointer to a page that is still being changed: its checksum is not known yet.
    pub(crate) fn unsealed(page: PageNo) -> Self {
        Pointer { page, crc: 0 }
    }

    pub(crate) fn to_bytes(self) -> [u8; 8] {
        (u64::from(self.page) | u64::from(self.crc) << 32).to_le_bytes()
    }

    pub(crate) fn read(bytes: &[u8], at: usize) -> Self {
        Pointer {
            page: u32_at(bytes, at),
            crc: u32_at(bytes, at + 4),
        }
    }
}

/// A value in pages of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overflow {
    pub at: Pointer,
    /// Length of the value in bytes.
    pub len: u32,
}

impl Overflow {
    /// How many pages it takes.
    pub(crate) fn pages(self, page_size: usize) -> u32 {
        (self.len as usize + HEADER).div_ceil(page_size) as u32
    }
}

/// What a slot leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    pub key: &'a [u8],
    pub body: Body<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'a> {
    Child(Pointer),
    Inline(&'a [u8]),
    Overflow(Overflow),
}

impl Entry<'_> {
    /// Bytes that it takes in a page: slot and cell.
    pub(crate) fn size(&self) -> usize {
        SLOT + self.key.len()
            + match self.body {
                Body::Child(_) => 8,
                Body::Inline(value) => 2 + value.len(),
                Body::Overflow(_) => 2 + 12,
            }
    }
}

/// The longest key, so that at least four entries fit a branch.
pub(crate) fn max_key(page_size: usize) -> usize {
    (page_size - HEADER) / 4 - 24
}

/// The largest entry of a leaf. With three to a page, every overfull page can be cut into two that
/// fit.
pub(crate) fn max_entry(page_size: usize) -> usize {
    (page_size - HEADER) / 3
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    let mut raw = [0; 2];
    raw.copy_from_slice(&bytes[at..at + 2]);
    u16::from_le_bytes(raw)
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut raw = [0; 4];
    raw.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(raw)
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut raw = [0; 8];
    raw.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(raw)
}

/// The first four bytes of what follows the prefix, as a number that sorts as they do.
#[inline]
pub(crate) fn head(rest: &[u8]) -> u32 {
    match rest.first_chunk() {
        Some(first) => u32::from_be_bytes(*first),
        None => {
            let mut padded = [0; 4];
            padded[..rest.len()].copy_from_slice(rest);
            u32::from_be_bytes(padded)
        }
    }
}

/// As much of the prefix as the header has room for.
pub(crate) fn padded(prefix: &[u8]) -> [u8; 16] {
    let mut bytes = [0; 16];
    let len = prefix.len().min(16);
    bytes[..len].copy_from_slice(&prefix[..len]);
    bytes
}

/// What follows the common prefix in `key`.
#[inline]
pub(crate) fn rest(key: &[u8], prefix_len: usize) -> &[u8] {
    key.get(prefix_len..).unwrap_or_default()
}

/// How many bytes the two have in common at their beginning.
pub(crate) fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// A leaf or branch page, to read. Made only of bytes that `check.rs` found sound, or that this
/// process built.
#[derive(Clone, Copy)]
pub(crate) struct Page<'a>(pub &'a [u8]);

impl<'a> Page<'a> {
    #[inline]
    pub(crate) fn number(self) -> PageNo {
        u32_at(self.0, 0)
    }

    #[inline]
    pub(crate) fn is_leaf(self) -> bool {
        self.0[4] == LEAF
    }

    #[inline]
    pub(crate) fn level(self) -> u8 {
        self.0[5]
    }

    #[inline]
    pub(crate) fn count(self) -> usize {
        usize::from(u16_at(self.0, 6))
    }

    pub(crate) fn txn(self) -> u64 {
        u64_at(self.0, 8)
    }

    pub(crate) fn cells(self) -> usize {
        usize::from(u16_at(self.0, 16))
    }

    pub(crate) fn garbage(self) -> usize {
        usize::from(u16_at(self.0, 18))
    }

    #[inline]
    pub(crate) fn prefix_len(self) -> usize {
        usize::from(u16_at(self.0, 20))
    }

    /// The first slot that has a key: a branch's slot 0 has none.
    #[inline]
    pub(crate) fn first_key(self) -> usize {
        usize::from(!self.is_leaf())
    }

    #[inline]
    pub(crate) fn slots(self) -> &'a [[u8; SLOT]] {
        self.0[HEADER..HEADER + SLOT * self.count()].as_chunks().0
    }

    /// Bytes that entries take, of `page size - HEADER`.
    pub(crate) fn used(self) -> usize {
        SLOT * self.count() + (self.0.len() - self.cells()) - self.garbage()
    }

    #[inline]
    pub(crate) fn key(self, slot: usize) -> &'a [u8] {
        self.key_of(&self.slots()[slot])
    }

    #[inline]
    fn key_of(self, slot: &[u8; SLOT]) -> &'a [u8] {
        let before = if self.is_leaf() { 2 } else { 8 };
        let at = usize::from(u16_at(slot, 4)) + before;
        &self.0[at..at + usize::from(u16_at(slot, 6))]
    }

    fn cell(self, slot: usize) -> usize {
        usize::from(u16_at(&self.slots()[slot], 4))
    }

    /// The child at `slot` of a branch.
    #[inline]
    pub(crate) fn child(self, slot: usize) -> Pointer {
        Pointer::read(self.0, self.cell(slot))
    }

    /// Key and value of a leaf's slot.
    #[inline]
    pub(crate) fn leaf_entry(self, slot: usize) -> (&'a [u8], Body<'a>) {
        let slot = &self.0[HEADER + SLOT * slot..][..SLOT];
        let cell = usize::from(u16_at(slot, 4));
        let value = cell + 2 + usize::from(u16_at(slot, 6));
        let body = match u16_at(self.0, cell) {
            OVERFLOW => Body::Overflow(Overflow {
                at: Pointer::read(self.0, value),
                len: u32_at(self.0, value + 8),
            }),
            len => Body::Inline(&self.0[value..value + usize::from(len)]),
        };
        (&self.0[cell + 2..value], body)
    }

    pub(crate) fn entry(self, slot: usize) -> Entry<'a> {
        if self.is_leaf() {
            let (key, body) = self.leaf_entry(slot);
            Entry { key, body }
        } else {
            Entry {
                key: self.key(slot),
                body: Body::Child(self.child(slot)),
            }
        }
    }

    pub(crate) fn entries(self) -> impl Iterator<Item = Entry<'a>> {
        (0..self.count()).map(move |slot| self.entry(slot))
    }

    /// The bytes with which all keys begin.
    #[inline]
    pub(crate) fn prefix(self) -> &'a [u8] {
        let len = self.prefix_len();
        if let Some(prefix) = self.0[PREFIX].get(..len) {
            return prefix;
        }
        let first = self.slots().get(self.first_key());
        first
            .and_then(|slot| self.key_of(slot).get(..len))
            .unwrap_or_default()
    }

    // ANCHOR: search
    /// The first slot whose key is at least `key`, and whether it is `key`.
    #[inline]
    pub(crate) fn search(self, key: &[u8]) -> (usize, bool) {
        let at = self.partition_point(key, |other, rest| other < rest);
        let found = self
            .slots()
            .get(at)
            .is_some_and(|slot| self.key_of(slot) == key);
        (at, found)
    }

    /// The slot of the child in whose range `key` is: the one before the first greater key.
    #[inline]
    pub(crate) fn child_for(self, key: &[u8]) -> usize {
        self.partition_point(key, |other, rest| other <= rest) - 1
    }

    /// The first slot with a key that is not `below` the given one. `below` compares what follows
    /// the prefix and the head.
    #[inline]
    fn partition_point(self, key: &[u8], below: impl Fn(&[u8], &[u8]) -> bool) -> usize {
        let (slots, first, prefix) = (self.slots(), self.first_key(), self.prefix());
        let Some(rest) = key.strip_prefix(prefix) else {
            return if key < prefix { first } else { slots.len() };
        };
        // Without a branch that depends on what is compared, so that none is mispredicted.
        let wanted = head(rest);
        let at = first + slots[first..].partition_point(|slot| u32_at(slot, 0) < wanted);
        let ties = slots[at..]
            .iter()
            .take_while(|slot| u32_at(*slot, 0) == wanted)
            .count();
        let of = |slot: &[u8; SLOT]| self::rest(self.key_of(slot), prefix.len());
        at + slots[at..at + ties].partition_point(|slot| below(of(slot), rest))
    }
    // ANCHOR_END: search
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_sort_as_their_bytes_do() {
        let keys: [&[u8]; 6] = [b"", b"\0\0", b"a", b"ab", b"abcd", b"b"];
        assert!(keys.map(head).is_sorted());
        assert_eq!(head(b"abcd"), head(b"abcde"));
    }

    #[test]
    fn pointers_survive_being_written() {
        let pointer = Pointer {
            page: 7,
            crc: 0xdead_beef,
        };
        assert_eq!(Pointer::read(&pointer.to_bytes(), 0), pointer);
    }
}
