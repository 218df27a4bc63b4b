//! The pages of a write transaction: copies in memory, until the commit.
//!
//! A page of the file is never changed. Who wants to change one gets a copy, in memory and with a
//! number of its own; its parent must then point to the copy, so that it is copied too, and so on
//! up to the root. The old root still leads to the old tree, every page of it.
//!
//! ```text
//!      old root      new root
//!       /    \       /    ┊
//!     b1      b2   b2'   (b1 is shared)
//!    /  \    /  \  / \
//!   l1  l2  l3  l4   l4'        the change was in l4
//! ```
//!
//! # Invariants
//!
//! - A page in `dirty` belongs to this transaction alone, and is changed in place.
//! - A pointer to a dirty page is in a dirty page, or is a root, and has no checksum yet, except
//!   that overflow pages have theirs from the beginning.
//!
//! A transaction's changed pages are held in memory, all of them, until it commits. `bulk_load` is
//! the exception.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::StoreError;
use super::edit::{PageMut, overflow_pages};
use super::page::{Overflow, Page, PageNo, Pointer};
use super::snapshot::View;
use super::space::Space;
use super::stats::Counters;
use super::storage::Storage;
use super::tree::{Loader, Pages, Tree};

/// Pages that lie side by side are written in one call, of about so many bytes. Not of many more:
/// Linux caches what is written in one call in large pieces, and to change 4 KiB of a large piece
/// later takes it several times as long.
const WRITE: usize = 1 << 14;

/// A write transaction's pages.
pub(crate) struct Writer {
    pub txn: u64,
    pub page_size: usize,
    /// The file as the last commit left it.
    pub view: View,
    /// Pages that are not in the file yet; an overflow value is under the first of its numbers.
    pub dirty: HashMap<PageNo, Box<[u8]>, BuildHasherDefault<NumberHasher>>,
    pub space: Space,
    pub storage: Arc<dyn Storage>,
    pub counters: Arc<Counters>,
    /// The branches from the root to the leaf that is being changed, each with the slot taken.
    pub path: Vec<(PageNo, usize)>,
}

impl Pages for Writer {
    #[inline]
    fn page(&self, pointer: Pointer) -> Result<Page<'_>, StoreError> {
        match self.dirty.get(&pointer.page) {
            Some(bytes) => Ok(Page(bytes)),
            None => self.view.page(pointer),
        }
    }

    fn run(&self, value: Overflow) -> Result<&[u8], StoreError> {
        match self.dirty.get(&value.at.page) {
            Some(bytes) => Ok(bytes),
            None => self.view.run(value),
        }
    }
}

impl Writer {
    pub(crate) fn is_dirty(&self, page: PageNo) -> bool {
        self.dirty.contains_key(&page)
    }

    /// A dirty page, to read.
    ///
    /// # Panics
    ///
    /// When it is not dirty.
    pub(crate) fn dirty_page(&self, page: PageNo) -> Page<'_> {
        Page(&self.dirty[&page])
    }

    /// A dirty page, to change.
    ///
    /// # Panics
    ///
    /// When it is not dirty.
    pub(crate) fn edit(&mut self, page: PageNo) -> PageMut<'_> {
        PageMut(
            self.dirty
                .get_mut(&page)
                .expect("only dirty pages are changed"),
        )
    }

    /// A new, empty page.
    pub(crate) fn new_page(&mut self, level: u8) -> Result<PageNo, StoreError> {
        let number = self.take(1)?;
        let mut bytes = vec![0; self.page_size].into_boxed_slice();
        PageMut(&mut bytes).init(number, level, self.txn);
        self.dirty.insert(number, bytes);
        Ok(number)
    }

    fn take(&mut self, count: u32) -> Result<PageNo, StoreError> {
        let first = self.space.take_run(count)?;
        // What was checked about the page's old content does not hold for its new one.
        (first..first + count).for_each(|page| self.view.checked.clear(page));
        Ok(first)
    }

    // ANCHOR: copy_on_write
    /// The page that `pointer` leads to, as one that may be changed: a copy, unless it is one
    /// already. Who pointed to the page must point to the copy.
    pub(crate) fn make_dirty(
        &mut self,
        pointer: Pointer,
        level: u8,
    ) -> Result<Pointer, StoreError> {
        let page = self.page_at(pointer, level)?;
        if self.is_dirty(pointer.page) {
            return Ok(pointer);
        }
        let mut copy: Box<[u8]> = page.0.into();
        let number = self.take(1)?;
        PageMut(&mut copy).renumber(number, self.txn);
        self.dirty.insert(number, copy);
        self.space.free(pointer.page);
        Ok(Pointer::unsealed(number))
    }
    // ANCHOR_END: copy_on_write

    /// Frees a tree's page, which nothing points to any more.
    pub(crate) fn free_page(&mut self, page: PageNo) {
        if self.dirty.remove(&page).is_some() {
            self.space.give_back(page);
        } else {
            self.space.free(page);
        }
    }

    /// Puts a large value into pages of its own.
    pub(crate) fn put_value(&mut self, value: &[u8]) -> Result<Overflow, StoreError> {
        let unplaced = Overflow {
            at: Pointer::NONE,
            len: value.len() as u32,
        };
        let first = self.take(unplaced.pages(self.page_size))?;
        let (overflow, bytes) = overflow_pages(first, self.txn, value, self.page_size);
        self.dirty.insert(first, bytes);
        Ok(overflow)
    }

    /// Frees the pages of a large value.
    pub(crate) fn free_value(&mut self, value: Overflow) {
        let pages = value.at.page..value.at.page.saturating_add(value.pages(self.page_size));
        if self.dirty.remove(&value.at.page).is_some() {
            pages.for_each(|page| self.space.give_back(page));
        } else {
            pages.for_each(|page| self.space.free(page));
        }
    }
}

/// Reaching the disk.
impl Writer {
    // ANCHOR: seal
    /// Gives the pointer to a dirty page, and all those below it, their checksums: from the bottom
    /// up, since a checksum covers those of the children.
    pub(crate) fn seal(&mut self, pointer: Pointer, level: u8) -> Pointer {
        match self.dirty.get(&pointer.page) {
            Some(bytes) if Page(bytes).level() == level => {}
            _ => return pointer,
        }
        for slot in 0..self.dirty_page(pointer.page).count() * usize::from(level > 0) {
            let child = self.dirty_page(pointer.page).child(slot);
            if child.crc == 0 {
                let sealed = self.seal(child, level - 1);
                self.edit(pointer.page).set_child(slot, sealed);
            }
        }
        let crc = crc32c::crc32c(self.dirty_page(pointer.page).0);
        Pointer { crc, ..pointer }
    }
    // ANCHOR_END: seal

    pub(crate) fn seal_tree(&mut self, tree: &mut Tree) {
        tree.root = self.seal(tree.root, tree.level);
    }

    // ANCHOR: write_pages
    /// Writes every dirty page, once, and those that lie side by side together.
    pub(crate) fn write_pages(&mut self) -> Result<(), StoreError> {
        self.grow_file()?;
        let mut numbers: Vec<PageNo> = self.dirty.keys().copied().collect();
        numbers.sort_unstable();
        let mut run = Run::default();
        for number in numbers {
            let (offset, bytes) = (self.offset(number), &self.dirty[&number]);
            if run.end() != offset || run.bytes.len() >= WRITE {
                self.write_run(&mut run)?;
                run.offset = offset;
            }
            run.bytes.extend_from_slice(bytes);
        }
        self.write_run(&mut run)
    }
    // ANCHOR_END: write_pages

    /// Writes what is in `run`, and empties it.
    fn write_run(&self, run: &mut Run) -> Result<(), StoreError> {
        if !run.bytes.is_empty() {
            self.storage.write_at(run.offset, &run.bytes)?;
            self.counters.wrote(run.bytes.len());
            *run = Run {
                offset: run.end(),
                bytes: std::mem::take(&mut run.bytes),
            };
            run.bytes.clear();
        }
        Ok(())
    }

    fn offset(&self, page: PageNo) -> u64 {
        u64::from(page) * self.page_size as u64
    }

    /// Makes the file at least as long as its pages need: by an eighth more, so that it need not
    /// grow, and be mapped anew, with every commit.
    fn grow_file(&mut self) -> Result<(), StoreError> {
        let needed = self.offset(self.space.pages);
        if self.storage.len()? < needed {
            let ahead = (self.space.pages / 8).clamp(16, 16_384);
            let pages = self
                .space
                .pages
                .saturating_add(ahead)
                .min(self.space.max_pages);
            self.storage.set_len(self.offset(pages).max(needed))?;
        }
        Ok(())
    }

    /// Maps the file again, as long as it is now.
    pub(crate) fn renew_view(&mut self) -> Result<(), StoreError> {
        self.view.map = self.storage.map()?;
        let pages = self.view.map.len() / self.page_size;
        if self.view.checked.pages() < pages {
            self.view.checked = Arc::new(self.view.checked.grown_to(pages));
        }
        Ok(())
    }

    /// Builds a tree of sorted entries straight in the file.
    pub(crate) fn load<K, V>(
        &mut self,
        entries: impl IntoIterator<Item = (K, V)>,
        check: impl Fn(&[u8], &[u8]) -> Result<(), StoreError>,
    ) -> Result<Tree, StoreError>
    where
        K: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let mut run = Run {
            offset: self.offset(self.space.pages),
            bytes: Vec::new(),
        };
        let mut loader = Loader::new(
            self.space.pages,
            self.space.max_pages,
            self.page_size,
            self.txn,
        );
        for (key, value) in entries {
            let (key, value) = (key.as_ref(), value.as_ref());
            check(key, value)?;
            loader.push(&mut run.bytes, key, value)?;
            if run.bytes.len() >= WRITE {
                self.extend_file(&mut run, loader.pages())?;
            }
        }
        let tree = loader.finish(&mut run.bytes)?;
        self.extend_file(&mut run, loader.pages())?;
        self.renew_view()?;
        Ok(tree)
    }

    /// Writes `run` to the end of the file, which has `pages` pages then.
    fn extend_file(&mut self, run: &mut Run, pages: PageNo) -> Result<(), StoreError> {
        let first = self.space.extend(pages - self.space.pages)?;
        (first..pages).for_each(|page| self.view.checked.clear(page));
        self.grow_file()?;
        self.write_run(run)
    }
}

/// Bytes that go to the file together.
#[derive(Default)]
struct Run {
    offset: u64,
    bytes: Vec<u8>,
}

impl Run {
    fn end(&self) -> u64 {
        self.offset + self.bytes.len() as u64
    }
}

/// Hashes a page number by one multiplication: page numbers are ours, so nobody chooses them to
/// collide.
#[derive(Default)]
pub(crate) struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|byte| self.write_u32(u32::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        // Fibonacci hashing (Knuth, volume 3, section 6.4): the good bits are the upper ones, and
        // the table looks at both ends.
        self.0 = (self.0 ^ u64::from(number))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(32);
    }
}
