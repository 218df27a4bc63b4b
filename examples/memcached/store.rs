//! What the requests mean: items in an [`lsm::Db`].
//!
//! # One at a time
//!
//! `incr` reads an item and writes another. If two connections do so at the same time, one
//! increment is lost. So whoever writes a key holds the lock of the key's *stripe*: one of
//! [`STRIPES`], chosen by hash. That bounds the memory for locks, and rarely makes one key wait for
//! another. Readers take no lock. `flush_all` takes all of them, in order; nobody else takes two.
//!
//! The lock is held until the engine acknowledges the write, which may be after an fsync: writes to
//! different stripes share one, writes to the same key do not.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lsm::{Clock, Db, Result, WriteBatch};

use crate::item::Item;
use crate::protocol::{Answer, How, MAX_KEY, MAX_VALUE, number};

/// How many locks the keys share: many more than connections write at once.
const STRIPES: usize = 1024;
/// Expiries of up to 30 days count from now, and greater ones from the Unix epoch.
const MONTH: i64 = 30 * 24 * 60 * 60;
/// A moment that never comes.
const NEVER: u64 = u64::MAX;

/// Items by key. All methods may be called from many threads at once.
pub struct Store {
    db: Db,
    clock: Arc<dyn Clock>,
    stripes: Vec<Mutex<()>>,
    hasher: RandomState,
    /// The number of the last change.
    unique: AtomicU64,
    /// When all items are to be deleted, in ms since the Unix epoch.
    flush_at: AtomicU64,
    pub counts: Counts,
}

/// What was done since the server was started.
#[derive(Default)]
pub struct Counts {
    pub gets: AtomicU64,
    pub hits: AtomicU64,
    pub sets: AtomicU64,
}

impl Store {
    /// Items in `db`, whose clock is `clock`.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        // Greater than any number before the restart, up to a million changes a millisecond.
        let first = clock.now_ms() << 20;
        Store {
            db,
            clock,
            stripes: (0..STRIPES).map(|_| Mutex::new(())).collect(),
            hasher: RandomState::new(),
            unique: AtomicU64::new(first),
            flush_at: AtomicU64::new(NEVER),
            counts: Counts::default(),
        }
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Item>> {
        self.flush_if_due()?;
        let item = self.read(key)?;
        self.counts.gets.fetch_add(1, Relaxed);
        self.counts.hits.fetch_add(item.is_some().into(), Relaxed);
        Ok(item)
    }

    pub fn store(
        &self,
        how: How,
        key: &[u8],
        flags: u32,
        exptime: i64,
        value: &[u8],
    ) -> Result<Answer> {
        let _alone = self.alone_with(key)?;
        self.counts.sets.fetch_add(1, Relaxed);
        let old = match how {
            How::Set => None,
            _ => self.read(key)?,
        };
        let new = Item::new(flags, self.expiry(exptime), &[value]);
        let joined = |item: &Item, parts| Item::new(item.flags, item.expires_ms, parts);
        let item = match (how, &old) {
            (How::Set, _) | (How::Add, None) | (How::Replace, Some(_)) => new,
            (How::Append, Some(old)) => joined(old, &[old.value(), value]),
            (How::Prepend, Some(old)) => joined(old, &[value, old.value()]),
            (How::Cas(unique), Some(old)) if old.unique == unique => new,
            (How::Cas(_), Some(_)) => return Ok(Answer::Exists),
            (How::Cas(_), None) => return Ok(Answer::NotFound),
            _ => return Ok(Answer::NotStored),
        };
        if item.value().len() > MAX_VALUE {
            return Ok(Answer::too_large());
        }
        self.write(key, item)?;
        Ok(Answer::Stored)
    }

    pub fn delete(&self, key: &[u8]) -> Result<Answer> {
        let _alone = self.alone_with(key)?;
        if self.read(key)?.is_none() {
            return Ok(Answer::NotFound);
        }
        self.db.delete(key)?;
        Ok(Answer::Deleted)
    }

    // ANCHOR: count
    /// Changes the decimal number that an item is. Nobody writes the key between reading and
    /// writing.
    pub fn count(&self, key: &[u8], change: impl FnOnce(u64) -> u64) -> Result<Answer> {
        let _alone = self.alone_with(key)?;
        let Some(old) = self.read(key)? else {
            return Ok(Answer::NotFound);
        };
        let Some(count) = number(old.value()) else {
            return Ok(Answer::ClientError(
                "cannot increment or decrement non-numeric value",
            ));
        };
        let count = change(count);
        let digits = count.to_string();
        self.write(
            key,
            Item::new(old.flags, old.expires_ms, &[digits.as_bytes()]),
        )?;
        Ok(Answer::Number(count))
    }
    // ANCHOR_END: count

    /// Gives an item another expiry.
    pub fn touch(&self, key: &[u8], exptime: i64) -> Result<Answer> {
        let _alone = self.alone_with(key)?;
        let Some(mut item) = self.read(key)? else {
            return Ok(Answer::NotFound);
        };
        item.expires_ms = self.expiry(exptime);
        self.put(key, item)?;
        Ok(Answer::Touched)
    }

    /// Deletes all items that are there when `delay` seconds have passed: now, if that is 0 or
    /// less. A restart forgets a delayed flush, and a flush another one that was delayed.
    pub fn flush_all(&self, delay: i64) -> Result<Answer> {
        if delay > 0 {
            self.flush_at.store(self.expiry(delay), Release);
        } else {
            let _all = self.alone();
            self.delete_all()?;
        }
        Ok(Answer::Ok)
    }

    /// Called before anything is read or written: whoever comes after the moment sees nothing that
    /// was there before it.
    fn flush_if_due(&self) -> Result<()> {
        // Pairs with the stores: who sees that nothing is due sees the deletion.
        let is_due = || self.flush_at.load(Acquire) <= self.clock.now_ms();
        if is_due() {
            let _all = self.alone();
            // Somebody else may have done it meanwhile.
            if is_due() {
                self.delete_all()?;
            }
        }
        Ok(())
    }

    fn delete_all(&self) -> Result<()> {
        // No key is as long as this end.
        self.db.delete_range(b"", &[0xff; MAX_KEY + 1])?;
        self.flush_at.store(NEVER, Release);
        Ok(())
    }

    /// While this is held, nobody else writes.
    fn alone(&self) -> Vec<MutexGuard<'_, ()>> {
        self.stripes.iter().map(lock).collect()
    }

    // ANCHOR: alone_with
    /// While this is held, nobody else writes `key`.
    fn alone_with(&self, key: &[u8]) -> Result<MutexGuard<'_, ()>> {
        self.flush_if_due()?;
        let stripe = self.hasher.hash_one(key) as usize % STRIPES;
        Ok(lock(&self.stripes[stripe]))
    }
    // ANCHOR_END: alone_with

    fn read(&self, key: &[u8]) -> Result<Option<Item>> {
        Ok(self.db.get(key)?.and_then(Item::from_bytes))
    }

    /// Writes an item that is new or changed.
    fn write(&self, key: &[u8], mut item: Item) -> Result<()> {
        item.unique = self.unique.fetch_add(1, Relaxed) + 1;
        self.put(key, item)
    }

    fn put(&self, key: &[u8], item: Item) -> Result<()> {
        let mut batch = WriteBatch::new();
        match item.expires_ms {
            0 => batch.put(key, &item.into_bytes())?,
            at => batch.put_until(key, &item.into_bytes(), at)?,
        }
        self.db.write(batch)
    }

    /// The moment that an expiry in a request means.
    fn expiry(&self, exptime: i64) -> u64 {
        match exptime {
            ..0 => 1, // long ago
            0 => 0,
            1..=MONTH => self.clock.now_ms() + exptime as u64 * 1000,
            _ => (exptime as u64).saturating_mul(1000),
        }
    }
}

fn lock(stripe: &Mutex<()>) -> MutexGuard<'_, ()> {
    // It guards no data that a panic could have left half done.
    stripe.lock().unwrap_or_else(PoisonError::into_inner)
}
