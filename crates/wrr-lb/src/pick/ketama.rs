//! The ketama ring: consistent hashing that clients in every language agree on.
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
//! # Invariants
//!
//! - The array is sorted, and every entry before a hash's own place is below that hash or a copy of
//!   one that is still to come.
//! - An endpoint's points depend on its name, and on the weights only in their number.
//!
//! # Complexity
//!
//! A look-up is O(1) expected: one cache miss. Building is an MD5 for every four points, and a
//! sort; memory is 12 bytes a point.
//!
//! Source: Karger et al. (1997); libketama (Richard Jones, last.fm, 2007), of which points, owners
//! and the number of points by weight are exactly the same.

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
        Ring::build(endpoints, points, count)
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
        Ring::build(endpoints, points, |weight| {
            (all * u128::from(weight) / u128::from(sum)).max(1) as usize
        })
    }

    /// The same ring, which spreads requests without a key at random with this seed.
    pub fn seeded(self, seed: u64) -> Self {
        let random = Random::new(seed);
        Ring { random, ..self }
    }

    fn build(
        endpoints: &[(&str, u32)],
        points: u32,
        count: impl Fn(u32) -> usize,
    ) -> Result<Self, ConfigError> {
        let limit = Ring::MOST / points as usize;
        if endpoints.len() > limit {
            return Err(ConfigError::TooManyEndpoints {
                given: endpoints.len(),
                limit,
                remedy: "take fewer points for each",
            });
        }
        let mut all = Vec::with_capacity(points as usize * endpoints.len());
        let mut text = String::new();
        for (owner, &(name, weight)) in (0..).zip(endpoints).filter(|(_, (_, weight))| *weight > 0)
        {
            push_points(&mut all, owner, name, count(weight), &mut text);
        }
        Ok(Ring::lay_out(&sorted(&all)))
    }

    // ANCHOR: lay_out
    /// Puts sorted points near the places where searches for them begin.
    fn lay_out(points: &[u64]) -> Self {
        let places = (points.len() + points.len() / 2) as u64;
        let mut slots = Vec::with_capacity(places as usize + 2);
        for &point in points {
            let place = place_of((point >> 32) as u32, places);
            // Copies up to its own place, and itself there or right behind the one before it.
            slots.resize(place.max(slots.len()) + 1, point);
        }
        let used = slots.len();
        if let Some(first) = points.first() {
            // One more than the last place, so that a search always ends.
            let around = u64::from(u32::MAX) << 32 | (first & 0xffff_ffff);
            slots.resize(used.max(places as usize) + 1, around);
        }
        Ring {
            slots: slots.into(),
            used,
            places,
            random: Random::new(0),
        }
    }
    // ANCHOR_END: lay_out

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

// ANCHOR: sorted
/// Points in order. They are spread evenly, so that dealing them out by their upper bits makes small
/// heaps of about the same size, each of which is sorted within the processor's cache.
fn sorted(points: &[u64]) -> Vec<u64> {
    const HEAPS: usize = 1 << 11;
    let heap = |point: u64| (point >> (64 - HEAPS.ilog2())) as usize;
    let mut ends = vec![0; HEAPS];
    points.iter().for_each(|&point| ends[heap(point)] += 1);
    let mut next = 0;
    for end in &mut ends {
        next += std::mem::replace(end, next);
    }
    // Each is now where its heap begins, and moves to where it ends.
    let mut sorted = vec![0; points.len()];
    for &point in points {
        let end = &mut ends[heap(point)];
        sorted[*end] = point;
        *end += 1;
    }
    let mut from = 0;
    for end in ends {
        sorted[from..end].sort_unstable();
        from = end;
    }
    sorted
}
// ANCHOR_END: sorted

/// Where a search for `hash` begins among so many places.
#[inline]
fn place_of(hash: u32, places: u64) -> usize {
    ((u64::from(hash) * places) >> 32) as usize
}

#[inline]
fn owner_of(slot: u64) -> usize {
    slot as u32 as usize
}

// ANCHOR: push_points
/// The points of an endpoint: four of the MD5 of "name-0", four of that of "name-1", and so on.
fn push_points(all: &mut Vec<u64>, owner: u32, name: &str, count: usize, text: &mut String) {
    for number in 0..count.div_ceil(4) {
        use std::fmt::Write;
        text.clear();
        write!(text, "{name}-{number}").expect("a string grows");
        let points = digest_points(text.as_bytes()).into_iter();
        let points = points.take(count - 4 * number);
        all.extend(points.map(|point| u64::from(point) << 32 | u64::from(owner)));
    }
}
// ANCHOR_END: push_points

impl Picker for Ring {
    #[inline]
    fn pick(&self, request: Request) -> Option<usize> {
        self.owner(self.hash_of(request))
    }
}
