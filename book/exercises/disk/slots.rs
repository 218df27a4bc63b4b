/// Bytes of a page.
pub const SIZE: usize = 4096;

/// A page of records of any length, each of which has a number, its *slot*.
///
/// ```text
///  0       2       4        8                       floor                      4096
///  ├───────┼───────┼────────┼────────┼─ ─ ─ ─ ─ ─ ─ ┼──────────┬──────┬───────────┤
///  │ slots │ floor │ slot 0 │ slot 1 │     gap      │ record 1 │      │  record 0 │
///  └───────┴───────┴────────┴────────┴─ ─ ─ ─ ─ ─ ─ ┴──────────┴──────┴───────────┘
/// ```
///
/// All numbers are of two bytes, little-endian. `slots` is the number of slots, `floor` where the
/// lowest record begins (4096 if there is none). A slot is where its record begins and how long it
/// is; it is two zeros if its record was removed. The directory grows from the front, and records
/// from the back.
///
/// A record keeps its slot for as long as it lives, as indexes elsewhere lead to it: whatever is
/// moved, its number is not. The slot of a record that was removed is used again.
pub struct Page {
    bytes: [u8; SIZE],
}

impl Page {
    /// An empty page.
    pub fn new() -> Self {
        todo!("how high is the floor?")
    }

    /// The page that has these bytes, if there is one. They come from a disk and may be anything;
    /// but whatever is let in here, no call below may panic, or change a record but its own.
    pub fn from_bytes(bytes: [u8; SIZE]) -> Option<Self> {
        todo!("what do the others rely on? what if two records share bytes?")
    }

    /// What is to be written to the disk.
    pub fn bytes(&self) -> &[u8; SIZE] {
        &self.bytes
    }

    /// The record in `slot`.
    pub fn get(&self, slot: usize) -> Option<&[u8]> {
        todo!("is there such a slot? has it a record?")
    }

    /// Puts a record in, and returns its slot: the first that is free, or a new one at the end.
    /// `None` if it does not fit, though all that removed records have left were put together.
    pub fn insert(&mut self, record: &[u8]) -> Option<usize> {
        todo!("is the gap large enough? would it be if all records lay at the end, side by side?")
    }

    /// Removes the record in `slot`; returns whether there was one.
    pub fn remove(&mut self, slot: usize) -> bool {
        todo!("an empty record is a record: how does its slot differ from a free one?")
    }
}
