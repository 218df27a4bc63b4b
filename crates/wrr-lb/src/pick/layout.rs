//! Puts the points of a ring where a look-up begins to search for them.
//!
//! The array of a [`Ring`](crate::Ring) is sorted, and each point is as near as that allows to its
//! own place, which is known from its upper bits. That is a hash table: open addressing with linear
//! probing in which a smaller point goes before a greater one. So nothing need be sorted, points
//! are inserted. The one that is put in a place where a greater one is carries that on to the next:
//!
//! ```text
//!   insert 11, at home in place 1         place    0    1    2    3    4
//!                                         before   5   13    ·    ·    ·
//!     11 < 13: take its place             then     5   11    ·    ·    ·    carry 13
//!     nothing there                       after    5   11   13    ·    ·
//! ```
//!
//! The order in which points come makes no difference to where they end.
//!
//! # Complexity
//!
//! With two points to three places, a point is compared with two others on average, if points are
//! spread evenly. When the array does not fit the processor's cache, each would be a cache miss;
//! so many points are dealt out first, by their upper bits, to heaps of which each fits.

use std::borrow::Cow;

/// No point: an owner is a much smaller number.
const EMPTY: u64 = u64::MAX;

/// About as many slots as a heap of points goes to.
const STEP: usize = HEAP + HEAP / 2;

/// Points of a heap, on average.
const HEAP: usize = 1 << 13;

/// Slots from a place on that are always there.
const SPARE: usize = 4;

/// Points and owners (upper and lower half) in order, each as near to its own place as can be, with
/// copies of the next one before it; at the end, the first again as the greatest, for hashes beyond
/// the last. And how many slots there are before those at the end.
// ANCHOR: lay_out
pub(super) fn lay_out(points: &[u64]) -> (Box<[u64]>, usize) {
    let places = places(points.len());
    // So many slots at a time, that they are still in the cache when the points come.
    let step = SPARE + STEP.min(places as usize);
    let mut slots = Vec::with_capacity(places as usize + step);
    slots.resize(step, EMPTY);
    for &point in &*dealt(points) {
        let place = place_of((point >> 32) as u32, places);
        if slots.len() < place + SPARE {
            slots.resize(place + step, EMPTY);
        }
        insert(&mut slots, place, point);
    }
    let Some(first) = slots.iter().find(|&&slot| slot != EMPTY) else {
        return Default::default();
    };
    let around = u64::from(u32::MAX) << 32 | (first & 0xffff_ffff);
    let used = 1 + slots.iter().rposition(|&slot| slot != EMPTY).unwrap_or(0);
    // One more than the last place, so that a search always ends.
    slots.resize(used.max(places as usize) + 1, EMPTY);
    let mut next = around;
    for slot in slots.iter_mut().rev() {
        next = if *slot == EMPTY { next } else { *slot };
        *slot = next;
    }
    (slots.into(), used)
}

/// Puts a point at its place or after it, in order, and what was there further on.
#[inline]
fn insert(slots: &mut Vec<u64>, place: usize, point: u64) {
    let mut carried = point;
    // Nine in ten end within these, and to go through all of them takes less time than to guess
    // wrong where to stop.
    for slot in &mut slots[place..place + SPARE] {
        (*slot, carried) = ((*slot).min(carried), (*slot).max(carried));
    }
    let mut place = place + SPARE;
    while carried != EMPTY {
        if place == slots.len() {
            slots.push(EMPTY);
        }
        let slot = &mut slots[place];
        (*slot, carried) = ((*slot).min(carried), (*slot).max(carried));
        place += 1;
    }
}
// ANCHOR_END: lay_out

/// How many places so many points are spread over.
pub(super) fn places(points: usize) -> u64 {
    (points + points / 2) as u64
}

/// Where a search for `hash` begins among so many places.
#[inline]
pub(super) fn place_of(hash: u32, places: u64) -> usize {
    ((u64::from(hash) * places) >> 32) as usize
}

// ANCHOR: sorted
/// Points in the order of their upper bits: heap by heap, each of which goes to a part of the slots
/// that fits the processor's cache.
fn dealt(points: &[u64]) -> Cow<'_, [u64]> {
    let heaps = (points.len() / HEAP).next_power_of_two();
    if heaps == 1 {
        return points.into();
    }
    let heap = |point: u64| (point >> (64 - heaps.ilog2())) as usize;
    let mut ends = vec![0; heaps];
    points.iter().for_each(|&point| ends[heap(point)] += 1);
    let mut next = 0;
    for end in &mut ends {
        next += std::mem::replace(end, next);
    }
    // Each is now where its heap begins, and moves to where it ends.
    let mut dealt = vec![0; points.len()];
    for &point in points {
        let end = &mut ends[heap(point)];
        dealt[*end] = point;
        *end += 1;
    }
    dealt.into()
}
// ANCHOR_END: sorted
