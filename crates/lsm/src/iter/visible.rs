//! What a snapshot sees: of each key the newest version that is old enough, unless that is deleted.
//!
//! The run below has versions, newest first within a key. Forwards this is just right: the first
//! version that is not newer than the snapshot is the one; all others of the key are passed over.
//! Backwards the oldest version comes first, and the one that counts is known only when the key
//! changes. So going backwards the cursor keeps the best version so far, and stands one key further
//! on than what it shows:
//!
//! ```text
//!   snapshot 5:    apple 7   apple 4   apple 2   banana 6   banana 3 †   cherry 1
//!   forwards       newer     this      older     newer      deleted      this
//!
//!   backwards      ◀── now here                  shows banana's versions: deleted, so on to apple
//! ```
//!
//! # Invariants
//!
//! - Going forwards, the run stands on the version that is shown.
//! - Going backwards, what is shown is a copy, and the run stands before all versions of that key.
//!
//! # Complexity
//!
//! A step is a step of the run for each version that it passes over: all versions of a key, and all
//! keys that are deleted. A scan over a million tombstones is a million steps that show nothing.
//!
//! Source: LevelDB's `db/db_iter.cc`.

use std::fmt;
use std::sync::Arc;

use crate::cursor::Cursor;
use crate::key::{self, Kind, MAX_SEQUENCE, ParsedKey, Sequence};
use crate::range_tombstones::RangeTombstones;
use crate::{LsmError, Result};

/// What a reader sees: a snapshot, a moment, and the ranges that were deleted.
#[derive(Clone, Debug)]
pub struct View {
    /// Nothing newer than this write is seen.
    pub snapshot: Sequence,
    /// The moment, in milliseconds since the Unix epoch: what expires then or before is not seen.
    pub now_ms: u64,
    /// Range tombstones of all runs. Those that are newer than the snapshot do nothing.
    pub tombstones: Arc<RangeTombstones>,
}

impl View {
    /// The view of a snapshot, without range tombstones, at the beginning of time.
    pub fn new(snapshot: Sequence) -> Self {
        View {
            snapshot,
            now_ms: 0,
            tombstones: Arc::default(),
        }
    }

    // ANCHOR: live
    /// The value of a version, if it is alive: no tombstone, not covered by one, and not expired.
    pub fn live<'v>(&self, version: ParsedKey<'_>, stored: &'v [u8]) -> Result<Option<&'v [u8]>> {
        let (user_key, sequence) = (version.user_key, version.sequence);
        if self.tombstones.hides(user_key, sequence, self.snapshot) {
            return Ok(None);
        }
        unexpired(version.kind, stored, || self.now_ms)
    }
    // ANCHOR_END: live
}

// ANCHOR: unexpired
/// The value that a version of this kind has at the moment that `now_ms` tells, if it has one. Most
/// have no expiry, and then nobody asks.
#[inline]
pub(crate) fn unexpired(
    kind: Kind,
    stored: &[u8],
    now_ms: impl FnOnce() -> u64,
) -> Result<Option<&[u8]>> {
    match kind {
        Kind::Delete | Kind::DeleteRange => Ok(None),
        Kind::Put => Ok(Some(stored)),
        Kind::PutUntil => {
            let (expiry, value) = stored.split_first_chunk().ok_or(LsmError::CorruptEntry {
                what: "a value with an expiry is too short to have one",
            })?;
            Ok((u64::from_le_bytes(*expiry) > now_ms()).then_some(value))
        }
    }
}
// ANCHOR_END: unexpired

/// What is shown, and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Nowhere,
    /// The run stands on it: the value without its first bytes, which are the expiry, if it has
    /// one.
    OnRun {
        skip: usize,
    },
    /// `key` and `value` have it, and the run stands before it.
    Copied,
}

/// A cursor over the keys and values that a view shows of a run of versions.
pub struct VisibleCursor<C> {
    run: C,
    view: View,
    place: Place,
    /// The user key that is shown, or was passed over.
    key: Vec<u8>,
    value: Vec<u8>,
    /// Memory for keys to seek.
    sought: Vec<u8>,
}

impl<C: Cursor> VisibleCursor<C> {
    /// A cursor over what `view` shows of `run`; it stands nowhere yet.
    pub fn new(run: C, view: View) -> Self {
        VisibleCursor {
            run,
            view,
            place: Place::Nowhere,
            key: Vec::new(),
            value: Vec::new(),
            sought: Vec::new(),
        }
    }

    /// The user key and the value it stands on.
    #[inline]
    pub fn current(&self) -> Option<(&[u8], &[u8])> {
        match self.place {
            Place::Nowhere => None,
            Place::Copied => Some((&self.key, &self.value)),
            Place::OnRun { skip } => {
                let (internal_key, stored) = self.run.current()?;
                Some((key::user_key(internal_key), &stored[skip..]))
            }
        }
    }

    /// To the first key.
    ///
    /// # Errors
    ///
    /// Those of the run. After an error it stands nowhere; so with all moves.
    pub fn seek_to_first(&mut self) -> Result<()> {
        self.place = Place::Nowhere;
        self.run.seek_to_first()?;
        self.find_forwards(false)
    }

    /// To the last key.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    pub fn seek_to_last(&mut self) -> Result<()> {
        self.place = Place::Nowhere;
        self.run.seek_to_last()?;
        self.find_backwards()
    }

    /// To the first key that is not less than `user_key`.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    pub fn seek(&mut self, user_key: &[u8]) -> Result<()> {
        self.place = Place::Nowhere;
        self.sought.clear();
        key::encode_seek(&mut self.sought, user_key, self.view.snapshot);
        self.run.seek(&self.sought)?;
        self.find_forwards(false)
    }

    /// To the last key that is less than `user_key`.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    pub fn seek_before(&mut self, user_key: &[u8]) -> Result<()> {
        self.place = Place::Nowhere;
        self.sought.clear();
        key::encode_seek(&mut self.sought, user_key, MAX_SEQUENCE);
        self.run.seek_before(&self.sought)?;
        self.find_backwards()
    }

    /// To the next key; from nowhere, to the first.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    pub fn move_next(&mut self) -> Result<()> {
        match self.place {
            Place::Nowhere => return self.seek_to_first(),
            // The run stands before the versions of `key`, or nowhere, and that is before the
            // first.
            Place::Copied => self.run.next()?,
            Place::OnRun { .. } => self.remember_key(),
        }
        self.place = Place::Nowhere;
        self.find_forwards(true)
    }

    /// To the key before; from nowhere, to the last.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    pub fn move_prev(&mut self) -> Result<()> {
        match self.place {
            Place::Nowhere => return self.seek_to_last(),
            Place::Copied => {}
            Place::OnRun { .. } => {
                self.remember_key();
                let shown = std::mem::take(&mut self.key);
                let outcome = self.seek_before(&shown);
                return outcome;
            }
        }
        self.place = Place::Nowhere;
        self.find_backwards()
    }

    fn remember_key(&mut self) {
        self.key.clear();
        let shown = self.run.key().map(key::user_key).unwrap_or_default();
        self.key.extend_from_slice(shown);
    }

    // ANCHOR: forwards
    /// From where the run stands, forwards to the first version that is to be shown. Those of `key`
    /// are passed over, if `skipping`.
    fn find_forwards(&mut self, mut skipping: bool) -> Result<()> {
        while let Some((internal_key, stored)) = self.run.current() {
            let version = parse(internal_key)?;
            let is_old = version.sequence <= self.view.snapshot;
            if is_old && !(skipping && version.user_key == self.key) {
                if let Some(value) = self.view.live(version, stored)? {
                    let skip = stored.len() - value.len();
                    self.place = Place::OnRun { skip };
                    return Ok(());
                }
                // Deleted: its older versions are not to be shown either.
                skipping = true;
                self.key.clear();
                self.key.extend_from_slice(version.user_key);
            }
            self.run.next()?;
        }
        Ok(())
    }
    // ANCHOR_END: forwards

    // ANCHOR: backwards
    /// From where the run stands, backwards to the first key that is to be shown: the last version
    /// that is met of it, before the key changes, decides.
    fn find_backwards(&mut self) -> Result<()> {
        let mut is_live = false;
        while let Some((internal_key, stored)) = self.run.current() {
            let version = parse(internal_key)?;
            if is_live && version.user_key != self.key {
                break;
            }
            if version.sequence <= self.view.snapshot {
                let value = self.view.live(version, stored)?;
                is_live = value.is_some();
                if let Some(value) = value {
                    self.key.clear();
                    self.key.extend_from_slice(version.user_key);
                    self.value.clear();
                    self.value.extend_from_slice(value);
                }
            }
            self.run.prev()?;
        }
        if is_live {
            self.place = Place::Copied;
        }
        Ok(())
    }
    // ANCHOR_END: backwards
}

fn parse(internal_key: &[u8]) -> Result<ParsedKey<'_>> {
    key::parse(internal_key).ok_or(LsmError::CorruptEntry {
        what: "its key is of no kind",
    })
}

impl<C: Cursor> fmt::Debug for VisibleCursor<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VisibleCursor")
            .field("snapshot", &self.view.snapshot)
            .field("current", &self.current())
            .finish()
    }
}
