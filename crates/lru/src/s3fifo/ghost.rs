//! Who was evicted lately: hashes only, so that remembering costs little.
//!
//! A ghost queue tells a key that comes back soon after its eviction from one that is seen for the first time. It needs neither
//! the value nor the key: a 64-bit hash is as good, short of a collision in 2⁶⁴, which would merely let a newcomer in by the better
//! door.
//!
//! The queue remembers the last so many *evictions*. A key that comes back is struck out, but its place in the queue passes like
//! the others', so that memory is a matter of time and not of how many came back (the paper's table of timestamps does the same).
//!
//! # Invariants
//!
//! - `queue` holds the ghosts from the oldest to the newest; the weights in it sum to `load`, which is at most the limit.
//! - Ghosts are numbered in order of arrival, wrapping around; `oldest` is the number of the queue's front.
//! - `table` holds the numbers of those that were not struck out, each once, under its hash.
//!
//! # Complexity
//!
//! O(1) amortised, and 16 bytes a ghost, besides 6 to 11 in the table.

use std::collections::VecDeque;

use hashbrown::HashTable;

/// The hashes of what was evicted lately.
#[derive(Clone, Default)]
pub(super) struct Ghosts {
    table: HashTable<u32>,
    queue: VecDeque<Ghost>,
    oldest: u32,
    load: usize,
}

#[derive(Clone)]
struct Ghost {
    hash: u64,
    weight: usize,
}

impl Ghosts {
    // ANCHOR: ghosts
    /// Remembers an eviction, and forgets the oldest beyond `limit` units of weight.
    pub(super) fn push(&mut self, hash: u64, weight: usize, limit: usize) {
        // What weighs nothing takes a place here all the same.
        let weight = weight.max(1);
        let Ghosts {
            table,
            queue,
            oldest,
            ..
        } = self;
        let number = oldest.wrapping_add(queue.len() as u32);
        queue.push_back(Ghost { hash, weight });
        table.insert_unique(hash, number, |number| {
            queue[number.wrapping_sub(*oldest) as usize].hash
        });
        self.load += weight;
        self.trim(limit);
    }

    /// Strikes out a ghost with this hash; returns whether there was one.
    pub(super) fn strike(&mut self, hash: u64) -> bool {
        let Ghosts {
            table,
            queue,
            oldest,
            ..
        } = self;
        let is_it = |number: &u32| queue[number.wrapping_sub(*oldest) as usize].hash == hash;
        table
            .find_entry(hash, is_it)
            .map(|found| found.remove())
            .is_ok()
    }
    // ANCHOR_END: ghosts

    /// Forgets the oldest until the others weigh at most `limit`.
    pub(super) fn trim(&mut self, limit: usize) {
        while self.load > limit
            && let Some(Ghost { hash, weight }) = self.queue.pop_front()
        {
            if let Ok(found) = self.table.find_entry(hash, |&number| number == self.oldest) {
                found.remove();
            }
            self.oldest = self.oldest.wrapping_add(1);
            self.load -= weight;
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.table.clear();
        self.queue.clear();
        self.load = 0;
    }

    /// The hashes that are remembered, from the newest.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> {
        let numbered = (0u32..)
            .map(|age| self.oldest.wrapping_add(age))
            .zip(&self.queue);
        let live = |(number, ghost): &(u32, &Ghost)| {
            self.table
                .find(ghost.hash, |other| other == number)
                .is_some()
        };
        let mut hashes: Vec<u64> = numbered.filter(live).map(|(_, ghost)| ghost.hash).collect();
        hashes.reverse();
        hashes.into_iter()
    }

    /// Panics when an invariant is broken. O(n).
    pub(super) fn check_invariants(&self, limit: usize) {
        assert_eq!(
            self.load,
            self.queue.iter().map(|ghost| ghost.weight).sum::<usize>(),
            "the ghosts' load is wrong"
        );
        assert!(self.load <= limit, "too many ghosts");
        assert_eq!(
            self.table.len(),
            self.iter().count(),
            "the table knows a ghost that is not in the queue"
        );
    }
}
