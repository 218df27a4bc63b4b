use std::mem;
use std::time::Duration;

use bloom::{BloomError, BloomFilter};

/// Remembers what it has seen for at least a while, and not for long: so that nobody gets the same
/// notification twice in an hour.
///
/// Two filters take turns: what is seen goes into the one of this window, and both are asked. When
/// a window is over, the older one is cleared and becomes the younger. A key so stays for the rest
/// of its window and all of the next.
///
/// Yoon, *Aging Bloom filter with two active buffers for dynamic sets*, 2010, where a filter's turn
/// ends when it is full.
pub struct Recent {
    window: Duration,
    /// The number of the window that `this` is of.
    turn: u128,
    this: BloomFilter,
    last: BloomFilter,
}

impl Recent {
    /// Remembers for `window`, in which at most `keys` different keys come. Then at most the share
    /// `rate` of unseen keys is thought to be seen.
    pub fn new(window: Duration, keys: usize, rate: f64) -> Result<Self, BloomError> {
        let filter = BloomFilter::with_false_positive_rate(keys, rate / 2.0)?;
        Ok(Recent {
            window,
            turn: 0,
            this: filter.clone(),
            last: filter,
        })
    }

    /// Whether `key` was seen before, and that it has been seen now.
    pub fn see(&mut self, key: &str, now: Duration) -> bool {
        self.take_turns(now);
        let seen = self.last.contains(key);
        let fresh = self.this.insert(key);
        seen || !fresh
    }

    fn take_turns(&mut self, now: Duration) {
        let turn = now.as_nanos() / self.window.as_nanos();
        if turn == self.turn {
            return;
        }
        mem::swap(&mut self.this, &mut self.last);
        self.this.clear();
        if turn > self.turn + 1 {
            self.last.clear();
        }
        self.turn = turn;
    }
}
