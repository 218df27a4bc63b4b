//! The meta pages: where a commit begins to exist.
//!
//! Pages 0 and 1 each hold a *meta*: which transaction, and where its trees begin. A commit writes
//! the one that is older. Whatever happens during that write, the other one is whole, and leads to
//! all of the commit before: the switch between the two is the moment of the commit.
//!
// ANCHOR: meta_layout
//! | offset | bytes | |
//! |---|---|---|
//! | 0 | 8 | magic: `b+tree\r\n` (which a transfer "as text" would change) |
//! | 8 | 4 | version of the format |
//! | 12 | 4 | page size in bytes |
//! | 16 | 8 | transaction |
//! | 24 | 8 | the durable transaction before this one |
//! | 32 | 4 | pages in use, these two and free ones included |
//! | 36 | 4 | 1 if all pages of the transaction are known to be durable, else 0 |
//! | 40 | 20 | tree of tables: page (4), its CRC-32C (4), level (4), entries (8) |
//! | 60 | 20 | tree of free pages, likewise |
//! | 80 | 4 | CRC-32C of bytes 0 to 80 |
// ANCHOR_END: meta_layout
//!
//! The rest of the page is zero. The 84 bytes lie in one sector of 512, which disks write whole.

use super::StoreError;
use super::page::{MAX_LEVEL, PageNo, Pointer, u32_at, u64_at};
use super::tree::Tree;

pub(crate) const MAGIC: [u8; 8] = *b"b+tree\r\n";
/// The version of the file format.
pub(crate) const VERSION: u32 = 1;
/// Bytes of a meta.
pub(crate) const META: usize = 84;
/// Number of meta pages; the first page that is not one.
pub(crate) const METAS: PageNo = 2;

/// Every page size that there is, smallest first.
pub(crate) fn page_sizes() -> impl Iterator<Item = u32> {
    (9..=15).map(|bits| 1 << bits)
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Meta {
    pub page_size: u32,
    pub txn: u64,
    pub base: u64,
    pub pages: PageNo,
    pub proven: bool,
    pub tables: Tree,
    pub free: Tree,
}

impl Tree {
    pub(crate) const RECORD: usize = 20;

    pub(crate) fn to_bytes(self) -> [u8; Self::RECORD] {
        let mut bytes = [0; Self::RECORD];
        bytes[..8].copy_from_slice(&self.root.to_bytes());
        bytes[8..12].copy_from_slice(&u32::from(self.level).to_le_bytes());
        bytes[12..].copy_from_slice(&self.len.to_le_bytes());
        bytes
    }

    /// `None` when there can be no such tree.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != Self::RECORD {
            return None;
        }
        let level = u8::try_from(u32_at(bytes, 8))
            .ok()
            .filter(|level| *level < MAX_LEVEL)?;
        Some(Tree {
            root: Pointer::read(bytes, 0),
            level,
            len: u64_at(bytes, 12),
        })
    }
}

impl Meta {
    /// The meta, and zeros to the end of its page.
    pub(crate) fn to_page(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.page_size as usize);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&self.page_size.to_le_bytes());
        bytes.extend_from_slice(&self.txn.to_le_bytes());
        bytes.extend_from_slice(&self.base.to_le_bytes());
        bytes.extend_from_slice(&self.pages.to_le_bytes());
        bytes.extend_from_slice(&u32::from(self.proven).to_le_bytes());
        bytes.extend_from_slice(&self.tables.to_bytes());
        bytes.extend_from_slice(&self.free.to_bytes());
        let crc = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes.resize(self.page_size as usize, 0);
        bytes
    }

    /// Reads the meta of page `number` (0 or 1).
    pub(crate) fn read(bytes: &[u8], number: PageNo) -> Result<Self, StoreError> {
        if bytes.len() < META || bytes[..8] != MAGIC {
            return Err(StoreError::NotAStore);
        }
        let wrong = |what| StoreError::corrupt(number, what);
        let version = u32_at(bytes, 8);
        if crc32c::crc32c(&bytes[..80]) != u32_at(bytes, 80) {
            // Another format may have its checksum elsewhere.
            return Err(match version {
                VERSION => wrong("the meta's checksum is wrong"),
                found => StoreError::Version { found },
            });
        }
        if version != VERSION {
            return Err(StoreError::Version { found: version });
        }
        let tree = |at: usize| Tree::from_bytes(&bytes[at..at + Tree::RECORD]);
        let meta = Meta {
            page_size: u32_at(bytes, 12),
            txn: u64_at(bytes, 16),
            base: u64_at(bytes, 24),
            pages: u32_at(bytes, 32),
            proven: u32_at(bytes, 36) == 1,
            tables: tree(40).ok_or_else(|| wrong("its tree of tables cannot be"))?,
            free: tree(60).ok_or_else(|| wrong("its tree of free pages cannot be"))?,
        };
        if !page_sizes().any(|size| size == meta.page_size) || meta.pages < METAS {
            return Err(wrong("the meta says what cannot be"));
        }
        Ok(meta)
    }
}
