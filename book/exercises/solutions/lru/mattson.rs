use std::collections::HashMap;

/// LRU's hits on `trace` at every capacity: element `c` is what a cache of `c` entries serves, for
/// `c` from 0 to `largest`.
///
/// Mattson et al. 1970, with the tree of Bennett & Kruskal 1975: O(n log n) for n requests.
pub fn hits_by_capacity(trace: &[u64], largest: usize) -> Vec<u64> {
    let mut hits = vec![0; largest + 1];
    let mut last_use = HashMap::new();
    let mut marks = Fenwick::new(trace.len());
    for (now, key) in trace.iter().enumerate() {
        if let Some(before) = last_use.insert(key, now) {
            // The marks after `before` are the keys used since; the key itself is one more.
            let distance = last_use.len() - marks.sum(before + 1) + 1;
            if distance <= largest {
                hits[distance] += 1;
            }
            marks.add(before, -1);
        }
        marks.add(now, 1);
    }
    for capacity in 1..=largest {
        hits[capacity] += hits[capacity - 1];
    }
    hits
}

/// Counts marks on positions: both operations walk one bit at a time through the position's binary
/// digits.
struct Fenwick(Vec<isize>);

impl Fenwick {
    fn new(len: usize) -> Self {
        Fenwick(vec![0; len + 1])
    }

    fn add(&mut self, position: usize, change: isize) {
        let mut at = position + 1;
        while at < self.0.len() {
            self.0[at] += change;
            at += at & at.wrapping_neg();
        }
    }

    /// Number of marks on the first `len` positions.
    fn sum(&self, len: usize) -> usize {
        let mut at = len;
        let mut sum = 0;
        while at > 0 {
            sum += self.0[at];
            at &= at - 1;
        }
        sum.unsigned_abs()
    }
}
