//! A cursor over a sorted run: what memtables, tables and merges of them have in common.

use crate::Result;

/// A place in a run of entries, in the order of internal keys, that can be moved both ways.
///
/// It stands on an entry, or nowhere: at first, and when a move found none. From nowhere, `next`
/// goes to the first entry and `prev` to the last, as if the run were a ring with a gap in it.
///
/// After an error it stands nowhere.
pub trait Cursor {
    /// The internal key and the value it stands on.
    fn current(&self) -> Option<(&[u8], &[u8])>;

    /// To the first entry.
    ///
    /// # Errors
    ///
    /// What the disk says, and [`CorruptTable`](crate::LsmError::CorruptTable).
    fn seek_to_first(&mut self) -> Result<()>;

    /// To the last entry.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    fn seek_to_last(&mut self) -> Result<()>;

    /// To the first entry whose internal key is not less than `key`.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    fn seek(&mut self, key: &[u8]) -> Result<()>;

    /// To the last entry whose internal key is less than `key`.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    fn seek_before(&mut self, key: &[u8]) -> Result<()>;

    /// To the next entry.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    fn next(&mut self) -> Result<()>;

    /// To the entry before.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    fn prev(&mut self) -> Result<()>;

    /// The internal key it stands on.
    fn key(&self) -> Option<&[u8]> {
        self.current().map(|(key, _)| key)
    }
}

impl<C: Cursor + ?Sized> Cursor for Box<C> {
    #[inline]
    fn current(&self) -> Option<(&[u8], &[u8])> {
        (**self).current()
    }

    fn seek_to_first(&mut self) -> Result<()> {
        (**self).seek_to_first()
    }

    fn seek_to_last(&mut self) -> Result<()> {
        (**self).seek_to_last()
    }

    fn seek(&mut self, key: &[u8]) -> Result<()> {
        (**self).seek(key)
    }

    fn seek_before(&mut self, key: &[u8]) -> Result<()> {
        (**self).seek_before(key)
    }

    #[inline]
    fn next(&mut self) -> Result<()> {
        (**self).next()
    }

    fn prev(&mut self) -> Result<()> {
        (**self).prev()
    }
}
