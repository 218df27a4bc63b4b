//! Internal keys: a version of a user's key.
//!
//! In an engine that never writes in place, a key has many *versions*: each write adds one, and a
//! deletion is a write as well, of a *tombstone*. A sequence number tells which version is newer,
//! and a snapshot is nothing but such a number: it sees, of each key, the newest version that is
//! not newer than itself.
//!
//! An *internal key* is the user's key and then eight bytes that say which version it is. The order
//! is the user's, and within a key the newest comes first, so whoever seeks *(key, snapshot)*
//! stands on the very version that the snapshot sees:
//!
//! ```text
//!     apple 7 put      apple 4 delete      apple 2 put      banana 5 put
//!                    ▲
//!                    └── seek (apple, 6): at snapshot 6, apple is deleted
//! ```
//!
//! # Bytes
//!
// ANCHOR: layout
//! | offset | bytes | |
//! |---|---|---|
//! | 0 | n | the user's key |
//! | n | 7 | sequence number, inverted bit by bit, big-endian |
//! | n + 7 | 1 | kind, inverted: 0 delete, 1 put, 2 put with an expiry, 3 delete a range |
// ANCHOR_END: layout
//!
//! Inverted and big-endian, the eight bytes compare as bytes do: the greater number first.
//!
//! # Invariants
//!
//! - No two internal keys of a database are equal: each write has a sequence number of its own.
//! - Keys compare by user key, ascending, then by sequence number, descending. This is not the
//!   order of their bytes: of two user keys, one may be the beginning of the other.
//!
//! Source: LevelDB's `db/dbformat.h`.

use std::cmp::Ordering;

use skiplist::arena::{Bytewise, Compare};

/// The number of a write: greater is newer. The first write has 1.
pub type Sequence = u64;

/// The greatest sequence number there can be: 2⁵⁶ − 1, a million writes a second for 2 284 years.
pub const MAX_SEQUENCE: Sequence = (1 << 56) - 1;

/// The longest user key, in bytes.
pub const MAX_KEY_LEN: usize = u16::MAX as usize;

/// The longest value, in bytes: 1 GiB.
pub const MAX_VALUE_LEN: usize = 1 << 30;

/// Bytes behind the user's key.
pub const TRAILER: usize = 8;

/// What a write does to its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// The key has no value from here on: a tombstone.
    Delete = 0,
    /// The key has this value.
    Put = 1,
    /// The key has this value until it expires: the first eight bytes of what is stored are the
    /// moment, in milliseconds since the Unix epoch, little-endian.
    PutUntil = 2,
    /// All keys from this one to the value, which is exclusive, have no value from here on.
    DeleteRange = 3,
}

impl Kind {
    /// The kind with this number, if there is one.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Kind::Delete),
            1 => Some(Kind::Put),
            2 => Some(Kind::PutUntil),
            3 => Some(Kind::DeleteRange),
            _ => None,
        }
    }
}

/// A version of a key, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedKey<'a> {
    /// The user's key.
    pub user_key: &'a [u8],
    /// The number of the write.
    pub sequence: Sequence,
    /// What the write did.
    pub kind: Kind,
}

/// Appends the internal key of a version to `out`.
///
/// ```
/// use lsm::key::{self, Kind};
///
/// let mut bytes = Vec::new();
/// key::encode(&mut bytes, b"apple", 7, Kind::Put);
/// let version = key::parse(&bytes).unwrap();
/// assert_eq!((version.user_key, version.sequence, version.kind), (&b"apple"[..], 7, Kind::Put));
/// ```
// ANCHOR: encode
#[inline]
pub fn encode(out: &mut Vec<u8>, user_key: &[u8], sequence: Sequence, kind: Kind) {
    out.extend_from_slice(user_key);
    out.extend_from_slice(&trailer(sequence, kind as u8));
}

/// The eight bytes behind the user's key. Greater numbers have lesser bytes.
#[inline]
fn trailer(sequence: Sequence, kind: u8) -> [u8; TRAILER] {
    debug_assert!(sequence <= MAX_SEQUENCE, "the sequence number has 56 bits");
    (!(sequence << 8 | u64::from(kind))).to_be_bytes()
}
// ANCHOR_END: encode

/// Appends what to seek for the version of `user_key` that `snapshot` sees: it is not after any
/// version that is as old or older, and after all that are newer.
#[inline]
pub fn encode_seek(out: &mut Vec<u8>, user_key: &[u8], snapshot: Sequence) {
    out.extend_from_slice(user_key);
    out.extend_from_slice(&seek_trailer(snapshot).to_be_bytes());
}

/// Calls `find` with what [`encode_seek`] writes, which for most keys is on the stack.
#[inline]
pub(crate) fn with_seek_key<R>(
    user_key: &[u8],
    snapshot: Sequence,
    find: impl FnOnce(&[u8]) -> R,
) -> R {
    let mut short = [0; 64];
    match short.get_mut(..user_key.len() + TRAILER) {
        Some(bytes) => {
            bytes[..user_key.len()].copy_from_slice(user_key);
            bytes[user_key.len()..].copy_from_slice(&seek_trailer(snapshot).to_be_bytes());
            find(bytes)
        }
        None => {
            let mut bytes = Vec::with_capacity(user_key.len() + TRAILER);
            encode_seek(&mut bytes, user_key, snapshot);
            find(&bytes)
        }
    }
}

/// What is behind the user key that [`encode_seek`] writes, as a number.
#[inline]
pub(crate) fn seek_trailer(snapshot: Sequence) -> u64 {
    u64::from_be_bytes(trailer(snapshot.min(MAX_SEQUENCE), u8::MAX))
}

/// The user's key, and what is behind it as a number: of two versions, the newer one has the lesser.
/// What is too short to be an internal key counts as all user's key, before all versions.
#[inline]
pub(crate) fn split(internal_key: &[u8]) -> (&[u8], u64) {
    match internal_key.split_last_chunk() {
        Some((user_key, trailer)) => (user_key, u64::from_be_bytes(*trailer)),
        None => (internal_key, 0),
    }
}

/// The number and the kind in what [`split`] finds behind the user key.
#[inline]
pub(crate) fn version(trailer: u64) -> Option<(Sequence, Kind)> {
    Some((!trailer >> 8, Kind::from_byte(!trailer as u8)?))
}

/// Takes an internal key apart; `None` if it is too short, or of no known kind.
#[inline]
pub fn parse(internal_key: &[u8]) -> Option<ParsedKey<'_>> {
    let (user_key, trailer) = internal_key.split_last_chunk()?;
    let (sequence, kind) = version(u64::from_be_bytes(*trailer))?;
    Some(ParsedKey {
        user_key,
        sequence,
        kind,
    })
}

/// The user's key in an internal key: all but the last eight bytes.
///
/// An internal key has at least these; what is shorter counts as all user's key.
#[inline]
pub fn user_key(internal_key: &[u8]) -> &[u8] {
    internal_key
        .split_last_chunk::<TRAILER>()
        .map_or(internal_key, |(user_key, _)| user_key)
}

// ANCHOR: compare
/// The order of internal keys: user keys ascending, sequence numbers descending.
#[inline]
pub fn compare(a: &[u8], b: &[u8]) -> Ordering {
    match (
        a.split_last_chunk::<TRAILER>(),
        b.split_last_chunk::<TRAILER>(),
    ) {
        (Some((a_user, a_trailer)), Some((b_user, b_trailer))) => a_user
            .cmp(b_user)
            .then_with(|| u64::from_be_bytes(*a_trailer).cmp(&u64::from_be_bytes(*b_trailer))),
        _ => a.cmp(b),
    }
}
// ANCHOR_END: compare

/// [`compare`] for an [`ArenaSkipList`](skiplist::ArenaSkipList).
#[derive(Clone, Copy, Debug, Default)]
pub struct InternalOrder;

impl Compare for InternalOrder {
    #[inline]
    fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        compare(a, b)
    }

    /// The beginning of the user's key.
    #[inline]
    fn abbreviate(&self, key: &[u8]) -> u64 {
        Bytewise.abbreviate(user_key(key))
    }
}

// ANCHOR: separator
/// Appends a short internal key that is not less than `a` and less than `b`, where `a` < `b`: what
/// an index writes down between a block that ends with `a` and one that begins with `b`.
///
/// ```
/// use lsm::key::{self, Kind};
///
/// let (mut a, mut b, mut between) = (Vec::new(), Vec::new(), Vec::new());
/// key::encode(&mut a, b"the quick brown fox", 9, Kind::Put);
/// key::encode(&mut b, b"the slow red hen", 3, Kind::Put);
/// key::push_separator(&mut between, &a, &b);
/// assert_eq!(key::user_key(&between), b"the r");
/// ```
pub fn push_separator(out: &mut Vec<u8>, a: &[u8], b: &[u8]) {
    let (a_user, b_user) = (user_key(a), user_key(b));
    let shared = a_user
        .iter()
        .zip(b_user)
        .take_while(|(a, b)| a == b)
        .count();
    match (a_user.get(shared), b_user.get(shared)) {
        // One more than `a` has there, if that is still less than `b`.
        (Some(&low), Some(&high)) if low + 1 < high && shared + 1 < a_user.len() => {
            out.extend_from_slice(&a_user[..shared]);
            out.push(low + 1);
            out.extend_from_slice(&trailer(MAX_SEQUENCE, u8::MAX));
        }
        _ => out.extend_from_slice(a),
    }
}
// ANCHOR_END: separator
