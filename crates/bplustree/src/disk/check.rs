//! Whether a page is what its parent says, before anybody reads it.
//!
//! # Complexity
//!
//! The checksum reads the page once, at the speed of memory; the structure takes a comparison of
//! each key with the one before. Both once for every page, until it is written again.

use super::StoreError;
use super::page::{
    BRANCH, HEADER, LEAF, MAX_LEVEL, OVERFLOW, OVERFLOW_PAGE, Overflow, PREFIX, Page, Pointer,
    SLOT, head, max_entry, max_key, padded, u16_at, u32_at,
};

/// Says what is wrong with a page that is not what its parent pointed to, or whose structure would
/// lead a reader out of it.
///
/// After this no access to the page panics, and a search of it is right. A page with the right
/// checksum is always so, unless somebody made it who can compute checksums.
pub(crate) fn check(bytes: &[u8], pointer: Pointer) -> Result<(), StoreError> {
    let wrong = |what| Err(StoreError::corrupt(pointer.page, what));
    if crc32c::crc32c(bytes) != pointer.crc {
        return wrong("its checksum is not the one that its parent has");
    }
    if u32_at(bytes, 0) != pointer.page {
        return wrong("it has the number of another page");
    }
    let page = Page(bytes);
    match (bytes[4], page.level()) {
        (LEAF, 0) | (BRANCH, 1..MAX_LEVEL) if page.count() > 0 => {}
        _ => return wrong("it is neither a leaf nor a branch"),
    }
    let cells = page.cells();
    if HEADER + SLOT * page.count() > cells || cells > bytes.len() {
        return wrong("its slots and cells overlap");
    }
    if page.garbage() > bytes.len() - cells {
        return wrong("it has more unused than used bytes");
    }
    if !(0..page.count()).all(|slot| page.cell_is_inside(slot)) {
        return wrong("a cell reaches beyond its end");
    }
    if page.entries().map(|entry| entry.size()).sum::<usize>() != page.used() {
        return wrong("its cells do not add up");
    }
    page.check_keys().or_else(wrong)
}

impl Page<'_> {
    /// Whether the cell that `slot` leads to is behind the slots and before the page's end.
    fn cell_is_inside(self, slot: usize) -> bool {
        let slot = &self.slots()[slot];
        let (cell, key) = (usize::from(u16_at(slot, 4)), usize::from(u16_at(slot, 6)));
        let len = match self.is_leaf() {
            false => 8 + key,
            true if cell + 2 > self.0.len() => return false,
            true => match u16_at(self.0, cell) {
                OVERFLOW => 2 + key + 12,
                len => 2 + key + usize::from(len),
            },
        };
        cell >= self.cells() && cell + len <= self.0.len()
    }

    /// Whether the keys are of the lengths that they may have, in order, and have their heads.
    fn check_keys(self) -> Result<(), &'static str> {
        let (max_key, max_entry) = (max_key(self.0.len()), max_entry(self.0.len()));
        let prefix = self.prefix();
        if prefix.len() != self.prefix_len() || padded(prefix) != self.0[PREFIX] {
            return Err("its common prefix is wrong");
        }
        let mut before: Option<&[u8]> = None;
        for (number, entry) in self.entries().enumerate() {
            if number < self.first_key() {
                if !entry.key.is_empty() {
                    return Err("its first child has a key");
                }
                continue;
            }
            if entry.key.len() > max_key || entry.size() > max_entry {
                return Err("an entry is longer than one can be");
            }
            if before.is_some_and(|before| before >= entry.key) {
                return Err("its keys are not in order");
            }
            let Some(rest) = entry.key.strip_prefix(prefix) else {
                return Err("a key does not begin with the common prefix");
            };
            if u32_at(&self.slots()[number], 0) != head(rest) {
                return Err("a slot has the head of another key");
            }
            before = Some(entry.key);
        }
        Ok(())
    }
}

/// As [`check`], of the pages of an overflow value.
pub(crate) fn check_overflow(bytes: &[u8], value: Overflow) -> Result<(), StoreError> {
    let wrong = |what| Err(StoreError::corrupt(value.at.page, what));
    if crc32c::crc32c(bytes) != value.at.crc {
        return wrong("the checksum of the value in it is not the one that its leaf has");
    }
    let known = (u32_at(bytes, 0), bytes[4], u32_at(bytes, 16));
    if known != (value.at.page, OVERFLOW_PAGE, value.len) {
        return wrong("it does not begin the value that its leaf points to");
    }
    Ok(())
}
