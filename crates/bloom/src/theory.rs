//! The arithmetic of filters: how many bits, how many hashes, how often wrong.
//!
//! Throughout, `items` keys are in the filter and a *rate* is the share of look-ups of other keys
//! that are answered *probably*.
//!
//! A key sets `k` bits. After `n` keys, one of `m` bits is still zero with probability
//! (1 − 1/m)^(kn), which is about e^(−kn/m); so a key that was never inserted finds all its `k`
//! bits set with probability
//!
//! ```text
//!   p = (1 − e^(−kn/m))^k
//! ```
//!
//! For given bits a key, p is least when half of the bits are set: k = m/n · ln 2, and then
//! m/n = log2(1/p) / ln 2, that is 1.44 times what any filter must spend ([`bits_per_item_bound`]).
//!
//! # Sources
//!
//! Bloom 1970, *Space/time trade-offs in hash coding with allowable errors*; Swamidass and Baldi
//! 2007 for [`estimated_items`]; Putze, Sanders and Singler 2007, *Cache-, hash- and space-efficient
//! Bloom filters*, for the blocked filter.

use std::f64::consts::LN_2;

/// Lanes of a block of the blocked filter, in each of which a key sets a bit.
pub(crate) const LANES: usize = 8;
/// Bits of a lane.
pub(crate) const LANE_BITS: usize = 64;

// ANCHOR: rate
/// The expected rate of a classic filter.
///
/// ```
/// let rate = bloom::theory::false_positive_rate(9_586, 7, 1_000);
/// assert!((rate - 0.01).abs() < 0.0001);
/// ```
pub fn false_positive_rate(bits: u64, hashes: u32, items: u64) -> f64 {
    let (m, k, n) = (bits as f64, f64::from(hashes), items as f64);
    // (1 − 1/m)^(kn), for which `powf` is too coarse when m is large.
    let zero = (k * n * (-1.0 / m).ln_1p()).exp();
    (1.0 - zero).powf(k)
}
// ANCHOR_END: rate

// ANCHOR: sizing
/// The number of hashes that takes the fewest bits for this rate.
///
/// The optimum, log2(1/p), is not an integer: of its two neighbours, the one that needs fewer bits.
pub fn optimal_hashes(rate: f64) -> u32 {
    let below = (1.0 / rate).log2().floor().max(1.0) as u32;
    let above = below + 1;
    if bits_per_item(rate, below) <= bits_per_item(rate, above) {
        below
    } else {
        above
    }
}

/// The bits a key that a classic filter with this number of hashes needs for this rate.
///
/// ```
/// use bloom::theory::{bits_per_item, optimal_hashes};
///
/// assert_eq!(optimal_hashes(0.01), 7);
/// assert!((bits_per_item(0.01, 7) - 9.593).abs() < 0.001);
/// ```
pub fn bits_per_item(rate: f64, hashes: u32) -> f64 {
    let k = f64::from(hashes);
    -k / (-rate.powf(1.0 / k)).ln_1p()
}
// ANCHOR_END: sizing

/// The bits a key below which no filter, of whatever kind, can have this rate: log2(1/p).
pub fn bits_per_item_bound(rate: f64) -> f64 {
    -rate.log2()
}

/// The bits a key of a classic filter if the number of hashes need not be an integer.
pub fn optimal_bits_per_item(rate: f64) -> f64 {
    bits_per_item_bound(rate) / LN_2
}

// ANCHOR: estimate
/// How many different keys were probably inserted, if `ones` bits are set.
///
/// The inverse of the expected number of ones. Infinite if all bits are set.
pub fn estimated_items(bits: u64, hashes: u32, ones: u64) -> f64 {
    let (m, k) = (bits as f64, f64::from(hashes));
    // The share of zeros is (1 − 1/m)^(kn).
    (-(ones as f64) / m).ln_1p() / (-1.0 / m).ln_1p() / k
}
// ANCHOR_END: estimate

// ANCHOR: blocked
/// The expected rate of a blocked filter with this many keys a block on average.
///
/// Keys fall into blocks as balls into bins, so the number `j` of keys in the block that a look-up
/// reads is Poisson distributed. In a block with `j` keys, one of the 64 bits of a lane is set with
/// probability 1 − (63/64)^j, and a look-up needs a set bit in each of eight lanes. Crowded blocks
/// err more than sparse ones save: this is the price of the single cache line.
pub fn blocked_false_positive_rate(items_per_block: f64) -> f64 {
    let mut poisson = (-items_per_block).exp();
    let mut zero = 1.0;
    let mut rate = 0.0;
    let end = items_per_block + 12.0 * items_per_block.sqrt() + 40.0;
    for j in 1..=end as u32 {
        poisson *= items_per_block / f64::from(j);
        zero *= 1.0 - 1.0 / LANE_BITS as f64;
        rate += poisson * f64::powi(1.0 - zero, LANES as i32);
    }
    rate
}
// ANCHOR_END: blocked

/// The bits a key that a blocked filter needs for this rate.
///
/// ```
/// use bloom::theory::{bits_per_item, blocked_bits_per_item};
///
/// let penalty = blocked_bits_per_item(0.01) / bits_per_item(0.01, 7);
/// assert!(1.05 < penalty && penalty < 1.07);
/// ```
pub fn blocked_bits_per_item(rate: f64) -> f64 {
    // The rate rises with the keys a block; beyond 600 keys it is as good as 1.
    let (mut low, mut high) = (0.0, 600.0);
    for _ in 0..64 {
        let middle = (low + high) / 2.0;
        if blocked_false_positive_rate(middle) <= rate {
            low = middle;
        } else {
            high = middle;
        }
    }
    (LANES * LANE_BITS) as f64 / high
}
