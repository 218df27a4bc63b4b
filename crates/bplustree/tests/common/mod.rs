//! What the tests of crashes and faults share: a script of transactions, and what it should give.

use std::collections::BTreeMap;

use bplustree::disk::{Durability, Store, StoreError};

pub type Map = BTreeMap<Vec<u8>, Vec<u8>>;

/// SplitMix64, so that a seed is all that a failing test needs to say.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// A transaction: what to put where (`None` to remove), and how to commit it.
#[derive(Clone, Debug)]
pub struct Script {
    pub changes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    pub durability: Durability,
}

pub fn script(random: &mut Random, transactions: usize) -> Vec<Script> {
    let transaction = |random: &mut Random| {
        let most = [60, 8, 8, 8][random.below(4) as usize];
        let changes = 1 + random.below(most);
        let changes = (0..changes).map(|_| change(random)).collect();
        let durability = match random.below(3) {
            0 => Durability::Deferred,
            _ => Durability::Durable,
        };
        Script {
            changes,
            durability,
        }
    };
    (0..transactions).map(|_| transaction(random)).collect()
}

fn change(random: &mut Random) -> (Vec<u8>, Option<Vec<u8>>) {
    let key = format!("key {:03}", random.below(300)).into_bytes();
    let len = match random.below(12) {
        0..=2 => return (key, None),
        3 => random.below(2500),
        _ => random.below(60),
    };
    (key, Some(vec![random.next() as u8; len as usize]))
}

/// Runs one transaction on the store.
pub fn run(store: &Store, script: &Script) -> Result<(), StoreError> {
    let mut tx = store.write()?;
    let mut table = tx.table("table")?;
    for (key, value) in &script.changes {
        match value {
            Some(value) => table.insert(key, value)?,
            None => table.remove(key)?,
        };
    }
    tx.commit_with(script.durability)
}

/// What the store should hold after each of the first n transactions, for every n.
pub fn states(scripts: &[Script]) -> Vec<Map> {
    let mut states = vec![Map::new()];
    for script in scripts {
        let mut map = states[states.len() - 1].clone();
        for (key, value) in &script.changes {
            match value {
                Some(value) => map.insert(key.clone(), value.clone()),
                None => map.remove(key),
            };
        }
        states.push(map);
    }
    states
}

/// What the store holds.
pub fn contents(store: &Store) -> Result<Map, StoreError> {
    let tx = store.read();
    let entries = tx.table("table")?.iter()?;
    entries
        .map(|entry| entry.map(|(key, value)| (key.to_vec(), value.to_vec())))
        .collect()
}
