//! A range of keys, read from both ends.
//!
//! Two cursors go towards each other, one of them only if it is asked for. What is between them is
//! a range again, from a first key to an end that is exclusive, and every entry that is given out
//! makes it smaller. That is all there is to meeting in the middle:
//!
//! ```text
//!   start                              end
//!     ├─────────────────────────────────┤      apple … zucchini
//!             ├─────────────────────────┤      next()       →  apple
//!             ├───────────────────┤            next_back()  →  zucchini
//! ```
//!
//! A key and a zero byte is the least key behind it, so that every kind of bound can be written as
//! one of these.

use std::fmt;
use std::iter::FusedIterator;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use super::cursor::DbCursor;
use super::state::State;
use crate::Result;
use crate::key::Sequence;

/// The keys and values of a range, in order, as they were when it was made: an iterator from both
/// ends.
///
/// What cannot be read is given out as an error, once, and that is the end.
pub struct Range {
    source: Source,
    /// The first key that is left, inclusive.
    start: Vec<u8>,
    /// The end of what is left, exclusive; `None` is behind all keys.
    end: Option<Vec<u8>>,
    front: Option<DbCursor>,
    back: Option<DbCursor>,
    is_done: bool,
}

/// The first key of a range, and its end, exclusive; `None` is behind all keys.
pub(crate) fn ends<K: AsRef<[u8]>>(range: &impl RangeBounds<K>) -> (Vec<u8>, Option<Vec<u8>>) {
    let start = match range.start_bound() {
        Bound::Unbounded => Vec::new(),
        Bound::Included(key) => key.as_ref().to_vec(),
        Bound::Excluded(key) => behind(key.as_ref()),
    };
    let end = match range.end_bound() {
        Bound::Unbounded => None,
        Bound::Included(key) => Some(behind(key.as_ref())),
        Bound::Excluded(key) => Some(key.as_ref().to_vec()),
    };
    (start, end)
}

/// What cursors are made of.
struct Source {
    state: Arc<State>,
    snapshot: Sequence,
    now_ms: u64,
}

impl Range {
    /// The keys of `range` that `snapshot` sees at the moment `now_ms`.
    pub(crate) fn new<K: AsRef<[u8]>>(
        state: Arc<State>,
        snapshot: Sequence,
        now_ms: u64,
        range: impl RangeBounds<K>,
    ) -> Self {
        let (start, end) = ends(&range);
        let source = Source {
            state,
            snapshot,
            now_ms,
        };
        Range::between(source, start, end)
    }

    /// The keys that begin with `prefix`.
    pub(crate) fn prefix(
        state: Arc<State>,
        snapshot: Sequence,
        now_ms: u64,
        prefix: &[u8],
    ) -> Self {
        let source = Source {
            state,
            snapshot,
            now_ms,
        };
        Range::between(source, prefix.to_vec(), prefix_end(prefix))
    }

    fn between(source: Source, start: Vec<u8>, end: Option<Vec<u8>>) -> Self {
        Range {
            is_done: end.as_ref().is_some_and(|end| *end <= start),
            source,
            start,
            end,
            front: None,
            back: None,
        }
    }

    // ANCHOR: next
    fn try_next(&mut self) -> Result<Option<Pair>> {
        let cursor = match &mut self.front {
            Some(cursor) => {
                cursor.move_next()?;
                cursor
            }
            None => {
                let cursor = self.source.cursor(&self.start, self.end.as_deref());
                let cursor = self.front.insert(cursor);
                cursor.seek(&self.start)?;
                cursor
            }
        };
        let is_left = |key: &[u8]| self.end.as_ref().is_none_or(|end| key < &**end);
        let Some((key, value)) = cursor.current().filter(|(key, _)| is_left(key)) else {
            return Ok(None);
        };
        self.start.clear();
        self.start.extend_from_slice(key);
        self.start.push(0);
        Ok(Some((key.to_vec(), value.to_vec())))
    }
    // ANCHOR_END: next

    fn try_next_back(&mut self) -> Result<Option<Pair>> {
        let cursor = match &mut self.back {
            Some(cursor) => {
                cursor.move_prev()?;
                cursor
            }
            None => {
                let cursor = self.source.cursor(&self.start, self.end.as_deref());
                let cursor = self.back.insert(cursor);
                match &self.end {
                    Some(end) => cursor.seek_before(end)?,
                    None => cursor.seek_to_last()?,
                }
                cursor
            }
        };
        let Some((key, value)) = cursor.current().filter(|(key, _)| **key >= *self.start) else {
            return Ok(None);
        };
        let end = self.end.get_or_insert_default();
        end.clear();
        end.extend_from_slice(key);
        Ok(Some((key.to_vec(), value.to_vec())))
    }

    /// What is given out: after the end, or an error, nothing more.
    fn give(&mut self, outcome: Result<Option<Pair>>) -> Option<Result<Pair>> {
        let item = outcome.transpose();
        if !matches!(item, Some(Ok(_))) {
            self.is_done = true;
            (self.front, self.back) = (None, None);
        }
        item
    }
}

type Pair = (Vec<u8>, Vec<u8>);

impl Source {
    fn cursor(&self, start: &[u8], end: Option<&[u8]>) -> DbCursor {
        self.state
            .cursor_within(self.snapshot, self.now_ms, start, end)
    }
}

/// The least key behind `key`.
fn behind(key: &[u8]) -> Vec<u8> {
    [key, &[0]].concat()
}

// ANCHOR: prefix_end
/// The least key behind all that begin with `prefix`; `None` if there is none.
fn prefix_end(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}
// ANCHOR_END: prefix_end

impl Iterator for Range {
    type Item = Result<Pair>;

    fn next(&mut self) -> Option<Result<Pair>> {
        if self.is_done {
            return None;
        }
        let outcome = self.try_next();
        self.give(outcome)
    }
}

impl DoubleEndedIterator for Range {
    fn next_back(&mut self) -> Option<Result<Pair>> {
        if self.is_done {
            return None;
        }
        let outcome = self.try_next_back();
        self.give(outcome)
    }
}

impl FusedIterator for Range {}

impl fmt::Debug for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Range")
            .field("start", &self.start)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}
