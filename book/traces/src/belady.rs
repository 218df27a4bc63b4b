//! Belady's clairvoyant bound.
//!
//! When room is needed, evict the key whose next use lies farthest ahead. Belady (1966) proposed it
//! and Mattson et al. (1970) proved that nothing does better with the same room. It needs the
//! future, so it is no cache; it is the yardstick.

use std::collections::{BTreeSet, HashMap};

const NEVER: usize = usize::MAX;

/// Number of requests of `trace` that the clairvoyant policy serves from `capacity` entries.
///
/// # Complexity
///
/// O(n log c) time and O(n) space for n requests and a capacity of c.
pub fn belady_hits(trace: &[u64], capacity: usize) -> u64 {
    let next_use = next_uses(trace);
    // Resident keys by next use. A position is used by one key only, so it alone identifies the
    // resident.
    let mut resident = BTreeSet::new();
    let mut never_again = 0;
    let mut hits = 0;
    for (now, &next) in next_use.iter().enumerate() {
        // A resident key's next use is now exactly when it is the key of this request.
        if resident.remove(&now) {
            hits += 1;
        } else if resident.len() + never_again == capacity {
            if never_again > 0 {
                never_again -= 1;
            } else {
                resident.pop_last();
            }
        }
        if next == NEVER {
            never_again += 1;
        } else {
            resident.insert(next);
        }
    }
    hits
}

/// For each request, the position at which its key is asked for again.
fn next_uses(trace: &[u64]) -> Vec<usize> {
    let mut seen = HashMap::new();
    let mut next: Vec<usize> = trace
        .iter()
        .enumerate()
        .rev()
        .map(|(now, key)| seen.insert(key, now).unwrap_or(NEVER))
        .collect();
    next.reverse();
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_needed_soonest() {
        // Room for two: at `c`, `b` goes, because `a` comes back first.
        assert_eq!(belady_hits(&[1, 2, 3, 1, 3, 2], 2), 2);
        assert_eq!(belady_hits(&[1, 2, 1, 2], 1), 0);
        assert_eq!(belady_hits(&[7, 7, 7], 1), 2);
        assert_eq!(belady_hits(&[], 1), 0);
    }
}
