//! What trees are put through beyond what all ordered maps are.

use std::hint::black_box;

use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use super::RemovingWork;
use crate::{
    harness::Turn,
    races::ordered::{
        SoloWork,
        contender::{Removing, Solo, check, check_removal},
        keys::key,
        solo::filled,
    },
};

/// `insert` of ascending keys, into a map that is empty at first.
#[derive(Clone, Copy)]
pub struct InsertAscending {
    /// Entries in the map at the end.
    pub entries: u32,
}

impl SoloWork for InsertAscending {
    fn run<C: Solo>(self, turn: &mut Turn) {
        check::<C>();
        let mut map = C::with_room(self.entries as usize);
        turn.once(self.entries.into(), || {
            (0..u64::from(self.entries)).for_each(|key| map.insert(key));
        });
        let last = u64::from(self.entries) - 1;
        assert_eq!(map.get(last), Some(last), "{} has lost one", C::WHO.name);
    }
}

/// Reading all values, in the order of keys.
#[derive(Clone, Copy)]
pub struct ScanAll {
    /// Entries in the map.
    pub entries: u32,
}

impl SoloWork for ScanAll {
    fn run<C: Solo>(self, turn: &mut Turn) {
        check::<C>();
        let map = filled::<C>(self.entries);
        turn.iterate(self.entries.into(), || {
            black_box(black_box(&map).sum());
        });
    }
}

/// `remove` of all keys, in another order than they were put in.
#[derive(Clone, Copy)]
pub struct Remove {
    /// Entries in the map at first.
    pub entries: u32,
}

impl RemovingWork for Remove {
    fn run<C: Removing>(self, turn: &mut Turn) {
        check_removal::<C>();
        let mut map = filled::<C>(self.entries);
        let mut keys: Vec<u64> = (0..self.entries).map(|number| key(number.into())).collect();
        keys.shuffle(&mut StdRng::seed_from_u64(turn.seed()));
        let removed = turn.once(self.entries.into(), || {
            keys.iter().filter(|&&key| map.remove(key)).count()
        });
        assert_eq!(removed, keys.len(), "{} has lost entries", C::WHO.name);
        assert_eq!(map.len(), 0, "{} has kept entries", C::WHO.name);
    }
}
