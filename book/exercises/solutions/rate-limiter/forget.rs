use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// A limit for each key: one each `interval` in the long run, and `burst` at once. Each is GCRA.
///
/// A sweep of all, each time that the map has doubled, would bound it by what was busy at the worst
/// moment. For a bound by what is busy *now*, the keys are kept in the order of their TATs, and each
/// call forgets all that are past: it may be many, but each key is forgotten once for each time that
/// it came, so on average it is one.
pub struct Keyed {
    interval: Duration,
    burst: u32,
    /// When the next request of each key is due.
    tats: HashMap<u64, Duration>,
    order: BTreeSet<(Duration, u64)>,
    swept: usize,
}

impl Keyed {
    /// Limits that nobody has used yet.
    pub fn new(interval: Duration, burst: u32) -> Self {
        Keyed {
            interval,
            burst,
            tats: HashMap::new(),
            order: BTreeSet::new(),
            swept: 0,
        }
    }

    /// Whether `key` may pass at `now`. Times ascend.
    pub fn check(&mut self, key: u64, now: Duration) -> bool {
        // A TAT that is past says that the burst is whole, and so does none.
        while let Some(&(tat, idle)) = self.order.first() {
            self.swept += 1;
            if tat > now {
                break;
            }
            self.order.pop_first();
            self.tats.remove(&idle);
        }
        let old = self.tats.get(&key).copied();
        let tat = old.unwrap_or(now) + self.interval;
        if tat - now > self.interval * self.burst {
            return false;
        }
        if let Some(old) = old {
            self.order.remove(&(old, key));
        }
        self.order.insert((tat, key));
        self.tats.insert(key, tat);
        true
    }

    /// How many keys are in the map.
    pub fn remembered(&self) -> usize {
        self.tats.len()
    }

    /// How many keys were looked at so far to find those that may be forgotten.
    pub fn swept(&self) -> usize {
        self.swept
    }
}
