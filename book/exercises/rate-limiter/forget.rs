use std::collections::HashMap;
use std::time::Duration;

/// A limit for each key: one each `interval` in the long run, and `burst` at once. Each is GCRA.
pub struct Keyed {
    interval: Duration,
    burst: u32,
    /// When the next request of each key is due.
    tats: HashMap<u64, Duration>,
}

impl Keyed {
    /// Limits that nobody has used yet.
    pub fn new(interval: Duration, burst: u32) -> Self {
        todo!()
    }

    /// Whether `key` may pass at `now`. Times ascend.
    ///
    /// The decisions are those of a map that never forgets, for every key. Yet after each call
    /// there are at most `2 × busy + 16` keys in the map, where *busy* are those whose TAT is still
    /// to come; and a call costs constant time on average, however many keys there are.
    pub fn check(&mut self, key: u64, now: Duration) -> bool {
        todo!("which keys may be forgotten? when is it worth looking at all of them?")
    }

    /// How many keys are in the map.
    pub fn remembered(&self) -> usize {
        self.tats.len()
    }

    /// How many keys were looked at so far to find those that may be forgotten.
    pub fn swept(&self) -> usize {
        todo!()
    }
}
