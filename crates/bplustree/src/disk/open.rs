//! Opening: which commit is the newest one that is whole.
//!
//! Of the two meta pages, the one with the higher transaction number is the newer. It is believed
//! when it is *proven*: it was written, or written again, after all its pages had reached the disk.
//! Else a crash may have come between, so that the pages which the transaction wrote are looked at:
//! each must have the checksum that its parent has for it. If one has not, the commit never
//! finished, nobody was told that it had, and the other meta's commit is the newest.
//!
//! Only pages with a transaction number above the last durable one's need to be looked at. A page
//! that such a transaction changed has, by copy-on-write, a changed parent: they hang together from
//! the root, and the walk turns back wherever it meets an older page.
//!
//! # What can be told
//!
//! After a crash, damage to the newest commit's pages looks like a commit that did not finish. A
//! store that was closed has both metas proven, and damage to it is always reported as such.

use std::sync::Arc;

use super::StoreError;
use super::map::Map;
use super::meta::{META, METAS, Meta, page_sizes};
use super::page::PageNo;
use super::snapshot::{Checked, Snapshot, View};
use super::space::Space;
use super::stats::Counters;
use super::storage::Storage;
use super::tree::{Range, Tree, Visit};

/// What opening found.
pub(crate) struct Opened {
    pub snapshot: Snapshot,
    pub space: Space,
    /// The meta page that holds it.
    pub slot: PageNo,
    pub proven: bool,
    pub discarded: Option<u64>,
}

/// Makes an empty store, if the storage is empty or was left, all zeros, by a crash of just this.
pub(crate) fn create(
    storage: &dyn Storage,
    page_size: u32,
    counters: &Counters,
) -> Result<(), StoreError> {
    let len = storage.len()?;
    let unfinished = page_sizes().any(|size| len == u64::from(METAS * size))
        && storage
            .map()?
            .bytes(0, len as usize)
            .is_some_and(|bytes| bytes.iter().all(|b| *b == 0));
    if len != 0 && !unfinished {
        return Ok(());
    }
    let (tables, free) = (Tree::default(), Tree::default());
    let meta = Meta {
        page_size,
        txn: 0,
        base: 0,
        pages: METAS,
        proven: true,
        tables,
        free,
    };
    let bytes = meta.to_page();
    storage.set_len(u64::from(METAS * page_size))?;
    storage.sync()?; // or the disk might keep the meta, and not the length that it speaks of
    storage.write_at(0, &bytes)?;
    counters.wrote(bytes.len());
    storage.sync()?;
    (0..2).for_each(|_| Counters::add(&counters.syncs));
    Ok(())
}

// ANCHOR: open
/// Finds the newest commit that is whole.
pub(crate) fn open(storage: &dyn Storage, max_size: u64) -> Result<Opened, StoreError> {
    let map = storage.map()?;
    let mut metas = read_metas(&map)?;
    metas.sort_by_key(|(_, meta)| (meta.txn, meta.proven));
    let newest = metas.last().map(|(_, meta)| meta.txn);
    let mut tried = Err(StoreError::NotAStore);
    while let Some((slot, meta)) = metas.pop() {
        tried = open_commit(&map, &meta).and_then(|snapshot| {
            let space = load_space(&snapshot, max_size)?;
            let discarded = newest.filter(|newest| *newest > meta.txn);
            Ok(Opened {
                snapshot,
                space,
                slot,
                proven: meta.proven,
                discarded,
            })
        });
        if tried.is_ok() || meta.proven {
            break;
        }
    }
    tried
}
// ANCHOR_END: open

/// The metas that are whole, one or two, with their pages.
fn read_metas(map: &Map) -> Result<Vec<(PageNo, Meta)>, StoreError> {
    let at = |offset: usize, number| {
        let len = META.min(map.len().saturating_sub(offset));
        Meta::read(map.bytes(offset, len).unwrap_or_default(), number)
    };
    let first = at(0, 0);
    let second = page_sizes().map(|size| (size, at(size as usize, 1)));
    // The second is where its page size, or that of the first, says.
    let second = second.filter(|(size, meta)| match (&first, meta) {
        (Ok(first), _) => first.page_size == *size,
        (Err(_), Ok(second)) => second.page_size == *size,
        (Err(_), Err(_)) => false,
    });
    let second = second
        .map(|(_, meta)| meta)
        .next()
        .unwrap_or(Err(StoreError::NotAStore));
    match (first, second) {
        (Ok(first), Ok(second)) => Ok(vec![(0, first), (1, second)]),
        // An older commit under a newer format is not to be touched.
        (_, Err(error @ StoreError::Version { .. })) => Err(error),
        (Ok(meta), Err(_)) => Ok(vec![(0, meta)]),
        (Err(_), Ok(meta)) => Ok(vec![(1, meta)]),
        (Err(error), Err(_)) => Err(error),
    }
}

/// The commit of a meta, if the file has all of it.
fn open_commit(map: &Map, meta: &Meta) -> Result<Snapshot, StoreError> {
    let page_size = meta.page_size as usize;
    let (expected, found) = (
        u64::from(meta.pages) * u64::from(meta.page_size),
        map.len() as u64,
    );
    if found < expected {
        return Err(StoreError::Truncated { expected, found });
    }
    let checked = Arc::new(Checked::default().grown_to(map.len() / page_size));
    let view = View {
        map: map.clone(),
        checked,
        page_size,
    };
    let (txn, tables, free, pages) = (meta.txn, meta.tables, meta.free, meta.pages);
    let snapshot = Snapshot {
        txn,
        view,
        tables,
        free,
        pages,
    };
    if !meta.proven {
        check_commit(&snapshot, meta.base)?;
    }
    Ok(snapshot)
}

// ANCHOR: check_commit
/// Checks every page that was written after transaction `base`.
fn check_commit(snapshot: &Snapshot, base: u64) -> Result<(), StoreError> {
    let check = |tree: &Tree| {
        tree.walk(snapshot, &mut |visit| match visit {
            Visit::Page(page) => Ok(page.txn() > base),
            Visit::Overflow(value) => snapshot.view.run(value).map(|_| false),
        })
    };
    check(&snapshot.free)?;
    check(&snapshot.tables)?;
    snapshot.each_table(|_, tree| check(&tree))
}
// ANCHOR_END: check_commit

/// The free list, as stored: with no reader, all of it is available.
fn load_space(snapshot: &Snapshot, max_size: u64) -> Result<Space, StoreError> {
    let page_size = snapshot.view.page_size;
    let max_pages = PageNo::try_from(max_size / page_size as u64).unwrap_or(PageNo::MAX);
    let mut space = Space::new(snapshot.pages, max_pages, piece(page_size));
    for entry in Range::all(snapshot, snapshot.free)? {
        let (key, bytes) = entry?;
        let wrong = StoreError::corrupt(snapshot.free.root.page, "its list of free pages is wrong");
        let Ok(number) = key.try_into().map(u32::from_be_bytes) else {
            return Err(wrong);
        };
        if bytes.len() != space.piece as usize / 8 || !space.load(number, bytes) {
            return Err(wrong);
        }
    }
    Ok(space)
}

/// How many pages a stored piece of the bitmap of unused pages is about: its bytes are a quarter of
/// a page, and so fit a leaf.
fn piece(page_size: usize) -> u32 {
    page_size as u32 / 4 * 8
}
