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
        todo!("on a miss: make room first, then let {key} in")
    }
}

/// A trace, and two capacities `small < large`, such that the larger cache misses more often on it.
pub fn anomaly() -> (Vec<u64>, usize, usize) {
    todo!(
        "Belady, Nelson and Shedler (1969) needed twelve requests to five pages, and capacities 3 and 4"
    )
}
