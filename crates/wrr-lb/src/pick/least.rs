//! Weighted least connections: who has the fewest requests under way, by weight.
//!
//! It needs no estimate of anything: an endpoint that is slow keeps its requests longer, and so
//! gets fewer. Whoever has just come, though, has none, and gets all until it has as many as the
//! rest; a cluster starts it slowly for that reason.
//!
//! # Invariants
//!
//! - Nobody has a smaller `active / weight` than the picked one had when it was looked at.
//! - Among those that are equal, the round robin of the weights decides: the search begins with
//!   whom [`Cycle::smooth`] picks, and goes on from there. So endpoints without load share by
//!   weight.
//!
//! # Complexity
//!
//! A pick is O(n) reads, each of a cache line that other cores write to. For more than some 50
//! endpoints, [`PowerOfTwo`](crate::PowerOfTwo) is nearly as even at O(1).

use std::sync::Arc;

use super::Cycle;
use crate::{Load, Member, Picker, Request};

/// The endpoint with the fewest requests under way by weight.
///
/// ```
/// use std::sync::Arc;
/// use wrr_lb::{LeastConnections, Load, Member, Picker, Request};
///
/// let loads = [(); 2].map(|()| Arc::new(Load::new()));
/// let member = |name, weight, load| Member { name, weight, load };
/// let picker = LeastConnections::new(&[member("a", 2, &loads[0]), member("b", 1, &loads[1])]);
/// let picks: Vec<_> = (0..6).map(|_| {
///     let pick = picker.pick(Request::default()).unwrap();
///     loads[pick].start();
///     pick
/// }).collect();
/// assert_eq!(picks, [0, 1, 0, 0, 1, 0]);
/// ```
#[derive(Debug)]
pub struct LeastConnections {
    candidates: Box<[Candidate]>,
    /// With whom the search begins.
    first: Cycle,
}

#[derive(Debug)]
struct Candidate {
    load: Arc<Load>,
    weight: u32,
    endpoint: u32,
}

impl LeastConnections {
    /// A picker over the members whose weight is not zero.
    pub fn new(members: &[Member<'_>]) -> Self {
        let candidates: Box<[Candidate]> = (0..)
            .zip(members)
            .filter(|(_, member)| member.weight > 0)
            .map(|(endpoint, member)| Candidate {
                load: Arc::clone(member.load),
                weight: member.weight,
                endpoint,
            })
            .collect();
        let weights: Vec<u32> = candidates
            .iter()
            .map(|candidate| candidate.weight)
            .collect();
        LeastConnections {
            candidates,
            first: Cycle::smooth(&weights),
        }
    }
}

impl Picker for LeastConnections {
    // ANCHOR: pick
    fn pick(&self, request: Request) -> Option<usize> {
        let first = self.first.pick(request)?;
        let (before, from) = self.candidates.split_at(first);
        let mut best = &from[0];
        let mut least = u64::from(best.load.active());
        for candidate in from[1..].iter().chain(before) {
            if least == 0 {
                break;
            }
            let active = u64::from(candidate.load.active());
            // active / weight < least / best.weight, without dividing
            if active * u64::from(best.weight) < least * u64::from(candidate.weight) {
                (best, least) = (candidate, active);
            }
        }
        Some(best.endpoint as usize)
    }
    // ANCHOR_END: pick
}
