use std::time::Duration;

use bloom::{BloomError, BloomFilter};

/// Remembers what it has seen for at least a while, and not for long: so that nobody gets the same
/// notification twice in an hour.
///
/// No key can be removed from a Bloom filter, but a filter can be cleared. Two of them take turns.
pub struct Recent {
    window: Duration,
    // Add the two filters, and what says whose turn it is.
}

impl Recent {
    /// Remembers for `window`, in which at most `keys` different keys come. Then at most the share
    /// `rate` of unseen keys is thought to be seen.
    pub fn new(window: Duration, keys: usize, rate: f64) -> Result<Self, BloomError> {
        todo!("how many of the two filters does an unseen key have to pass?")
    }

    /// Whether `key` was seen before, and that it has been seen now.
    ///
    /// Always true if it was seen in the last `window`, and false, but for the share `rate`, if not
    /// in the last two. `now` is the time since the program began, and never less than before.
    pub fn see(&mut self, key: &str, now: Duration) -> bool {
        todo!("how many windows have passed since the last call? none, one, or more?")
    }
}
