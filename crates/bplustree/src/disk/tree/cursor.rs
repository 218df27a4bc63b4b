//! Walking a tree in order, both ways.
//!
//! A cursor is a path: for every level, a page and a slot in it. It stands *before* the entry that
//! its path leads to, or at the end, behind all of them:
//!
//! ```text
//!      a     b     c
//!   ▲     ▲     ▲     ▲       four places for three entries
//! ```
//!
//! so `next` and `prev` are each other's inverse, and an empty table has one place, not none.

use std::ops::Bound;

use crate::disk::StoreError;
use crate::disk::page::{Body, Page, Pointer};

use super::{Pages, Tree};

/// A key and its value, where they are in the file.
pub type Pair<'a> = (&'a [u8], &'a [u8]);

struct Frame<'a> {
    page: Page<'a>,
    slot: usize,
    /// The page's.
    count: usize,
}

/// A place between two entries of a table.
///
/// Made by [`Table::cursor`](crate::disk::Table::cursor). It begins in front of the first entry.
pub struct Cursor<'a> {
    pages: &'a dyn Pages,
    tree: Tree,
    /// From the root to a leaf; the leaf's slot is its count only at the end of the tree. Empty if
    /// the tree is.
    path: Vec<Frame<'a>>,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(pages: &'a dyn Pages, tree: Tree) -> Result<Self, StoreError> {
        let mut cursor = Cursor::nowhere(pages, tree);
        cursor.seek_first()?;
        Ok(cursor)
    }

    fn nowhere(pages: &'a dyn Pages, tree: Tree) -> Self {
        Cursor {
            pages,
            tree,
            path: Vec::with_capacity(usize::from(tree.level) + 1),
        }
    }

    /// Goes down from `pointer` at `level`, by the child that `choose` names, to a leaf. After an
    /// error the cursor is nowhere: as in an empty tree.
    fn descend(
        &mut self,
        mut pointer: Pointer,
        level: u8,
        choose: impl Fn(Page<'_>) -> usize,
    ) -> Result<(), StoreError> {
        let pages = self.pages;
        for level in (0..=level).rev() {
            let page = pages
                .page_at(pointer, level)
                .inspect_err(|_| self.path.clear())?;
            let slot = choose(page);
            let count = page.count();
            self.path.push(Frame { page, slot, count });
            if level > 0 {
                pointer = page.child(slot);
            }
        }
        Ok(())
    }

    fn restart(&mut self, choose: impl Fn(Page<'_>) -> usize) -> Result<(), StoreError> {
        self.path.clear();
        if self.tree.is_empty() {
            return Ok(());
        }
        self.descend(self.tree.root, self.tree.level, choose)
    }

    /// Goes before the first entry.
    ///
    /// # Errors
    ///
    /// As all methods: [`StoreError::Corrupt`] when a page on the way is.
    pub fn seek_first(&mut self) -> Result<(), StoreError> {
        self.restart(|_| 0)
    }

    /// Goes behind the last entry.
    ///
    /// # Errors
    ///
    /// As [`seek_first`](Self::seek_first).
    pub fn seek_last(&mut self) -> Result<(), StoreError> {
        self.restart(|page| {
            if page.is_leaf() {
                page.count()
            } else {
                page.count() - 1
            }
        })
    }

    /// Goes before the first entry whose key is at least `key`. One descent: O(log n).
    ///
    /// # Errors
    ///
    /// As [`seek_first`](Self::seek_first).
    pub fn seek(&mut self, key: &[u8]) -> Result<(), StoreError> {
        self.restart(|page| match page.is_leaf() {
            true => page.search(key).0,
            false => page.child_for(key),
        })?;
        self.leave_finished_leaf()
    }

    /// Goes before the first entry whose key is greater than `key`.
    fn seek_after(&mut self, key: &[u8]) -> Result<(), StoreError> {
        self.seek(key)?;
        if let Some(Frame { page, slot, count }) = self.path.last()
            && slot < count
            && page.key(*slot) == key
        {
            self.next()?;
        }
        Ok(())
    }

    // ANCHOR: cursor_step
    /// From behind the last entry of a leaf to the first of the next leaf, if there is one.
    fn leave_finished_leaf(&mut self) -> Result<(), StoreError> {
        let at_end = |frame: &Frame<'_>| frame.slot >= frame.count;
        if !self.path.last().is_some_and(at_end) {
            return Ok(());
        }
        let has_next = |frame: &Frame<'_>| frame.slot + 1 < frame.count;
        let Some(fork) = self.path.iter().rposition(has_next) else {
            return Ok(()); // the end of the tree
        };
        self.path.truncate(fork + 1);
        let Frame { page, slot, .. } = &mut self.path[fork];
        *slot += 1;
        let (child, level) = (page.child(*slot), page.level() - 1);
        self.descend(child, level, |_| 0)
    }
    // ANCHOR_END: cursor_step

    /// Moves one entry back; `false` at the beginning.
    fn step_back(&mut self) -> Result<bool, StoreError> {
        let Some(fork) = self.path.iter().rposition(|frame| frame.slot > 0) else {
            return Ok(false);
        };
        self.path.truncate(fork + 1);
        let Frame { page, slot, .. } = &mut self.path[fork];
        *slot -= 1;
        if !page.is_leaf() {
            let (child, level) = (page.child(*slot), page.level() - 1);
            self.descend(child, level, |page| page.count().saturating_sub(1))?;
        }
        Ok(true)
    }

    /// The entry that the cursor stands before.
    #[inline]
    fn pair(&self) -> Result<Option<Pair<'a>>, StoreError> {
        match self.path.last() {
            Some(Frame { page, slot, count }) if slot < count => {
                let (key, body) = page.leaf_entry(*slot);
                Ok(Some((key, self.value(body)?)))
            }
            _ => Ok(None),
        }
    }

    /// Returns the entry behind the cursor's place, without moving.
    ///
    /// # Errors
    ///
    /// As [`seek_first`](Self::seek_first).
    pub fn peek_next(&self) -> Result<Option<Pair<'a>>, StoreError> {
        self.pair()
    }

    /// Moves over the next entry and returns it; `None` at the end.
    ///
    /// # Errors
    ///
    /// As [`seek_first`](Self::seek_first).
    #[expect(
        clippy::should_implement_trait,
        reason = "fallible, and half of a pair with prev"
    )]
    #[inline]
    pub fn next(&mut self) -> Result<Option<Pair<'a>>, StoreError> {
        let Some(Frame { page, slot, count }) = self.path.last_mut() else {
            return Ok(None);
        };
        if slot >= count {
            return Ok(None);
        }
        let (key, body) = page.leaf_entry(*slot);
        *slot += 1;
        if slot == count {
            self.leave_finished_leaf()?;
        }
        Ok(Some((key, self.value(body)?)))
    }

    /// The bytes of a value; the frequent case without a call.
    #[inline]
    fn value(&self, body: Body<'a>) -> Result<&'a [u8], StoreError> {
        match body {
            Body::Inline(value) => Ok(value),
            body => self.pages.value(body),
        }
    }

    /// Moves back over the entry before and returns it; `None` at the beginning.
    ///
    /// # Errors
    ///
    /// As [`seek_first`](Self::seek_first).
    pub fn prev(&mut self) -> Result<Option<Pair<'a>>, StoreError> {
        if self.step_back()? {
            self.pair()
        } else {
            Ok(None)
        }
    }

    /// Leaf and slot: equal for two cursors of one tree exactly when they are at the same place.
    fn place(&self) -> Option<(u32, usize)> {
        self.path
            .last()
            .map(|frame| (frame.page.number(), frame.slot))
    }
}

/// The entries of a table between two bounds, in order and from both ends.
///
/// Made by [`Table::range`](crate::disk::Table::range). An error ends it.
pub struct Range<'a> {
    front: Cursor<'a>,
    /// `None` until it is known: the end of the tree needs no cursor to be recognised.
    back: Option<Cursor<'a>>,
    done: bool,
}

impl<'a> Range<'a> {
    pub(crate) fn new(
        pages: &'a dyn Pages,
        tree: Tree,
        (low, high): (Bound<&[u8]>, Bound<&[u8]>),
    ) -> Result<Self, StoreError> {
        let mut front = Cursor::nowhere(pages, tree);
        match low {
            Bound::Unbounded => front.seek_first()?,
            Bound::Included(key) => front.seek(key)?,
            Bound::Excluded(key) => front.seek_after(key)?,
        }
        let back = match high {
            Bound::Unbounded => None,
            Bound::Included(key) | Bound::Excluded(key) => {
                let mut back = Cursor::nowhere(pages, tree);
                match high {
                    Bound::Included(_) => back.seek_after(key)?,
                    _ => back.seek(key)?,
                }
                Some(back)
            }
        };
        Ok(Range {
            front,
            back,
            done: is_reversed(low, high),
        })
    }

    pub(crate) fn all(pages: &'a dyn Pages, tree: Tree) -> Result<Self, StoreError> {
        Self::new(pages, tree, (Bound::Unbounded, Bound::Unbounded))
    }

    fn next_pair(&mut self) -> Result<Option<Pair<'a>>, StoreError> {
        match &self.back {
            Some(back) if back.place() == self.front.place() => Ok(None),
            _ => self.front.next(),
        }
    }

    fn next_back_pair(&mut self) -> Result<Option<Pair<'a>>, StoreError> {
        let back = match &mut self.back {
            Some(back) => back,
            None => {
                let mut back = Cursor::nowhere(self.front.pages, self.front.tree);
                back.seek_last()?;
                self.back.insert(back)
            }
        };
        if back.place() == self.front.place() {
            Ok(None)
        } else {
            back.prev()
        }
    }

    fn item(
        &mut self,
        pair: Result<Option<Pair<'a>>, StoreError>,
    ) -> Option<<Self as Iterator>::Item> {
        self.done = !matches!(pair, Ok(Some(_)));
        pair.transpose()
    }
}

/// Whether no key can be between the bounds because the lower one is above.
fn is_reversed(low: Bound<&[u8]>, high: Bound<&[u8]>) -> bool {
    match (low, high) {
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
        (Bound::Excluded(low), Bound::Excluded(high)) => low >= high,
        (
            Bound::Included(low) | Bound::Excluded(low),
            Bound::Included(high) | Bound::Excluded(high),
        ) => low > high,
    }
}

impl<'a> Iterator for Range<'a> {
    type Item = Result<Pair<'a>, StoreError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let pair = self.next_pair();
        self.item(pair)
    }
}

impl DoubleEndedIterator for Range<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let pair = self.next_back_pair();
        self.item(pair)
    }
}
