//! Rendezvous hashing: every endpoint bids for the key, and the highest bid wins.
//!
//! The bid is a hash of key and name together. No table, no ring, no points: when an endpoint
//! leaves, exactly its keys move, each to the second highest bidder, and so evenly to all others.
//! The price is that all have to bid.
//!
//! With weights, the bid is `−w / ln u`, where u is the hash as a number between 0 and 1: the first
//! of several exponential clocks that run at speed w is that of an endpoint with probability w/W.
//! When a weight changes, keys move to it or from it, and nowhere else.
//!
//! # Invariants
//!
//! - An endpoint's bid for a key depends on nobody else.
//! - −ln u is at least 1 − u, so that whoever would lose with the latter needs no logarithm; only
//!   about ln n do.
//!
//! # Complexity
//!
//! A pick is O(n) multiplications over an array of 8 bytes an endpoint (16 with different weights):
//! about a nanosecond each. Up to some tens of endpoints that is as fast as anything.
//!
//! Source: Thaler and Ravishankar (1998), Highest Random Weight; Schindelhauer and Schomaker (2005)
//! for the weights.

use crate::hash::{mix, of_name};
use crate::random::Random;
use crate::{Picker, Request};

/// The highest bidder for the key.
///
/// ```
/// use wrr_lb::{Picker, Rendezvous, Request};
///
/// let three = Rendezvous::new(&[("a", 1), ("b", 1), ("c", 1)]);
/// let two = Rendezvous::new(&[("a", 1), ("b", 1)]);
/// let key = Request::keyed("customer 17");
/// let home = three.pick(key);
/// assert!(home == Some(2) || two.pick(key) == home);
/// ```
#[derive(Debug)]
pub struct Rendezvous {
    /// The hashes of the names.
    names: Box<[u64]>,
    /// 1/weight; nothing if all are the same.
    slowness: Box<[f64]>,
    /// Their numbers.
    endpoints: Box<[u32]>,
    random: Random,
}

impl Rendezvous {
    /// A picker over the endpoints (name and weight) whose weight is not zero.
    pub fn new(endpoints: &[(&str, u32)]) -> Self {
        let bidders: Vec<_> = (0..)
            .zip(endpoints)
            .filter(|(_, (_, weight))| *weight > 0)
            .collect();
        let is_even = bidders
            .iter()
            .all(|(_, (_, weight))| *weight == bidders[0].1.1);
        let slowness = bidders
            .iter()
            .map(|(_, (_, weight))| 1.0 / f64::from(*weight));
        Rendezvous {
            names: bidders.iter().map(|(_, (name, _))| of_name(name)).collect(),
            slowness: slowness
                .take(if is_even { 0 } else { bidders.len() })
                .collect(),
            endpoints: bidders.iter().map(|(endpoint, _)| *endpoint).collect(),
            random: Random::new(0),
        }
    }

    /// The same picker, which spreads requests without a key at random with this seed.
    pub fn seeded(self, seed: u64) -> Self {
        let random = self.random.seeded(seed);
        Rendezvous { random, ..self }
    }

    /// The position of the highest bidder when weights do not matter.
    #[inline]
    fn highest(&self, key: u64) -> Option<usize> {
        let bids = self.names.iter().map(|&name| bid(key, name)).enumerate();
        bids.max_by_key(|&(_, bid)| bid)
            .map(|(position, _)| position)
    }

    // ANCHOR: weighted
    /// The position of the first clock to ring: the smallest −ln u / weight.
    #[inline]
    fn first_to_ring(&self, key: u64) -> Option<usize> {
        let (mut first, mut position) = (f64::INFINITY, None);
        for (index, (&name, slowness)) in self.names.iter().zip(&self.slowness).enumerate() {
            // Between 0 and 1, and neither of them.
            let u = ((bid(key, name) >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64);
            if (1.0 - u) * slowness < first {
                let time = -u.ln() * slowness;
                if time < first {
                    (first, position) = (time, Some(index));
                }
            }
        }
        position
    }
    // ANCHOR_END: weighted
}

/// The bid of a name for a key, both of which are hashes.
#[inline]
fn bid(key: u64, name: u64) -> u64 {
    let product = u128::from(key ^ name) * 0xe703_7ed1_a0b4_28db_u128;
    (product as u64) ^ ((product >> 64) as u64)
}

impl Picker for Rendezvous {
    #[inline]
    fn pick(&self, request: Request) -> Option<usize> {
        let key = mix(request.key.unwrap_or_else(|| self.random.next()));
        let position = if self.slowness.is_empty() {
            self.highest(key)
        } else {
            self.first_to_ring(key)
        };
        position.map(|position| self.endpoints[position] as usize)
    }
}
