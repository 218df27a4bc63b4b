//! What an engine must be able to do to take part, and the check that it does.

use std::{collections::BTreeMap, path::Path, time::Instant};

use super::{
    folder,
    records::{KEY, Key, Value, random_key, value},
};
use crate::harness::Identity;

/// Bytes that an engine may keep of what it read: blocks or pages.
pub const CACHE: usize = 64 << 20;

/// Bytes of the newest entries, in memory, before they are written as a table.
pub const MEMTABLE: usize = 64 << 20;

/// When a write is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// When it returns.
    EveryWrite,
    /// When the engine and the system like.
    Later,
}

/// A store of bytes by keys, in order, in a folder. Each call is an operation that stands for
/// itself: an engine of transactions makes one of each.
pub trait Engine: Sized + Send + std::marker::Sync + 'static {
    /// Who it is.
    const WHO: Identity;

    /// Whether it takes so long over single writes that it is given fewer of them to do.
    const FEWER: bool = false;

    /// Opens the engine in `folder`, or makes one there.
    fn open(folder: &Path, sync: Sync) -> anyhow::Result<Self>;

    /// Puts `value` at `key`.
    fn put(&self, key: &Key, value: &Value) -> anyhow::Result<()>;

    /// Puts all of `entries`, or none.
    fn batch(&self, entries: &[(Key, Value)]) -> anyhow::Result<()>;

    /// Takes `key` away.
    fn delete(&self, key: &Key) -> anyhow::Result<()>;

    /// The number in the value at `key`. A key may be longer than [`Key`] if it is not there.
    fn get(&self, key: &[u8]) -> anyhow::Result<Option<u64>>;

    /// How many entries there are from `start` on, up to `limit`, and the sum of the numbers in
    /// their values.
    fn scan(&self, start: &Key, limit: usize) -> anyhow::Result<(usize, u64)>;

    /// Writes everything where it belongs, and waits until nothing is left to do in the
    /// background. Returns when that was: later than that is only the waiting.
    fn settle(&self) -> anyhow::Result<Instant>;
}

/// The number in a value, which is looked at when it is read.
#[inline(always)]
pub fn number(value: &[u8]) -> u64 {
    u64::from_be_bytes(value[..8].try_into().expect("values begin with a number"))
}

const SAMPLE: u64 = 2_000;

/// Makes sure that an `E` keeps what is put into it, in order, also when it is opened again.
///
/// # Panics
///
/// If it does not: then its times would mean nothing.
///
/// # Errors
///
/// Those of the engine.
pub fn check<E: Engine>() -> anyhow::Result<()> {
    let folder = folder();
    let mut model = BTreeMap::new();
    let entries: Vec<(Key, Value)> = (0..SAMPLE).map(|n| (random_key(n), value(n))).collect();
    let (first, rest) = entries.split_at(entries.len() / 2);
    let engine = E::open(folder.path(), Sync::Later)?;
    engine.batch(first)?;
    engine.settle()?;
    for (key, value) in rest {
        engine.put(key, value)?;
    }
    model.extend(entries.iter().map(|(key, value)| (*key, number(value))));
    compare(&engine, &model)?;

    for (key, _) in entries.iter().step_by(3) {
        engine.delete(key)?;
        model.remove(key);
    }
    for (key, _) in entries.iter().skip(1).step_by(3) {
        engine.put(key, &value(7))?;
        model.insert(*key, number(&value(7)));
    }
    compare(&engine, &model)?;
    engine.settle()?;
    drop(engine);
    compare(&E::open(folder.path(), Sync::EveryWrite)?, &model)
}

fn compare<E: Engine>(engine: &E, model: &BTreeMap<Key, u64>) -> anyhow::Result<()> {
    let who = E::WHO.name;
    for number in (0..SAMPLE).step_by(7) {
        let key = random_key(number);
        assert_eq!(engine.get(&key)?, model.get(&key).copied(), "{who}: get");
        let longer = [&key[..], b"x"].concat();
        assert_eq!(engine.get(&longer)?, None, "{who} finds what is not there");
        let expected = model
            .range(key..)
            .take(50)
            .fold((0, 0_u64), |(count, sum), (_, number)| {
                (count + 1, sum.wrapping_add(*number))
            });
        assert_eq!(engine.scan(&key, 50)?, expected, "{who}: scan");
    }
    let all = engine.scan(&[0; KEY], usize::MAX)?;
    assert_eq!(all.0, model.len(), "{who} has not what it should have");
    Ok(())
}
