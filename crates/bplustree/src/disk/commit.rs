//! Committing: the moment at which what was written exists.
//!
//! ```text
//!   pages ──▶ [sync] ──▶ meta ──▶ sync ──▶ readers see it
//! ```
//!
//! Every page is written to a place that neither a reader nor the last durable commit needs, so
//! that until the meta is there, nothing has happened. The meta goes to the page that does *not*
//! hold the last durable commit.
//!
//! # One sync, or two
//!
//! With a sync between pages and meta, a meta page is proof that its pages are there. LMDB does so,
//! and waits for the disk twice. Without, the disk may write the meta first and then lose power;
//! but then the checksums do not fit, all the way up to the meta, and whoever opens the file can
//! tell (`open.rs`; redb does this). The wait is what a small commit costs, so one sync is the
//! default, and two are an option.
//!
//! # When a sync fails
//!
//! After a failed sync nobody knows what is on the disk. Trying again is worse than useless: Linux
//! marks the pages that it could not write as clean, so that a second sync succeeds without having
//! written them ("fsyncgate", 2018; Rebello et al., "Can Applications Recover from fsync
//! Failures?", USENIX ATC 2020). So the store *halts*: it writes no more, and readers keep what
//! they have. The meta that may or may not be on the disk is overwritten by zeros, as far as that
//! is possible: who opens the file again, and is served from memory by the system, must not believe
//! it either, and commit on top of pages that never reached the disk.

use std::mem;
use std::sync::Arc;

use super::StoreError;
use super::meta::Meta;
use super::snapshot::Snapshot;
use super::stats::Counters;
use super::store::{Durability, lock};
use super::write::WriteTx;

impl WriteTx<'_> {
    // ANCHOR: commit
    /// As [`commit`](Self::commit), and as durable as `durability` says.
    ///
    /// # Errors
    ///
    /// As [`commit`](Self::commit).
    pub fn commit_with(mut self, durability: Durability) -> Result<(), StoreError> {
        if self.aborted {
            return Err(StoreError::Aborted);
        }
        let durable = durability == Durability::Durable;
        let has_deferred = self.state.durable + 1 < self.writer.txn;
        let must_write = self.has_changes() || (durable && has_deferred);
        if !must_write {
            return Ok(());
        }
        self.finish_trees(durable)?;
        self.writer.write_pages()?;
        if durable {
            self.write_meta_and_sync()?;
        }
        self.publish()
    }
    // ANCHOR_END: commit

    fn has_changes(&self) -> bool {
        // Deleting the last table leaves no page that is dirty.
        self.catalog != self.catalog_before || self.tables.values().any(|open| open.changed)
    }

    /// Puts the tables' roots into the tree of tables, and into the file what is free; gives every
    /// pointer its checksum.
    fn finish_trees(&mut self, durable: bool) -> Result<(), StoreError> {
        // All pages must be taken before the free list is stored, and a table's checksum must be
        // known before its record is: so records are made first, and filled in at the end.
        self.put_records()?;
        if durable {
            self.store_free_list()?;
        }
        let writer = &mut self.writer;
        for open in self.tables.values_mut().filter(|open| open.changed) {
            writer.seal_tree(&mut open.tree);
        }
        self.put_records()?;
        self.writer.seal_tree(&mut self.catalog);
        self.writer.seal_tree(&mut self.free);
        Ok(())
    }

    fn put_records(&mut self) -> Result<(), StoreError> {
        for (name, open) in self.tables.iter().filter(|(_, open)| open.changed) {
            self.catalog
                .insert(&mut self.writer, name.as_bytes(), &open.tree.to_bytes())?;
        }
        Ok(())
    }

    // ANCHOR: store_free_list
    /// Stores the pieces of the free list that changed. That takes and frees pages, so that more of
    /// it changes; but the second time the pages on the way are this transaction's own, and a piece
    /// is overwritten by one of the same length, so it ends.
    fn store_free_list(&mut self) -> Result<(), StoreError> {
        while let Some((piece, bytes)) = self.writer.space.next_changed() {
            self.free
                .insert(&mut self.writer, &piece.to_be_bytes(), &bytes)?;
        }
        Ok(())
    }
    // ANCHOR_END: store_free_list

    fn meta(&self, proven: bool) -> Meta {
        Meta {
            page_size: self.writer.page_size as u32,
            txn: self.writer.txn,
            base: self.state.durable,
            pages: self.writer.space.pages,
            proven,
            tables: self.catalog,
            free: self.free,
        }
    }

    // ANCHOR: write_meta
    /// Makes the commit durable: the flip of the meta page.
    fn write_meta_and_sync(&mut self) -> Result<(), StoreError> {
        let proven = self.inner.options.two_syncs;
        let slot = 1 - self.state.slot;
        let result = (|| {
            if proven {
                self.sync()?;
            }
            self.write_meta(slot, &self.meta(proven).to_page())?;
            self.sync()
        })();
        if let Err(error) = result {
            self.state.halted = true;
            // Best effort: the error that is reported is the first.
            let _ = self.write_meta(slot, &vec![0; self.writer.page_size]);
            return Err(error);
        }
        let durable = self.writer.txn;
        (self.state.slot, self.state.durable, self.state.proven) = (slot, durable, proven);
        Ok(())
    }
    // ANCHOR_END: write_meta

    fn write_meta(&self, slot: u32, bytes: &[u8]) -> Result<(), StoreError> {
        let offset = u64::from(slot) * bytes.len() as u64;
        self.inner.storage.write_at(offset, bytes)?;
        self.inner.counters.wrote(bytes.len());
        Ok(())
    }

    fn sync(&self) -> Result<(), StoreError> {
        Counters::add(&self.inner.counters.syncs);
        Ok(self.inner.storage.sync()?)
    }

    /// Makes the commit what readers see.
    fn publish(mut self) -> Result<(), StoreError> {
        // What is durable already cannot be taken back; if it cannot be shown either, halt.
        self.writer
            .renew_view()
            .inspect_err(|_| self.state.halted = true)?;
        let snapshot = Snapshot {
            txn: self.writer.txn,
            view: self.writer.view.clone(),
            tables: self.catalog,
            free: self.free,
            pages: self.writer.space.pages,
        };
        self.writer.space.commit(self.writer.txn);
        Counters::add(&self.inner.counters.commits);
        let old = mem::replace(&mut lock(&self.inner.shared).current, Arc::new(snapshot));
        drop(old); // outside the lock: it may be the last to hold an old map
        Ok(())
    }

    /// Says in the other meta, too, and there for sure, that the last commit is whole, and cuts off
    /// what the file was grown by in advance. Not a transaction.
    pub(crate) fn settle(mut self) -> Result<(), StoreError> {
        if self.state.proven {
            return Ok(());
        }
        let durable = self.state.durable;
        let meta = Meta {
            txn: durable,
            base: durable,
            ..self.meta(true)
        };
        let bytes = meta.to_page();
        self.inner
            .storage
            .set_len(u64::from(meta.pages) * u64::from(meta.page_size))?;
        self.write_meta(1 - self.state.slot, &bytes)?;
        self.sync()?;
        self.state.proven = true;
        Ok(())
    }
}
