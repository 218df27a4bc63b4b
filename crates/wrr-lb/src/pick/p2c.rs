//! The power of two choices: the less loaded of two drawn at random.
//!
//! The least loaded of all is the wrong one to pick when there are many balancers, or when what is
//! known is a little old: everybody picks the same endpoint, at once. Of two at random, hardly
//! anybody has the same two. And it is nearly as even: throw n balls into n bins at random, and the
//! fullest has about ln n / ln ln n; look into two bins for each ball, and it has ln ln n / ln 2.
//!
//! # Invariants
//!
//! - The two are drawn by weight, and compared by `active / weight`. When they are equal, it is the
//!   first: so endpoints without load share exactly by weight.
//! - The two differ: always if all weights are the same; else the second is drawn again, up to
//!   three times, if it is the first.
//!
//! # Complexity
//!
//! A pick is O(1): one or two random numbers, and two reads of other endpoints' cache lines.
//!
//! Source: Mitzenmacher, *The Power of Two Choices in Randomized Load Balancing* (2001).

use std::sync::Arc;

use super::alias::Table;
use crate::random::Random;
use crate::{Load, Member, Picker, Request};

/// The less loaded of two endpoints drawn at random by weight.
///
/// ```
/// use std::sync::Arc;
/// use wrr_lb::{Load, Member, Picker, PowerOfTwo, Request};
///
/// let loads = [(); 2].map(|()| Arc::new(Load::new()));
/// let member = |name, load| Member { name, weight: 1, load };
/// let picker = PowerOfTwo::new(&[member("a", &loads[0]), member("b", &loads[1])], 42);
/// loads[0].start();
/// assert_eq!(picker.pick(Request::default()), Some(1));
/// ```
#[derive(Debug)]
pub struct PowerOfTwo(Pairs);

impl PowerOfTwo {
    /// A picker over the members whose weight is not zero, that draws with this seed.
    pub fn new(members: &[Member<'_>], seed: u64) -> Self {
        PowerOfTwo(Pairs::new(members, seed))
    }
}

impl Picker for PowerOfTwo {
    // ANCHOR: pick
    #[inline]
    fn pick(&self, _: Request) -> Option<usize> {
        let (one, other) = self.0.draw()?;
        let [(a, a_weight), (b, b_weight)] =
            [one, other].map(|endpoint| self.0.candidate(endpoint));
        let is_less = u64::from(b.active()) * a_weight < u64::from(a.active()) * b_weight;
        Some(if is_less { other } else { one })
    }
    // ANCHOR_END: pick
}

/// What two can be drawn from.
#[derive(Debug)]
pub(super) struct Pairs {
    candidates: Box<[(Arc<Load>, u32)]>,
    table: Table,
    random: Random,
}

impl Pairs {
    pub(super) fn new(members: &[Member<'_>], seed: u64) -> Self {
        let weights: Vec<u32> = members.iter().map(|member| member.weight).collect();
        let candidate = |member: &Member<'_>| (Arc::clone(member.load), member.weight);
        Pairs {
            candidates: members.iter().map(candidate).collect(),
            table: Table::new(&weights),
            random: Random::new(seed),
        }
    }

    /// An endpoint's load and weight.
    #[inline]
    pub(super) fn candidate(&self, endpoint: usize) -> (&Load, u64) {
        let (load, weight) = &self.candidates[endpoint];
        (load, u64::from(*weight))
    }

    /// Two endpoints by weight, different ones if it can be.
    #[inline]
    pub(super) fn draw(&self) -> Option<(usize, usize)> {
        let random = self.random.next();
        let one = self.table.draw(random)?;
        if let Table::Even(n) = self.table {
            if n == 1 {
                return Some((0, 0));
            }
            // One of the others: those from the first on move up by one.
            let other = (((random & 0xffff_ffff) * (n as u64 - 1)) >> 32) as usize;
            return Some((one, other + usize::from(other >= one)));
        }
        let mut others = (0..3).filter_map(|_| self.table.draw(self.random.next()));
        Some((one, others.find(|&other| other != one).unwrap_or(one)))
    }
}
