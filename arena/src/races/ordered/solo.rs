//! What maps are put through by one thread.

use std::hint::black_box;

use super::{
    SoloWork,
    contender::{Solo, check},
    keys::{BATCH, Loop, key, uniform},
};
use crate::harness::{Turn, growth};

/// `get` of keys that are there.
#[derive(Clone, Copy)]
pub struct Get {
    /// Entries in the map.
    pub entries: u32,
}

impl SoloWork for Get {
    fn run<C: Solo>(self, turn: &mut Turn) {
        check::<C>();
        let map = filled::<C>(self.entries);
        let mut numbers = requests(self.entries, turn.seed());
        turn.iterate(BATCH as u64, || {
            let read = |&number: &u32| map.get(key(number.into())).unwrap_or(0);
            black_box(numbers.batch().iter().map(read).fold(0, u64::wrapping_add));
        });
    }
}

/// `insert` of keys in no order, into a map that is empty at first.
#[derive(Clone, Copy)]
pub struct Insert {
    /// Entries in the map at the end.
    pub entries: u32,
}

impl SoloWork for Insert {
    fn run<C: Solo>(self, turn: &mut Turn) {
        check::<C>();
        let fresh = || C::with_room(self.entries as usize);
        let keys = self.keys(turn.seed());
        let fill = |map: &mut C| keys.iter().for_each(|&key| map.insert(key));
        if self.entries < 1_000_000 {
            turn.replay(self.entries.into(), fresh, fill);
        } else {
            let mut map = fresh();
            turn.once(self.entries.into(), || fill(&mut map));
            assert_eq!(map.len(), keys.len(), "{} has lost entries", C::WHO.name);
        }
    }
}

impl Insert {
    /// The keys of a round, which are others in the next.
    pub fn keys(self, seed: u64) -> Vec<u64> {
        let first = seed << 32;
        (first..first + u64::from(self.entries)).map(key).collect()
    }
}

/// A hundred values from a key on.
#[derive(Clone, Copy)]
pub struct Scan {
    /// Entries in the map.
    pub entries: u32,
}

impl SoloWork for Scan {
    fn run<C: Solo>(self, turn: &mut Turn) {
        const SCANS: usize = BATCH / 64;
        check::<C>();
        let map = filled::<C>(self.entries);
        let mut numbers = requests(self.entries, turn.seed());
        turn.iterate(SCANS as u64, || {
            let scan = |&number: &u32| map.scan(key(number.into()), 100);
            let numbers = &numbers.batch()[..SCANS];
            black_box(numbers.iter().map(scan).fold(0, u64::wrapping_add));
        });
    }
}

/// Fills a map and weighs it.
#[derive(Clone, Copy)]
pub struct Fill {
    /// Entries in the map.
    pub entries: u32,
}

impl SoloWork for Fill {
    fn run<C: Solo>(self, turn: &mut Turn) {
        let (map, bytes) = growth(|| filled::<C>(self.entries));
        assert_eq!(
            map.len(),
            self.entries as usize,
            "{} has lost entries",
            C::WHO.name
        );
        turn.record("bytes_per_entry", bytes as f64 / f64::from(self.entries));
    }
}

/// A map with the keys of these numbers.
pub fn filled<C: Solo>(entries: u32) -> C {
    C::of(
        entries as usize,
        (0..entries).map(|number| key(number.into())),
    )
}

/// Numbers of entries, as many as there are or a few more.
pub fn requests(entries: u32, seed: u64) -> Loop<u32> {
    Loop::new(uniform(
        entries,
        (entries as usize).next_multiple_of(4 * BATCH),
        seed,
    ))
}
