//! Tables: sorted files that are written once, and then only read.
//!
//! A table is what a memtable becomes when it is full, and what compaction makes of several tables.
//! It must be written front to back in one go, and a key must be found in it with one read of the
//! disk. So its entries are cut into *blocks* of some kilobytes, and at the end of the file is what
//! leads to them; the very end, the *footer*, leads to that:
//!
//! ```text
//!  ┌────────┬────────┬─   ─┬────────┬────────┬───────────┬────────────┬───────┬────────┐
//!  │ data 0 │ data 1 │  …  │ data n │ filter │ tombstones│ properties │ index │ footer │
//!  └────────┴────────┴─   ─┴────────┴────▲───┴─────▲─────┴──────▲─────┴───▲───┴────┬───┘
//!       ▲                                └─────────┴────────────┴─────────┴────────┘
//!       └────────── a separator and a place for every data block ─────────┘
//! ```
//!
//! | part | what it is | file |
//! |---|---|---|
//! | data | entries in order, without what a key has in common with the one before | `block/` |
//! | filter | whether a user key may be in the table: our [`bloom`] crate | |
//! | tombstones | ranges that were deleted, a block of its own; missing if there are none | |
//! | properties | counts and bounds, by name | `properties.rs` |
//! | index | a block: for each data block, a key that is not less than any in it | |
//! | hints | in memory only: the separators in eight bytes each, for the search | `hints.rs` |
//! | footer | where the last four are; magic number and version | `format.rs` |
//!
//! Index, filter, tombstones and properties stay in memory while the table is open. Data blocks are
//! read when they are needed, and kept by a [`BlockCache`] that all tables share.
//!
//! # Invariants
//!
//! - Internal keys strictly ascend, within a block and from block to block.
//! - The separator of a block is not less than its last key, and less than the first key of the
//!   next.
//! - Every byte but the footer's own is in a block, and under a checksum.
//!
//! # Complexity
//!
//! `get` of a key that is not there is a look-up in the filter, with one cache miss, in all but
//! about one of a hundred cases (at ten bits a key). Otherwise it is a binary search in the index,
//! one block (in the cache, or read), and a binary search in that. Writing is O(1) an entry; the
//! writer keeps one block, the index, and 8 bytes for each key's hash.
//!
//! # Left out
//!
//! Indices of two levels (RocksDB's `kTwoLevelIndexSearch`): with blocks of 4 KiB and keys of 20
//! bytes, the index of 64 MiB takes half a megabyte, and all of it stays in memory. A dictionary
//! for compression, and zstd.
//!
//! Source: LevelDB's `doc/table_format.md`.

mod block;
mod blocks;
mod builder;
mod cache;
mod cursor;
mod format;
mod hints;
mod properties;
mod reader;
mod source;

pub use block::{Block, BlockSlice};
pub use blocks::{DataBlock, DataBlocks, Part};
pub use builder::{TableBuilder, TableOptions, Written};
pub use cache::{BlockCache, BlockId, NoCache, SharedBlockCache};
pub use cursor::TableCursor;
pub use format::Compression;
pub use properties::Properties;
pub use reader::{Found, Table, filter_hash};
pub use source::ReadAt;
