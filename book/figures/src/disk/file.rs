//! Stores to draw, and what is in their files.

use bplustree::disk::inspect::{Content, Owner, PageInfo};
use bplustree::disk::sim::SimDisk;
use bplustree::disk::{Options, PageNo, Store, StoreError};

/// The one table.
pub const TABLE: &str = "towns";

/// A new store on a simulated disk.
pub fn store(options: &Options) -> Result<(SimDisk, Store), StoreError> {
    let disk = SimDisk::new(1);
    let store = options.open_storage(disk.clone())?;
    Ok((disk, store))
}

/// Puts entries into the table, and commits.
pub fn put<'a>(
    store: &Store,
    entries: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), StoreError> {
    let mut tx = store.write()?;
    let mut table = tx.table(TABLE)?;
    for (key, value) in entries {
        table.insert(key, value)?;
    }
    tx.commit()
}

/// A meta page: `meta.rs` of the crate has the table of its bytes.
#[derive(Clone, Copy, PartialEq)]
pub struct Meta {
    pub transaction: u64,
    /// The root of the tree of tables.
    pub tables: PageNo,
    /// The root of the tree of free pages.
    pub free: PageNo,
}

impl Meta {
    /// Both meta pages of a file.
    pub fn both(file: &[u8], page_size: usize) -> [Meta; 2] {
        [0, page_size].map(|page| Meta {
            transaction: u64::from(number(file, page + 16))
                | u64::from(number(file, page + 20)) << 32,
            tables: number(file, page + 40),
            free: number(file, page + 60),
        })
    }
}

/// Four bytes at `at`, as a number.
pub fn number(bytes: &[u8], at: usize) -> u32 {
    let mut raw = [0; 4];
    raw.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(raw)
}

/// Two bytes at `at`, as a number.
pub fn short(bytes: &[u8], at: usize) -> usize {
    usize::from(bytes[at]) | usize::from(bytes[at + 1]) << 8
}

/// The pages of the table's tree.
pub fn of_table(pages: &[PageInfo]) -> impl Iterator<Item = &PageInfo> {
    let is_of_table = |page: &&PageInfo| matches!(&page.owner, Owner::Table(name) if name == TABLE);
    pages.iter().filter(is_of_table)
}

/// The root of the table's tree.
pub fn root(pages: &[PageInfo]) -> Option<&PageInfo> {
    of_table(pages).max_by_key(|page| page.level)
}

/// What a page is, in a word.
pub fn word(page: &PageInfo) -> &'static str {
    match (&page.owner, &page.content) {
        (Owner::Meta, _) => "meta",
        (Owner::Tables, _) => "tables",
        (Owner::FreeList, _) => "free list",
        (Owner::Table(_), Content::Leaf(_)) => "leaf",
        (Owner::Table(_), Content::Branch(_)) => "branch",
        (Owner::Table(_), _) => "value",
        _ => "unused",
    }
}
