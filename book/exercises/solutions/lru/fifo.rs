use std::collections::{HashSet, VecDeque};

/// A cache of keys that evicts in the order of arrival, whatever is used.
pub struct Fifo {
    capacity: usize,
    resident: HashSet<u64>,
    arrivals: VecDeque<u64>,
}

impl Fifo {
    /// An empty cache with room for `capacity` keys.
    pub fn new(capacity: usize) -> Self {
        Fifo {
            capacity,
            resident: HashSet::new(),
            arrivals: VecDeque::new(),
        }
    }

    /// Asks for `key`, and lets it in if it is not there; returns whether it was.
    pub fn request(&mut self, key: u64) -> bool {
        if self.resident.contains(&key) {
            return true;
        }
        if self.resident.len() == self.capacity
            && let Some(oldest) = self.arrivals.pop_front()
        {
            self.resident.remove(&oldest);
        }
        self.resident.insert(key);
        self.arrivals.push_back(key);
        false
    }
}

/// A trace, and two capacities `small < large`, such that the larger cache misses more often on it.
///
/// FIFO with more room may hold, at some moment, none of what FIFO with less room holds. LRU
/// cannot: the keys in a small LRU cache are always among those in a larger one.
pub fn anomaly() -> (Vec<u64>, usize, usize) {
    (vec![1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5], 3, 4)
}
