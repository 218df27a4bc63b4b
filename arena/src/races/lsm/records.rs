//! Records, as db_bench makes them, and the distributions by which they are asked for.

use rand::{RngExt, SeedableRng, distr::Distribution, rngs::StdRng};
use rand_distr::Zipf;

use crate::races::ordered::keys;

/// Bytes of a key.
pub const KEY: usize = 16;

/// What records are found by.
pub type Key = [u8; KEY];

/// What is stored.
pub type Value = [u8; 100];

/// Bytes that a user writes with one record.
pub const RECORD: u64 = (KEY + 100) as u64;

/// db_bench's key with this number: the number, big-endian, and zeros. Keys ascend with numbers.
#[inline]
pub fn key(number: u64) -> Key {
    let mut key = [b'0'; KEY];
    key[..8].copy_from_slice(&number.to_be_bytes());
    key
}

/// YCSB's key with this number: its hash, so that keys are in no order; and then the number, so
/// that they are distinct.
#[inline]
pub fn random_key(number: u64) -> Key {
    let mut key = [0; KEY];
    key[..8].copy_from_slice(&keys::key(number).to_be_bytes());
    key[8..].copy_from_slice(&number.to_be_bytes());
    key
}

/// A value that compresses to about half, as db_bench's do: 50 random bytes, twice. It is another
/// for each `version`.
#[inline]
pub fn value(version: u64) -> Value {
    let mut value = [0; 100];
    let (half, other) = value.split_at_mut(50);
    for (word, chunk) in half.chunks_mut(8).enumerate() {
        let bits = keys::key(version.wrapping_mul(7).wrapping_add(word as u64));
        chunk.copy_from_slice(&bits.to_be_bytes()[..chunk.len()]);
    }
    other.copy_from_slice(half);
    value
}

/// `count` numbers below `below`, uniformly.
pub fn uniform(below: u64, count: usize, seed: u64) -> Vec<u64> {
    let mut random = StdRng::seed_from_u64(seed);
    (0..count).map(|_| random.random_range(0..below)).collect()
}

/// YCSB's two distributions with a preference, with its constants.
pub struct Popular {
    zipf: Zipf<f64>,
    random: StdRng,
}

/// YCSB draws its scrambled ranks from so many items, however many there are.
const ITEMS: f64 = 1e10;
/// YCSB's constant of the zipfian distribution.
const EXPONENT: f64 = 0.99;

impl Popular {
    /// Of ranks from a universe of `items`; all that there are for [`Popular::latest`], `None` for
    /// YCSB's constant.
    pub fn new(items: Option<u64>, seed: u64) -> Self {
        let items = items.map_or(ITEMS, |items| items as f64);
        Self {
            zipf: Zipf::new(items, EXPONENT)
                .expect("there are items, and the exponent is positive"),
            random: StdRng::seed_from_u64(seed),
        }
    }

    fn rank(&mut self) -> u64 {
        self.zipf.sample(&mut self.random) as u64 - 1
    }

    /// "Scrambled zipfian": a few of `records` records are asked for most, wherever they are.
    pub fn scrambled(&mut self, records: u64) -> u64 {
        fnv(self.rank()) % records
    }

    /// "Latest": of `records` records, those with the highest numbers are asked for most.
    pub fn latest(&mut self, records: u64) -> u64 {
        records - 1 - self.rank().min(records - 1)
    }

    /// Uniformly below `below`.
    pub fn below(&mut self, below: u64) -> u64 {
        self.random.random_range(0..below)
    }
}

/// FNV-1a of a number's bytes, with which YCSB scrambles.
fn fnv(number: u64) -> u64 {
    number
        .to_le_bytes()
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_records_are_asked_for_most() {
        let mut popular = Popular::new(None, 1);
        let mut count = vec![0_u32; 1_000];
        for _ in 0..100_000 {
            count[popular.scrambled(1_000) as usize] += 1;
        }
        count.sort_unstable_by(|a, b| b.cmp(a));
        let most: u32 = count[..10].iter().sum();
        assert!((8_000..20_000).contains(&most), "{most} of 100 000");
        assert!(count[999] > 0, "everyone is asked for sometimes");
    }

    #[test]
    fn the_latest_are_asked_for_most() {
        let mut popular = Popular::new(Some(1_000), 1);
        let drawn: Vec<u64> = (0..10_000).map(|_| popular.latest(1_000)).collect();
        let newest = drawn.iter().filter(|&&number| number >= 990).count();
        assert!((3_000..5_000).contains(&newest), "{newest} of 10 000");
    }

    #[test]
    fn half_of_a_value_is_the_other_half() {
        let value = value(3);
        assert_eq!(value[..50], value[50..]);
        assert_ne!(value, super::value(4));
    }
}
