//! A snapshot: the store as one commit left it, for as long as somebody looks at it.
//!
//! # A page is checked before it is served
//!
//! A page that is read for the first time is compared with the checksum that its parent has, and
//! its structure is checked, so that the code that reads it need not expect nonsense. A bit for
//! every page remembers that this was done: a second look costs one load. The bit is taken back
//! when the page is given to a writer, so a bit speaks of the bytes that are there.
//!
//! What this does not find is a bit that flips in memory *after* the check.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::StoreError;
use super::check::{check, check_overflow};
use super::map::Map;
use super::page::{Overflow, Page, PageNo, Pointer};
use super::tree::{Pages, Range, Tree};

/// One bit for every page: whether it was checked since it was written.
#[derive(Debug, Default)]
pub(crate) struct Checked(Box<[AtomicU64]>);

impl Checked {
    /// Bits for `pages` pages, with those that are set in `self`.
    pub(crate) fn grown_to(&self, pages: usize) -> Self {
        let old = self.0.iter().map(|word| word.load(Ordering::Relaxed));
        let words = old.chain(std::iter::repeat(0)).take(pages.div_ceil(64));
        Checked(words.map(AtomicU64::new).collect())
    }

    /// How many pages there are bits for.
    pub(crate) fn pages(&self) -> usize {
        self.0.len() * 64
    }

    // Relaxed is enough in all three: the bit is about bytes that do not change while anybody can
    // look at them, and the mutex that hands out snapshots orders a writer's `clear` before the
    // first reader of what it wrote.

    #[inline]
    fn contains(&self, page: PageNo) -> bool {
        let word = self.0.get(page as usize / 64);
        word.is_some_and(|word| word.load(Ordering::Relaxed) & 1 << (page % 64) != 0)
    }

    fn set(&self, page: PageNo) {
        if let Some(word) = self.0.get(page as usize / 64) {
            word.fetch_or(1 << (page % 64), Ordering::Relaxed);
        }
    }

    pub(crate) fn clear(&self, page: PageNo) {
        if let Some(word) = self.0.get(page as usize / 64) {
            word.fetch_and(!(1 << (page % 64)), Ordering::Relaxed);
        }
    }
}

/// The file's bytes, and which of its pages were checked.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub map: Map,
    pub checked: Arc<Checked>,
    pub page_size: usize,
}

impl View {
    /// The bytes from the beginning of a page, unchecked.
    pub(crate) fn bytes(&self, page: PageNo, len: usize) -> Result<&[u8], StoreError> {
        // Pages 0 and 1 are metas: a pointer to them, or none at all, is damage.
        let bytes = match page {
            0 | 1 => None,
            _ => {
                let offset = (page as usize).checked_mul(self.page_size);
                offset.and_then(|offset| self.map.bytes(offset, len))
            }
        };
        bytes.ok_or(StoreError::corrupt(
            page,
            "a pointer leads to it, and there is no such page",
        ))
    }

    // ANCHOR: checked_page
    /// The page that `pointer` leads to, after it was checked.
    #[inline]
    pub(crate) fn page(&self, pointer: Pointer) -> Result<Page<'_>, StoreError> {
        let bytes = self.bytes(pointer.page, self.page_size)?;
        if !self.checked.contains(pointer.page) {
            check(bytes, pointer)?;
            self.checked.set(pointer.page);
        }
        Ok(Page(bytes))
    }
    // ANCHOR_END: checked_page

    /// The pages of an overflow value, header and all, after they were checked.
    pub(crate) fn run(&self, value: Overflow) -> Result<&[u8], StoreError> {
        let len = value.pages(self.page_size) as usize * self.page_size;
        let bytes = self.bytes(value.at.page, len)?;
        if !self.checked.contains(value.at.page) {
            check_overflow(bytes, value)?;
            self.checked.set(value.at.page);
        }
        Ok(bytes)
    }
}

/// The store as of transaction `txn`.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub txn: u64,
    pub view: View,
    /// Table names, and where each table's tree begins.
    pub tables: Tree,
    /// The bitmap of unused pages, in pieces.
    pub free: Tree,
    pub pages: PageNo,
}

impl Snapshot {
    /// Where the table called `name` begins.
    pub(crate) fn table(&self, name: &[u8]) -> Result<Option<Tree>, StoreError> {
        find_table(self, &self.tables, name)
    }

    /// Calls `each` with every table's name and tree.
    pub(crate) fn each_table(
        &self,
        mut each: impl FnMut(&[u8], Tree) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        for entry in Range::all(self, self.tables)? {
            let (name, record) = entry?;
            each(name, read_record(&self.tables, record)?)?;
        }
        Ok(())
    }
}

/// Looks up a table's tree in the tree of tables.
pub(crate) fn find_table<P: Pages>(
    pages: &P,
    tables: &Tree,
    name: &[u8],
) -> Result<Option<Tree>, StoreError> {
    let record = tables.get(pages, name)?;
    record.map(|record| read_record(tables, record)).transpose()
}

fn read_record(tables: &Tree, record: &[u8]) -> Result<Tree, StoreError> {
    let wrong = StoreError::corrupt(tables.root.page, "a table's record in this tree is wrong");
    Tree::from_bytes(record).ok_or(wrong)
}

impl Pages for Snapshot {
    #[inline]
    fn page(&self, pointer: Pointer) -> Result<Page<'_>, StoreError> {
        self.view.page(pointer)
    }

    fn run(&self, value: Overflow) -> Result<&[u8], StoreError> {
        self.view.run(value)
    }
}
