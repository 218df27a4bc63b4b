//! The concurrent map against `BTreeMap`, one thread, random operations.

use std::collections::BTreeMap;
use std::ops::Bound;

use proptest::collection::vec;
use proptest::prelude::*;
use skiplist::ConcurrentSkipMap;

#[derive(Clone, Debug)]
enum Operation {
    Insert(u8, u32),
    CompareInsert(u8, u32),
    GetOrInsert(u8, u32),
    Remove(u8),
    RemoveEntry(u8),
    PopFront,
    PopBack,
    Clear,
    Get(u8),
    Bounds(Bound<u8>),
    Neighbours(u8),
    Range(Bound<u8>, Bound<u8>),
    BothEnds(Bound<u8>, Bound<u8>, Vec<bool>),
}
use Operation::*;

fn bound() -> impl Strategy<Value = Bound<u8>> {
    prop_oneof![
        Just(Bound::Unbounded),
        any::<u8>().prop_map(Bound::Included),
        any::<u8>().prop_map(Bound::Excluded),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    let key = any::<u8>;
    prop_oneof![
        8 => (key(), any::<u32>()).prop_map(|(key, value)| Insert(key, value)),
        2 => (key(), any::<u32>()).prop_map(|(key, value)| CompareInsert(key, value)),
        2 => (key(), any::<u32>()).prop_map(|(key, value)| GetOrInsert(key, value)),
        3 => key().prop_map(Remove),
        1 => key().prop_map(RemoveEntry),
        1 => Just(PopFront),
        1 => Just(PopBack),
        3 => key().prop_map(Get),
        2 => bound().prop_map(Bounds),
        2 => key().prop_map(Neighbours),
        2 => (bound(), bound()).prop_map(|(start, end)| Range(start, end)),
        2 => (bound(), bound(), vec(any::<bool>(), 0..20))
            .prop_map(|(start, end, turns)| BothEnds(start, end, turns)),
    ]
}

/// `BTreeMap::range` panics where ours is empty.
fn is_valid(start: Bound<u8>, end: Bound<u8>) -> bool {
    match (start, end) {
        (Bound::Excluded(start), Bound::Excluded(end)) => start < end,
        (
            Bound::Included(start) | Bound::Excluded(start),
            Bound::Included(end) | Bound::Excluded(end),
        ) => start <= end,
        _ => true,
    }
}

type Map = ConcurrentSkipMap<u8, u32>;
type Pair = Option<(u8, u32)>;

fn pair(entry: Option<skiplist::concurrent::Entry<'_, u8, u32>>) -> Pair {
    entry.map(|entry| (*entry.key(), *entry.value()))
}

fn copied(pair: Option<(&u8, &u32)>) -> Pair {
    pair.map(|(key, value)| (*key, *value))
}

fn run(operation: Operation, map: &Map, model: &mut BTreeMap<u8, u32>) {
    match operation {
        Insert(key, value) => {
            assert_eq!(pair(Some(map.insert(key, value))), Some((key, value)));
            model.insert(key, value);
        }
        CompareInsert(key, value) => {
            let kept = *map.compare_insert(key, value, |old| *old < value).value();
            let slot = model.entry(key).or_insert(value);
            *slot = value.max(*slot);
            assert_eq!(kept, *slot);
        }
        GetOrInsert(key, value) => {
            let expected = *model.entry(key).or_insert(value);
            assert_eq!(*map.get_or_insert(key, value).value(), expected);
        }
        Remove(key) => {
            assert_eq!(
                pair(map.remove(&key)),
                model.remove(&key).map(|value| (key, value))
            );
        }
        RemoveEntry(key) => {
            let Some(entry) = map.get(&key) else { return };
            assert!(!entry.is_removed() && entry.remove());
            assert!(entry.is_removed() && !entry.remove());
            assert_eq!(model.remove(&key), Some(*entry.value()));
            neighbours(&entry, model);
        }
        PopFront => assert_eq!(pair(map.pop_front()), model.pop_first()),
        PopBack => assert_eq!(pair(map.pop_back()), model.pop_last()),
        Clear => {
            map.clear();
            model.clear();
        }
        Get(key) => {
            assert_eq!(map.contains_key(&key), model.contains_key(&key));
            assert_eq!(pair(map.get(&key)), copied(model.get_key_value(&key)));
        }
        Bounds(bound) => {
            let above = model.range((bound, Bound::Unbounded)).next();
            assert_eq!(pair(map.lower_bound(bound.as_ref())), copied(above));
            let below = model.range((Bound::Unbounded, bound)).next_back();
            assert_eq!(pair(map.upper_bound(bound.as_ref())), copied(below));
        }
        Neighbours(key) => {
            if let Some(entry) = map.get(&key) {
                neighbours(&entry, model);
            }
        }
        Range(start, end) => {
            let found: Vec<_> = map
                .range((start, end))
                .map(|entry| pair(Some(entry)))
                .collect();
            if is_valid(start, end) {
                assert!(
                    model
                        .range((start, end))
                        .map(|entry| copied(Some(entry)))
                        .eq(found)
                );
            } else {
                assert_eq!(found, []);
            }
        }
        BothEnds(start, end, turns) => {
            if !is_valid(start, end) {
                return;
            }
            let (mut found, mut expected) = (map.range((start, end)), model.range((start, end)));
            for front in turns {
                if front {
                    assert_eq!(pair(found.next()), copied(expected.next()));
                } else {
                    assert_eq!(pair(found.next_back()), copied(expected.next_back()));
                }
            }
        }
    }
}

fn neighbours(entry: &skiplist::concurrent::Entry<'_, u8, u32>, model: &BTreeMap<u8, u32>) {
    let key = *entry.key();
    let after = model.range((Bound::Excluded(key), Bound::Unbounded)).next();
    let before = model.range(..key).next_back();
    assert_eq!(pair(entry.next()), copied(after));
    assert_eq!(pair(entry.prev()), copied(before));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn it_does_what_a_btree_map_does(
        seed in any::<u64>(),
        mut operations in vec(operation(), 0..400),
        clear_at in 0..400_usize,
    ) {
        operations.insert(clear_at.min(operations.len()), Clear);
        let (map, mut model) = (Map::with_seed(seed), BTreeMap::new());
        for operation in operations {
            run(operation, &map, &mut model);
            assert_eq!((map.len(), map.is_empty()), (model.len(), model.is_empty()));
            assert_eq!(pair(map.front()), copied(model.first_key_value()));
            assert_eq!(pair(map.back()), copied(model.last_key_value()));
        }
        assert_eq!(format!("{map:?}"), format!("{model:?}"));
        let from_back: Vec<_> = map.iter().rev().map(|entry| pair(Some(entry))).collect();
        assert!(model.iter().rev().map(|entry| copied(Some(entry))).eq(from_back));
        assert!(map.into_iter().eq(model));
    }
}
