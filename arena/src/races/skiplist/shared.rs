//! What maps are put through by two threads at once.

use std::{hint::black_box, thread};

use super::SharedWork;
use crate::{
    harness::Turn,
    races::ordered::{
        contender::{Alone, Shared, check},
        keys::{BATCH, key},
        solo::{Insert, requests},
    },
};

/// `get` of keys that are there, by two threads.
#[derive(Clone, Copy)]
pub struct GetTogether {
    /// Entries in the map.
    pub entries: u32,
}

impl SharedWork for GetTogether {
    fn run<C: Shared>(self, turn: &mut Turn) {
        check::<Alone<C>>();
        let map = C::with_room(self.entries as usize);
        (0..self.entries).for_each(|number| map.insert(key(number.into())));
        let workers = (0..2).map(|thread| {
            // Rounds have neighbouring seeds; threads must not.
            let seed = turn.seed() + (thread << 32);
            let (mut numbers, map) = (requests(self.entries, seed), &map);
            move || {
                let read = |&number: &u32| map.get(key(number.into())).unwrap_or(0);
                black_box(numbers.batch().iter().map(read).fold(0, u64::wrapping_add));
            }
        });
        let workers = workers.collect();
        turn.together(BATCH as u64, workers);
    }
}

/// `insert` of keys in no order into a map that is empty at first, by two threads, half of the keys each.
#[derive(Clone, Copy)]
pub struct InsertTogether {
    /// Entries in the map at the end.
    pub entries: u32,
}

impl SharedWork for InsertTogether {
    fn run<C: Shared>(self, turn: &mut Turn) {
        check::<Alone<C>>();
        let Self { entries } = self;
        let keys = Insert { entries }.keys(turn.seed());
        let halves = keys.split_at(keys.len() / 2);
        let fresh = || C::with_room(entries as usize);
        let fill = |map: &C, keys: &[u64]| keys.iter().for_each(|&key| map.insert(key));
        turn.replay(entries.into(), fresh, |map| {
            let map = &*map;
            thread::scope(|threads| {
                threads.spawn(|| fill(map, halves.0));
                threads.spawn(|| fill(map, halves.1));
            });
            assert_eq!(map.len(), keys.len(), "{} has lost entries", C::WHO.name);
        });
    }
}
