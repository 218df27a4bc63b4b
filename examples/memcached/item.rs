//! Items, as the engine keeps them.
//!
//! The engine knows keys and values; an item has flags, a number that is new with each change, and
//! an expiry as well. These lie before the value:
//!
//! | offset | bytes | |
//! |---|---|---|
//! | 0 | 4 | flags |
//! | 4 | 8 | unique number, for `cas` |
//! | 12 | 8 | when it expires, in ms since the Unix epoch; 0 if never |
//! | 20 | … | the value |
//!
//! Numbers are little-endian. The engine gets the expiry too, and hides the item when it has come;
//! here it is needed again when an item is changed that must keep it, as by `incr`.

/// Bytes before the value.
const HEADER: usize = 20;

/// What a key leads to.
pub struct Item {
    pub flags: u32,
    pub unique: u64,
    /// When it expires, in ms since the Unix epoch; 0 if never.
    pub expires_ms: u64,
    /// The header, and then the value.
    bytes: Vec<u8>,
}

impl Item {
    /// An item whose value comes in parts.
    pub fn new(flags: u32, expires_ms: u64, value: &[&[u8]]) -> Self {
        let mut bytes = vec![0; HEADER];
        value.iter().for_each(|part| bytes.extend_from_slice(part));
        Item {
            flags,
            unique: 0,
            expires_ms,
            bytes,
        }
    }

    /// The item that the engine has; `None` if it is none.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let (flags, rest) = bytes.split_first_chunk()?;
        let (unique, rest) = rest.split_first_chunk()?;
        let (expires_ms, _) = rest.split_first_chunk()?;
        Some(Item {
            flags: u32::from_le_bytes(*flags),
            unique: u64::from_le_bytes(*unique),
            expires_ms: u64::from_le_bytes(*expires_ms),
            bytes,
        })
    }

    /// What the engine is to have.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.bytes[..4].copy_from_slice(&self.flags.to_le_bytes());
        self.bytes[4..12].copy_from_slice(&self.unique.to_le_bytes());
        self.bytes[12..HEADER].copy_from_slice(&self.expires_ms.to_le_bytes());
        self.bytes
    }

    pub fn value(&self) -> &[u8] {
        &self.bytes[HEADER..]
    }
}
