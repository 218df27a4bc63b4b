//! Looking at every page of a file.
//!
//! What reading checks, it checks page by page and once. `verify` checks all pages again, and what
//! no single page can tell: that keys are where the branches say, that levels and counts are right,
//! and that every page is reached exactly once or is unused.

use super::StoreError;
use super::bitmap::Bitmap;
use super::check::{check as check_page, check_overflow};
use super::meta::METAS;
use super::page::{Body, Overflow, Page, PageNo, Pointer};
use super::snapshot::{Snapshot, View};
use super::store::{Store, lock};
use super::tree::Tree;

/// What [`Store::verify`] looked at, and found sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Number of tables.
    pub tables: u64,
    /// Number of entries in all tables.
    pub entries: u64,
    /// Pages that trees reach, with the two meta pages.
    pub used_pages: u32,
    /// Pages that they do not.
    pub unused_pages: u32,
}

impl Store {
    /// Checks every page of the newest commit. Waits for the write transaction, as
    /// [`write`](Self::write) does.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt) with the first page that is not as it should be.
    ///
    /// # Complexity
    ///
    /// Reads the whole file. A bit of memory for every page.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        let state = lock(&self.inner.state);
        let snapshot = lock(&self.inner.shared).current.clone();
        let mut verifier = Verifier::new(&snapshot, &state.space.unused);
        verifier.tree(&snapshot.free)?;
        verifier.tree(&snapshot.tables)?;
        let mut verified = Verified::default();
        snapshot.each_table(|_, tree| {
            verified.tables += 1;
            verified.entries += tree.len;
            verifier.tree(&tree)
        })?;
        verifier.nothing_is_lost(snapshot.pages)?;
        verified.used_pages = verifier.reached.len() as u32;
        verified.unused_pages = state.space.unused.len() as u32;
        Ok(verified)
    }
}

struct Verifier<'a> {
    view: &'a View,
    unused: &'a Bitmap,
    reached: Bitmap,
}

impl<'a> Verifier<'a> {
    fn new(snapshot: &'a Snapshot, unused: &'a Bitmap) -> Self {
        let mut reached = Bitmap::default();
        (0..METAS).for_each(|page| _ = reached.insert(page));
        Verifier {
            view: &snapshot.view,
            unused,
            reached,
        }
    }

    fn tree(&mut self, tree: &Tree) -> Result<(), StoreError> {
        let entries = match tree.is_empty() {
            true => 0,
            false => self.page(tree.root, tree.level, (&[], None))?,
        };
        if entries != tree.len {
            return Err(StoreError::corrupt(
                tree.root.page,
                "its tree has not as many entries as said",
            ));
        }
        Ok(())
    }

    // ANCHOR: verify_page
    /// Checks a page and all below it, whose keys must be from `low` to below `high`. Returns the
    /// number of entries.
    fn page(
        &mut self,
        pointer: Pointer,
        level: u8,
        (low, high): (&[u8], Option<&[u8]>),
    ) -> Result<u64, StoreError> {
        let wrong = |what| Err(StoreError::corrupt(pointer.page, what));
        let bytes = self.view.bytes(pointer.page, self.view.page_size)?;
        check_page(bytes, pointer)?;
        self.reach(pointer.page)?;
        let page = Page(bytes);
        if page.level() != level {
            return wrong("it is at the wrong level of its tree");
        }
        let key = |slot: usize| (slot < page.count()).then(|| page.key(slot));
        if key(page.first_key()).is_some_and(|first| first < low)
            || high.is_some_and(|high| key(page.count() - 1).is_some_and(|last| last >= high))
        {
            return wrong("a key is not where the branch above says");
        }
        let mut entries = 0;
        for (slot, entry) in page.entries().enumerate() {
            entries += match entry.body {
                Body::Child(child) => {
                    let low = if slot == 0 { low } else { entry.key };
                    self.page(child, level - 1, (low, key(slot + 1).or(high)))?
                }
                Body::Overflow(value) => self.overflow(value)?,
                Body::Inline(_) => 1,
            };
        }
        Ok(entries)
    }
    // ANCHOR_END: verify_page

    fn overflow(&mut self, value: Overflow) -> Result<u64, StoreError> {
        let pages = value.pages(self.view.page_size);
        let bytes = self
            .view
            .bytes(value.at.page, pages as usize * self.view.page_size)?;
        check_overflow(bytes, value)?;
        (value.at.page..value.at.page + pages).try_for_each(|page| self.reach(page))?;
        Ok(1)
    }

    // ANCHOR: verify_reach
    /// Notes that something points to `page`.
    fn reach(&mut self, page: PageNo) -> Result<(), StoreError> {
        if self.unused.contains(page) {
            return Err(StoreError::corrupt(
                page,
                "it is in use, and in the list of free pages",
            ));
        }
        match self.reached.insert(page) {
            true => Ok(()),
            false => Err(StoreError::corrupt(page, "two pointers lead to it")),
        }
    }

    /// Every page that nothing points to must be in the list of free pages.
    fn nothing_is_lost(&self, pages: PageNo) -> Result<(), StoreError> {
        let known = |page: &PageNo| self.reached.contains(*page) || self.unused.contains(*page);
        match (METAS..pages).find(|page| !known(page)) {
            None => Ok(()),
            Some(lost) => Err(StoreError::corrupt(lost, "it is neither in use nor free")),
        }
    }
    // ANCHOR_END: verify_reach
}
