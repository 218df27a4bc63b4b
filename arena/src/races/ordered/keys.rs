//! Keys, in no order, and how they are asked for.

pub use crate::races::lru::keys::{BATCH, Loop, uniform};

/// The key with this number: distinct for distinct numbers, and as good as random (SplitMix64's finaliser, which is a bijection).
/// A sequence of multiples would be spread as well, but too evenly.
#[inline]
pub fn key(number: u64) -> u64 {
    let bits = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
