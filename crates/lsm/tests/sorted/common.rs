//! What several tests need: internal keys, and cursors read to their ends.

use lsm::Cursor;
use lsm::key::{self, Kind};

pub type Pair = (Vec<u8>, Vec<u8>);

/// The internal key of a put.
pub fn put(user_key: &[u8], sequence: u64) -> Vec<u8> {
    version(user_key, sequence, Kind::Put)
}

pub fn version(user_key: &[u8], sequence: u64, kind: Kind) -> Vec<u8> {
    let mut bytes = Vec::new();
    key::encode(&mut bytes, user_key, sequence, kind);
    bytes
}

pub fn owned((key, value): (&[u8], &[u8])) -> Pair {
    (key.to_vec(), value.to_vec())
}

/// All entries, forwards.
pub fn forwards(cursor: &mut dyn Cursor) -> lsm::Result<Vec<Pair>> {
    let mut entries = Vec::new();
    cursor.seek_to_first()?;
    while let Some(entry) = cursor.current() {
        entries.push(owned(entry));
        cursor.next()?;
    }
    Ok(entries)
}

/// All entries, backwards.
pub fn backwards(cursor: &mut dyn Cursor) -> lsm::Result<Vec<Pair>> {
    let mut entries = Vec::new();
    cursor.seek_to_last()?;
    while let Some(entry) = cursor.current() {
        entries.push(owned(entry));
        cursor.prev()?;
    }
    Ok(entries)
}

/// A move of a cursor.
#[derive(Clone, Debug)]
pub enum Move {
    First,
    Last,
    Seek(Vec<u8>),
    SeekBefore(Vec<u8>),
    Next,
    Prev,
}

/// Moves `cursor`, and checks that it then stands where one over `entries` would.
pub fn walk(cursor: &mut dyn Cursor, entries: &[Pair], moves: &[Move]) {
    // Where the model stands; `entries.len()` is nowhere.
    let mut place = entries.len();
    let at_least = |key: &[u8]| entries.partition_point(|(k, _)| key::compare(k, key).is_lt());
    for step in moves {
        place = match step {
            Move::First => 0,
            Move::Last => entries.len().wrapping_sub(1),
            Move::Seek(key) => at_least(key),
            Move::SeekBefore(key) => at_least(key).wrapping_sub(1),
            Move::Next if place == entries.len() => 0,
            Move::Next => place + 1,
            Move::Prev if place == entries.len() => entries.len().wrapping_sub(1),
            Move::Prev => place.wrapping_sub(1),
        }
        .min(entries.len());
        match step {
            Move::First => cursor.seek_to_first(),
            Move::Last => cursor.seek_to_last(),
            Move::Seek(key) => cursor.seek(key),
            Move::SeekBefore(key) => cursor.seek_before(key),
            Move::Next => cursor.next(),
            Move::Prev => cursor.prev(),
        }
        .unwrap();
        assert_eq!(
            cursor.current().map(owned).as_ref(),
            entries.get(place),
            "after {step:?}"
        );
    }
}
