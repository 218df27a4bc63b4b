//! Consistent hashing with bounded loads: by key, but nobody gets far more than the mean.
//!
//! On a ring, an endpoint has the keys of its arc, and if one of them is popular, all that goes
//! with it. Here an endpoint has a capacity: `factor` times the mean number of requests under way,
//! rounded up. A request goes to the first endpoint, clockwise from its key, that is not full.
//!
//! ```text
//!   key ──▶ a (full) ──▶ c (full) ──▶ a (full) ──▶ b    capacity: ⌈factor · (active + 1) · share⌉
//! ```
//!
//! A small factor is even, and sends keys astray often; a large one is the plain ring. When an
//! endpoint leaves, keys move that were not its own, because others become full or not; but their
//! number is a constant (about 1/ε² for a factor of 1 + ε), and does not grow with the number of
//! endpoints.
//!
//! # Invariants
//!
//! - The capacities add up to more than what is under way, so that somebody has room.
//! - Up to 64 endpoints, what is under way is added up for each pick: if picks come one after the
//!   other, nobody ever has more than its capacity. (Threads that pick at the same moment do not
//!   see each other, and may go beyond it by one less than there are of them.)
//! - Of more endpoints, each pick looks at the next 64 in turn. The sum is then as old as it takes
//!   to go round, in which time picks raise the mean by 1/64 at most.
//!
//! # Complexity
//!
//! A pick is O(1): at most 64 reads for the sum, and a few steps on the ring as long as the factor
//! is not close to one.
//!
//! Source: Mirrokni, Thorup and Zadimoghaddam, *Consistent Hashing with Bounded Loads* (SODA 2018).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use super::Ring;
use super::round_robin::Walk;
use crate::{ConfigError, Load, Member, Picker, Request};

/// How many loads a pick looks at to know the mean.
const LOOK: usize = 64;

/// A ring on which nobody has more than a multiple of the mean load.
///
/// ```
/// use std::sync::Arc;
/// use wrr_lb::{BoundedLoad, Load, Member, Picker, Request};
///
/// let loads = [(); 4].map(|()| Arc::new(Load::new()));
/// let names = ["a", "b", "c", "d"];
/// let member = |(name, load)| Member { name, weight: 1, load };
/// let members: Vec<_> = names.into_iter().zip(&loads).map(member).collect();
/// let picker = BoundedLoad::new(&members, 1.25, 160)?;
/// // A hundred requests for the same key: on a plain ring, all of them for the same endpoint.
/// for _ in 0..100 {
///     loads[picker.pick(Request::hashed(1)).unwrap()].start();
/// }
/// assert_eq!(loads.each_ref().map(|load| load.active()).into_iter().max(), Some(32));
/// # Ok::<(), wrr_lb::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct BoundedLoad {
    ring: Ring,
    factor: f64,
    members: Box<[Share]>,
    sum: Sum,
}

#[derive(Debug)]
struct Share {
    load: Arc<Load>,
    /// Of all weights.
    share: f64,
    /// The requests under way when it was last looked at; of no use up to [`LOOK`] members.
    seen: AtomicU32,
}

/// The requests under way, of more than [`LOOK`] endpoints.
#[derive(Debug, Default)]
struct Sum {
    /// The sum of what was last seen of each.
    seen: AtomicU64,
    /// Who is looked at next.
    next: Walk,
}

impl BoundedLoad {
    /// How much above the mean an endpoint may be, unless said otherwise: a quarter.
    pub const DEFAULT_FACTOR: f64 = 1.25;

    /// A ring of members with `points` points each, as [`Ring::new`] has them, on which nobody gets
    /// more than `factor` times its share of the requests under way.
    ///
    /// # Errors
    ///
    /// [`ConfigError::OutOfRange`] if `factor` is not finite and above 1, and as [`Ring::new`].
    pub fn new(members: &[Member<'_>], factor: f64, points: u32) -> Result<Self, ConfigError> {
        if !factor.is_finite() || factor <= 1.0 {
            let allowed = "a number above 1; the usual ones are from 1.1 to 2";
            return Err(ConfigError::out_of_range("factor", factor, allowed));
        }
        let named: Vec<_> = members
            .iter()
            .map(|member| (member.name, member.weight))
            .collect();
        let weights: f64 = members.iter().map(|member| f64::from(member.weight)).sum();
        let share = |member: &Member<'_>| Share {
            load: Arc::clone(member.load),
            share: f64::from(member.weight) / weights,
            seen: AtomicU32::new(0),
        };
        let picker = BoundedLoad {
            ring: Ring::new(&named, points)?,
            factor,
            members: members.iter().map(share).collect(),
            sum: Sum::default(),
        };
        picker.look_at(0..picker.members.len());
        Ok(picker)
    }

    /// The same picker, which spreads requests without a key at random with this seed.
    pub fn seeded(self, seed: u64) -> Self {
        let ring = self.ring.seeded(seed);
        BoundedLoad { ring, ..self }
    }

    /// How many requests are under way. Beyond [`LOOK`] endpoints, it looks at the next few.
    #[inline]
    fn active(&self) -> u64 {
        if self.members.len() <= LOOK {
            let active = self
                .members
                .iter()
                .map(|member| u64::from(member.load.active()));
            return active.sum();
        }
        let part = self.sum.next.step(self.members.len().div_ceil(LOOK));
        self.look_at(part * LOOK..self.members.len().min((part + 1) * LOOK));
        self.sum.seen.load(Relaxed)
    }

    /// Brings the sum up to date with some members.
    fn look_at(&self, range: std::ops::Range<usize>) {
        let mut change = 0u64;
        for Share { load, seen, .. } in &self.members[range] {
            let active = load.active();
            // Most have not changed, and are not written to. Each change is counted by whoever
            // swaps it in, so that the sum is that of all `seen`, whatever the threads' order.
            if seen.load(Relaxed) != active {
                let before = seen.swap(active, Relaxed);
                change = change
                    .wrapping_add(u64::from(active))
                    .wrapping_sub(u64::from(before));
            }
        }
        if change != 0 {
            self.sum.seen.fetch_add(change, Relaxed);
        }
    }
}

impl Picker for BoundedLoad {
    // ANCHOR: pick
    fn pick(&self, request: Request) -> Option<usize> {
        let hash = self.ring.hash_of(request);
        let first = self.ring.owner(hash)?;
        let budget = self.factor * (self.active() + 1) as f64;
        let has_room = |&endpoint: &usize| {
            let Share { load, share, .. } = &self.members[endpoint];
            f64::from(load.active()) < (budget * share).ceil()
        };
        // Nobody has room only if others pick at the same time. Then it is as on a plain ring.
        self.ring.owners_from(hash).find(has_room).or(Some(first))
    }
    // ANCHOR_END: pick
}
