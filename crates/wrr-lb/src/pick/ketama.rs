//! A ring: consistent hashing with points on a circle.
//!
//! A key goes to the same endpoint as long as that is there, and when one leaves, only its own keys
//! move. Each endpoint has points on a circle of 2³² places, where hashes of its name put them; a
//! key belongs to the next point clockwise from its own hash.
//!
//! ```text
//!             0
//!         c   │   a          key ──▶ the next point: b
//!       ·     │     ·
//!     b ──────┼────── key    b leaves: its keys, and no others, go to the points after b's
//!       ·     │     ·
//!         a   │   b
//! ```
//!
//! With one point each, one endpoint may have ten times the arc of another. The share of an
//! endpoint with v points is within about 1/√v of the mean (a standard deviation): 8 % for 160.
//!
//! # The look-up
//!
//! Binary search over the 1.6 million points of 10 000 endpoints takes 20 steps, half of them cache
//! misses. But hashes are spread evenly, so that a point's place in a sorted array is nearly known:
//! it is about `hash / 2³²` of the way. The array is made half again as long as there are points,
//! and every point is put as near to its own place as the order allows, not before it. The gaps are
//! filled with copies of the next point:
//!
//! ```text
//!   place    0    1    2    3    4    5    6      of hashes below 64: 9 for each place
//!   array    5   12   13  (60) (60) (60)  60      a search for 11 begins in place 1 and ends there
//! ```
//!
//! 13 is at home in place 1, too. A search begins at the key's own place and goes on to the first
//! point that is not less: less than two steps on average, mostly within one cache line.
//!
//! # Which points
//!
//! [`Ring::ketama`] has libketama's, four from each MD5, so that clients in every language agree on
//! who has a key. Take it for servers that others use, too, such as memcached's. MD5 is three
//! quarters of what it takes to build. Where only our own balancers have to agree, [`Ring::new`]
//! has points from a fast hash, which is as stable, and is built several times as fast.
//!
//! # Invariants
//!
//! - The array is sorted, and every entry before a hash's own place is below that hash or a copy of
//!   one that is still to come.
//! - An endpoint's points depend on its name, and on the weights only in their number.
//!
//! # Complexity
//!
//! A look-up is O(1) expected: one cache miss. Building is O(1) expected a point, and a hash for
//! every two points, or an MD5 for every four; memory is 12 bytes a point.
//!
//! Source: Karger et al. (1997); libketama (Richard Jones, last.fm, 2007), of which points, owners
//! and the number of points by weight are exactly the same.

use std::io::Write;

use super::layout::{lay_out, place_of, places};
use crate::hash;
use crate::random::Random;
use crate::{ConfigError, Picker, Request};

/// A circle of points, each of which belongs to an endpoint.
///
/// ```
/// use wrr_lb::{Ring, ketama_hash};
///
/// let ring = Ring::ketama(&[("10.0.1.1:11211", 600), ("10.0.1.2:11211", 300)], 160)?;
/// assert_eq!(ring.owner(ketama_hash(b"some key")), Some(0));
/// # Ok::<(), wrr_lb::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct Ring {
    /// Points in the upper half, their owners in the lower, in order, with copies in the gaps. At
    /// the end, the first point again as the greatest one, for hashes that are beyond the last.
    slots: Box<[u64]>,
    /// How many slots there are before those at the end.
    used: usize,
    /// By how much a hash is multiplied to find its own place, in 2⁻³².
    places: u64,
    random: Random,
}

/// libketama's hash of a key: the first four bytes of its MD5, little-endian.
///
/// ```
/// assert_eq!(wrr_lb::ketama_hash(b"test"), 3_446_378_249);
/// ```
pub fn ketama_hash(key: &[u8]) -> u32 {
    digest_points(key)[0]
}

/// The four points that an MD5 gives.
fn digest_points(bytes: &[u8]) -> [u32; 4] {
    let digest = md5::compute(bytes).0;
    let (words, _) = digest.as_chunks::<4>();
    std::array::from_fn(|i| u32::from_le_bytes(words[i]))
}

impl Ring {
    /// How many points libketama gives an endpoint of mean weight.
    pub const KETAMA_POINTS: u32 = 160;

    /// The most points that an endpoint of mean weight can have.
    const MOST_POINTS: u32 = 1 << 16;

    /// The most points that a ring can have.
    pub(crate) const MOST: usize = 1 << 28;

    /// libketama's ring of endpoints (name and weight), if `points` is 160.
    ///
    /// An endpoint of mean weight has `points` points, others by weight; rounded down to multiples
    /// of four. As in libketama, an endpoint whose weight is below a fortieth of the mean (for 160
    /// points) has none.
    ///
    /// # Errors
    ///
    /// [`ConfigError::OutOfRange`] if `points` is no multiple of 4 from 4 to 65 536;
    /// [`ConfigError::TooManyEndpoints`] if there would be more than 2²⁸ points.
    pub fn ketama(endpoints: &[(&str, u32)], points: u32) -> Result<Self, ConfigError> {
        if points == 0 || !points.is_multiple_of(4) || points > Ring::MOST_POINTS {
            let allowed = "a multiple of 4 from 4 to 65536";
            return Err(ConfigError::out_of_range("points", points, allowed));
        }
        let sum: u64 = endpoints.iter().map(|&(_, weight)| u64::from(weight)).sum();
        let digests = f64::from(points / 4);
        // ANCHOR: ketama_count
        // In single and double precision just as libketama's C, for the same rounding.
        let count = |weight: u32| {
            let share = weight as f32 / sum as f32;
            let digests = f64::from(share) * digests * f64::from(endpoints.len() as f32);
            4 * (digests as f32).floor() as usize
        };
        // ANCHOR_END: ketama_count
        let mut text = Vec::new();
        Ring::build(endpoints, points, |all, owner, name, weight| {
            push_points(all, owner, name, count(weight), &mut text);
        })
    }

    /// A ring of endpoints (name and weight) on which one of mean weight has `points` points, and
    /// the others by weight; rounded down, but at least one.
    ///
    /// # Errors
    ///
    /// As [`Ring::ketama`], except that `points` may be any number from 1.
    pub fn new(endpoints: &[(&str, u32)], points: u32) -> Result<Self, ConfigError> {
        if points == 0 || points > Ring::MOST_POINTS {
            let allowed = "from 1 to 65536";
            return Err(ConfigError::out_of_range("points", points, allowed));
        }
        let sum: u64 = endpoints.iter().map(|&(_, weight)| u64::from(weight)).sum();
        let all = u128::from(points) * endpoints.len() as u128;
        let count = |weight: u32| (all * u128::from(weight) / u128::from(sum)).max(1) as usize;
        Ring::build(endpoints, points, |all, owner, name, weight| {
            push_fast_points(all, owner, name, count(weight));
        })
    }

    /// The same ring, which spreads requests without a key at random with this seed.
    pub fn seeded(self, seed: u64) -> Self {
        let random = self.random.seeded(seed);
        Ring { random, ..self }
    }

    /// The ring of all points that `push` pushes for each number, name and weight.
    fn build(
        endpoints: &[(&str, u32)],
        points: u32,
        mut push: impl FnMut(&mut Vec<u64>, u32, &str, u32),
    ) -> Result<Self, ConfigError> {
        let limit = Ring::MOST / points as usize;
        if endpoints.len() > limit {
            return Err(ConfigError::TooManyEndpoints {
                given: endpoints.len(),
                limit,
                remedy: "take fewer points for each",
            });
        }
        let mut all = Vec::with_capacity((points as usize + 1) * endpoints.len());
        for (owner, &(name, weight)) in (0..).zip(endpoints).filter(|(_, (_, weight))| *weight > 0)
        {
            push(&mut all, owner, name, weight);
        }
        let (slots, used) = lay_out(&all);
        Ok(Ring {
            slots,
            used,
            places: places(all.len()),
            random: Random::new(0),
        })
    }

    // ANCHOR: slot
    /// The slot of the first point that is not below `hash`.
    #[inline]
    fn slot(&self, hash: u32) -> Option<usize> {
        let from = place_of(hash, self.places);
        let above = u64::from(hash) << 32;
        let slots = self.slots.get(from..)?;
        slots
            .iter()
            .position(|&slot| slot >= above)
            .map(|steps| from + steps)
    }
    // ANCHOR_END: slot

    /// Whose the first point at or after `hash` is, counted from zero in the order of the
    /// endpoints. None if there is no point.
    #[inline]
    pub fn owner(&self, hash: u32) -> Option<usize> {
        self.slot(hash).map(|slot| owner_of(self.slots[slot]))
    }

    /// All points with their owners, in order.
    ///
    /// Where two endpoints have the same point, the first of them has it, and the other's is never
    /// found.
    pub fn points(&self) -> impl Iterator<Item = (u32, usize)> {
        let used = &self.slots[..self.used];
        // What is the same as the slot before is a copy.
        let points = used.chunk_by(|a, b| a == b).map(|copies| copies[0]);
        points.map(|slot| ((slot >> 32) as u32, owner_of(slot)))
    }

    /// The owners from `hash` on, once round the ring. They repeat.
    #[inline]
    pub(super) fn owners_from(&self, hash: u32) -> impl Iterator<Item = usize> {
        let (before, from) = self.slots.split_at(self.slot(hash).unwrap_or(0));
        from.iter().chain(before).map(|&slot| owner_of(slot))
    }

    /// The hash to look for: the key's, or one at random.
    #[inline]
    pub(super) fn hash_of(&self, request: Request) -> u32 {
        request.key.unwrap_or_else(|| self.random.next()) as u32
    }
}

#[inline]
fn owner_of(slot: u64) -> usize {
    slot as u32 as usize
}

// ANCHOR: push_points
/// The points of an endpoint: four of the MD5 of "name-0", four of that of "name-1", and so on.
fn push_points(all: &mut Vec<u64>, owner: u32, name: &str, count: usize, text: &mut Vec<u8>) {
    text.clear();
    text.extend_from_slice(name.as_bytes());
    text.push(b'-');
    for number in 0..count / 4 {
        text.truncate(name.len() + 1);
        write!(text, "{number}").expect("a vector grows");
        let points = digest_points(text);
        all.extend(points.map(|point| u64::from(point) << 32 | u64::from(owner)));
    }
}
// ANCHOR_END: push_points

// ANCHOR: push_fast_points
/// The points of an endpoint: two of each hash that comes from the hash of its name.
fn push_fast_points(all: &mut Vec<u64>, owner: u32, name: &str, count: usize) {
    let name = hash::of_name(name);
    let end = all.len() + count;
    for number in 0..count.div_ceil(2) as u64 {
        let hash = hash::nth(name, number);
        let points = [hash & !0xffff_ffff, hash << 32];
        all.extend(points.map(|point| point | u64::from(owner)));
    }
    all.truncate(end);
}
// ANCHOR_END: push_fast_points

impl Picker for Ring {
    #[inline]
    fn pick(&self, request: Request) -> Option<usize> {
        self.owner(self.hash_of(request))
    }
}
