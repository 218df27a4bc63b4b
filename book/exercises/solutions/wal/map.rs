use std::collections::BTreeMap;

use wal::{Error, Lsn, Wal};

/// A change of a map: a value, or none, for a key.
pub type Change<'a> = (&'a str, Option<&'a str>);

/// A map in memory that is recovered from a log.
pub struct Map {
    entries: BTreeMap<String, String>,
    wal: Wal,
}

impl Map {
    /// The map that the log has.
    pub fn open(wal: Wal) -> Result<Self, Error> {
        let mut entries = BTreeMap::new();
        for item in wal.iter_from(Lsn(0))? {
            // A record that is not one of ours: the log is somebody else's, and is left alone.
            if let Some((key, value)) = decode(&item?.1) {
                apply(&mut entries, (key, value));
            }
        }
        Ok(Map { entries, wal })
    }

    /// The value at `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(String::as_str)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Makes all of these changes: a crash leaves all of them, or none.
    pub fn write(&mut self, changes: &[Change<'_>]) -> Result<(), Error> {
        self.append(changes)?;
        for change in changes {
            apply(&mut self.entries, *change);
        }
        Ok(())
    }

    /// Returns when all changes are durable.
    pub fn sync(&self) -> Result<(), Error> {
        self.wal.sync()
    }

    /// Makes the log about as short as the map.
    ///
    /// The entries are appended as changes that change nothing, so it does not matter how many of
    /// them a crash leaves. Only when all are durable are the records before them dropped: a log
    /// that is not synced on its own would otherwise lose them and keep the drop. What stays of the
    /// old records, as only whole segments go, is their end, and is true when it is followed by the
    /// entries: a key that is put there and removed is removed there, too.
    ///
    /// This is how Redis rewrites its append-only file, and a snapshot of a Raft log is no other
    /// thing.
    pub fn compact(&mut self) -> Result<(), Error> {
        let first = Lsn(self.wal.last_lsn().0 + 1);
        for (key, value) in &self.entries {
            self.append(&[(key, Some(value))])?;
        }
        self.wal.sync()?;
        self.wal.truncate_before(first)
    }

    fn append(&self, changes: &[Change<'_>]) -> Result<(), Error> {
        let records: Vec<Vec<u8>> = changes.iter().map(|change| encode(*change)).collect();
        let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
        self.wal.append_batch(&records)?;
        Ok(())
    }
}

fn apply(entries: &mut BTreeMap<String, String>, (key, value): Change<'_>) {
    match value {
        Some(value) => entries.insert(key.to_owned(), value.to_owned()),
        None => entries.remove(key),
    };
}

/// Whether there is a value, how long the key is, the key, and the value.
fn encode((key, value): Change<'_>) -> Vec<u8> {
    let mut record = vec![u8::from(value.is_some())];
    record.extend_from_slice(&(key.len() as u32).to_le_bytes());
    record.extend_from_slice(key.as_bytes());
    record.extend_from_slice(value.unwrap_or_default().as_bytes());
    record
}

fn decode(record: &[u8]) -> Option<Change<'_>> {
    let (has_value, rest) = record.split_first()?;
    let (len, rest) = rest.split_first_chunk()?;
    let (key, value) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    let value = std::str::from_utf8(value).ok()?;
    Some((
        std::str::from_utf8(key).ok()?,
        (*has_value == 1).then_some(value),
    ))
}
