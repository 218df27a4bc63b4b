//! Linking in: how writers meet without a lock.
//!
//! A node is linked in level by level from the lowest, and each link is changed by one
//! compare-and-swap: from what the writer's search saw there, to the new node. Whoever comes second
//! fails, and looks again from where it stands, which is still before its place, as nothing is ever
//! removed. The list contains the key from the moment when the lowest level is linked; the levels
//! above only make it faster to find.
//!
//! ```text
//!   before ────────────▶ after        1. new.link = after       nobody sees it yet
//!      │                   ▲          2. before.link: after ─▶ new
//!      └╌╌╌╌▶ new ─────────┘             or fail, if it is not `after` any more
//! ```
//!
//! Two writers with the same key have the same `before` on the lowest level, and so one of them
//! fails; looking again, it finds the key. What it allocated is not given back.

use super::compare::Compare;
use super::path::Path;
use super::region::{HEAD, Tower, node_bytes};
use super::search::Sought;
use super::{ArenaError, ArenaSkipList};

impl<C: Compare> ArenaSkipList<C> {
    // ANCHOR: insert_at
    /// Inserts what is sought at the end of `path`, which is afterwards the path to what comes next.
    pub(super) fn insert_at<'a>(
        &'a self,
        path: &mut Path<'a>,
        sought: &Sought<'_, '_, C>,
        value_len: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> Result<(), ArenaError> {
        path.check_absent(sought)?;
        let mut tower = self.allocate(sought.key, value_len, fill)?;
        for level in 0..tower.height() {
            loop {
                let (before, after) = path.at(level);
                if tower.link_in(before, after) {
                    break;
                }
                path.catch_up(level, sought);
                if level == 0 {
                    path.check_absent(sought)?;
                }
            }
        }
        path.pass(&tower);
        self.count_one();
        Ok(())
    }
    // ANCHOR_END: insert_at

    /// Allocates a node, or says why that cannot be done.
    fn allocate(
        &self,
        key: &[u8],
        value_len: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> Result<Tower<'_>, ArenaError> {
        let region = &self.region;
        region.allocate(key, value_len, fill).map_err(|full| {
            let needed = node_bytes(key.len(), value_len, 1);
            let (left, room) = (full.left as usize, (region.capacity() - HEAD) as usize);
            if needed > room {
                ArenaError::EntryTooLarge { needed, room }
            } else {
                ArenaError::Full { needed, left }
            }
        })
    }
}

/// Inserts with a finger on the place of the last insertion.
///
/// Where keys come in order, or nearly so, the next place is beside the last one, and no search
/// from the head is needed: a run of n insertions in order takes O(n). Keys in no order take a
/// few comparisons more than by [`ArenaSkipList::insert`].
///
/// Others may insert meanwhile, with inserters of their own or without.
///
/// ```
/// use skiplist::arena::ArenaSkipList;
///
/// let list = ArenaSkipList::with_capacity(1 << 16)?;
/// let mut inserter = list.inserter();
/// for number in 0..1_000_u32 {
///     inserter.insert(&number.to_be_bytes(), b"")?;
/// }
/// assert_eq!(list.len(), 1_000);
/// # Ok::<(), skiplist::arena::ArenaError>(())
/// ```
pub struct Inserter<'a, C> {
    list: &'a ArenaSkipList<C>,
    path: Path<'a>,
}

impl<'a, C: Compare> Inserter<'a, C> {
    pub(super) fn new(list: &'a ArenaSkipList<C>) -> Self {
        let path = Path::to_front(list.region.head());
        Inserter { list, path }
    }

    /// As [`ArenaSkipList::insert`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn insert(&mut self, key: &[u8], value: &[u8]) -> Result<(), ArenaError> {
        self.insert_with(key, value.len(), |bytes| bytes.copy_from_slice(value))
    }

    /// As [`ArenaSkipList::insert_with`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn insert_with(
        &mut self,
        key: &[u8],
        value_len: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> Result<(), ArenaError> {
        let sought = self.list.sought(key);
        self.path.turn_to(self.list.region.head(), &sought);
        self.list
            .insert_at(&mut self.path, &sought, value_len, fill)
    }
}
