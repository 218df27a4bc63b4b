//! A table taken apart: the bytes of its file, by the tables of bytes in the crate's docs.
//!
//! The crate's readers say what is in a table, not where it lies. So a figure of the bytes reads
//! them once more, and [`FileMap::of`] checks what it found against the crate's cursor.

use std::sync::Arc;

use lsm::table::{NoCache, Properties, Table};
use lsm::{Cursor, LsmError};

const FOOTER: usize = 64;
const TRAILER: usize = 5;

/// A block's place: its bytes without the trailer.
#[derive(Clone, Copy)]
pub struct Handle {
    pub offset: usize,
    pub len: usize,
}

/// An entry of a block.
pub struct Entry {
    /// Where in the block it begins.
    pub offset: usize,
    /// Bytes of the key that are those of the key before.
    pub shared: usize,
    /// The whole key.
    pub key: Vec<u8>,
    pub value: Vec<u8>,
    pub is_restart: bool,
}

/// All parts of a table's file.
pub struct FileMap {
    pub len: usize,
    pub data: Vec<(Handle, Vec<Entry>)>,
    pub filter: (Handle, Vec<u8>),
    pub properties: (Handle, Properties),
    pub index: (Handle, Vec<Entry>),
    pub footer: usize,
}

impl FileMap {
    /// The parts of a table without compression and without range tombstones.
    pub fn of(file: &[u8]) -> Result<Self, LsmError> {
        let table = Arc::new(Table::open(Arc::new(file.to_vec()), 1, Arc::new(NoCache))?);
        let footer = file.len() - FOOTER;
        let place = |number: usize| handle(&file[footer + 12 * number..]);
        let (index, properties, filter) = (place(0), place(1), place(2));
        let separators = entries(index.of(file));
        let data = separators.iter().map(|separator| {
            let handle = handle(&separator.value);
            (handle, entries(handle.of(file)))
        });
        let map = FileMap {
            len: file.len(),
            data: data.collect(),
            filter: (filter, filter.of(file).to_vec()),
            properties: (properties, table.properties().clone()),
            index: (index, separators),
            footer,
        };
        map.check(&table)?;
        Ok(map)
    }

    /// That the crate's cursor finds the same.
    fn check(&self, table: &Arc<Table>) -> Result<(), LsmError> {
        let mut cursor = table.cursor();
        for entry in self.data.iter().flat_map(|(_, entries)| entries) {
            cursor.next()?;
            let found = cursor.current();
            assert_eq!(
                found,
                Some((&*entry.key, &*entry.value)),
                "the same entries"
            );
        }
        cursor.next()?;
        assert_eq!(cursor.current(), None, "all entries");
        Ok(())
    }
}

impl Handle {
    fn of(self, file: &[u8]) -> &[u8] {
        assert_eq!(file[self.offset + self.len], 0, "not compressed");
        &file[self.offset..][..self.len]
    }

    /// The first byte behind it and its trailer.
    pub fn end(self) -> usize {
        self.offset + self.len + TRAILER
    }
}

fn handle(bytes: &[u8]) -> Handle {
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    Handle {
        offset: number(&bytes[..8]),
        len: number(&bytes[8..12]),
    }
}

fn entries(block: &[u8]) -> Vec<Entry> {
    let word = |at: usize| handle(&[&[0; 8], &block[at..at + 4]].concat()).len;
    let count = word(block.len() - 4);
    let end = block.len() - 4 * (count + 1);
    let restarts: Vec<usize> = (0..count).map(|number| word(end + 4 * number)).collect();
    let mut entries: Vec<Entry> = Vec::new();
    let mut offset = 0;
    while offset < end {
        let mut at = offset;
        let [shared, rest, value] = [(); 3].map(|()| varint(block, &mut at));
        let mut key = entries.last().map_or(&[][..], |last| &last.key)[..shared].to_vec();
        key.extend_from_slice(&block[at..at + rest]);
        entries.push(Entry {
            offset,
            shared,
            key,
            value: block[at + rest..][..value].to_vec(),
            is_restart: restarts.contains(&offset),
        });
        offset = at + rest + value;
    }
    entries
}

fn varint(bytes: &[u8], at: &mut usize) -> usize {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = bytes[*at];
        *at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            return value;
        }
    }
}
