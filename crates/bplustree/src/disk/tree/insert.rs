//! Inserting: down to the leaf, copying the path; where a page overflows, split, and up again.
//!
//! ```text
//!   insert e                        ┌──∙ c ∙──┐                    ┌──∙ c ∙ e ∙──┐
//!                                   a b       c d f     ──▶        a b   c d     e f
//! ```
//!
//! # Where to cut
//!
//! In the middle, by bytes. But when the new entry is the last of its page, the old entries stay
//! together and it begins a page alone: keys that arrive in order then fill every page, where
//! halving would leave every page half empty.
//!
//! # Or not to cut
//!
//! A full leaf whose neighbour has room, and was changed by this transaction anyway, shares with it
//! instead: pages are four fifths full then and not two thirds. To copy a neighbour for that would
//! cost more than it saves.
//!
//! # What goes up
//!
//! A leaf's new neighbour is told apart by the *shortest* key that does: between `berlin` and
//! `bremen` it is `br`. Shorter keys in branches are more children to a branch, and a lower tree
//! (Bayer and Unterauer, "Prefix B-trees", 1977).

use crate::disk::StoreError;
use crate::disk::page::{
    Body, Entry, HEADER, MAX_LEVEL, Page, PageNo, Pointer, common_prefix, max_entry,
};
use crate::disk::writer::Writer;

use super::Tree;

/// Whether an entry is small enough to have its value in the leaf.
pub(crate) fn value_fits(key: &[u8], value: &[u8], page_size: usize) -> bool {
    let entry = Entry {
        key,
        body: Body::Inline(&[]),
    };
    entry.size() + value.len() <= max_entry(page_size)
}

impl Tree {
    /// Puts `value` at `key`; returns whether the key is new. The key's length was checked.
    pub(crate) fn insert(
        &mut self,
        pages: &mut Writer,
        key: &[u8],
        value: &[u8],
    ) -> Result<bool, StoreError> {
        if self.is_empty() {
            (self.root, self.level) = (Pointer::unsealed(pages.new_page(0)?), 0);
        }
        let leaf = self.path_to_change(pages, key)?;
        let (slot, found) = pages.dirty_page(leaf).search(key);
        let inline = value_fits(key, value, pages.page_size);
        if found {
            if inline && pages.edit(leaf).overwrite(slot, value) {
                return Ok(false);
            }
            remove_entry(pages, leaf, slot);
        }
        let body = match inline {
            true => Body::Inline(value),
            false => Body::Overflow(pages.put_value(value)?),
        };
        self.insert_entry(pages, leaf, slot, Entry { key, body })?;
        self.len += u64::from(!found);
        Ok(!found)
    }

    // ANCHOR: path_copy
    /// Makes every page from the root to the leaf for `key` one that may be changed, and returns
    /// the leaf; the branches above it are in `pages.path`.
    pub(super) fn path_to_change(
        &mut self,
        pages: &mut Writer,
        key: &[u8],
    ) -> Result<PageNo, StoreError> {
        pages.path.clear();
        self.root = pages.make_dirty(self.root, self.level)?;
        let mut at = self.root.page;
        for level in (0..self.level).rev() {
            let branch = pages.dirty_page(at);
            let slot = branch.child_for(key);
            let child = branch.child(slot);
            let copy = pages.make_dirty(child, level)?;
            if copy != child {
                pages.edit(at).set_child(slot, copy);
            }
            pages.path.push((at, slot));
            at = copy.page;
        }
        Ok(at)
    }
    // ANCHOR_END: path_copy

    // ANCHOR: insert_entry
    /// Puts `entry` at `slot` of `page`. A page that has no room is split, which gives its parent
    /// an entry more, and so on up; the root's parent is a new root.
    pub(super) fn insert_entry(
        &mut self,
        pages: &mut Writer,
        page: PageNo,
        slot: usize,
        entry: Entry<'_>,
    ) -> Result<(), StoreError> {
        if pages.edit(page).insert(slot, entry) {
            return Ok(());
        }
        if self.share_with_neighbour(pages, page, slot, entry)? {
            return Ok(());
        }
        let (separator, right) = split(pages, page, slot, entry)?;
        let (parent, left_slot) = match pages.path.pop() {
            Some(step) => step,
            None => (self.grow_root(pages)?, 0),
        };
        let body = Body::Child(Pointer::unsealed(right));
        self.insert_entry(
            pages,
            parent,
            left_slot + 1,
            Entry {
                key: &separator,
                body,
            },
        )
    }
    // ANCHOR_END: insert_entry

    // ANCHOR: share_with_neighbour
    /// Puts `entry` at `slot` of a full leaf, and shares what the leaf then has with a neighbour, if
    /// one has room and is this transaction's own already. Returns whether there was one.
    fn share_with_neighbour(
        &mut self,
        pages: &mut Writer,
        leaf: PageNo,
        slot: usize,
        entry: Entry<'_>,
    ) -> Result<bool, StoreError> {
        let Some(&(parent, at)) = pages.path.last() else {
            return Ok(false);
        };
        let Some(left_slot) = roomy_neighbour(pages, leaf, (parent, at), entry) else {
            return Ok(false);
        };
        let children = [left_slot, left_slot + 1];
        let [left, right] = children.map(|slot| pages.dirty_page(parent).child(slot).page);
        let old = [left, right].map(|leaf| pages.dirty_page(leaf).0.to_vec());
        let mut entries: Vec<_> = Page(&old[0]).entries().collect();
        let before = if left_slot == at { 0 } else { entries.len() };
        entries.extend(Page(&old[1]).entries());
        entries.insert(before + slot, entry);
        let cut = middle(&entries);
        let key = &share(pages, &mut entries, cut, left, right);
        pages.path.pop();
        pages.edit(parent).remove(left_slot + 1);
        let body = Body::Child(Pointer::unsealed(right));
        self.insert_entry(pages, parent, left_slot + 1, Entry { key, body })?;
        Ok(true)
    }
    // ANCHOR_END: share_with_neighbour

    /// Puts a new root above the old one, its only child so far.
    fn grow_root(&mut self, pages: &mut Writer) -> Result<PageNo, StoreError> {
        if self.level + 1 == MAX_LEVEL {
            return Err(StoreError::corrupt(
                self.root.page,
                "it is higher than a tree can be",
            ));
        }
        let root = pages.new_page(self.level + 1)?;
        let old = Entry {
            key: b"",
            body: Body::Child(self.root),
        };
        pages.edit(root).insert(0, old);
        (self.root, self.level) = (Pointer::unsealed(root), self.level + 1);
        Ok(root)
    }
}

/// The slot of the left one of the two leaves that are to share: `leaf` and a neighbour.
///
/// Together they take at most five thirds of a page: an entry takes at most one, so that the cut is
/// at most a sixth off the middle. More would fill both so far that it must be done again soon.
fn roomy_neighbour(
    pages: &Writer,
    leaf: PageNo,
    (parent, at): (PageNo, usize),
    entry: Entry<'_>,
) -> Option<usize> {
    let leaf = pages.dirty_page(leaf);
    if !leaf.is_leaf() {
        return None;
    }
    let most = (pages.page_size - HEADER) * 5 / 3 - leaf.used() - entry.size();
    let branch = pages.dirty_page(parent);
    let is_roomy = |slot: &usize| {
        let neighbour = branch.child(*slot).page;
        pages.is_dirty(neighbour) && pages.dirty_page(neighbour).used() <= most
    };
    let to_the_left = at.checked_sub(1).filter(is_roomy);
    let to_the_right = Some(at + 1).filter(|slot| *slot < branch.count());
    to_the_left.or_else(|| to_the_right.filter(is_roomy).map(|_| at))
}

/// Takes the entry at `slot` out of a leaf, with the pages of its value.
pub(super) fn remove_entry(pages: &mut Writer, leaf: PageNo, slot: usize) {
    if let (_, Body::Overflow(value)) = pages.dirty_page(leaf).leaf_entry(slot) {
        pages.free_value(value);
    }
    pages.edit(leaf).remove(slot);
}

// ANCHOR: split
/// Splits `page`, with `entry` at `slot`, in two. Returns the least key that belongs to the new
/// page, and the new page.
fn split(
    pages: &mut Writer,
    page: PageNo,
    slot: usize,
    entry: Entry<'_>,
) -> Result<(Vec<u8>, PageNo), StoreError> {
    let old = pages.dirty_page(page).0.to_vec();
    let mut entries: Vec<_> = Page(&old).entries().collect();
    entries.insert(slot, entry);
    let cut = match Page(&old).is_leaf() {
        true if slot + 1 == entries.len() => slot,
        _ => middle(&entries),
    };
    let right = pages.new_page(Page(&old).level())?;
    let separator = share(pages, &mut entries, cut, page, right);
    Ok((separator, right))
}

/// Fills `left` with the entries before `cut` and `right` with the others; returns the separator.
pub(super) fn share(
    pages: &mut Writer,
    entries: &mut [Entry<'_>],
    cut: usize,
    left: PageNo,
    right: PageNo,
) -> Vec<u8> {
    let separator = match entries[cut].body {
        // It moves up: what a branch's first child needs no key for.
        Body::Child(_) => std::mem::take(&mut entries[cut].key).to_vec(),
        _ => shortest_between(entries[cut - 1].key, entries[cut].key).to_vec(),
    };
    pages.edit(left).fill(&entries[..cut]);
    pages.edit(right).fill(&entries[cut..]);
    separator
}
// ANCHOR_END: split

/// How many of the entries are the first half of their bytes: those whose middle is in it.
pub(super) fn middle(entries: &[Entry<'_>]) -> usize {
    let total: usize = entries.iter().map(Entry::size).sum();
    let mut end = 0;
    let in_first_half = |entry: &&Entry<'_>| {
        let start = end;
        end += entry.size();
        start + end <= total
    };
    entries.iter().take_while(in_first_half).count()
}

/// The shortest key that is greater than `low` and at most `high`.
pub(super) fn shortest_between<'a>(low: &[u8], high: &'a [u8]) -> &'a [u8] {
    &high[..(common_prefix(low, high) + 1).min(high.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_is_no_longer_than_it_must_be() {
        assert_eq!(shortest_between(b"berlin", b"bremen"), b"br");
        assert_eq!(shortest_between(b"ber", b"berlin"), b"berl");
        assert_eq!(shortest_between(b"", b"x"), b"x");
    }
}
