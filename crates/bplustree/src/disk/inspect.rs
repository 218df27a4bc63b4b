//! Looking into a file: which page is what.

use super::StoreError;
use super::meta::METAS;
use super::page::{Body, Page, PageNo};
use super::store::{Store, lock};
use super::tree::{Tree, Visit};

/// What a page is for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Owner {
    /// It says where a commit begins.
    Meta,
    /// The tree of tables.
    Tables,
    /// The tree in which the free list is stored.
    FreeList,
    /// The table of this name.
    Table(String),
    /// Nothing leads to it.
    Nobody,
}

/// What is in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Keys with values; the key, and the length of the value.
    Leaf(Vec<(Vec<u8>, usize)>),
    /// Children: the key from which on they hold keys, and the page. The first has no key.
    Branch(Vec<(Vec<u8>, PageNo)>),
    /// The beginning of a value of so many bytes, or what follows it in the pages behind.
    Overflow(usize),
    /// A meta, or bytes that nothing leads to.
    Other,
}

/// A page of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageInfo {
    /// Its number.
    pub number: PageNo,
    /// What it is for.
    pub owner: Owner,
    /// Levels above the leaves.
    pub level: u8,
    /// The transaction that wrote it; 0 where that is not known.
    pub transaction: u64,
    /// Bytes that are in use.
    pub used_bytes: usize,
    /// What is in it.
    pub content: Content,
}

impl PageInfo {
    fn other(number: PageNo, owner: Owner) -> Self {
        let (level, transaction, used_bytes) = (0, 0, 0);
        PageInfo {
            number,
            owner,
            level,
            transaction,
            used_bytes,
            content: Content::Other,
        }
    }

    fn of(page: Page<'_>, owner: &Owner) -> Self {
        let key = |slot| page.entry(slot).key.to_vec();
        let content = if page.is_leaf() {
            let len = |slot| match page.entry(slot).body {
                Body::Inline(value) => value.len(),
                Body::Overflow(value) => value.len as usize,
                Body::Child(_) => 0,
            };
            Content::Leaf(
                (0..page.count())
                    .map(|slot| (key(slot), len(slot)))
                    .collect(),
            )
        } else {
            let child = |slot| (key(slot), page.child(slot).page);
            Content::Branch((0..page.count()).map(child).collect())
        };
        PageInfo {
            number: page.number(),
            owner: owner.clone(),
            level: page.level(),
            transaction: page.txn(),
            used_bytes: page.used(),
            content,
        }
    }
}

impl Store {
    /// Every page of the newest commit, by number. Waits for the write transaction, as
    /// [`write`](Self::write) does.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](StoreError::Corrupt).
    ///
    /// # Complexity
    ///
    /// Reads the whole file, and holds all its keys in memory: for small files, and pictures.
    pub fn pages(&self) -> Result<Vec<PageInfo>, StoreError> {
        let _state = lock(&self.inner.state);
        let snapshot = lock(&self.inner.shared).current.clone();
        let owner = |page| {
            if page < METAS {
                Owner::Meta
            } else {
                Owner::Nobody
            }
        };
        let mut pages: Vec<_> = (0..snapshot.pages)
            .map(|page| PageInfo::other(page, owner(page)))
            .collect();
        let mut put = |info: PageInfo| {
            if let Some(page) = pages.get_mut(info.number as usize) {
                *page = info;
            }
        };
        let page_size = snapshot.view.page_size;
        let mut tree = |tree: &Tree, owner: Owner| {
            tree.walk(&*snapshot, &mut |visit| {
                match visit {
                    Visit::Page(page) => put(PageInfo::of(page, &owner)),
                    Visit::Overflow(value) => {
                        for page in 0..value.pages(page_size) {
                            put(PageInfo {
                                content: Content::Overflow(value.len as usize),
                                ..PageInfo::other(value.at.page + page, owner.clone())
                            });
                        }
                    }
                }
                Ok(true)
            })
        };
        tree(&snapshot.free, Owner::FreeList)?;
        tree(&snapshot.tables, Owner::Tables)?;
        snapshot.each_table(|name, table| {
            tree(
                &table,
                Owner::Table(String::from_utf8_lossy(name).into_owned()),
            )
        })?;
        Ok(pages)
    }
}
