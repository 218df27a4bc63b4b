//! Maglev: consistent hashing by one read from a table.
//!
//! A ring's shares are uneven, and evening them out takes many points. Maglev, Google's network
//! balancer, wants even shares first and few moves second. Each endpoint has a permutation of the
//! table's entries, from the hash of its name, as the order of its wishes. They take turns, and
//! each takes the first entry on its list that is still free:
//!
//! ```text
//!   wishes of   b0: 3 0 4 1 5 2 6     entry  0  1  2  3  4  5  6
//!               b1: 0 2 4 6 1 3 5            b1 b0 b1 b0 b2 b2 b0
//!               b2: 3 4 5 6 0 1 2     without b1:
//!                                            b0 b0 b0 b0 b2 b2 b2
//! ```
//!
//! When an endpoint leaves, its entries go to others, and a few more change hands because somebody
//! else was faster (entry 6 above): with 65 537 entries and a hundred endpoints, some 2 % on top.
//! The paper's own balancers remember where connections went for that reason.
//!
//! # Invariants
//!
//! - The size is a prime, so that steps of any length visit every entry.
//! - Endpoints of equal weight differ by at most one entry. Others have within two entries of their
//!   share, and every endpoint whose weight is not zero has one.
//!
//! # Complexity
//!
//! A pick is one read. Building is O(m log m) expected for a table of m entries, which take 4
//! bytes.
//!
//! Source: Eisenbud et al., *Maglev: A Fast and Reliable Software Network Load Balancer* (NSDI
//! 2016), section 3.4; weights are as Envoy has them.

use crate::hash::{GOLDEN, mix, of_name, scale};
use crate::random::Random;
use crate::{ConfigError, Picker, Request};

/// A table of endpoints, found by the hash of the key.
///
/// ```
/// use wrr_lb::{Maglev, Picker, Request};
///
/// let picker = Maglev::new(&[("a", 1), ("b", 1), ("c", 1)], 251)?;
/// let home = picker.pick(Request::keyed("customer 17"));
/// assert_eq!(picker.pick(Request::keyed("customer 17")), home);
/// # Ok::<(), wrr_lb::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct Maglev {
    table: Box<[u32]>,
    random: Random,
}

/// An endpoint that waits for its turn to take an entry.
#[derive(Clone, Copy, Debug)]
struct Wishes {
    endpoint: u32,
    weight: u32,
    /// The entry that it wants most of those that it has not asked for.
    next: u32,
    /// From each wish to the one after it.
    skip: u32,
    /// A turn is had when this reaches the greatest weight.
    credit: u64,
}

impl Maglev {
    /// The paper's smaller table.
    pub const DEFAULT_SIZE: u32 = 65_537;

    /// The largest prime below 2²⁴: a table of 64 MiB.
    const LARGEST: u32 = 16_777_213;

    /// A table of `size` entries for endpoints (name and weight).
    ///
    /// Shares are within two entries of the weights', so that a hundred entries for each endpoint
    /// make it about one per cent.
    ///
    /// # Errors
    ///
    /// [`ConfigError::OutOfRange`] if `size` is no prime from 3 to 16 777 213;
    /// [`ConfigError::TooManyEndpoints`] if there are more of them than entries.
    pub fn new(endpoints: &[(&str, u32)], size: u32) -> Result<Self, ConfigError> {
        if !(3..=Maglev::LARGEST).contains(&size) || !is_prime(size) {
            let allowed = "a prime from 3 to 16777213, such as 251, 1021, 4093, 65537 or 655373";
            return Err(ConfigError::out_of_range("table_size", size, allowed));
        }
        let wishes = |(endpoint, &(name, weight)): (u32, &(&str, u32))| {
            let hash = of_name(name);
            Wishes {
                endpoint,
                weight,
                next: scale(mix(hash), size as usize) as u32,
                skip: 1 + scale(mix(hash ^ GOLDEN), size as usize - 1) as u32,
                credit: 0,
            }
        };
        let waiting = (0..).zip(endpoints).map(wishes);
        let waiting: Vec<Wishes> = waiting.filter(|wishes| wishes.weight > 0).collect();
        if waiting.len() > size as usize {
            return Err(ConfigError::TooManyEndpoints {
                given: waiting.len(),
                limit: size as usize,
                remedy: "take a larger table_size, better a hundred times as many",
            });
        }
        Ok(Maglev {
            table: fill(waiting, size),
            random: Random::new(0),
        })
    }

    /// The same table, which spreads requests without a key at random with this seed.
    pub fn seeded(self, seed: u64) -> Self {
        let random = self.random.seeded(seed);
        Maglev { random, ..self }
    }

    /// Whose each entry is; nothing if there is nobody.
    pub fn table(&self) -> &[u32] {
        &self.table
    }
}

/// No entry.
const FREE: u32 = u32::MAX;

// ANCHOR: fill
/// Lets everybody take entries in turn, by weight, until none is free.
fn fill(mut waiting: Vec<Wishes>, size: u32) -> Box<[u32]> {
    let Some(heaviest) = waiting.iter().map(|wishes| u64::from(wishes.weight)).max() else {
        return Box::default();
    };
    for wishes in &mut waiting {
        // In the first round, everybody has a turn.
        wishes.credit = heaviest - u64::from(wishes.weight);
    }
    let mut table = vec![FREE; size as usize];
    let mut free = size;
    while free > 0 {
        for wishes in &mut waiting {
            wishes.credit += u64::from(wishes.weight);
            if wishes.credit >= heaviest && free > 0 {
                wishes.credit -= heaviest;
                *wishes.next_free(&mut table) = wishes.endpoint;
                free -= 1;
            }
        }
    }
    table.into()
}
// ANCHOR_END: fill

impl Wishes {
    // ANCHOR: next_free
    /// The first entry on the list that nobody has taken. There must be one.
    fn next_free<'a>(&mut self, table: &'a mut [u32]) -> &'a mut u32 {
        let size = table.len() as u32;
        while table[self.next as usize] != FREE {
            self.next += self.skip;
            if self.next >= size {
                self.next -= size;
            }
        }
        &mut table[self.next as usize]
    }
    // ANCHOR_END: next_free
}

fn is_prime(n: u32) -> bool {
    let mut divisors = (2..).take_while(|d| d * d <= n);
    n > 1 && divisors.all(|d| !n.is_multiple_of(d))
}

impl Picker for Maglev {
    #[inline]
    fn pick(&self, request: Request) -> Option<usize> {
        let key = request.key.unwrap_or_else(|| self.random.next());
        // Mixed, because what comes as a key may have its entropy anywhere.
        let entry = self.table.get(scale(mix(key), self.table.len()))?;
        Some(*entry as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(endpoint: u32, next: u32, skip: u32) -> Wishes {
        Wishes {
            endpoint,
            weight: 1,
            next,
            skip,
            credit: 0,
        }
    }

    #[test]
    fn fills_the_table_of_the_paper() {
        let [b0, b1, b2] = [wishes(0, 3, 4), wishes(1, 0, 2), wishes(2, 3, 1)];
        assert_eq!(fill(vec![b0, b1, b2], 7)[..], [1, 0, 1, 0, 2, 2, 0]);
        assert_eq!(fill(vec![b0, b2], 7)[..], [0, 0, 0, 0, 2, 2, 2]);
    }
}
