/// Bytes of a page.
pub const SIZE: usize = 4096;

/// Where the directory begins.
const HEADER: usize = 4;
/// Bytes of a slot.
const SLOT: usize = 4;

/// A page of records of any length, each of which has a number, its *slot*.
///
/// The directory is the step in between that lets records move while their numbers stay: PostgreSQL
/// calls its slots line pointers (`bufpage.c`). See Gray and Reuter, *Transaction Processing*,
/// 1993, chapter 14.
///
/// What comes from a disk is checked once, at the door, so that nothing has to be checked inside:
/// the directory ends at or before the floor, records lie between floor and end, and there is room
/// for all of them. Were the last left out, compacting records that share bytes would need more
/// room than there is.
pub struct Page {
    bytes: [u8; SIZE],
}

impl Page {
    /// An empty page.
    pub fn new() -> Self {
        let mut page = Page { bytes: [0; SIZE] };
        page.set(2, SIZE);
        page
    }

    /// The page that has these bytes, if there is one.
    pub fn from_bytes(bytes: [u8; SIZE]) -> Option<Self> {
        let page = Page { bytes };
        let floor = page.floor();
        let mut records = 0;
        if page.directory_end() > floor || floor > SIZE {
            return None;
        }
        for slot in 0..page.slots() {
            let (at, len) = page.slot(slot);
            let is_inside = at >= floor && at + len <= SIZE;
            if !is_inside && (at, len) != (0, 0) {
                return None;
            }
            records += len;
        }
        (records <= SIZE - floor).then_some(page)
    }

    /// What is to be written to the disk.
    pub fn bytes(&self) -> &[u8; SIZE] {
        &self.bytes
    }

    /// The record in `slot`.
    pub fn get(&self, slot: usize) -> Option<&[u8]> {
        let (at, len) = self.live(slot)?;
        Some(&self.bytes[at..at + len])
    }

    /// Puts a record in, and returns its slot: the first that is free, or a new one at the end.
    /// `None` if it does not fit, though all that removed records have left were put together.
    pub fn insert(&mut self, record: &[u8]) -> Option<usize> {
        let live = (0..self.slots()).map(|slot| self.live(slot));
        let records: usize = live.clone().flatten().map(|(_, len)| len).sum();
        let free = live.clone().position(|slot| slot.is_none());
        let slot = free.unwrap_or(self.slots());

        let slots = self.slots().max(slot + 1);
        let directory_end = HEADER + SLOT * slots;
        if directory_end + records + record.len() > SIZE {
            return None;
        }
        if directory_end + record.len() > self.floor() {
            self.compact();
        }
        self.set(0, slots);
        self.put(slot, record);
        Some(slot)
    }

    /// Removes the record in `slot`; returns whether there was one. Its bytes stay until the page
    /// is compacted.
    pub fn remove(&mut self, slot: usize) -> bool {
        let was_there = self.live(slot).is_some();
        if was_there {
            self.set_slot(slot, (0, 0));
        }
        was_there
    }

    /// Moves all records to the end, side by side.
    fn compact(&mut self) {
        let before = Page { bytes: self.bytes };
        self.set(2, SIZE);
        for slot in 0..before.slots() {
            if let Some(record) = before.get(slot) {
                self.put(slot, record);
            }
        }
    }

    /// Writes the record of `slot` below the floor, where there is room for it.
    fn put(&mut self, slot: usize, record: &[u8]) {
        let (at, end) = (self.floor() - record.len(), self.floor());
        self.bytes[at..end].copy_from_slice(record);
        self.set(2, at);
        self.set_slot(slot, (at, record.len()));
    }

    fn slots(&self) -> usize {
        self.number(0)
    }

    fn floor(&self) -> usize {
        self.number(2)
    }

    fn directory_end(&self) -> usize {
        HEADER + SLOT * self.slots()
    }

    /// Where the record of a slot begins, and how long it is. No record begins at zero, so zero
    /// says that there is none.
    fn slot(&self, slot: usize) -> (usize, usize) {
        let at = HEADER + SLOT * slot;
        (self.number(at), self.number(at + 2))
    }

    fn live(&self, slot: usize) -> Option<(usize, usize)> {
        let slot = (slot < self.slots()).then(|| self.slot(slot))?;
        (slot.0 != 0).then_some(slot)
    }

    fn set_slot(&mut self, slot: usize, (at, len): (usize, usize)) {
        self.set(HEADER + SLOT * slot, at);
        self.set(HEADER + SLOT * slot + 2, len);
    }

    fn number(&self, at: usize) -> usize {
        usize::from(u16::from_le_bytes([self.bytes[at], self.bytes[at + 1]]))
    }

    fn set(&mut self, at: usize, number: usize) {
        self.bytes[at..at + 2].copy_from_slice(&(number as u16).to_le_bytes());
    }
}
