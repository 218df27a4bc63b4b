//! A walk through memory that no prefetcher can foresee.
//!
//! To see what one access to memory takes, each must wait for the one before, and nothing may guess
//! where it will be. So memory holds a *cycle*: each slot says which slot is next, one slot in each
//! cache line, in random order.
//!
//! ```text
//!   line    0       1       2       3
//!         ┌───┐   ┌───┐   ┌───┐   ┌───┐
//!         │ 2 │   │ 0 │   │ 3 │   │ 1 │       0 → 2 → 3 → 1 → 0
//!         └───┘   └───┘   └───┘   └───┘
//! ```
//!
//! A random permutation would not do: it falls into several cycles, and a walk may stay in one that
//! is short enough for the first cache. Sattolo's shuffle makes all of it one.
//!
//! # Invariants
//!
//! A walk of as many steps as there are lines visits every line once, and ends where it began.
//!
//! # Complexity
//!
//! Time and space O(lines); no memory beside the cycle itself.
//!
//! Source: S. Sattolo, *An algorithm to generate a random cyclic permutation*, 1986.

/// Bytes of a cache line on most processors. (Apple's have 128: there each second line is met with
/// its neighbour, which is one more reason to take more of them than a cache holds.)
pub const LINE: usize = 64;

/// Slots in a line, of which the first is used.
pub const SLOTS: usize = LINE / size_of::<usize>();

/// Memory of `bytes` bytes, at least two lines, as a cycle through its lines in an order that the
/// seed decides. The value of a line's first slot is the index of the next one's.
// ANCHOR: cycle
pub fn random_cycle(bytes: usize, seed: u64) -> Vec<usize> {
    let lines = (bytes / LINE).max(2);
    let mut slots: Vec<usize> = (0..lines * SLOTS).collect();
    let mut random = Random::new(seed);
    // Sattolo: each line changes places with one before it, never with itself.
    for line in (1..lines).rev() {
        let other = random.below(line);
        slots.swap(line * SLOTS, other * SLOTS);
    }
    slots
}
// ANCHOR_END: cycle

/// Takes `steps` steps from `slot`, each of which needs the one before, and returns where it is.
// ANCHOR: walk
pub fn walk(slots: &[usize], mut slot: usize, steps: usize) -> usize {
    for _ in 0..steps {
        slot = slots[slot];
    }
    slot
}
// ANCHOR_END: walk

/// Steele, Lea and Flood's SplitMix64: the same numbers for the same seed.
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// The next one.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One below `bound`, which is not 0; the bias is below `bound` / 2⁶⁴.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lap_visits_every_line_once_and_ends_where_it_began() {
        for lines in [2, 3, 64, 1_000, 4_097] {
            for seed in 0..20 {
                let slots = random_cycle(lines * LINE, seed);
                let mut visited = vec![0; lines];
                let mut slot = 0;
                for _ in 0..lines {
                    assert_eq!(slot % SLOTS, 0, "a slot is the first of its line");
                    visited[slot / SLOTS] += 1;
                    slot = walk(&slots, slot, 1);
                }
                assert_eq!(slot, 0, "{lines} lines, seed {seed}");
                assert!(visited.iter().all(|visits| *visits == 1));
                assert_eq!(walk(&slots, 0, lines), 0);
            }
        }
    }

    #[test]
    fn few_lines_are_followed_by_their_neighbour() {
        let lines = 10_000;
        let slots = random_cycle(lines * LINE, 1);
        let next = (0..lines - 1).filter(|line| slots[line * SLOTS] == (line + 1) * SLOTS);
        assert!(next.count() < 10, "one is expected in a random order");
    }

    #[test]
    fn numbers_are_the_seeds_and_below_their_bound() {
        let draw = |seed| {
            let mut random = Random::new(seed);
            (0..1_000).map(|_| random.below(6)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        for face in 0..6 {
            let times = draw(1).iter().filter(|number| **number == face).count();
            assert!((120..220).contains(&times), "{face} came {times} times");
        }
        // The first number of seed 0, of the algorithm's reference implementation.
        assert_eq!(Random::new(0).next(), 0xe220_a839_7b1d_cdaf);
    }
}
