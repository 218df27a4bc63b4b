use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What somebody read has changed since: begin again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict;

/// A store with snapshots, to which many write at once. It keeps numbers by number.
///
/// A commit moves a transaction from the moment it began to the moment it ends. That changes
/// nothing if all that it *read* is still the same; what it wrote does not matter, as nobody saw
/// it. Write skew (Berenson et al., *A Critique of ANSI SQL Isolation Levels*, 1995) is a write by
/// another to what one only read. So a transaction remembers what it read, and the commits since
/// must not have written any of it: Kung and Robinson, *On Optimistic Methods for Concurrency
/// Control*, ACM TODS 1981.
///
/// What was read by a scan is a range, with the gaps in it: somebody may write into a gap, a
/// *phantom*.
///
/// With one writer at a time, as in `bplustree::disk`, there are no commits since, and no check.
#[derive(Default)]
pub struct Store {
    values: BTreeMap<u64, i64>,
    /// What each commit wrote, the first one first.
    commits: Vec<BTreeSet<u64>>,
}

/// A transaction. Dropped, it has never been.
pub struct Transaction {
    /// How many commits there were when it began: it sees these.
    begun: usize,
    snapshot: BTreeMap<u64, i64>,
    /// What was asked for, whether there was anything or not.
    reads: Vec<Range<u64>>,
    /// `None` removes.
    writes: BTreeMap<u64, Option<i64>>,
}

impl Store {
    pub fn begin(&self) -> Transaction {
        Transaction {
            begun: self.commits.len(),
            snapshot: self.values.clone(),
            reads: Vec::new(),
            writes: BTreeMap::new(),
        }
    }

    /// Who only read is let in without a question: he could have come just when he began.
    pub fn commit(&mut self, transaction: Transaction) -> Result<(), Conflict> {
        let Transaction {
            begun,
            reads,
            writes,
            ..
        } = transaction;
        let mut written_since = self.commits[begun..].iter().flatten();
        let was_read = |key: &u64| reads.iter().any(|range| range.contains(key));
        if !writes.is_empty() && written_since.any(was_read) {
            return Err(Conflict);
        }
        self.commits.push(writes.keys().copied().collect());
        for (key, value) in writes {
            match value {
                Some(value) => self.values.insert(key, value),
                None => self.values.remove(&key),
            };
        }
        Ok(())
    }
}

impl Transaction {
    /// What is one's own was not read from the snapshot.
    pub fn get(&mut self, key: u64) -> Option<i64> {
        if let Some(own) = self.writes.get(&key) {
            return *own;
        }
        self.reads.push(key..key + 1);
        self.snapshot.get(&key).copied()
    }

    /// All there is with keys in `keys`, in order.
    pub fn scan(&mut self, keys: Range<u64>) -> Vec<(u64, i64)> {
        let mut seen = self.snapshot.clone();
        for (key, value) in &self.writes {
            match value {
                Some(value) => seen.insert(*key, *value),
                None => seen.remove(key),
            };
        }
        self.reads.push(keys.clone());
        seen.into_iter()
            .filter(|(key, _)| keys.contains(key))
            .collect()
    }

    pub fn set(&mut self, key: u64, value: i64) {
        self.writes.insert(key, Some(value));
    }

    pub fn remove(&mut self, key: u64) {
        self.writes.insert(key, None);
    }
}
