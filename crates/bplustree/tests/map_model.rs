//! Random operations on a map and on `BTreeMap`: after each, both have returned the same and hold
//! the same, and the tree's invariants hold. At small orders, so that a few dozen entries make a
//! high tree.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::ops::Bound;

use bplustree::BPlusTreeMap;
use bplustree::map::Entry;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

type Key = u8;
type Value = u32;
type Bounds = (Bound<Key>, Bound<Key>);

#[derive(Clone, Debug)]
enum Operation {
    Insert(Key, Value),
    Remove(Key),
    Look(Key),
    Change(Key, Value),
    /// Through the entry: insert where it is vacant; where it is not, remove if the flag says so.
    Entry(Key, Value, bool),
    PopFirst,
    PopLast,
    /// Through the entry at an end.
    RemoveEnd(bool),
    Range(Bounds, Vec<bool>),
    RangeMut(Bounds, Vec<bool>),
    Retain(u32),
    /// Of those in the range that have this remainder, so many.
    ExtractIf(Bounds, u32, usize),
    SplitOff(Key, bool),
    Append(Vec<(Key, Value)>),
    Extend(Vec<(Key, Value)>),
    Collect(Vec<(Key, Value)>),
    IntoIter(Vec<bool>),
    Clone,
    Clear,
}

fn key() -> impl Strategy<Value = Key> {
    0..120u8
}

fn bounds() -> impl Strategy<Value = Bounds> {
    let bound = || {
        prop_oneof![
            key().prop_map(Bound::Included),
            key().prop_map(Bound::Excluded),
            Just(Bound::Unbounded)
        ]
    };
    (bound(), bound()).prop_filter("in order", |(from, to)| match (from, to) {
        (Bound::Excluded(from), Bound::Excluded(to)) => from < to,
        (
            Bound::Included(from) | Bound::Excluded(from),
            Bound::Included(to) | Bound::Excluded(to),
        ) => from <= to,
        _ => true,
    })
}

fn entries(most: usize) -> impl Strategy<Value = Vec<(Key, Value)>> {
    prop::collection::vec((key(), any::<Value>()), 0..most)
}

/// From which end an entry is taken, time after time; after that, from the front.
fn ends() -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(any::<bool>(), 0..150)
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        30 => (key(), any::<Value>()).prop_map(|(key, value)| Insert(key, value)),
        30 => key().prop_map(Remove),
        4 => key().prop_map(Look),
        2 => (key(), any::<Value>()).prop_map(|(key, value)| Change(key, value)),
        8 => (key(), any::<Value>(), any::<bool>())
            .prop_map(|(key, value, remove)| Entry(key, value, remove)),
        5 => Just(PopFirst),
        5 => Just(PopLast),
        2 => any::<bool>().prop_map(RemoveEnd),
        6 => (bounds(), ends()).prop_map(|(bounds, ends)| Range(bounds, ends)),
        3 => (bounds(), ends()).prop_map(|(bounds, ends)| RangeMut(bounds, ends)),
        1 => (2..5u32).prop_map(Retain),
        2 => (bounds(), 1..4u32, 0..40usize)
            .prop_map(|(bounds, rest, most)| ExtractIf(bounds, rest, most)),
        2 => (key(), any::<bool>()).prop_map(|(key, keep)| SplitOff(key, keep)),
        2 => entries(60).prop_map(Append),
        2 => entries(60).prop_map(Extend),
        1 => entries(200).prop_map(Collect),
        1 => ends().prop_map(IntoIter),
        1 => Just(Clone),
        1 => Just(Clear),
    ]
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    prop::collection::vec(operation(), 0..200)
}

/// Takes all from both ends as `ends` says.
fn take<I: DoubleEndedIterator>(mut iterator: I, ends: &[bool]) -> Vec<I::Item> {
    let mut taken = Vec::new();
    let mut ends = ends.iter().chain(std::iter::repeat(&true));
    while let Some(item) = match ends.next() {
        Some(true) => iterator.next(),
        _ => iterator.next_back(),
    } {
        taken.push(item);
    }
    taken
}

fn apply<const ORDER: usize>(
    map: &mut BPlusTreeMap<Key, Value, ORDER>,
    model: &mut BTreeMap<Key, Value>,
    operation: &Operation,
) {
    match operation {
        Operation::Insert(key, value) => {
            assert_eq!(map.insert(*key, *value), model.insert(*key, *value));
        }
        Operation::Remove(key) => assert_eq!(map.remove_entry(key), model.remove_entry(key)),
        Operation::Look(key) => {
            assert_eq!(map.get(key), model.get(key));
            assert_eq!(map.get_key_value(key), model.get_key_value(key));
            assert_eq!(map.contains_key(key), model.contains_key(key));
        }
        Operation::Change(key, new) => {
            let change = |value: &mut Value| std::mem::replace(value, *new);
            assert_eq!(map.get_mut(key).map(change), model.get_mut(key).map(change));
        }
        Operation::Entry(key, value, remove) => match (map.entry(*key), model.entry(*key)) {
            (Entry::Vacant(entry), btree_map::Entry::Vacant(other)) => {
                if *remove {
                    assert_eq!(entry.insert(*value), other.insert(*value));
                } else {
                    let (entry, other) = (entry.insert_entry(*value), other.insert_entry(*value));
                    assert_eq!((entry.key(), entry.get()), (other.key(), other.get()));
                }
            }
            (Entry::Occupied(entry), btree_map::Entry::Occupied(other)) => {
                assert_eq!((entry.key(), entry.get()), (other.key(), other.get()));
                if *remove {
                    assert_eq!(entry.remove_entry(), other.remove_entry());
                }
            }
            _ => panic!("one has {key}, the other has not"),
        },
        Operation::PopFirst => assert_eq!(map.pop_first(), model.pop_first()),
        Operation::PopLast => assert_eq!(map.pop_last(), model.pop_last()),
        Operation::RemoveEnd(true) => {
            let removed = map.first_entry().map(|entry| entry.remove_entry());
            assert_eq!(removed, model.pop_first());
        }
        Operation::RemoveEnd(false) => {
            let removed = map.last_entry().map(|entry| entry.remove_entry());
            assert_eq!(removed, model.pop_last());
        }
        Operation::Range(bounds, ends) => {
            assert_eq!(
                take(map.range(*bounds), ends),
                take(model.range(*bounds), ends)
            );
            let sum = |sum: u64, (_, value): (&Key, &Value)| sum * 31 + u64::from(value % 1000);
            let (mine, theirs) = (map.range(*bounds), model.range(*bounds));
            assert_eq!(mine.take(10).fold(0, sum), theirs.take(10).fold(0, sum));
        }
        Operation::RangeMut(bounds, ends) => {
            let (mine, theirs) = (map.range_mut(*bounds), model.range_mut(*bounds));
            for (mine, theirs) in take(mine, ends).into_iter().zip(take(theirs, ends)) {
                assert_eq!(mine, theirs);
                *mine.1 = mine.1.wrapping_add(1);
                *theirs.1 = theirs.1.wrapping_add(1);
            }
        }
        Operation::Retain(rest) => {
            map.retain(|_, value| value.is_multiple_of(*rest));
            model.retain(|_, value| value.is_multiple_of(*rest));
        }
        Operation::ExtractIf(bounds, rest, most) => {
            let choose = |_: &Key, value: &mut Value| value.is_multiple_of(*rest);
            let mine: Vec<_> = map.extract_if(*bounds, choose).take(*most).collect();
            let theirs: Vec<_> = model.extract_if(*bounds, choose).take(*most).collect();
            assert_eq!(mine, theirs);
        }
        Operation::SplitOff(key, keep_low) => {
            let (mut high, mut model_high) = (map.split_off(key), model.split_off(key));
            check(&high, &model_high);
            if !keep_low {
                std::mem::swap(map, &mut high);
                std::mem::swap(model, &mut model_high);
            }
        }
        Operation::Append(entries) => {
            let mut other: BPlusTreeMap<Key, Value, ORDER> = entries.iter().copied().collect();
            let mut model_other: BTreeMap<Key, Value> = entries.iter().copied().collect();
            // Half of the time, all keys are greater.
            if entries.len() % 2 == 0 {
                let greater = |(key, value)| (key + 120, value);
                other = other.into_iter().map(greater).collect();
                model_other = model_other.into_iter().map(greater).collect();
            }
            map.append(&mut other);
            model.append(&mut model_other);
            check(&other, &model_other);
        }
        Operation::Extend(entries) => {
            map.extend(entries.iter().copied());
            model.extend(entries.iter().copied());
        }
        Operation::Collect(entries) => {
            *map = entries.iter().copied().collect();
            *model = entries.iter().copied().collect();
        }
        Operation::IntoIter(ends) => {
            let (map, model) = (std::mem::take(map), std::mem::take(model));
            assert_eq!(take(map.into_iter(), ends), take(model.into_iter(), ends));
        }
        Operation::Clone => *map = map.clone(),
        Operation::Clear => {
            map.clear();
            model.clear();
        }
    }
}

fn check<const ORDER: usize>(map: &BPlusTreeMap<Key, Value, ORDER>, model: &BTreeMap<Key, Value>) {
    map.check_invariants();
    assert_eq!(map.len(), model.len());
    assert!(map.iter().eq(model), "{map:?} is not {model:?}");
    assert!(map.iter().rev().eq(model.iter().rev()));
    assert_eq!(map.first_key_value(), model.first_key_value());
    assert_eq!(map.last_key_value(), model.last_key_value());
}

fn agree<const ORDER: usize>(operations: &[Operation]) {
    let mut map = BPlusTreeMap::<Key, Value, ORDER>::with_order();
    let mut model = BTreeMap::new();
    for operation in operations {
        apply(&mut map, &mut model, operation);
        check(&map, &model);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 128,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(4),
        ..ProptestConfig::default()
    })]

    #[test]
    fn does_as_btreemap_does_at_order_3(operations in operations()) {
        agree::<3>(&operations);
    }

    #[test]
    fn does_as_btreemap_does_at_order_4(operations in operations()) {
        agree::<4>(&operations);
    }

    #[test]
    fn does_as_btreemap_does_at_order_5(operations in operations()) {
        agree::<5>(&operations);
    }

    #[test]
    fn does_as_btreemap_does_at_the_default_order(operations in operations()) {
        agree::<{ bplustree::map::DEFAULT_ORDER }>(&operations);
    }

    #[test]
    fn sorted_input_makes_a_sound_tree(length in 0..2_000u32) {
        let entries = (0..length).map(|key| (key, key));
        let three = BPlusTreeMap::<u32, u32, 3>::from_sorted_iter(entries.clone()).unwrap();
        three.check_invariants();
        prop_assert!(three.into_iter().eq(entries.clone()));
        let seven = BPlusTreeMap::<u32, u32, 7>::from_sorted_iter(entries.clone()).unwrap();
        seven.check_invariants();
        prop_assert!(seven.into_iter().eq(entries));
    }
}
