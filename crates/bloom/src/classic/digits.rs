//! Many positions out of one hash: its digits.
//!
//! A Bloom filter wants `k` independent positions among `m` bits. Computing `k` hashes would cost
//! more than all the rest, so the positions are derived from one 64-bit hash. Read the hash as the
//! fraction h/2⁶⁴, between 0 and 1, and write it in base `m`: its digits are the positions.
//!
//! ```text
//!   h/2⁶⁴ = 0.d₁d₂d₃… in base m        h · m = d₁ · 2⁶⁴ + h'      one multiplication gives a
//!                                     h' · m = d₂ · 2⁶⁴ + h''     digit and what is left
//! ```
//!
//! The high half of the 128-bit product is the next position, without a division; the low half is
//! the state from which the one after it comes. A processor does this in one instruction.
//!
//! As long as mᵏ ≤ 2⁶⁴, the digits of a random hash are exactly as good as `k` independent hashes.
//! After that they repeat what is known, were it not that `m` is odd: then multiplication by `m`
//! modulo 2⁶⁴ loses nothing, and the states go on as those of a multiplicative congruential
//! generator with multiplier `m`. `m` is three less than the number of bits, so that it leaves 5
//! modulo 8, with which such a generator has its longest period. The last three bits stay unused.
//!
//! Compared with *double hashing* (Kirsch and Mitzenmacher 2006), where position i is a + i·b, this
//! costs the same and has no keys whose positions fall together because b happens to be small.

/// The digits of a hash, without end.
pub(crate) struct Digits {
    rest: u64,
    base: u64,
}

// ANCHOR: digits
impl Digits {
    /// Positions in `words` words of 64 bits, which must not be none.
    #[inline]
    pub(crate) fn new(hash: u64, words: usize) -> Self {
        let base = base(words);
        Digits { rest: hash, base }
    }

    /// The next position.
    #[inline]
    pub(crate) fn next(&mut self) -> usize {
        let product = u128::from(self.rest) * u128::from(self.base);
        self.rest = product as u64;
        (product >> 64) as usize
    }
}

/// The number of positions in `words` words: odd, and 5 modulo 8.
#[inline]
pub(crate) fn base(words: usize) -> u64 {
    (words as u64 * 64).wrapping_sub(3)
}
// ANCHOR_END: digits

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_the_digits_of_the_fraction() {
        // A half is 0.(30)(30)(30)… in base 61, since 30/60 = 1/2.
        let mut digits = Digits::new(1 << 63, 1);
        assert_eq!([digits.next(), digits.next(), digits.next()], [30, 30, 30]);
        let mut digits = Digits::new(u64::MAX, 1);
        assert_eq!(digits.next(), 60);
    }
}
