//! Key sequences. They are made before a measurement starts, and are the same for all contestants
//! of a round.
//!
//! Synthetic ones are sequences of key numbers, which are half as long in memory as keys; [`key`]
//! turns one into the other for a multiplication.

use std::{fs::File, hint::black_box, io::Read, path::Path};

use lzma_rust2::XzReader;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, Zipf};

/// The exponent of the Zipf distribution, as in YCSB.
const EXPONENT: f64 = 0.99;

/// The key with this number: distinct for distinct numbers, and spread over all 64 bits.
#[inline]
pub fn key(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// `length` numbers below `population`, each as likely as any other.
pub fn uniform(population: u32, length: usize, seed: u64) -> Vec<u32> {
    let mut random = StdRng::seed_from_u64(seed);
    (0..length)
        .map(|_| random.random_range(0..population))
        .collect()
}

/// `length` numbers below `population`: `i` with a probability proportional to `1 / (i + 1)^0.99`.
pub fn zipf(population: u32, length: usize, seed: u64) -> Vec<u32> {
    let mut random = StdRng::seed_from_u64(seed);
    let ranks =
        Zipf::new(f64::from(population), EXPONENT).expect("population and exponent are positive");
    (0..length)
        .map(|_| ranks.sample(&mut random) as u32 - 1)
        .collect()
}

/// Operations of one call of a measured closure: tens of microseconds.
pub const BATCH: usize = 4_096;

/// Walks through a sequence, a batch at a time, and round again.
pub struct Loop<T> {
    /// The sequence.
    pub items: Vec<T>,
    next: usize,
}

impl<T> Loop<T> {
    /// # Panics
    ///
    /// If the sequence is not a whole number of batches.
    pub fn new(items: Vec<T>) -> Self {
        let whole = !items.is_empty() && items.len().is_multiple_of(BATCH);
        assert!(whole, "a sequence is a whole number of batches");
        Self { items, next: 0 }
    }

    /// The next [`BATCH`] items.
    pub fn batch(&mut self) -> &[T] {
        let start = self.next;
        self.next = (start + BATCH) % self.items.len();
        black_box(&self.items[start..start + BATCH])
    }
}

/// The trace web07: product pages of a shop, in the order in which they were requested. Big-endian
/// `u32` each.
///
/// # Panics
///
/// If the file is not there or is not what it was.
pub fn web07() -> Vec<u64> {
    const REQUESTS: usize = 76_118;
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/lru/tests/data/web07.trace.xz");
    let file = File::open(&path)
        .unwrap_or_else(|error| panic!("cannot open the trace {}: {error}", path.display()));
    let mut bytes = Vec::new();
    XzReader::new(file, false)
        .read_to_end(&mut bytes)
        .expect("the trace is an xz file");
    let (words, rest) = bytes.as_chunks::<4>();
    assert!(
        rest.is_empty() && words.len() == REQUESTS,
        "web07 has {REQUESTS} requests of four bytes"
    );
    words
        .iter()
        .map(|word| u64::from(u32::from_be_bytes(*word)))
        .collect()
}
