//! What a database should hold: a map, and which of its past states a crash may leave.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;

pub type Pair = (Vec<u8>, Vec<u8>);

/// One operation of a batch.
#[derive(Clone)]
pub enum Change {
    Put(Vec<u8>, Vec<u8>),
    /// Until a moment, in milliseconds.
    PutUntil(Vec<u8>, Vec<u8>, u64),
    Delete(Vec<u8>),
    DeleteRange(Vec<u8>, Vec<u8>),
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = |key: &[u8]| key.escape_ascii().to_string();
        match self {
            Change::Put(k, value) => write!(f, "put {}={}", key(k), start(value)),
            Change::PutUntil(k, value, expiry_ms) => {
                write!(f, "put {}={} until {expiry_ms}", key(k), start(value))
            }
            Change::Delete(k) => write!(f, "delete {}", key(k)),
            Change::DeleteRange(start, end) => write!(f, "delete {} to {}", key(start), key(end)),
        }
    }
}

/// The beginning of a value, and how long it is.
fn start(value: &[u8]) -> String {
    let begin = value[..value.len().min(8)].escape_ascii();
    format!("{begin}({})", value.len())
}

#[derive(Clone, Debug)]
struct Value {
    bytes: Vec<u8>,
    expiry_ms: u64,
    /// Which batch put it, counted through.
    batch: u64,
}

/// What the database holds at one moment of its history.
#[derive(Clone, Debug, Default)]
pub struct Map(BTreeMap<Vec<u8>, Value>);

impl Map {
    pub fn apply(&mut self, change: &Change, batch: u64) {
        let mut put = |key: &Vec<u8>, bytes: &Vec<u8>, expiry_ms| {
            let bytes = bytes.clone();
            let value = Value {
                bytes,
                expiry_ms,
                batch,
            };
            self.0.insert(key.clone(), value);
        };
        match change {
            Change::Put(key, value) => put(key, value, u64::MAX),
            Change::PutUntil(key, value, expiry_ms) => put(key, value, *expiry_ms),
            Change::Delete(key) => drop(self.0.remove(key)),
            Change::DeleteRange(start, end) => self.0.retain(|key, _| key < start || key >= end),
        }
    }

    fn after(&self, batch: &[Change], number: u64) -> Map {
        let mut next = self.clone();
        batch.iter().for_each(|change| next.apply(change, number));
        next
    }

    pub fn get(&self, key: &[u8], now_ms: u64) -> Option<Vec<u8>> {
        let value = self.0.get(key).filter(|value| value.expiry_ms > now_ms)?;
        Some(value.bytes.clone())
    }

    pub fn range(&self, bounds: (Bound<Vec<u8>>, Bound<Vec<u8>>), now_ms: u64) -> Vec<Pair> {
        let inside = |key: &Vec<u8>| std::ops::RangeBounds::contains(&bounds, key);
        let alive = self.0.iter().filter(|(_, value)| value.expiry_ms > now_ms);
        alive
            .filter(|(key, _)| inside(key))
            .map(|(key, value)| (key.clone(), value.bytes.clone()))
            .collect()
    }

    pub fn all(&self, now_ms: u64) -> Vec<Pair> {
        self.range((Bound::Unbounded, Bound::Unbounded), now_ms)
    }

    /// Whether this is what was found, but for the oldest batches, which may have been dropped.
    fn but_for_the_oldest(&self, found: &[Pair], now_ms: u64) -> bool {
        let is_here = |pair: &&Pair| self.get(&pair.0, now_ms).as_ref() == Some(&pair.1);
        let is_found = |key: &Vec<u8>| found.binary_search_by(|pair| pair.0.cmp(key)).is_ok();
        let (mut oldest_found, mut newest_missing) = (u64::MAX, 0);
        for (key, value) in self.0.iter().filter(|(_, value)| value.expiry_ms > now_ms) {
            match is_found(key) {
                true => oldest_found = oldest_found.min(value.batch),
                false => newest_missing = newest_missing.max(value.batch),
            }
        }
        // A table may end inside a batch.
        found.iter().all(|pair| is_here(&pair)) && newest_missing <= oldest_found
    }

    /// Whether `found` is what this map holds; with `lossy`, the oldest may be missing.
    pub fn is(&self, found: &[Pair], now_ms: u64, lossy: bool) -> bool {
        match lossy {
            true => self.but_for_the_oldest(found, now_ms),
            false => self.all(now_ms) == found,
        }
    }

    /// Forgets what was dropped for its age.
    pub fn forget_all_but(&mut self, found: &[Pair], now_ms: u64) {
        self.0.retain(|key, value| {
            value.expiry_ms <= now_ms || found.iter().any(|(other, _)| other == key)
        });
    }
}

/// What a database was told, and what it has answered.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// What all durable batches have left.
    durable: Map,
    /// Batches that were acknowledged since, and may be lost by a crash: but only the last ones.
    since: Vec<Vec<Change>>,
    /// Batches that were answered with an error since: any one of them may be there yet, as after
    /// the first that was written in part the log takes no more.
    limbo: Vec<Vec<Change>>,
    /// What all acknowledged batches have left.
    pub now: Map,
    batches: u64,
}

impl Journal {
    /// The database has taken a batch.
    pub fn acknowledged(&mut self, batch: Vec<Change>) {
        // An acknowledgement says that what failed before, and was not seen since, is gone.
        self.limbo.clear();
        self.batches += 1;
        batch
            .iter()
            .for_each(|change| self.now.apply(change, self.batches));
        self.since.push(batch);
    }

    /// The database has answered a batch with an error.
    pub fn failed(&mut self, batch: Vec<Change>) {
        self.limbo.push(batch);
    }

    /// All that was acknowledged is durable.
    pub fn durable(&mut self) {
        self.since.clear();
        self.durable = self.now.clone();
    }

    /// The state that was found after a crash, if it is one of those that may be.
    pub fn crashed(&mut self, found: &[Pair], now_ms: u64, lossy: bool) -> Result<(), String> {
        let mut states = vec![self.durable.clone()];
        let first = self.batches - self.since.len() as u64;
        for (batch, number) in self.since.iter().zip(first + 1..) {
            let before = &states[states.len() - 1];
            states.push(before.after(batch, number));
        }
        for batch in &self.limbo {
            states.push(self.now.after(batch, self.batches + 1));
        }
        let is_found = |state: &Map| state.is(found, now_ms, lossy);
        let Some(place) = states.iter().rposition(is_found) else {
            return Err(format!(
                "no state after {} durable batches and 0 to {} more has\n  {}\nbut after all \
                 that were acknowledged it would be\n  {}",
                first,
                states.len() - 1,
                show(found),
                show(&self.now.all(now_ms)),
            ));
        };
        self.now = states.swap_remove(place);
        self.batches += 1;
        self.limbo.clear();
        self.durable();
        Ok(())
    }

    /// What a reader finds in the database that has not crashed: what was acknowledged, and
    /// perhaps what has failed, for good.
    pub fn settle(&mut self, found: &[Pair], now_ms: u64, lossy: bool) -> Result<(), String> {
        if self.now.is(found, now_ms, lossy) {
            return Ok(());
        }
        let is_found = |batch: &Vec<Change>| {
            let state = self.now.after(batch, self.batches + 1);
            state.is(found, now_ms, lossy)
        };
        if let Some(place) = self.limbo.iter().position(is_found) {
            let batch = self.limbo.swap_remove(place);
            self.acknowledged(batch);
            return Ok(());
        }
        let expected = self.now.all(now_ms);
        Err(format!(
            "found     {}\nexpected  {}",
            show(found),
            show(&expected)
        ))
    }
}

/// Pairs, their values shortened.
pub fn show(pairs: &[Pair]) -> String {
    let pair = |(key, value): &Pair| format!("{}={}", key.escape_ascii(), start(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join(" ")
}
