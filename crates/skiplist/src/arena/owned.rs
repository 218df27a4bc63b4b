//! A cursor that keeps its list alive.
//!
//! A [`Cursor`] borrows its list, so it cannot be kept beside it, or outlive the scope that has it.
//! An engine's iterator must do both: it is given away, and reads a memtable that everybody else may
//! have dropped meanwhile. So this one holds the list by an [`Arc`], and notes where it stands by a
//! mark instead of a reference; for every move it becomes a borrowing cursor, which costs nothing.

use std::fmt;
use std::sync::Arc;

use super::compare::Compare;
use super::cursor::Cursor;
use super::region::{Mark, Node};
use super::{ArenaSkipList, Entry, entry};

/// A [`Cursor`] that owns a share of its list. Every move takes as long as the other's.
///
/// ```
/// use std::sync::Arc;
/// use skiplist::arena::{ArenaSkipList, OwnedCursor};
///
/// let list = Arc::new(ArenaSkipList::with_capacity(1 << 16)?);
/// list.insert(b"grape", b"5")?;
/// let mut cursor = OwnedCursor::new(Arc::clone(&list));
/// drop(list);
/// assert_eq!(cursor.seek(b"fig").unwrap().0, b"grape");
/// assert_eq!(cursor.move_next(), None);
/// # Ok::<(), skiplist::arena::ArenaError>(())
/// ```
pub struct OwnedCursor<C> {
    list: Arc<ArenaSkipList<C>>,
    /// Of a node of `list`, which is never another one.
    mark: Option<Mark>,
}

impl<C: Compare> OwnedCursor<C> {
    /// A cursor that stands nowhere yet.
    pub fn new(list: Arc<ArenaSkipList<C>>) -> Self {
        OwnedCursor { list, mark: None }
    }

    /// The entry that it stands on.
    #[inline]
    pub fn current(&self) -> Option<Entry<'_>> {
        self.node().map(entry)
    }

    /// To the first entry whose key is not less than `key`. O(log n).
    pub fn seek(&mut self, key: &[u8]) -> Option<Entry<'_>> {
        self.moved(|cursor| cursor.seek(key))
    }

    /// To the last entry whose key is not greater than `key`. O(log n).
    pub fn seek_for_prev(&mut self, key: &[u8]) -> Option<Entry<'_>> {
        self.moved(|cursor| cursor.seek_for_prev(key))
    }

    /// To the first entry. O(1).
    pub fn seek_to_first(&mut self) -> Option<Entry<'_>> {
        self.moved(Cursor::seek_to_first)
    }

    /// To the last entry. O(log n).
    pub fn seek_to_last(&mut self) -> Option<Entry<'_>> {
        self.moved(Cursor::seek_to_last)
    }

    /// To the next entry. O(1).
    #[inline]
    pub fn move_next(&mut self) -> Option<Entry<'_>> {
        self.moved(Cursor::move_next)
    }

    /// To the entry before. O(log n).
    pub fn move_prev(&mut self) -> Option<Entry<'_>> {
        self.moved(Cursor::move_prev)
    }

    #[inline]
    fn node(&self) -> Option<Node<'_>> {
        // SAFETY: `moved` takes marks from nodes of this list only, which is held all the while.
        self.mark.map(|mark| unsafe { self.list.region.node(mark) })
    }

    #[inline]
    fn moved<'a>(
        &'a mut self,
        step: impl FnOnce(&mut Cursor<'a, C>) -> Option<Entry<'a>>,
    ) -> Option<Entry<'a>> {
        let mut cursor = Cursor {
            list: &self.list,
            // SAFETY: as in `node`.
            node: self.mark.map(|mark| unsafe { self.list.region.node(mark) }),
        };
        let entry = step(&mut cursor);
        self.mark = cursor.node.map(Node::mark);
        entry
    }
}

impl<C> Clone for OwnedCursor<C> {
    fn clone(&self) -> Self {
        OwnedCursor {
            list: Arc::clone(&self.list),
            mark: self.mark,
        }
    }
}

impl<C: Compare> fmt::Debug for OwnedCursor<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedCursor").field(&self.current()).finish()
    }
}
