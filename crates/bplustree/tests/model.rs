//! Random transactions, against a `BTreeMap` for every table.

use std::collections::BTreeMap;
use std::ops::Bound;

use bplustree::disk::sim::SimDisk;
use bplustree::disk::{Durability, Options, ReadTx, Store, StoreError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

type Map = BTreeMap<Vec<u8>, Vec<u8>>;
/// What the store should hold: a map for every table.
type Model = BTreeMap<&'static str, Map>;

const TABLES: [&str; 3] = ["a", "b", "towns by name"];

#[derive(Clone, Debug)]
enum Op {
    Insert(usize, Vec<u8>, Vec<u8>),
    Remove(usize, Vec<u8>),
    /// Removes the entry at this share of the table.
    RemoveAt(usize, u8),
    RemoveRange(usize, u8, u8),
    Clear(usize),
    Load(usize, Vec<(Vec<u8>, Vec<u8>)>),
}

#[derive(Clone, Debug)]
enum End {
    Durable,
    Deferred,
    Abort,
}

#[derive(Clone, Debug)]
enum Step {
    Transaction(Vec<Op>, End),
    /// Begins a reader, or ends the oldest.
    Reader(bool),
    Reopen,
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => (0u16..400).prop_map(|n| n.to_be_bytes().to_vec()),
        2 => "[ab]{0,6}".prop_map(String::into_bytes),
        2 => "common/prefix/[a-c]{0,4}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 60..=94),
    ]
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => vec(any::<u8>(), 0..20),
        2 => vec(any::<u8>(), 20..160),
        1 => (150usize..3000, any::<u8>()).prop_map(|(len, byte)| vec![byte; len]),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let table = 0..TABLES.len();
    prop_oneof![
        12 => (table.clone(), key(), value()).prop_map(|(t, k, v)| Op::Insert(t, k, v)),
        3 => (table.clone(), key()).prop_map(|(t, k)| Op::Remove(t, k)),
        5 => (table.clone(), any::<u8>()).prop_map(|(t, at)| Op::RemoveAt(t, at)),
        1 => (table.clone(), any::<u8>(), any::<u8>())
            .prop_map(|(t, from, to)| Op::RemoveRange(t, from, to)),
        1 => table.clone().prop_map(Op::Clear),
        1 => (table, vec((key(), value()), 0..150)).prop_map(|(t, entries)| Op::Load(t, entries)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let end = prop_oneof![3 => Just(End::Durable), 2 => Just(End::Deferred), 1 => Just(End::Abort)];
    prop_oneof![
        8 => (vec(op(), 0..60), end).prop_map(|(ops, end)| Step::Transaction(ops, end)),
        2 => any::<bool>().prop_map(Step::Reader),
        1 => Just(Step::Reopen),
    ]
}

fn nth(map: &Map, share: u8) -> Option<Vec<u8>> {
    map.keys()
        .nth(map.len() * usize::from(share) / 256)
        .cloned()
}

fn apply(store: &Store, model: &mut Model, ops: &[Op], end: &End) -> Result<(), StoreError> {
    let mut changed = model.clone();
    let mut tx = store.write()?;
    for op in ops {
        match op {
            Op::Insert(table, key, value) => {
                let map = changed.entry(TABLES[*table]).or_default();
                let new = map.insert(key.clone(), value.clone()).is_none();
                let mut table = tx.table(TABLES[*table])?;
                assert_eq!(table.insert(key, value)?, new);
                assert_eq!(table.get(key)?, Some(&value[..]));
            }
            Op::Remove(table, key) => {
                let map = changed.entry(TABLES[*table]).or_default();
                let found = map.remove(key).is_some();
                assert_eq!(tx.table(TABLES[*table])?.remove(key)?, found);
            }
            Op::RemoveAt(table, share) => {
                let map = changed.entry(TABLES[*table]).or_default();
                if let Some(key) = nth(map, *share) {
                    map.remove(&key);
                    assert!(tx.table(TABLES[*table])?.remove(&key)?);
                    assert_eq!(tx.table(TABLES[*table])?.get(&key)?, None);
                }
            }
            Op::RemoveRange(table, from, to) => {
                let map = changed.entry(TABLES[*table]).or_default();
                let (Some(from), Some(to)) = (nth(map, *from), nth(map, *to)) else {
                    continue;
                };
                if from < to {
                    let keys: Vec<_> = map.range(from..to).map(|(key, _)| key.clone()).collect();
                    for key in keys {
                        map.remove(&key);
                        assert!(tx.table(TABLES[*table])?.remove(&key)?);
                    }
                }
            }
            Op::Clear(table) => {
                changed.remove(TABLES[*table]);
                tx.delete_table(TABLES[*table])?;
            }
            Op::Load(table, entries) => {
                let map = changed.entry(TABLES[*table]).or_default();
                if map.is_empty() {
                    map.extend(entries.iter().cloned());
                    tx.table(TABLES[*table])?.bulk_load(&*map)?;
                }
            }
        }
        for (name, map) in &changed {
            assert_eq!(tx.table(name)?.len(), map.len() as u64);
        }
    }
    match end {
        End::Durable => tx.commit_with(Durability::Durable)?,
        End::Deferred => tx.commit_with(Durability::Deferred)?,
        End::Abort => {
            tx.abort();
            return Ok(());
        }
    }
    *model = changed;
    Ok(())
}

/// The snapshot is the model, whichever way one looks at it.
fn compare(tx: &ReadTx, model: &Model) -> Result<(), StoreError> {
    for name in TABLES {
        let (table, empty) = (tx.table(name)?, Map::new());
        let map = model.get(name).unwrap_or(&empty);
        assert_eq!(table.len(), map.len() as u64);
        let forward: Vec<_> = table.iter()?.collect::<Result<_, _>>()?;
        assert!(
            forward
                .iter()
                .copied()
                .eq(map.iter().map(|(k, v)| (&k[..], &v[..])))
        );
        let backward: Vec<_> = table.iter()?.rev().collect::<Result<_, _>>()?;
        assert!(backward.iter().rev().eq(&forward));
        for (key, value) in map.iter().step_by(7) {
            assert_eq!(table.get(key)?, Some(&value[..]));
            let above = [&key[..], b"\0"].concat();
            let below = &key[..key.len().saturating_sub(1)];
            for probe in [&above[..], below] {
                assert_eq!(table.get(probe)?, map.get(probe).map(|value| &value[..]));
            }
        }
        ranges(tx, name, map)?;
    }
    Ok(())
}

fn ranges(tx: &ReadTx, name: &str, map: &Map) -> Result<(), StoreError> {
    let table = tx.table(name)?;
    let keys: Vec<_> = map.keys().step_by(map.len() / 6 + 1).cloned().collect();
    for low in &keys {
        for high in keys.iter().filter(|high| *high >= low) {
            for included in [false, true] {
                let bound = |key| {
                    if included {
                        Bound::Included(key)
                    } else {
                        Bound::Excluded(key)
                    }
                };
                if low == high && !included {
                    assert!(
                        table
                            .range::<&Vec<u8>, _>((bound(low), bound(high)))?
                            .next()
                            .is_none()
                    );
                    continue;
                }
                let wanted = map.range::<Vec<u8>, _>((bound(low), bound(high)));
                let mut found = table.range::<&Vec<u8>, _>((bound(low), bound(high)))?;
                let (mut ends, mut wanted) = (0, wanted);
                loop {
                    // From both ends in turn, until they meet.
                    ends += 1;
                    let (entry, other) = match ends % 3 {
                        0 => (found.next_back(), wanted.next_back()),
                        _ => (found.next(), wanted.next()),
                    };
                    let entry = entry.transpose()?.map(|(key, _)| key);
                    assert_eq!(entry, other.map(|(key, _)| &key[..]));
                    if entry.is_none() {
                        break;
                    }
                }
            }
        }
    }
    Ok(())
}

fn run(steps: &[Step], open: impl Fn() -> Store) -> Result<(), StoreError> {
    let mut store = open();
    let (mut model, mut readers) = (Model::new(), Vec::new());
    for step in steps {
        match step {
            Step::Transaction(ops, end) => apply(&store, &mut model, ops, end)?,
            Step::Reader(true) => readers.push((store.read(), model.clone())),
            Step::Reader(false) if !readers.is_empty() => {
                let (reader, then) = readers.remove(0);
                compare(&reader, &then)?;
            }
            Step::Reader(false) => {}
            Step::Reopen => {
                readers.clear();
                store.close()?;
                store = open();
            }
        }
        store.verify()?;
        compare(&store.read(), &model)?;
    }
    for (reader, then) in &readers {
        compare(reader, then)?;
    }
    Ok(())
}

/// `PROPTEST_CASES` and `PROPTEST_SEED` for more, or other, ones.
fn config() -> ProptestConfig {
    let number = |name| std::env::var(name).ok().and_then(|n| n.parse().ok());
    ProptestConfig {
        cases: number("PROPTEST_CASES").unwrap_or(32),
        rng_seed: RngSeed::Fixed(number("PROPTEST_SEED").unwrap_or(4).into()),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_store_in_a_file_is_a_map_for_every_table(steps in vec(step(), 1..25)) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store");
        let options = Options::new().page_size(512);
        run(&steps, || options.open(&path).unwrap()).unwrap();
    }

    #[test]
    fn a_store_on_a_simulated_disk_is_too(steps in vec(step(), 1..25)) {
        let disk = SimDisk::new(1);
        let options = Options::new().page_size(1024).two_syncs(true);
        run(&steps, || options.open_storage(disk.clone()).unwrap()).unwrap();
    }
}

#[test]
fn deleting_the_only_table_is_a_change() {
    let store = Options::new().open_storage(SimDisk::new(1)).unwrap();
    let mut tx = store.write().unwrap();
    tx.table("a").unwrap().insert("key", "value").unwrap();
    tx.commit().unwrap();
    let mut tx = store.write().unwrap();
    assert!(tx.delete_table("a").unwrap());
    assert!(!tx.delete_table("b").unwrap());
    tx.commit().unwrap();
    assert!(store.read().table("a").unwrap().is_empty());
    assert!(store.read().tables().unwrap().is_empty());
}

/// Keys that differ only at their end make separators long, and so branches of few children.
#[test]
fn a_tree_of_many_levels_grows_and_shrinks() {
    let store = Options::new()
        .page_size(512)
        .open_storage(SimDisk::new(1))
        .unwrap();
    let key = |n: u32| format!("{}{:05}", "x".repeat(70), n * 7919 % 10_007).into_bytes();
    let mut model = Model::from([("a", Map::new())]);
    let mut height = 0;
    // Five times as many as before, then a part of them, in another order.
    for (from, to, step, insert) in [
        (0, 3000, 1, true),
        (0, 3000, 3, false),
        (500, 2000, 1, true),
        (0, 2900, 1, false),
        (0, 3000, 1, false),
    ] {
        let mut tx = store.write().unwrap();
        let mut table = tx.table("a").unwrap();
        let map = model.get_mut("a").unwrap();
        for n in (from..to).step_by(step) {
            let (key, value) = (key(n), n.to_be_bytes().to_vec());
            if insert {
                let new = map.insert(key.clone(), value.clone()).is_none();
                assert_eq!(table.insert(&key, &value).unwrap(), new);
            } else {
                assert_eq!(table.remove(&key).unwrap(), map.remove(&key).is_some());
            }
            if n % 200 == 0 {
                assert_eq!(table.iter().unwrap().count(), map.len());
            }
        }
        tx.commit().unwrap();
        store.verify().unwrap();
        compare(&store.read(), &model).unwrap();
        height = height.max(store.read().table("a").unwrap().stats().unwrap().height);
    }
    assert!(height > 5, "{height}");
    assert!(store.read().table("a").unwrap().is_empty());
    assert_eq!(store.read().table("a").unwrap().stats().unwrap().height, 0);
}

/// A neighbour is shared with only where that costs no page: in the transaction that has it anyway.
#[test]
fn leaves_share_with_neighbours_of_the_same_transaction() {
    let key = |n: u32| n.wrapping_mul(2_654_435_761).to_be_bytes();
    let fill = |puts_in_a_transaction: usize| {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path().join("store")).unwrap();
        let numbers: Vec<u32> = (0..5_000).collect();
        for numbers in numbers.chunks(puts_in_a_transaction) {
            let mut tx = store.write().unwrap();
            let mut table = tx.table("a").unwrap();
            for &n in numbers {
                assert!(table.insert(key(n), [7; 100]).unwrap());
            }
            tx.commit_with(Durability::Deferred).unwrap();
        }
        store.verify().unwrap();
        let tx = store.read();
        let table = tx.table("a").unwrap();
        assert!((0..5_000).all(|n| table.get(key(n)).unwrap() == Some(&[7; 100])));
        table.stats().unwrap().fill()
    };
    let (together, one_by_one) = (fill(5_000), fill(1));
    assert!(together > 0.75, "{together}");
    assert!(one_by_one < 0.75, "{one_by_one}");
}
