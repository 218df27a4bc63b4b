use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What somebody read has changed since: begin again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict;

/// A store with snapshots, to which many write at once. It keeps numbers by number.
///
/// A transaction sees what was there when it began, and its own writes. At its commit, the *first
/// committer wins*: whoever wrote what another wrote and committed meanwhile, is refused. That is
/// snapshot isolation, and **it lets both doctors go home.** Each looks who is on call, sees two,
/// and writes that he himself is not: no two wrote the same.
///
/// Mend it, so that whatever is let in could have happened one transaction after the other, in the
/// order of commits: each that wrote must have read what it would have read just then. Refuse
/// nobody else. Whoever only read could have come when he began; and whoever wrote over what he had
/// not read takes nothing from anybody.
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
    /// `None` removes.
    writes: BTreeMap<u64, Option<i64>>,
}

impl Store {
    pub fn begin(&self) -> Transaction {
        Transaction {
            begun: self.commits.len(),
            snapshot: self.values.clone(),
            writes: BTreeMap::new(),
        }
    }

    pub fn commit(&mut self, transaction: Transaction) -> Result<(), Conflict> {
        let since = &self.commits[transaction.begun..];
        let wrote = |key: &u64| since.iter().any(|commit| commit.contains(key));
        if transaction.writes.keys().any(wrote) {
            return Err(Conflict);
        }
        self.commits
            .push(transaction.writes.keys().copied().collect());
        for (key, value) in transaction.writes {
            match value {
                Some(value) => self.values.insert(key, value),
                None => self.values.remove(&key),
            };
        }
        Ok(())
    }
}

impl Transaction {
    pub fn get(&mut self, key: u64) -> Option<i64> {
        let own = self.writes.get(&key).copied();
        own.unwrap_or_else(|| self.snapshot.get(&key).copied())
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
