//! Building the table: peel, then fill in reverse.
//!
//! Each key asks that the xor of its three slots be its fingerprint: a system of n equations. It is
//! solved without any algebra whenever the keys can be *peeled*. A slot that only one key has can
//! be given whatever value that key turns out to need, so this key is as good as done: it is taken
//! away, which may leave another slot with only one key, and so on. If nothing is left, the keys
//! are filled in in the reverse order, each through the slot that was its alone by then:
//!
//! ```text
//!   slot       0     1     2     3     4
//!   key a      ●─────●─────●
//!   key b            ●─────●─────●
//!   key c                  ●─────●─────●
//!
//!   only one key at     0, 3 and 4: peel a by slot 0, b by slot 3, c by slot 4
//!   then, in reverse    fill slot 4 for c, slot 3 for b, slot 0 for a
//! ```
//!
//! # Complexity
//!
//! O(n) expected, and 14 bytes a slot while it lasts. All passes go through the table from segment
//! to segment, so that what they touch at a time fits in a cache.

use super::Fingerprint;
use super::layout::Layout;

/// Slots of which those with one key are looked up at a time: enough for the processor to work on
/// several at once, few enough to be still in cache when their neighbours are peeled.
const WINDOW: usize = 4_096;

// ANCHOR: graph
/// The keys that have each slot, as far as peeling must know them.
struct Graph {
    /// How many they are.
    degrees: Vec<u8>,
    /// The xor of their hashes: when one key is left, its hash, without ever having kept a list.
    hashes: Vec<u64>,
}
// ANCHOR_END: graph

impl Graph {
    /// Every slot with its keys, or `None` if a slot has more than 255 of them: these are many
    /// copies of one key, which cannot be peeled.
    fn new(layout: &Layout, hashes: &[u64]) -> Option<Self> {
        let mut graph = Graph {
            degrees: vec![0; layout.len()],
            hashes: vec![0; layout.len()],
        };
        for &hash in hashes {
            for slot in layout.slots(hash) {
                graph.degrees[slot] = graph.degrees[slot].checked_add(1)?;
                graph.hashes[slot] ^= hash;
            }
        }
        Some(graph)
    }

    /// Peels as many keys as can be. Returns the slots by which it was done, in that order; in
    /// `hashes` each of them keeps its key.
    fn peel(&mut self, layout: &Layout) -> Vec<u32> {
        // One array is both: what has been peeled at its front, what waits behind it. A slot is
        // queued at most once; the place past the last is for the write that does not count.
        let mut queue = Queue {
            slots: vec![0; layout.len() + 1],
            end: 0,
        };
        let (mut next, mut peeled) = (0, 0);
        for start in (0..layout.len()).step_by(WINDOW) {
            for slot in start..layout.len().min(start + WINDOW) {
                queue.push_if(self.degrees[slot] == 1, slot);
            }
            while next < queue.end {
                let slot = queue.slots[next];
                next += 1;
                if self.degrees[slot as usize] == 1 {
                    queue.slots[peeled] = slot;
                    peeled += 1;
                    self.take(layout, slot as usize, &mut queue);
                } // else its key has been peeled by another slot since
            }
        }
        queue.slots.truncate(peeled);
        queue.slots
    }

    // ANCHOR: peel
    /// Takes away the only key of `slot`, and queues the slots that have only one key from now on.
    #[inline]
    fn take(&mut self, layout: &Layout, slot: usize, queue: &mut Queue) {
        let hash = self.hashes[slot];
        for each in layout.slots(hash) {
            self.degrees[each] -= 1;
            self.hashes[each] ^= hash;
            queue.push_if(self.degrees[each] == 1, each);
        }
        self.hashes[slot] = hash;
    }
    // ANCHOR_END: peel
}

/// Slots that wait to be peeled, in an array that is as long as it will ever need to be.
struct Queue {
    slots: Vec<u32>,
    end: usize,
}

impl Queue {
    /// Appends `slot` if `condition` holds: it is written in any case, and then counted or not,
    /// because a branch would be mispredicted every other time.
    #[inline]
    fn push_if(&mut self, condition: bool, slot: usize) {
        self.slots[self.end] = slot as u32;
        self.end += usize::from(condition);
    }
}

// ANCHOR: fill
/// A table in which the xor of the three slots of each of `hashes` is its fingerprint, or `None` if
/// they cannot all be peeled.
pub(super) fn table<F: Fingerprint>(layout: &Layout, hashes: &[u64]) -> Option<Box<[F]>> {
    let mut graph = Graph::new(layout, hashes)?;
    let peeled = graph.peel(layout);
    if peeled.len() < hashes.len() {
        return None;
    }
    let mut table = vec![F::default(); layout.len()].into_boxed_slice();
    for slot in peeled.into_iter().rev().map(|slot| slot as usize) {
        let hash = graph.hashes[slot];
        let [a, b, c] = layout.slots(hash);
        // The slot itself is one of the three, and still zero.
        table[slot] = F::of(hash) ^ table[a] ^ table[b] ^ table[c];
    }
    Some(table)
}
// ANCHOR_END: fill

/// The hashes, mixed, in an order in which those whose slots are near each other are near each
/// other too: one bucket for each value of their leading bits, as [`Layout::slots`] uses them.
pub(super) fn by_segment(hashes: &[u64], mix: impl Fn(u64) -> u64) -> Vec<u64> {
    // A bucket of 2¹⁴ keys has its slots within a cache; more than 2¹¹ buckets do not fill well.
    let bits = (hashes.len() >> 14).max(2).ilog2().min(11);
    let bucket = |mixed: u64| (mixed >> (64 - bits)) as usize;
    let mut places = vec![0; 1 << bits];
    for &hash in hashes {
        places[bucket(mix(hash))] += 1;
    }
    let mut before = 0;
    for place in &mut places {
        before += std::mem::replace(place, before);
    }
    let mut ordered = vec![0; hashes.len()];
    for &hash in hashes {
        let mixed = mix(hash);
        let place = &mut places[bucket(mixed)];
        ordered[*place] = mixed;
        *place += 1;
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many keys as two bytes can tell apart, scattered.
    fn hashes(count: u64) -> Vec<u64> {
        (1..=count)
            .map(|key| key.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .collect()
    }

    #[test]
    fn more_keys_than_slots_are_refused() {
        let layout = Layout::for_keys(10, false).unwrap();
        assert!(table::<u8>(&layout, &hashes(10)).is_some());
        let too_many = hashes(layout.len() as u64 + 1);
        assert!(table::<u8>(&layout, &too_many).is_none());
    }

    #[test]
    fn the_same_key_twice_or_a_thousand_times_is_refused() {
        let layout = Layout::for_keys(2_000, false).unwrap();
        assert!(table::<u8>(&layout, &[7, 7]).is_none());
        assert!(table::<u8>(&layout, &[7; 1_000]).is_none());
    }

    #[test]
    fn ordering_keeps_every_hash_and_puts_leading_bits_in_order() {
        let hashes = hashes(100_000);
        let mut ordered = by_segment(&hashes, |hash| hash);
        let leading = |hash: &u64| hash >> 62;
        assert!(ordered.is_sorted_by_key(leading));
        let mut expected = hashes;
        expected.sort_unstable();
        ordered.sort_unstable();
        assert_eq!(ordered, expected);
    }
}
