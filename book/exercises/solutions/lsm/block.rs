/// What the bytes of a block say cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

/// Bytes of an entry before its key.
const HEADER: usize = 6;

/// The bytes of a block with these entries, whose keys strictly ascend.
pub fn build(entries: &[(&[u8], &[u8])], interval: usize) -> Vec<u8> {
    let (mut bytes, mut restarts) = (Vec::new(), Vec::new());
    let mut last: &[u8] = &[];
    for (number, (key, value)) in entries.iter().enumerate() {
        let mut shared = 0;
        if number % interval == 0 {
            restarts.push(bytes.len() as u32);
        } else {
            let pairs = last.iter().zip(*key);
            shared = pairs.take_while(|(a, b)| a == b).count();
        }
        for number in [shared, key.len() - shared, value.len()] {
            bytes.extend_from_slice(&(number as u16).to_le_bytes());
        }
        bytes.extend_from_slice(&key[shared..]);
        bytes.extend_from_slice(value);
        last = key;
    }
    let count = restarts.len() as u32;
    for number in restarts.into_iter().chain([count]) {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes
}

/// A block to read.
///
/// No number that comes from the bytes is an index: all go through `get` or `split_at_checked`, which
/// have an answer to numbers that cannot be, and `?` takes it to the caller.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    entries: &'a [u8],
    /// Four bytes each.
    restarts: &'a [[u8; 4]],
}

impl<'a> Block<'a> {
    /// The block that has these bytes, of which only the end is looked at.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let (body, count) = bytes.split_last_chunk().ok_or(Damaged)?;
        // As many bytes may be more than a `usize` can say.
        let len = (u32::from_le_bytes(*count) as usize).checked_mul(4);
        let begin = len.and_then(|len| body.len().checked_sub(len));
        let (entries, restarts) = body.split_at(begin.ok_or(Damaged)?);
        let (restarts, _) = restarts.as_chunks();
        if entries.is_empty() != restarts.is_empty() {
            return Err(Damaged);
        }
        Ok(Block { entries, restarts })
    }

    /// All entries, from the first restart point on.
    pub fn iter(&self) -> Entries<'a> {
        match self.restarts.is_empty() {
            true => self.entries_from(0),
            false => self.restart(0).unwrap_or_else(|_| self.damaged()),
        }
    }

    /// The entries whose keys are not less than `key`.
    pub fn seek(&self, key: &[u8]) -> Entries<'a> {
        self.try_seek(key).unwrap_or_else(|_| self.damaged())
    }

    fn try_seek(&self, key: &[u8]) -> Result<Entries<'a>, Damaged> {
        // Restart points before `low` have lesser keys, those from `high` on do not.
        let (mut low, mut high) = (0, self.restarts.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let first = self.restart(middle)?.next().ok_or(Damaged)??;
            match first.0.as_slice() < key {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        // The key sought may be behind the last restart point that is less.
        let mut entries = match low.checked_sub(1) {
            Some(before) => self.restart(before)?,
            None => self.iter(),
        };
        loop {
            let (offset, last) = (entries.offset, entries.last.clone());
            match entries.next() {
                Some(Ok((found, _))) if found.as_slice() < key => {}
                Some(Err(damaged)) => return Err(damaged),
                // One too far: back by one.
                _ => {
                    return Ok(Entries {
                        offset,
                        last,
                        ..entries
                    });
                }
            }
        }
    }

    /// The entries from restart point `number` on. There is no key before, so that one that shares
    /// anything is damaged.
    fn restart(&self, number: usize) -> Result<Entries<'a>, Damaged> {
        let offset = self.restarts.get(number).ok_or(Damaged)?;
        let offset = u32::from_le_bytes(*offset) as usize;
        match self.entries.get(offset..) {
            Some([_, ..]) => Ok(self.entries_from(offset)),
            _ => Err(Damaged),
        }
    }

    fn entries_from(&self, offset: usize) -> Entries<'a> {
        Entries {
            block: *self,
            offset,
            last: None,
            is_damaged: false,
        }
    }

    /// An iterator that says so.
    fn damaged(&self) -> Entries<'a> {
        Entries {
            is_damaged: true,
            ..self.entries_from(0)
        }
    }
}

/// Entries, ascending: key and value of each; or [`Damaged`] once, and then nothing more.
pub struct Entries<'a> {
    block: Block<'a>,
    /// Where the next entry begins.
    offset: usize,
    /// The key before it.
    last: Option<Vec<u8>>,
    /// Whether to say so next.
    is_damaged: bool,
}

impl<'a> Entries<'a> {
    /// Reads the next entry; `None` if it is damaged.
    fn read(&mut self) -> Option<(Vec<u8>, &'a [u8])> {
        let bytes = self.block.entries.get(self.offset..)?;
        let (header, body) = bytes.split_first_chunk::<HEADER>()?;
        let number = |at| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
        let (rest, body) = body.split_at_checked(number(2))?;
        let value = body.get(..number(4))?;

        let last = self.last.as_deref();
        let shared = last.unwrap_or_default().get(..number(0))?;
        let key = [shared, rest].concat();
        if last.is_some_and(|last| last >= key.as_slice()) {
            return None;
        }
        self.offset += HEADER + rest.len() + value.len();
        self.last = Some(key.clone());
        Some((key, value))
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<(Vec<u8>, &'a [u8]), Damaged>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = match self.is_damaged {
            true => None,
            false if self.offset == self.block.entries.len() => return None,
            false => self.read(),
        };
        if entry.is_none() {
            self.offset = self.block.entries.len();
            self.is_damaged = false;
        }
        Some(entry.ok_or(Damaged))
    }
}
