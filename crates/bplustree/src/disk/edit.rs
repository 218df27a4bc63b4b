//! Changing a page in memory, before it is written.
//!
//! # Invariants
//!
//! - Slots are in the order of their keys; cells lie anywhere behind `cells`, and do not overlap.
//! - `garbage` is the number of bytes behind `cells` that no slot leads to.
//! - Every key begins with the first `prefix_len` bytes of the first, and every slot's head is that
//!   of what follows them.
//!
//! # Complexity
//!
//! An insertion or removal moves slots, 8 bytes each, not cells. An insertion whose key does not
//! begin with the common prefix computes all heads again: O(n), but a prefix only gets shorter
//! until the page is built anew.

use super::page::{
    BRANCH, Body, Entry, HEADER, LEAF, OVERFLOW_PAGE, Overflow, PREFIX, Page, PageNo, Pointer,
    SLOT, common_prefix, head, padded, rest, u16_at,
};

/// A leaf or branch page, to change.
pub(crate) struct PageMut<'a>(pub &'a mut [u8]);

impl PageMut<'_> {
    /// Makes it an empty page: a leaf if `level` is 0, else a branch.
    pub(crate) fn init(&mut self, number: PageNo, level: u8, txn: u64) {
        self.0.fill(0);
        self.0[..4].copy_from_slice(&number.to_le_bytes());
        self.0[4] = if level == 0 { LEAF } else { BRANCH };
        self.0[5] = level;
        self.0[8..16].copy_from_slice(&txn.to_le_bytes());
        self.put_u16(16, self.0.len());
    }

    /// Says that it is a copy, made by transaction `txn`, that is kept at `number`.
    pub(crate) fn renumber(&mut self, number: PageNo, txn: u64) {
        self.0[..4].copy_from_slice(&number.to_le_bytes());
        self.0[8..16].copy_from_slice(&txn.to_le_bytes());
    }

    pub(crate) fn page(&self) -> Page<'_> {
        Page(self.0)
    }

    fn put_u16(&mut self, at: usize, number: usize) {
        self.0[at..at + 2].copy_from_slice(&(number as u16).to_le_bytes());
    }

    // ANCHOR: insert_slot
    /// Puts `entry` at `slot`, moving the slots behind it; `false`, and no change, if there is no
    /// room.
    pub(crate) fn insert(&mut self, slot: usize, entry: Entry<'_>) -> bool {
        let (page, size) = (self.page(), entry.size());
        if page.used() + size > self.0.len() - HEADER {
            return false;
        }
        let slots_end = HEADER + SLOT * page.count();
        if slots_end + size > page.cells() {
            self.compact();
        }
        if slot >= self.page().first_key() {
            self.shorten_prefix_for(entry.key);
        }
        let at = HEADER + SLOT * slot;
        self.0.copy_within(at..slots_end, at + SLOT);
        self.put_u16(6, self.page().count() + 1);
        self.write_entry(slot, entry);
        true
    }
    // ANCHOR_END: insert_slot

    /// Writes the entry's cell in front of the others, and its slot.
    fn write_entry(&mut self, slot: usize, entry: Entry<'_>) {
        let cell = self.page().cells() - (entry.size() - SLOT);
        self.put_u16(16, cell);
        let mut at = cell;
        let mut write = |bytes: &[u8]| {
            self.0[at..at + bytes.len()].copy_from_slice(bytes);
            at += bytes.len();
        };
        match entry.body {
            Body::Child(pointer) => {
                write(&pointer.to_bytes());
                write(entry.key);
            }
            Body::Inline(value) => {
                write(&(value.len() as u16).to_le_bytes());
                write(entry.key);
                write(value);
            }
            Body::Overflow(value) => {
                write(&u16::MAX.to_le_bytes());
                write(entry.key);
                write(&value.at.to_bytes());
                write(&value.len.to_le_bytes());
            }
        }
        let at = HEADER + SLOT * slot;
        self.put_u16(at + 4, cell);
        self.put_u16(at + 6, entry.key.len());
        self.write_head(slot);
    }

    fn write_head(&mut self, slot: usize) {
        let page = self.page();
        if slot >= page.first_key() {
            let head = head(rest(page.key(slot), page.prefix_len()));
            let at = HEADER + SLOT * slot;
            self.0[at..at + 4].copy_from_slice(&head.to_le_bytes());
        }
    }

    /// Makes the common prefix one of `key` too.
    fn shorten_prefix_for(&mut self, key: &[u8]) {
        let page = self.page();
        if page.count() <= page.first_key() {
            self.set_prefix(key);
            return;
        }
        let shared = common_prefix(page.prefix(), key);
        if shared < page.prefix_len() {
            self.set_prefix(&key[..shared]);
            (0..self.page().count()).for_each(|slot| self.write_head(slot));
        }
    }

    fn set_prefix(&mut self, prefix: &[u8]) {
        self.put_u16(20, prefix.len());
        self.0[PREFIX].copy_from_slice(&padded(prefix));
    }

    /// Takes out the entry at `slot`. Its cell becomes garbage.
    pub(crate) fn remove(&mut self, slot: usize) {
        let page = self.page();
        let garbage = page.garbage() + page.entry(slot).size() - SLOT;
        let count = page.count();
        let at = HEADER + SLOT * slot;
        self.0.copy_within(at + SLOT..HEADER + SLOT * count, at);
        self.put_u16(18, garbage);
        self.put_u16(6, count - 1);
    }

    /// Makes `entries`, which must fit, all that the page has.
    pub(crate) fn fill(&mut self, entries: &[Entry<'_>]) {
        let first = self.page().first_key();
        let prefix = match (entries.get(first), entries.last()) {
            (Some(low), Some(high)) => &low.key[..common_prefix(low.key, high.key)],
            _ => &[],
        };
        self.put_u16(6, entries.len());
        self.put_u16(16, self.0.len());
        self.put_u16(18, 0);
        self.set_prefix(prefix);
        for (slot, entry) in entries.iter().enumerate() {
            self.write_entry(slot, *entry);
        }
        // What is in no cell is zero, so that equal content gives equal pages, and no old bytes
        // are written to the disk.
        let gap = HEADER + SLOT * entries.len()..self.page().cells();
        self.0[gap].fill(0);
    }

    /// Moves the cells together, so that the garbage becomes gap.
    fn compact(&mut self) {
        let old = self.0.to_vec();
        self.fill(&Page(&old).entries().collect::<Vec<_>>());
    }

    /// Changes where the child at `slot` of a branch is.
    pub(crate) fn set_child(&mut self, slot: usize, child: Pointer) {
        let cell = usize::from(u16_at(self.0, HEADER + SLOT * slot + 4));
        self.0[cell..cell + 8].copy_from_slice(&child.to_bytes());
    }

    /// Overwrites the value at `slot` of a leaf by one of the same length; `false` if it has
    /// another.
    pub(crate) fn overwrite(&mut self, slot: usize, value: &[u8]) -> bool {
        let (key, body) = self.page().leaf_entry(slot);
        let key_len = key.len();
        match body {
            Body::Inline(old) if old.len() == value.len() => {}
            _ => return false,
        }
        let cell = usize::from(u16_at(self.0, HEADER + SLOT * slot + 4));
        let at = cell + 2 + key_len;
        self.0[at..at + value.len()].copy_from_slice(value);
        true
    }
}

/// The bytes of the pages that hold `value`, and the pointer to them.
pub(crate) fn overflow_pages(
    number: PageNo,
    txn: u64,
    value: &[u8],
    page_size: usize,
) -> (Overflow, Box<[u8]>) {
    let len = (HEADER + value.len()).next_multiple_of(page_size);
    let mut bytes = Vec::with_capacity(len);
    bytes.extend_from_slice(&number.to_le_bytes());
    bytes.extend_from_slice(&[OVERFLOW_PAGE, 0, 0, 0]);
    bytes.extend_from_slice(&txn.to_le_bytes());
    bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
    bytes.resize(HEADER, 0);
    bytes.extend_from_slice(value);
    bytes.resize(len, 0);
    let at = Pointer {
        page: number,
        crc: crc32c::crc32c(&bytes),
    };
    (
        Overflow {
            at,
            len: value.len() as u32,
        },
        bytes.into_boxed_slice(),
    )
}
