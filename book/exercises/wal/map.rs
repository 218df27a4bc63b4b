use std::collections::BTreeMap;

use wal::{Error, Wal};

/// A change of a map: a value, or none, for a key.
pub type Change<'a> = (&'a str, Option<&'a str>);

/// A map in memory that is recovered from a log.
///
/// Every change is appended to the log, and then made. Opened again, with the log that it left, the
/// map is what it was. Whether a change is durable when it returns is up to the log's policy; but
/// whatever the policy, what a crash leaves is the map as it was after some change, and at least
/// after the last [`sync`](Self::sync).
pub struct Map {
    entries: BTreeMap<String, String>,
    wal: Wal,
    // What else?
}

impl Map {
    /// The map that the log has.
    pub fn open(wal: Wal) -> Result<Self, Error> {
        todo!(
            "what does a record look like? a key or a value may be empty, and have any characters"
        )
    }

    /// The value at `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(String::as_str)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Makes all of these changes: a crash leaves all of them, or none. If it fails, the map in
    /// memory is as it was.
    pub fn write(&mut self, changes: &[Change<'_>]) -> Result<(), Error> {
        todo!("in one record, or in several? in which order, log and memory?")
    }

    /// Returns when all changes are durable.
    pub fn sync(&self) -> Result<(), Error> {
        self.wal.sync()
    }

    /// Makes the log about as short as the map: appends what the map has, and drops what is before.
    ///
    /// The map may be longer than a segment of the log, and so than any batch. A crash at any
    /// moment leaves the map as it is.
    pub fn compact(&mut self) -> Result<(), Error> {
        todo!(
            "when may the old records be dropped? and what is found if only half of this was written?"
        )
    }
}
