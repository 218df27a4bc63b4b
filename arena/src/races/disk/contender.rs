//! What a store must be able to do to take part, and the check that it does.

use std::{collections::BTreeMap, path::Path};

use super::folder;
use crate::{harness::Identity, races::ordered::keys};

/// What entries are found by.
pub type Key = [u8; 16];

/// What is stored.
pub type Value = [u8; 100];

/// The key with this number: distinct for distinct numbers, and in no order.
#[inline]
pub fn key(number: u64) -> Key {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&keys::key(number).to_be_bytes());
    key[8..].copy_from_slice(&number.to_be_bytes());
    key
}

/// The keys with the first `count` numbers.
pub fn some_keys(count: u32) -> Vec<Key> {
    (0..u64::from(count)).map(key).collect()
}

/// The value that `key` has in this version, so that an answer can be checked.
#[inline]
pub fn value(key: &Key, version: u64) -> Value {
    let mut value = [key[15]; 100];
    let number = keys::key(u64::from_be_bytes(key[8..].try_into().expect("8 bytes")));
    value[..8].copy_from_slice(&number.wrapping_add(version).to_be_bytes());
    value
}

/// The number in a value, which is looked at when it is read.
#[inline(always)]
pub fn number(value: &[u8]) -> u64 {
    u64::from_be_bytes(value[..8].try_into().expect("values begin with a number"))
}

/// An ordered store in a folder.
///
/// Whatever writes is one transaction, durable when it returns. Whatever reads is one transaction,
/// too, over many entries: what it costs to begin one is not the matter.
pub trait Disk: Sized + 'static {
    /// Who it is.
    const WHO: Identity;

    /// Opens the store in `folder`, or makes one there.
    fn open(folder: &Path) -> anyhow::Result<Self>;

    /// Puts this version's values at `keys`.
    fn put(&mut self, keys: &[Key], version: u64) -> anyhow::Result<()>;

    /// Puts the first version's values at `keys`, which ascend, into an empty store, in its
    /// fastest way.
    fn load(&mut self, keys: &[Key]) -> anyhow::Result<()> {
        self.put(keys, 0)
    }

    /// The sum of the numbers in the values at `keys`, which are there.
    fn get(&self, keys: &[Key]) -> anyhow::Result<u64>;

    /// The sum of the numbers in the first `count` values from each of `starts` on.
    fn scan(&self, starts: &[Key], count: usize) -> anyhow::Result<u64>;

    /// How many values there are, and the sum of the numbers in them.
    fn sum(&self) -> anyhow::Result<(u64, u64)>;

    /// How often it has waited for the disk, if it tells.
    fn syncs(&self) -> Option<u64> {
        None
    }

    /// Closes the store, with everything in the file that belongs there.
    fn close(self) -> anyhow::Result<()> {
        Ok(())
    }
}

const SAMPLE: u32 = 4_096;

/// Makes sure that a `C` keeps what is put into it, in order, also when it is closed.
///
/// # Panics
///
/// If it does not: then its times would mean nothing.
///
/// # Errors
///
/// Those of the store.
pub fn check<C: Disk>() -> anyhow::Result<()> {
    let keys = some_keys(SAMPLE);
    let mut model: BTreeMap<Key, u64> = keys
        .iter()
        .map(|key| (*key, number(&value(key, 0))))
        .collect();
    let (put, loaded) = (folder(), folder());
    let mut store = C::open(put.path())?;
    store.put(&keys, 0)?;
    compare(&store, &model)?;
    let sorted: Vec<Key> = model.keys().copied().collect();
    let mut other = C::open(loaded.path())?;
    other.load(&sorted)?;
    compare(&other, &model)?;

    let again = &keys[..keys.len() / 2];
    store.put(again, 7)?;
    model.extend(again.iter().map(|key| (*key, number(&value(key, 7)))));
    compare(&store, &model)?;
    store.close()?;
    compare(&C::open(put.path())?, &model)
}

fn compare<C: Disk>(store: &C, model: &BTreeMap<Key, u64>) -> anyhow::Result<()> {
    let who = C::WHO.name;
    let add = |numbers: &mut dyn Iterator<Item = &u64>| numbers.copied().fold(0, u64::wrapping_add);
    let sum = (model.len() as u64, add(&mut model.values()));
    assert_eq!(store.sum()?, sum, "{who} does not have what it should");
    for (key, &number) in model.iter().step_by(10) {
        assert_eq!(store.get(&[*key])?, number, "{who} does not find");
        let expected = add(&mut model.range(*key..).take(100).map(|(_, number)| number));
        assert_eq!(store.scan(&[*key], 100)?, expected, "{who} does not scan");
    }
    Ok(())
}
