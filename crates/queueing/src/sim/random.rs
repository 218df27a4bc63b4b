//! Random numbers that a seed determines.

use std::f64::consts::TAU;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// One stream of random numbers.
///
/// A simulation has several, so that what it draws for one purpose does not depend on what it draws
/// for another: with the same seed, one line and eight lines see the same requests at the same
/// times.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    generator: ChaCha8Rng,
}

impl Random {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Random { generator }
    }

    /// Above 0 and at most 1, so that it has a logarithm.
    pub(crate) fn uniform(&mut self) -> f64 {
        let bits = (self.generator.next_u64() >> 11) + 1;
        bits as f64 / (1u64 << 53) as f64
    }

    // ANCHOR: exponential
    /// Exponential with the mean 1: the time until something happens that is as likely in every
    /// moment.
    pub(crate) fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }
    // ANCHOR_END: exponential

    /// Normal with the mean 0 and the variance 1, by the method of Box and Muller (1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (2.0 * self.exponential()).sqrt();
        radius * (TAU * self.uniform()).cos()
    }

    /// Below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.generator.next_u64()) * bound as u128) >> 64) as usize
    }
}
