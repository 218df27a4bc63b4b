use std::num::NonZeroUsize;

use lru::LruCache;

/// An LRU cache with a doorman (TinyLFU: Einziger, Friedman & Manes 2017).
///
/// Every request is counted in a small, approximate table. When the cache is full, a newcomer is
/// let in only if it has been asked for more often than the key that it would push out. Counts are
/// halved now and then, so that the past fades.
pub struct TinyLfu {
    cache: LruCache<u64, ()>,
    sketch: Sketch,
}

impl TinyLfu {
    /// An empty cache with room for `capacity` keys.
    pub fn new(capacity: NonZeroUsize) -> Self {
        TinyLfu {
            cache: LruCache::new(capacity),
            sketch: Sketch::new(capacity.get()),
        }
    }

    /// Asks for `key`, and perhaps lets it in if it is not there; returns whether it was.
    pub fn request(&mut self, key: u64) -> bool {
        self.sketch.count(key);
        if self.cache.get(&key).is_some() {
            return true;
        }
        let full = self.cache.len() == self.cache.cap().get();
        let admitted = match self.cache.peek_lru() {
            Some((&victim, _)) if full => self.sketch.estimate(key) > self.sketch.estimate(victim),
            _ => true,
        };
        if admitted {
            self.cache.put(key, ());
        }
        false
    }
}

/// A count-min sketch: an estimate is never below the true count, and seldom much above.
struct Sketch {
    rows: [Vec<u8>; 4],
    counted: usize,
    /// Number of requests after which every count is halved.
    sample: usize,
}

/// Odd multipliers from the digits of π, one a row.
const HASHES: [u64; 4] = [
    0x2436_3f35_88a8_885b,
    0x3198_d313_1985_a2ef,
    0x0370_7344_a409_3823,
    0x299f_31d0_082e_fa99,
];

impl Sketch {
    fn new(capacity: usize) -> Self {
        let row = vec![0; (8 * capacity).next_power_of_two()];
        Sketch {
            rows: [row.clone(), row.clone(), row.clone(), row],
            counted: 0,
            sample: 10 * capacity,
        }
    }

    fn count(&mut self, key: u64) {
        for (row, hash) in self.rows.iter_mut().zip(HASHES) {
            let at = slot(key, hash) % row.len();
            let counter = &mut row[at];
            *counter = counter.saturating_add(1);
        }
        self.counted += 1;
        if self.counted == self.sample {
            self.counted = 0;
            self.rows
                .iter_mut()
                .flatten()
                .for_each(|counter| *counter /= 2);
        }
    }

    fn estimate(&self, key: u64) -> u8 {
        let counts = self
            .rows
            .iter()
            .zip(HASHES)
            .map(|(row, hash)| row[slot(key, hash) % row.len()]);
        counts.min().unwrap_or(0)
    }
}

fn slot(key: u64, hash: u64) -> usize {
    (key.wrapping_add(1).wrapping_mul(hash) >> 40) as usize
}
