//! Building a tree from sorted entries, bottom up.
//!
//! One page of every level is being filled. When a page is full it is finished for good: it gets
//! the next number and its checksum, goes to the file, and its pointer goes to the page above.
//! Nothing is searched, split or copied; every page is as full as it can be; and since pages are
//! finished in the order of their numbers, the file is written from front to back, in large pieces.
//! Memory: one page a level, and a buffer.

use std::mem;

use crate::disk::StoreError;
use crate::disk::edit::{PageMut, overflow_pages};
use crate::disk::page::{Body, Entry, Overflow, Page, PageNo, Pointer};

use super::insert::{shortest_between, value_fits};
use super::{MAX_DEPTH, Tree};

/// A page that is being filled.
struct Filling {
    bytes: Box<[u8]>,
    /// The least key that leads to it.
    low: Vec<u8>,
}

/// Builds a tree of pages that are numbered from a given one on. Finished pages are appended to the
/// `out` of every method, in the order of their numbers.
pub(crate) struct Loader {
    /// Number of the next page.
    pages: PageNo,
    max_pages: PageNo,
    txn: u64,
    page_size: usize,
    /// The page of every level, leaves first.
    levels: Vec<Filling>,
    /// The last key, and how many there were.
    last: Vec<u8>,
    len: u64,
}

impl Loader {
    pub(crate) fn new(pages: PageNo, max_pages: PageNo, page_size: usize, txn: u64) -> Self {
        let (levels, last) = (Vec::new(), Vec::new());
        Loader {
            pages,
            max_pages,
            txn,
            page_size,
            levels,
            last,
            len: 0,
        }
    }

    /// Number of the page after the last one.
    pub(crate) fn pages(&self) -> PageNo {
        self.pages
    }

    fn take(&mut self, count: u32) -> Result<PageNo, StoreError> {
        let first = self.pages;
        let end = first
            .checked_add(count)
            .filter(|end| *end <= self.max_pages);
        self.pages = end.ok_or(StoreError::Full)?;
        Ok(first)
    }

    /// Adds an entry, whose key must be greater than that of the one before.
    pub(crate) fn push(
        &mut self,
        out: &mut Vec<u8>,
        key: &[u8],
        value: &[u8],
    ) -> Result<(), StoreError> {
        if self.len > 0 && key <= &self.last[..] {
            return Err(StoreError::NotSorted);
        }
        let body = match value_fits(key, value, self.page_size) {
            true => Body::Inline(value),
            false => Body::Overflow(self.write_value(out, value)?),
        };
        let low = shortest_between(&self.last, key).to_vec();
        self.push_entry(out, 0, Entry { key, body }, &low)?;
        self.last.clear();
        self.last.extend_from_slice(key);
        self.len += 1;
        Ok(())
    }

    fn write_value(&mut self, out: &mut Vec<u8>, value: &[u8]) -> Result<Overflow, StoreError> {
        let unplaced = Overflow {
            at: Pointer::NONE,
            len: value.len() as u32,
        };
        let first = self.take(unplaced.pages(self.page_size))?;
        let (overflow, bytes) = overflow_pages(first, self.txn, value, self.page_size);
        out.extend_from_slice(&bytes);
        Ok(overflow)
    }

    // ANCHOR: bulk_push
    /// Adds an entry to the page of `level`; `low` is the key that would lead to it, were it the
    /// first of a page.
    fn push_entry(
        &mut self,
        out: &mut Vec<u8>,
        level: usize,
        entry: Entry<'_>,
        low: &[u8],
    ) -> Result<(), StoreError> {
        let Some(filling) = self.levels.get_mut(level) else {
            return self.begin_level(level, entry);
        };
        let mut page = PageMut(&mut filling.bytes);
        let count = page.page().count();
        if page.insert(count, entry) {
            return Ok(());
        }
        if level == 0 {
            self.finish_page(out, level, low)?;
            self.restart(level, &[entry]);
        } else {
            // A branch must not begin with one child: the last one of the full page comes along.
            let old = page.0.to_vec();
            let moved = Page(&old).entry(count - 1);
            page.remove(count - 1);
            self.finish_page(out, level, moved.key)?;
            self.restart(level, &[Entry { key: b"", ..moved }, entry]);
        }
        Ok(())
    }
    // ANCHOR_END: bulk_push

    /// Begins the first page of a level, to which every key leads that is less than the second's.
    fn begin_level(&mut self, level: usize, entry: Entry<'_>) -> Result<(), StoreError> {
        if level == MAX_DEPTH {
            return Err(StoreError::Full);
        }
        let bytes = vec![0; self.page_size].into_boxed_slice();
        self.levels.push(Filling {
            bytes,
            low: Vec::new(),
        });
        let entry = if level == 0 {
            entry
        } else {
            Entry { key: b"", ..entry }
        };
        self.restart(level, &[entry]);
        Ok(())
    }

    fn restart(&mut self, level: usize, entries: &[Entry<'_>]) {
        let mut page = PageMut(&mut self.levels[level].bytes);
        page.init(0, level as u8, self.txn);
        page.fill(entries);
    }

    /// Writes the page of `level` and tells the level above; the page that follows begins at
    /// `next_low`.
    fn finish_page(
        &mut self,
        out: &mut Vec<u8>,
        level: usize,
        next_low: &[u8],
    ) -> Result<Pointer, StoreError> {
        let pointer = self.write_page(out, level)?;
        let low = mem::replace(&mut self.levels[level].low, next_low.to_vec());
        self.push_entry(
            out,
            level + 1,
            Entry {
                key: &low,
                body: Body::Child(pointer),
            },
            &low,
        )?;
        Ok(pointer)
    }

    fn write_page(&mut self, out: &mut Vec<u8>, level: usize) -> Result<Pointer, StoreError> {
        let number = self.take(1)?;
        let bytes = &mut self.levels[level].bytes;
        PageMut(bytes).renumber(number, self.txn);
        out.extend_from_slice(bytes);
        Ok(Pointer {
            page: number,
            crc: crc32c::crc32c(bytes),
        })
    }

    /// Writes what is left, and returns the tree.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) -> Result<Tree, StoreError> {
        let mut level = 0;
        while level < self.levels.len() {
            if level + 1 == self.levels.len() {
                let root = self.write_page(out, level)?;
                return Ok(Tree {
                    root,
                    level: level as u8,
                    len: self.len,
                });
            }
            self.finish_page(out, level, &[])?;
            level += 1;
        }
        Ok(Tree::default())
    }
}
