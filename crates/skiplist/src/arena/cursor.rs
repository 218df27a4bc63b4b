//! A cursor: what merges of several sorted runs are made with.

use std::fmt;
use std::ops::Bound;

use super::compare::Compare;
use super::region::Node;
use super::{ArenaSkipList, Entry, entry};

/// A place in a list that can be moved: to a key, to either end, one entry on or back.
///
/// It stands on an entry, or nowhere: at first, behind the last entry and before the first one. From
/// there, one goes on to the first entry, and back to the last. What others insert is met from the
/// next move on.
///
/// Every move returns the entry that the cursor then stands on.
///
/// ```
/// use skiplist::arena::ArenaSkipList;
///
/// let list = ArenaSkipList::with_capacity(1 << 16)?;
/// for key in [b"apple", b"grape", b"lemon"] {
///     list.insert(key, b"")?;
/// }
/// let mut cursor = list.cursor();
/// assert_eq!(cursor.seek(b"fig").unwrap().0, b"grape");
/// assert_eq!(cursor.move_prev().unwrap().0, b"apple");
/// assert_eq!(cursor.move_prev(), None);
/// # Ok::<(), skiplist::arena::ArenaError>(())
/// ```
pub struct Cursor<'a, C> {
    pub(super) list: &'a ArenaSkipList<C>,
    pub(super) node: Option<Node<'a>>,
}

impl<'a, C: Compare> Cursor<'a, C> {
    pub(super) fn new(list: &'a ArenaSkipList<C>) -> Self {
        Cursor { list, node: None }
    }

    /// The entry that it stands on.
    pub fn current(&self) -> Option<Entry<'a>> {
        self.node.map(entry)
    }

    /// To the first entry whose key is not less than `key`. O(log n).
    pub fn seek(&mut self, key: &[u8]) -> Option<Entry<'a>> {
        let key = self.list.sought(key);
        self.stand_on(self.list.first_within(Bound::Included(&key)))
    }

    /// To the last entry whose key is not greater than `key`. O(log n).
    pub fn seek_for_prev(&mut self, key: &[u8]) -> Option<Entry<'a>> {
        let key = self.list.sought(key);
        self.stand_on(self.list.last_within(Bound::Included(&key)))
    }

    /// To the first entry. O(1).
    pub fn seek_to_first(&mut self) -> Option<Entry<'a>> {
        self.stand_on(self.list.first_within(Bound::Unbounded))
    }

    /// To the last entry. O(log n).
    pub fn seek_to_last(&mut self) -> Option<Entry<'a>> {
        self.stand_on(self.list.last_within(Bound::Unbounded))
    }

    /// To the next entry. O(1).
    pub fn move_next(&mut self) -> Option<Entry<'a>> {
        self.stand_on(match self.node {
            Some(node) => node.foot().next().map(|(next, _)| next),
            None => self.list.first_within(Bound::Unbounded),
        })
    }

    /// To the entry before. O(log n): there are no links back.
    pub fn move_prev(&mut self) -> Option<Entry<'a>> {
        self.stand_on(match self.node {
            Some(node) => self.list.node_before(node),
            None => self.list.last_within(Bound::Unbounded),
        })
    }

    fn stand_on(&mut self, node: Option<Node<'a>>) -> Option<Entry<'a>> {
        self.node = node;
        self.current()
    }
}

impl<C> Clone for Cursor<'_, C> {
    fn clone(&self) -> Self {
        Cursor { ..*self }
    }
}

impl<C: Compare> fmt::Debug for Cursor<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cursor").field(&self.current()).finish()
    }
}
