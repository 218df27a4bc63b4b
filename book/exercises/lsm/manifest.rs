use std::collections::BTreeMap;

/// What leads from one version to the next: first tables are removed, then others added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// Level and number of each table that is taken away.
    pub removed: Vec<(u8, u64)>,
    /// Level and number of each table that is added. One that is removed and added by the same edit
    /// moves to another level.
    pub added: Vec<(u8, u64)>,
}

/// What a manifest and a directory come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The level of each table, by its number.
    pub tables: BTreeMap<u64, u8>,
    /// Bytes of the manifest that are good: the next record is written there.
    pub len: usize,
    /// The least number that a new table may have, so that no other table of that number was ever
    /// part of the database, or lies in the directory now, or may come back to it.
    ///
    /// Readers cache blocks by the table's number. And the name of a file that was removed may be
    /// back after the next crash, until the directory is synced.
    pub next_table: u64,
    /// The names to be deleted, in the order in which they were listed: tables that the database
    /// does not need. What is no table is somebody else's.
    pub garbage: Vec<String>,
}

/// Why a database cannot be opened. Edits are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The record of this edit is not what was written, and there are whole records after it: it
    /// was not the power.
    Record { edit: usize },
    /// The edit removes a table that is not at that level.
    RemovesMissing { edit: usize, table: u64 },
    /// The edit adds a table that is there, or one with the number of a table that was.
    AddsAgain { edit: usize, table: u64 },
    /// The database needs a table that the directory does not have.
    Missing { table: u64 },
}

/// Opens a database after whatever has happened: replays `manifest`, all that is in the file, and
/// looks at what the directory has, `listed`.
///
/// A crash may have torn the last record: that is cut, as if its edit had never been. Such a tail
/// can have any bytes, but no whole record is in it. An edit happens as a whole or not at all.
///
/// A table number 7 is the file `000007.sst`, as [`table_name`] says; `7.sst` is somebody else's.
pub fn open(manifest: &[u8], listed: &[String]) -> Result<Opened, Damage> {
    todo!("how does one tell a torn record from one that was damaged?")
}

/// The name of a table.
pub fn table_name(number: u64) -> String {
    format!("{number:06}.sst")
}

/// The record of an edit, as it is appended to the manifest: bytes of the edit (4, little-endian),
/// its checksum (8), and the edit.
pub fn to_record(edit: &Edit) -> Vec<u8> {
    let mut bytes = (edit.removed.len() as u32).to_le_bytes().to_vec();
    for (level, number) in edit.removed.iter().chain(&edit.added) {
        bytes.push(*level);
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    let len = (bytes.len() as u32).to_le_bytes();
    [&len[..], &checksum(&bytes).to_le_bytes(), &bytes].concat()
}

/// The edit at the beginning of `bytes`, and how many bytes its record has, if it is whole.
pub fn from_record(bytes: &[u8]) -> Option<(Edit, usize)> {
    let (len, rest) = bytes.split_first_chunk()?;
    let (sum, rest) = rest.split_first_chunk()?;
    let body = rest.get(..u32::from_le_bytes(*len) as usize)?;
    if checksum(body) != u64::from_le_bytes(*sum) {
        return None;
    }
    let (removed, tables) = body.split_first_chunk()?;
    let (tables, _) = tables.as_chunks::<9>();
    let table = |bytes: &[u8; 9]| {
        let (level, number) = bytes.split_first()?;
        Some((*level, u64::from_le_bytes(number.try_into().ok()?)))
    };
    let tables: Vec<(u8, u64)> = tables.iter().filter_map(table).collect();
    let (removed, added) = tables.split_at_checked(u32::from_le_bytes(*removed) as usize)?;
    let edit = Edit {
        removed: removed.to_vec(),
        added: added.to_vec(),
    };
    Some((edit, 12 + body.len()))
}

/// FNV-1a. (The crate takes a CRC.)
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
