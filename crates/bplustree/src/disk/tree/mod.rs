//! The tree: from a root to the leaf where a key is.
//!
//! ```text
//!                      ┌──────────┐
//!  level 2             │  ∙ g  ∙  │                      branch: n children, n - 1 keys
//!                      └──┬─────┬─┘
//!            ┌────────────┘     └───────┐
//!       ┌────┴───┐                 ┌────┴───┐
//!  1    │ ∙ c  ∙ │                 │ ∙ m  ∙ │
//!       └─┬────┬─┘                 └─┬────┬─┘
//!     ┌───┘    └──┐              ┌───┘    └───┐
//!  ┌──┴──┐     ┌──┴──┐        ┌──┴──┐      ┌──┴──┐
//!  0 a b │     │ c e │        │ g k │      │ m z │        leaves: keys and values
//!  └─────┘     └─────┘        └─────┘      └─────┘
//! ```
//!
//! The leaves are not linked to each other, as those of a B+ tree in memory are: copy-on-write
//! gives a leaf a new place whenever it changes, and its neighbour would have to be changed with
//! it, and so on to the end. A cursor goes by way of the branches instead.
//!
//! # Invariants
//!
//! - All leaves are at level 0, and a child of a branch is at its level less one.
//! - All keys of a branch's child `i` are at least key `i` and less than key `i + 1` of the branch.
//! - No leaf is empty, except that an empty tree has no page at all.
//! - `len` is the number of entries.
//!
//! # Complexity
//!
//! With about 200 children to a branch of 4 KiB, a tree of 10⁶ entries has 3 levels and one of 10⁹
//! has 5; the branches are one page in 200, so they are in memory when the leaves are not.

mod bulk;
mod cursor;
mod insert;
mod remove;

pub(crate) use bulk::Loader;
pub use cursor::{Cursor, Pair, Range};

use super::StoreError;
use super::page::{Body, HEADER, MAX_LEVEL, Overflow, Page, Pointer};

/// More levels than a tree can have.
const MAX_DEPTH: usize = MAX_LEVEL as usize;

/// Where a tree begins.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tree {
    /// `NONE` when the tree is empty.
    pub root: Pointer,
    pub level: u8,
    /// Number of entries.
    pub len: u64,
}

/// Where pages are read from: a snapshot, or a write transaction with pages of its own.
pub(crate) trait Pages {
    /// The page that `pointer` leads to, checked.
    fn page(&self, pointer: Pointer) -> Result<Page<'_>, StoreError>;

    /// The pages of an overflow value, checked, with their header.
    fn run(&self, value: Overflow) -> Result<&[u8], StoreError>;

    /// As `page`, of a page that must be at `level`.
    #[inline]
    fn page_at(&self, pointer: Pointer, level: u8) -> Result<Page<'_>, StoreError> {
        let page = self.page(pointer)?;
        if page.level() != level {
            // Else a pointer to a page above would make a reader go in circles.
            return Err(StoreError::corrupt(
                pointer.page,
                "it is at the wrong level of its tree",
            ));
        }
        Ok(page)
    }

    /// The bytes of a value.
    #[inline]
    fn value<'a>(&'a self, body: Body<'a>) -> Result<&'a [u8], StoreError> {
        match body {
            Body::Inline(value) => Ok(value),
            Body::Overflow(value) => Ok(&self.run(value)?[HEADER..HEADER + value.len as usize]),
            Body::Child(pointer) => Err(StoreError::corrupt(pointer.page, "a child in a leaf")),
        }
    }
}

impl Tree {
    pub(crate) fn is_empty(&self) -> bool {
        self.root == Pointer::NONE
    }

    // ANCHOR: get
    /// The value of `key`, as a slice of the page that it is in.
    #[inline]
    pub(crate) fn get<'p, P: Pages>(
        &self,
        pages: &'p P,
        key: &[u8],
    ) -> Result<Option<&'p [u8]>, StoreError> {
        match self.find(pages, key)? {
            Some(body) => pages.value(body).map(Some),
            None => Ok(None),
        }
    }

    /// What the leaf has for `key`.
    #[inline]
    fn find<'p, P: Pages>(&self, pages: &'p P, key: &[u8]) -> Result<Option<Body<'p>>, StoreError> {
        if self.is_empty() {
            return Ok(None);
        }
        let mut page = pages.page_at(self.root, self.level)?;
        for level in (0..self.level).rev() {
            page = pages.page_at(page.child(page.child_for(key)), level)?;
        }
        let (slot, found) = page.search(key);
        Ok(found.then(|| page.leaf_entry(slot).1))
    }
    // ANCHOR_END: get

    /// Calls `visit` with every page of the tree, a parent before its children, and with every
    /// overflow value. `visit` says whether to look into the page.
    pub(crate) fn walk<P: Pages>(
        &self,
        pages: &P,
        visit: &mut impl FnMut(Visit<'_>) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        if self.is_empty() {
            return Ok(());
        }
        walk_page(pages, self.root, self.level, visit)
    }
}

/// What [`Tree::walk`] comes by.
pub(crate) enum Visit<'a> {
    Page(Page<'a>),
    Overflow(Overflow),
}

fn walk_page<P: Pages>(
    pages: &P,
    pointer: Pointer,
    level: u8,
    visit: &mut impl FnMut(Visit<'_>) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let page = pages.page_at(pointer, level)?;
    if !visit(Visit::Page(page))? {
        return Ok(());
    }
    for entry in page.entries() {
        match entry.body {
            Body::Child(child) => walk_page(pages, child, level - 1, visit)?,
            Body::Overflow(value) => {
                visit(Visit::Overflow(value))?;
            }
            Body::Inline(_) => {}
        }
    }
    Ok(())
}
