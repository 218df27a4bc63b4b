//! Write batches: operations that happen all, or not at all.
//!
//! A batch is written to the log as one record, under one checksum: after a crash it is there as a
//! whole, or it is not. And it takes one stretch of sequence numbers, which become visible at once:
//! no snapshot sees half of it. So a batch keeps its operations as the bytes of that record, and
//! nothing needs to be translated on the way.
//!
//! # Bytes
//!
// ANCHOR: layout
//! | offset | bytes | |
//! |---|---|---|
//! | 0 | 8 | sequence number of the first operation; each other one has the next |
//! | 8 | 4 | number of operations |
//! | 12 | … | the operations |
//!
//! An operation is its kind (1 byte), its key, and, unless it deletes one key, its value: each with
//! its length before it, a varint. Numbers are little-endian.
// ANCHOR_END: layout
//!
//! The value of a range's deletion is the range's end; that of a put with an expiry begins with the
//! expiry, as in [`Kind::PutUntil`].
//!
//! # Invariants
//!
//! - The bytes are such a record: all operations can be read, and nothing is behind them.
//!
//! # Complexity
//!
//! Adding an operation is O(its bytes), amortised.
//!
//! Source: LevelDB's `db/write_batch.cc`.

use std::fmt;

use crate::codec::{Input, put_prefixed, put_varint};
use crate::key::{Kind, MAX_KEY_LEN, MAX_SEQUENCE, MAX_VALUE_LEN, Sequence};
use crate::{LsmError, Result};

/// Bytes before the operations.
const HEADER: usize = 12;

/// Operations that are to happen at once.
///
/// ```
/// use lsm::WriteBatch;
///
/// let mut batch = WriteBatch::new();
/// batch.put(b"from", b"90")?;
/// batch.put(b"to", b"110")?;
/// batch.delete(b"pending")?;
/// assert_eq!(batch.len(), 3);
/// assert_eq!(WriteBatch::from_bytes(batch.as_bytes())?, batch);
/// # Ok::<(), lsm::LsmError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct WriteBatch {
    bytes: Vec<u8>,
}

/// An operation of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation<'a> {
    /// What it does.
    pub kind: Kind,
    /// The user's key; of a range, its start.
    pub key: &'a [u8],
    /// What is stored; of a range, its end, exclusive.
    pub value: &'a [u8],
}

impl WriteBatch {
    /// A batch without operations.
    pub fn new() -> Self {
        WriteBatch {
            bytes: vec![0; HEADER],
        }
    }

    /// Maps `key` to `value`.
    ///
    /// # Errors
    ///
    /// [`LsmError::KeyTooLarge`] and [`LsmError::ValueTooLarge`]; then nothing was added.
    pub fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        self.push(Kind::Put, key, &[value])
    }

    /// Maps `key` to `value` until a moment: milliseconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn put_until(&mut self, key: &[u8], value: &[u8], expiry_ms: u64) -> Result<()> {
        self.push(Kind::PutUntil, key, &[&expiry_ms.to_le_bytes(), value])
    }

    /// Removes `key`, whether or not it is there.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn delete(&mut self, key: &[u8]) -> Result<()> {
        self.push(Kind::Delete, key, &[])
    }

    /// Removes all keys from `start` to `end`, exclusive. A range that ends before it starts has
    /// none.
    ///
    /// # Errors
    ///
    /// [`LsmError::KeyTooLarge`], for both.
    pub fn delete_range(&mut self, start: &[u8], end: &[u8]) -> Result<()> {
        check_key(end)?;
        self.push(Kind::DeleteRange, start, &[end])
    }

    // ANCHOR: push
    /// Appends an operation, whose value comes in parts.
    fn push(&mut self, kind: Kind, key: &[u8], value: &[&[u8]]) -> Result<()> {
        let len = value.iter().map(|part| part.len()).sum();
        check_key(key)?;
        if len > MAX_VALUE_LEN {
            return Err(LsmError::ValueTooLarge { len });
        }
        self.bytes.push(kind as u8);
        put_prefixed(&mut self.bytes, key);
        if kind != Kind::Delete {
            put_varint(&mut self.bytes, len as u64);
            value
                .iter()
                .for_each(|part| self.bytes.extend_from_slice(part));
        }
        let count = self.len() as u32 + 1;
        self.bytes[8..HEADER].copy_from_slice(&count.to_le_bytes());
        Ok(())
    }
    // ANCHOR_END: push

    /// How many operations there are.
    pub fn len(&self) -> usize {
        Input(&self.bytes[8..]).u32().unwrap_or_default() as usize
    }

    /// Whether there are no operations.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all operations, and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.truncate(HEADER);
        self.bytes.fill(0);
    }

    /// The sequence number of the first operation; 0 before it was written.
    pub fn sequence(&self) -> Sequence {
        Input(&self.bytes).u64().unwrap_or_default()
    }

    /// Sets the sequence number of the first operation.
    ///
    /// # Errors
    ///
    /// [`LsmError::CorruptBatch`] if that of the last one would be above [`MAX_SEQUENCE`].
    pub fn set_sequence(&mut self, sequence: Sequence) -> Result<()> {
        check_sequence(sequence, self.len())?;
        self.bytes[..8].copy_from_slice(&sequence.to_le_bytes());
        Ok(())
    }

    /// The record for the log.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The batch whose record this is.
    ///
    /// # Errors
    ///
    /// [`LsmError::CorruptBatch`] if it is none. Nothing is believed but what was checked.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut input = Input(bytes);
        let (Some(sequence), Some(count)) = (input.u64(), input.u32()) else {
            return Err(LsmError::corrupt_batch("it is too short"));
        };
        let mut found = 0;
        while !input.is_empty() {
            let operation = read_operation(&mut input)
                .ok_or_else(|| LsmError::corrupt_batch("an operation does not fit into it"))?;
            check_key(operation.key)?;
            found += 1;
        }
        if found != count {
            return Err(LsmError::corrupt_batch("the number of operations is wrong"));
        }
        check_sequence(sequence, count as usize)?;
        Ok(WriteBatch {
            bytes: bytes.to_vec(),
        })
    }

    /// The operations, in the order in which they were added: later ones are newer.
    pub fn iter(&self) -> impl Iterator<Item = Operation<'_>> {
        let mut input = Input(&self.bytes[HEADER..]);
        std::iter::from_fn(move || read_operation(&mut input))
    }
}

fn check_key(key: &[u8]) -> Result<()> {
    match key.len() {
        len if len > MAX_KEY_LEN => Err(LsmError::KeyTooLarge { len }),
        _ => Ok(()),
    }
}

fn check_sequence(first: Sequence, count: usize) -> Result<()> {
    match first.checked_add(count as u64) {
        Some(end) if end <= MAX_SEQUENCE => Ok(()),
        _ => Err(LsmError::corrupt_batch("its sequence number is beyond all")),
    }
}

/// The next operation; `None` at the end, and where the bytes are none.
fn read_operation<'a>(input: &mut Input<'a>) -> Option<Operation<'a>> {
    let kind = Kind::from_byte(input.byte()?)?;
    let key = input.prefixed()?;
    let value = match kind {
        Kind::Delete => &[],
        _ => input.prefixed()?,
    };
    let is_complete = kind != Kind::PutUntil || value.len() >= 8;
    is_complete.then_some(Operation { kind, key, value })
}

impl Default for WriteBatch {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for WriteBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteBatch")
            .field("sequence", &self.sequence())
            .field("operations", &self.iter().collect::<Vec<_>>())
            .finish()
    }
}
