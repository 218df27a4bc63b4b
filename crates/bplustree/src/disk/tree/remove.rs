//! Removing: a page that has become too empty merges with a neighbour, or borrows from it.
//!
//! *Too empty* is under a third of its bytes. With a neighbour that has room for what is left, the
//! two become one, and their parent has an entry less, so that it may be too empty in turn. Else
//! the two share evenly what they have, and the key between them in the parent changes. When the
//! root is left with one child, the child is the root, and the tree is one level lower.
//!
//! A page as full as it can be next to one that is a third full costs less room than moving entries
//! back and forth costs time; hence a third, and not half as for entries of one size.

use std::mem;

use crate::disk::StoreError;
use crate::disk::page::{Body, Entry, HEADER, Page, PageNo, Pointer};
use crate::disk::writer::Writer;

use super::insert::{middle, remove_entry, share};
use super::{Pages, Tree, Visit};

impl Tree {
    /// Removes `key`; returns whether it was there. Nothing is copied if it was not.
    pub(crate) fn remove(&mut self, pages: &mut Writer, key: &[u8]) -> Result<bool, StoreError> {
        if self.find(pages, key)?.is_none() {
            return Ok(false);
        }
        let leaf = self.path_to_change(pages, key)?;
        let (slot, _) = pages.dirty_page(leaf).search(key);
        remove_entry(pages, leaf, slot);
        self.len -= 1;
        self.rebalance(pages, leaf)?;
        Ok(true)
    }

    // ANCHOR: rebalance
    /// Mends `page`, and then what is above it, if it is too empty.
    fn rebalance(&mut self, pages: &mut Writer, mut page: PageNo) -> Result<(), StoreError> {
        let room = pages.page_size - HEADER;
        while pages.dirty_page(page).used() < room / 3 {
            let Some((parent, slot)) = pages.path.pop() else {
                return self.shrink_root(pages);
            };
            // The neighbour to the left, or for a first child the one to the right.
            let left_slot = slot.saturating_sub(1);
            if !self.merge_or_borrow(pages, parent, left_slot)? {
                return Ok(());
            }
            page = parent;
        }
        Ok(())
    }
    // ANCHOR_END: rebalance

    /// Makes the children at `slot` and `slot + 1` of `parent` one, if one page can hold both, and
    /// else shares their entries between them. Returns whether they are one.
    fn merge_or_borrow(
        &mut self,
        pages: &mut Writer,
        parent: PageNo,
        slot: usize,
    ) -> Result<bool, StoreError> {
        if slot + 1 >= pages.dirty_page(parent).count() {
            return Err(StoreError::corrupt(parent, "it is a branch with one child"));
        }
        let [left, right] = self.neighbours(pages, parent, slot)?;
        let separator = pages.dirty_page(parent).key(slot + 1).to_vec();
        let (old_left, old_right) = (
            pages.dirty_page(left).0.to_vec(),
            pages.dirty_page(right).0.to_vec(),
        );
        let mut entries: Vec<Entry<'_>> = Page(&old_left).entries().collect();
        let border = entries.len();
        entries.extend(Page(&old_right).entries());
        if !Page(&old_right).is_leaf() {
            entries[border].key = &separator; // it comes down again
        }
        pages.edit(parent).remove(slot + 1);
        let total: usize = entries.iter().map(Entry::size).sum();
        if total <= pages.page_size - HEADER {
            pages.edit(left).fill(&entries);
            pages.free_page(right);
            return Ok(true);
        }
        let cut = middle(&entries);
        let separator = share(pages, &mut entries, cut, left, right);
        let body = Body::Child(Pointer::unsealed(right));
        self.insert_entry(
            pages,
            parent,
            slot + 1,
            Entry {
                key: &separator,
                body,
            },
        )?;
        Ok(false)
    }

    /// Makes the children at `slot` and `slot + 1` of `parent` ones that may be changed.
    fn neighbours(
        &mut self,
        pages: &mut Writer,
        parent: PageNo,
        slot: usize,
    ) -> Result<[PageNo; 2], StoreError> {
        let mut copies = [0; 2];
        for (copy, slot) in copies.iter_mut().zip(slot..) {
            let branch = pages.dirty_page(parent);
            let (child, level) = (branch.child(slot), branch.level() - 1);
            let dirty = pages.make_dirty(child, level)?;
            pages.edit(parent).set_child(slot, dirty);
            *copy = dirty.page;
        }
        Ok(copies)
    }

    /// Drops a root that is an empty leaf, or a branch with one child.
    fn shrink_root(&mut self, pages: &mut Writer) -> Result<(), StoreError> {
        let root = pages.page_at(self.root, self.level)?;
        if root.is_leaf() && root.count() == 0 {
            pages.free_page(mem::take(&mut self.root).page);
        } else if !root.is_leaf() && root.count() == 1 {
            let child = root.child(0);
            pages.free_page(mem::replace(&mut self.root, child).page);
            self.level -= 1;
        }
        Ok(())
    }

    /// Frees every page of the tree.
    pub(crate) fn clear(&mut self, pages: &mut Writer) -> Result<(), StoreError> {
        let (mut tree_pages, mut values) = (Vec::new(), Vec::new());
        self.walk(pages, &mut |visit| {
            match visit {
                Visit::Page(page) => tree_pages.push(page.number()),
                Visit::Overflow(value) => values.push(value),
            }
            Ok(true)
        })?;
        tree_pages
            .into_iter()
            .for_each(|page| pages.free_page(page));
        values.into_iter().for_each(|value| pages.free_value(value));
        *self = Tree::default();
        Ok(())
    }
}
