//! A key-value store in one file: a copy-on-write B+ tree, as in LMDB, BoltDB and redb.
//!
//! A program wants its data ordered, on disk, and whole: when the power fails in the middle of a
//! change, either all of the change is there afterwards or none. The classical answer changes pages
//! in place and writes a log beside them to repair what a crash left half-done. The answer here
//! never changes a page at all. A transaction writes changed *copies* of pages to unused places,
//! and of everything above them up to the root; then it writes, to one of two *meta pages*, where
//! the new root is. Before that write the file is the old store, and after it is the new one.
//!
//! ```text
//!   page 0    page 1
//!  ┌───────┐ ┌───────┐
//!  │ txn 8 │ │ txn 7 │                 readers of 7 go on reading it: snapshot isolation,
//!  └───┬───┘ └───┬───┘                 for nothing
//!      ▼         ▼
//!     root'     root                   7's pages that 8 does not share are free
//!     │  └──┐   │  │                   when no reader is left, and 8 is durable
//!     ▼     └───┼─▶▼
//!    leaf'      ▼  leaf
//!              leaf
//! ```
//!
//! ```
//! use bplustree::disk::Store;
//!
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("store");
//! let store = Store::open(&path)?;
//!
//! let mut tx = store.write()?;
//! tx.table("capitals")?.insert("Norway", "Oslo")?;
//! tx.commit()?; // durable
//!
//! let before = store.read();
//! let mut tx = store.write()?;
//! tx.table("capitals")?.insert("Norway", "Bergen")?;
//! tx.commit()?;
//!
//! assert_eq!(before.table("capitals")?.get("Norway")?, Some(b"Oslo".as_slice()));
//! assert_eq!(store.read().table("capitals")?.get("Norway")?, Some(b"Bergen".as_slice()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # From the bottom up
//!
//! | file | idea |
//! |---|---|
//! | `storage.rs`, `map.rs`, [`sim`] | what a disk must do; the file in memory; the worst disk |
//! | `page.rs`, `edit.rs`, `meta.rs` | what is in a page |
//! | `check.rs`, `snapshot.rs` | pages are checked before they are served |
//! | `tree/` | get, cursors, insert, remove, bulk load |
//! | `space.rs` | when a page may be written again |
//! | `writer.rs` | copy on write |
//! | `commit.rs`, `open.rs` | one moment at which a transaction exists |
//! | `verify.rs`, `compact.rs`, [`inspect`] | looking after a file, and into it |
//! | `codec.rs` | tables of types |
//!
//! # Invariants
//!
//! - A page that a live snapshot, or the last durable commit, reaches is never written.
//! - A page is served only after its bytes had the checksum that its parent has for it.
//! - Every page is reached exactly once from the newest metas, or is unused.
//!
//! # Isolation
//!
//! A reader sees one commit. Writers follow one another, each seeing all before it. So every
//! history is *serialisable*: the writes in the order of their commits, each reader just after the
//! commit that it sees. Snapshot isolation's usual flaw, write skew, takes two writers at once.
//!
//! # Limits
//!
//! 2³² pages: 16 TiB with pages of 4 KiB. Keys of up to about a quarter page (990 bytes with 4
//! KiB), values of up to 4 GiB less a page. A transaction's changed pages are held in memory. One
//! process at a time.
//!
//! # Sources
//!
//! Howard Chu, "MDB: A Memory-Mapped Database and Backend for OpenLDAP", LDAPCon 2011. Ben Johnson,
//! BoltDB. Christopher Berner, redb, `docs/design.md`. Rodeh, "B-trees, Shadowing, and Clones", ACM
//! TOS 2008.

mod bitmap;
mod check;
mod codec;
mod commit;
mod compact;
mod edit;
mod error;
pub mod inspect;
mod map;
mod meta;
mod open;
mod page;
mod read;
pub mod sim;
mod snapshot;
mod space;
mod stats;
pub mod storage;
mod store;
mod tree;
mod verify;
mod write;
mod writer;

pub use codec::{Codec, Fixed, TableDef, TypedRange, TypedTable, TypedTableMut};
pub use error::StoreError;
pub use page::PageNo;
pub use read::{ReadTx, Table};
pub use stats::{Stats, TableStats};
pub use store::{Durability, Options, Store};
pub use tree::{Cursor, Pair, Range};
pub use verify::Verified;
pub use write::{TableMut, WriteTx};

/// The longest value, in bytes: 4 GiB less one page of the largest size.
pub const MAX_VALUE: usize = (u32::MAX - (1 << 15)) as usize;
