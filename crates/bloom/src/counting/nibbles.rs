//! Counters of four bits, sixteen in a word, that stop at fifteen.
//!
//! ```text
//!   word 0                                     word 1
//!   ┌─────┬─────┬──   ──┬────┬────┬────┐       ┌─────┬─────┬──   ──┬─────┬─────┐
//!   │ #15 │ #14 │   …   │ #2 │ #1 │ #0 │       │ #31 │ #30 │   …   │ #17 │ #16 │
//!   └─────┴─────┴──   ──┴────┴────┴────┘       └─────┴─────┴──   ──┴─────┴─────┘
//!    bits 60…63                bits 0…3
//! ```
//!
//! # Invariants
//!
//! - A counter that has reached fifteen stays there: how much more it was to count is not known,
//!   so to count down from it would be a guess.

/// The value at which a counter stops.
const FULL: u64 = 15;
/// Counters in a word.
const PER_WORD: usize = 16;

/// An array of counters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Nibbles {
    words: Box<[u64]>,
}

impl Nibbles {
    /// `len` counters at zero, which is a multiple of sixteen.
    pub(super) fn new(len: usize) -> Self {
        Nibbles {
            words: vec![0; len / PER_WORD].into_boxed_slice(),
        }
    }

    /// The counters in these words.
    pub(super) fn from_words(words: impl Iterator<Item = u64>) -> Self {
        Nibbles {
            words: words.collect(),
        }
    }

    /// As [`from_words`](Self::from_words) takes them.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.words.len() * PER_WORD
    }

    // ANCHOR: nibbles
    /// The count at `index`.
    #[inline]
    pub(super) fn get(&self, index: usize) -> u64 {
        self.words[index / PER_WORD] >> shift(index) & FULL
    }

    /// Counts up at `index`, unless it is full.
    #[inline]
    pub(super) fn increment(&mut self, index: usize) {
        let up = u64::from(self.get(index) < FULL);
        self.words[index / PER_WORD] += up << shift(index);
    }

    /// Counts down at `index`, unless it is full or zero.
    #[inline]
    pub(super) fn decrement(&mut self, index: usize) {
        let down = u64::from((1..FULL).contains(&self.get(index)));
        self.words[index / PER_WORD] -= down << shift(index);
    }
    // ANCHOR_END: nibbles

    /// A word for every 64 counters, in which a bit is set where the count is not zero.
    pub(super) fn nonzero(&self) -> impl Iterator<Item = u64> {
        let bit = |index| u64::from(self.get(index) > 0) << (index % 64);
        (0..self.len())
            .step_by(64)
            .map(move |first| (first..first + 64).map(bit).sum())
    }

    /// Sets all to zero.
    pub(super) fn clear(&mut self) {
        self.words.fill(0);
    }
}

/// Bits in its word below the counter at `index`.
#[inline]
fn shift(index: usize) -> usize {
    4 * (index % PER_WORD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_leaves_the_neighbours_alone_and_stops_at_both_ends() {
        let mut counters = Nibbles::new(64);
        for index in [0, 1, 15, 16, 63] {
            let others = counters.clone();
            counters.decrement(index);
            assert_eq!(counters, others, "zero stays");
            for count in 1..=FULL {
                counters.increment(index);
                assert_eq!(counters.get(index), count);
            }
            counters.increment(index);
            counters.decrement(index);
            assert_eq!(counters.get(index), FULL, "full stays");
            let same = |other| counters.get(other) == others.get(other);
            assert!((0..64).all(|other| other == index || same(other)));
        }
    }

    #[test]
    fn what_is_not_zero_is_a_set_bit() {
        let mut counters = Nibbles::new(128);
        for index in [0, 17, 63, 64, 127, 127] {
            counters.increment(index);
        }
        let expected = [1 | 1 << 17 | 1 << 63, 1 | 1 << 63];
        assert!(counters.nonzero().eq(expected));
    }
}
