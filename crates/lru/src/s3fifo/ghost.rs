//! Who was evicted lately: fingerprints only, so that remembering costs little.
//!
//! A ghost queue tells a key that comes back soon after its eviction from one that is seen for the
//! first time. It needs neither the value nor the key, and it may err: a mistake merely lets
//! somebody in by the other door. So this is not a queue but a table without chains, as in the
//! paper: each eviction leaves a 32-bit fingerprint and the time, in a *set* of eight places that
//! fill one line of the processor's cache. Nobody has to be removed when his time is over; he is
//! overwritten some day.
//!
//! ```text
//!   fingerprint ──▶ its set:   [f, 17] [f, 42] [f, 3] [ ] [ ] [ ] [ ] [ ]      time now: 50
//!                                                └ the oldest is overwritten first
//! ```
//!
//! Time is the weight that was evicted so far (in a cache that counts entries: how many were). A
//! ghost lives while what was evicted since, itself included, is no more than the limit: exactly as
//! long as it would be in a queue of that capacity.
//!
//! # Invariants
//!
//! - A fingerprint is in the set that its low bits say.
//! - The number of sets is zero or a power of two.
//!
//! # Complexity
//!
//! O(1), one line of memory a look-up; growing is amortised over the insertions into the cache. 16
//! to 32 bytes an entry of the cache. With four ghosts a set on average, about one in fifty is
//! overwritten before its time.

/// Places in a set: 64 bytes.
const PLACES: usize = 8;
/// Ghosts a set, on average, beyond which the table grows.
const CROWD: usize = 4;

// ANCHOR: ghosts
/// The fingerprints of what was evicted lately.
#[derive(Clone)]
pub(super) struct Ghosts {
    sets: Vec<Set>,
    /// The weight that was evicted so far.
    now: u64,
    /// The age beyond which a ghost is forgotten.
    limit: u64,
}

/// As large as a line of the processor's cache, and aligned to one.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Set([Ghost; PLACES]);

#[derive(Clone, Copy, Default)]
struct Ghost {
    fingerprint: u32,
    /// When it was evicted, on the clock of [`Ghosts::tick`].
    at: u32,
}
// ANCHOR_END: ghosts

impl Ghosts {
    /// No ghosts; such as come will be remembered until `limit` units of weight are evicted.
    pub(super) fn new(limit: usize) -> Self {
        // The clock starts when what is in an empty place, evicted at time 0, is forgotten.
        let limit = limit as u64;
        Ghosts {
            sets: Vec::new(),
            now: limit + (1 << Self::shift(limit)),
            limit,
        }
    }

    /// How many low bits of the time are left out, so that no ghost that lives is older than half
    /// of what 32 bits can count.
    fn shift(limit: u64) -> u32 {
        33_u32.saturating_sub(limit.leading_zeros())
    }

    /// A time in 32 bits, which wrap around. A ghost of that age to the tick is taken for a young
    /// one: that does no harm.
    fn tick(&self, time: u64) -> u32 {
        (time >> Self::shift(self.limit)) as u32
    }

    fn age(&self, ghost: Ghost) -> u32 {
        self.tick(self.now).wrapping_sub(ghost.at)
    }

    fn lives(&self, ghost: Ghost) -> bool {
        self.age(ghost) <= self.tick(self.limit)
    }

    // ANCHOR: haunt
    /// Remembers an eviction. `residents` is how many entries the cache has: there are about as
    /// many ghosts to expect.
    #[inline]
    pub(super) fn push(&mut self, hash: u64, weight: usize, residents: usize) {
        if self.sets.len() * CROWD < residents {
            self.grow();
        }
        let at = self.tick(self.now);
        self.place(Ghost {
            fingerprint: fingerprint(hash),
            at,
        });
        // What weighs nothing passes the time all the same.
        self.now += weight.max(1) as u64;
    }

    /// Writes a ghost over the oldest of its set.
    #[inline]
    fn place(&mut self, ghost: Ghost) {
        let now = self.tick(self.now);
        let Some(set) = set(&mut self.sets, ghost.fingerprint) else {
            return;
        };
        let oldest = set
            .0
            .iter_mut()
            .max_by_key(|other| now.wrapping_sub(other.at));
        *oldest.expect("a set has places") = ghost;
    }

    /// Forgets the ghost with this hash; returns whether there was one.
    #[inline]
    pub(super) fn strike(&mut self, hash: u64) -> bool {
        let fingerprint = fingerprint(hash);
        let (now, limit) = (self.tick(self.now), self.tick(self.limit));
        let Some(set) = set(&mut self.sets, fingerprint) else {
            return false;
        };
        let lives = |ghost: &&mut Ghost| {
            ghost.fingerprint == fingerprint && now.wrapping_sub(ghost.at) <= limit
        };
        let found = set.0.iter_mut().find(lives);
        found
            .map(|ghost| ghost.at = now.wrapping_sub(limit + 1))
            .is_some()
    }
    // ANCHOR_END: haunt

    /// Doubles the sets. Each ghost goes by its fingerprint's next bit.
    #[cold]
    fn grow(&mut self) {
        let sets = vec![Set::default(); (2 * self.sets.len()).max(1)];
        let before = std::mem::replace(&mut self.sets, sets);
        for ghost in before.into_iter().flat_map(|set| set.0) {
            if self.lives(ghost) {
                self.place(ghost);
            }
        }
    }

    /// The fingerprints that are remembered, from the latest.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        let places = self.sets.iter().flat_map(|set| set.0);
        let mut ghosts: Vec<Ghost> = places.filter(|&ghost| self.lives(ghost)).collect();
        ghosts.sort_by_key(|&ghost| self.age(ghost));
        ghosts.into_iter().map(|ghost| ghost.fingerprint)
    }

    /// Panics when an invariant is broken. O(n).
    pub(super) fn check_invariants(&self) {
        assert!(
            self.sets.is_empty() || self.sets.len().is_power_of_two(),
            "{} sets",
            self.sets.len()
        );
        for (number, set) in self.sets.iter().enumerate() {
            for ghost in set.0.into_iter().filter(|&ghost| self.lives(ghost)) {
                assert_eq!(
                    ghost.fingerprint as usize & (self.sets.len() - 1),
                    number,
                    "a ghost is in another's set"
                );
            }
        }
    }
}

/// Both halves of the hash, since some hash functions leave one of them empty.
pub(super) fn fingerprint(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

/// The set that a fingerprint belongs to, if there are sets.
fn set(sets: &mut [Set], fingerprint: u32) -> Option<&mut Set> {
    let mask = sets.len().wrapping_sub(1);
    sets.get_mut(fingerprint as usize & mask)
}
