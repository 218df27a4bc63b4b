//! Which pages may be written: the free list, and when a page comes onto it.
//!
//! Copy-on-write leaves a trail of old pages. A page that the newest tree does not reach is
//! *unused*; but it may be written only when nobody can come back to a tree that does reach it:
//!
//! ```text
//!   reachable ──freed by transaction T──▶ pending T ──released──▶ available ──▶ written again
//! ```
//!
//! Two kinds of visitors hold a page back. A reader of a snapshot older than `T` may be looking at
//! it. And a crash makes the *last durable commit* the newest one: if that is older than `T`, it
//! needs the page. So the disk counts as one more reader.
//!
//! # Invariants
//!
//! - `available` is the set of unused pages that may be written now; `unused` less `available` are
//!   the pages in `pending` and in `freed`.
//! - A page freed by transaction `T` is released when `T` is at most the last durable transaction,
//!   and no reader has a snapshot older than `T`.
//! - What a transaction took or freed is given back when it is aborted.
//!
//! # Complexity
//!
//! Taking a page is a search for a set bit from where the last one was found. `unused` is what is
//! stored in the file; a commit writes only the pieces of it that changed.

use std::collections::{BTreeSet, VecDeque};
use std::mem;

use super::StoreError;
use super::bitmap::Bitmap;
use super::meta::METAS;
use super::page::PageNo;

/// The pages of the file, as the writer sees them.
#[derive(Debug, Default)]
pub(crate) struct Space {
    /// Pages in use, free ones included: all pages have numbers below.
    pub pages: PageNo,
    /// What `pages` may not exceed.
    pub max_pages: PageNo,
    /// Pages to a piece of the stored bitmap.
    pub piece: u32,
    pub unused: Bitmap,
    available: Bitmap,
    /// The pages that a transaction freed, oldest transaction first.
    pending: VecDeque<(u64, Vec<PageNo>)>,
    /// Pieces of `unused` that are not as stored.
    changed: BTreeSet<u32>,
    /// Where the next search begins.
    hint: PageNo,
    undo: Undo,
}

/// What the transaction that is under way did.
#[derive(Debug, Default)]
struct Undo {
    /// `pages`, when it began.
    pages: PageNo,
    taken: Vec<PageNo>,
    freed: Vec<PageNo>,
    stored: Vec<u32>,
}

impl Space {
    pub(crate) fn new(pages: PageNo, max_pages: PageNo, piece: u32) -> Self {
        let undo = Undo {
            pages,
            ..Undo::default()
        };
        Space {
            pages,
            max_pages,
            piece,
            undo,
            ..Space::default()
        }
    }

    /// Adds a piece of the stored bitmap. `false` if it names pages that there are not.
    pub(crate) fn load(&mut self, piece: u32, bytes: &[u8]) -> bool {
        for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| **byte != 0) {
            for bit in (0..8).filter(|bit| byte & 1 << bit != 0) {
                let page = u64::from(piece) * u64::from(self.piece) + at as u64 * 8 + bit;
                if !(u64::from(METAS)..u64::from(self.pages)).contains(&page) {
                    return false;
                }
                self.unused.insert(page as PageNo);
                self.available.insert(page as PageNo);
            }
        }
        true
    }

    /// The next piece of the bitmap to store, and its bytes.
    pub(crate) fn next_changed(&mut self) -> Option<(u32, Vec<u8>)> {
        let piece = self.changed.pop_first()?;
        self.undo.stored.push(piece);
        let len = self.piece as usize / 8;
        Some((
            piece,
            self.unused.bytes(piece as usize * len, len).collect(),
        ))
    }

    pub(crate) fn available(&self) -> usize {
        self.available.len()
    }

    /// How many pages wait to be released.
    pub(crate) fn pending(&self) -> usize {
        self.unused.len() - self.available.len()
    }

    // ANCHOR: release
    /// Makes available what was freed by transactions that no one can come back to a time before:
    /// neither a reader, whose oldest snapshot is of transaction `oldest_reader`, nor the store
    /// itself after a crash, which would find transaction `durable`.
    pub(crate) fn release(&mut self, oldest_reader: u64, durable: u64) {
        let safe = oldest_reader.min(durable);
        while let Some((_, pages)) = self.pending.pop_front_if(|(freed_by, _)| *freed_by <= safe) {
            for page in pages {
                self.available.insert(page);
            }
            self.hint = 0;
        }
    }
    // ANCHOR_END: release

    // ANCHOR: take
    /// Takes a page to write to: one that is available, or a new one at the end of the file.
    pub(crate) fn take(&mut self) -> Result<PageNo, StoreError> {
        if self.available.len() == 0 {
            return self.extend(1);
        }
        let page = self
            .available
            .next(self.hint)
            .or_else(|| self.available.next(0));
        let Some(page) = page else {
            return self.extend(1);
        };
        self.hint = page + 1;
        self.use_page(page);
        Ok(page)
    }
    // ANCHOR_END: take

    /// Takes `count` pages that lie side by side, and returns the first.
    pub(crate) fn take_run(&mut self, count: u32) -> Result<PageNo, StoreError> {
        if count == 1 {
            return self.take();
        }
        match self.available.next_run(count) {
            Some(first) => {
                (first..first + count).for_each(|page| self.use_page(page));
                Ok(first)
            }
            None => self.extend(count),
        }
    }

    fn use_page(&mut self, page: PageNo) {
        self.available.remove(page);
        self.unused.remove(page);
        self.changed.insert(page / self.piece);
        if page < self.undo.pages {
            self.undo.taken.push(page);
        }
    }

    /// Adds `count` pages to the end of the file, and returns the first.
    pub(crate) fn extend(&mut self, count: u32) -> Result<PageNo, StoreError> {
        let first = self.pages;
        let end = first
            .checked_add(count)
            .filter(|end| *end <= self.max_pages);
        self.pages = end.ok_or(StoreError::Full)?;
        Ok(first)
    }

    /// Frees a page of an earlier transaction, which others may still look at. A number that no
    /// page has comes from damage, and must not make the bitmap grow.
    pub(crate) fn free(&mut self, page: PageNo) {
        if (METAS..self.pages).contains(&page) && self.unused.insert(page) {
            self.changed.insert(page / self.piece);
            self.undo.freed.push(page);
        }
    }

    /// Frees a page that this transaction took: nobody has seen it, so it is available at once.
    pub(crate) fn give_back(&mut self, page: PageNo) {
        self.unused.insert(page);
        self.available.insert(page);
        self.changed.insert(page / self.piece);
        self.hint = self.hint.min(page);
    }

    /// Ends the transaction: what it freed waits for its release.
    pub(crate) fn commit(&mut self, txn: u64) {
        let undo = mem::take(&mut self.undo);
        if !undo.freed.is_empty() {
            self.pending.push_back((txn, undo.freed));
        }
        self.undo.pages = self.pages;
    }

    /// Ends the transaction as if it had never been.
    pub(crate) fn rollback(&mut self) {
        let undo = mem::take(&mut self.undo);
        for page in undo.taken {
            self.give_back(page);
        }
        for page in undo.freed {
            self.unused.remove(page);
        }
        for page in undo.pages..self.pages {
            self.unused.remove(page);
            self.available.remove(page);
        }
        self.changed.extend(undo.stored);
        self.pages = undo.pages;
        self.undo.pages = self.pages;
    }
}
