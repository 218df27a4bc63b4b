//! Random operations on a [`SkipList`], each also done to a `BTreeMap`, which is the oracle for
//! keys; for ranks, it is a sorted `Vec` of its entries.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Bound;

use proptest::prelude::*;
use skiplist::SkipList;
use skiplist::list::Entry;

#[derive(Clone, Debug)]
enum Op {
    Insert(u8, u32),
    Remove(u8),
    RemoveEntry(u8),
    PopFirst,
    PopLast,
    AddTo(u8, u32),
    EntryOr(u8, u32),
    EntryRemove(u8),
    Retain(u8),
    Append(Vec<(u8, u32)>),
    SplitOff(u8),
    RangeMut(Bound<u8>, Bound<u8>),
    RemoveByRank(usize),
    RemoveRangeByRank(usize, usize),
    RanksMut(usize, usize),
    Extend(Vec<(u8, u32)>),
    CloneAndGoOn,
    Clear,
}

fn bound() -> impl Strategy<Value = Bound<u8>> {
    prop_oneof![
        1 => Just(Bound::Unbounded),
        2 => any::<u8>().prop_map(Bound::Included),
        2 => any::<u8>().prop_map(Bound::Excluded),
    ]
}

fn entries() -> impl Strategy<Value = Vec<(u8, u32)>> {
    proptest::collection::vec(any::<(u8, u32)>(), 0..20)
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        20 => any::<(u8, u32)>().prop_map(|(key, value)| Op::Insert(key, value)),
        8 => any::<u8>().prop_map(Op::Remove),
        2 => any::<u8>().prop_map(Op::RemoveEntry),
        2 => Just(Op::PopFirst),
        2 => Just(Op::PopLast),
        2 => any::<(u8, u32)>().prop_map(|(key, value)| Op::AddTo(key, value)),
        4 => any::<(u8, u32)>().prop_map(|(key, value)| Op::EntryOr(key, value)),
        2 => any::<u8>().prop_map(Op::EntryRemove),
        1 => (2..9u8).prop_map(Op::Retain),
        1 => entries().prop_map(Op::Append),
        1 => (128..=255u8).prop_map(Op::SplitOff),
        3 => (bound(), bound()).prop_map(|(start, end)| Op::RangeMut(start, end)),
        3 => (0..200usize).prop_map(Op::RemoveByRank),
        1 => (0..200usize, 0..20usize).prop_map(|(start, len)| Op::RemoveRangeByRank(start, start + len)),
        1 => (0..200usize, 0..200usize).prop_map(|(start, end)| Op::RanksMut(start, end)),
        3 => entries().prop_map(Op::Extend),
        1 => Just(Op::CloneAndGoOn),
        1 => Just(Op::Clear),
    ]
}

type Model = BTreeMap<u8, u32>;

/// Whether `BTreeMap` takes this for a range.
fn is_range(start: Bound<u8>, end: Bound<u8>) -> bool {
    use Bound::{Excluded, Included};
    match (start, end) {
        (Excluded(start), Excluded(end)) => start < end,
        (Included(start) | Excluded(start), Included(end) | Excluded(end)) => start <= end,
        _ => true,
    }
}

fn apply(list: &mut SkipList<u8, u32>, model: &mut Model, op: Op) {
    match op {
        Op::Insert(key, value) => assert_eq!(list.insert(key, value), model.insert(key, value)),
        Op::Remove(key) => assert_eq!(list.remove(&key), model.remove(&key)),
        Op::RemoveEntry(key) => assert_eq!(list.remove_entry(&key), model.remove_entry(&key)),
        Op::PopFirst => assert_eq!(list.pop_first(), model.pop_first()),
        Op::PopLast => assert_eq!(list.pop_last(), model.pop_last()),
        Op::AddTo(key, by) => {
            let add = |value: &mut u32| *value = value.wrapping_add(by);
            assert_eq!(list.get_mut(&key).map(add), model.get_mut(&key).map(add));
        }
        Op::EntryOr(key, value) => {
            let entry = list.entry(key);
            assert_eq!(entry.key(), &key);
            assert_eq!(entry.rank(), model.range(..key).count());
            let ours = *entry.and_modify(|old| *old /= 2).or_insert_with(|| value);
            assert_eq!(
                ours,
                *model
                    .entry(key)
                    .and_modify(|old| *old /= 2)
                    .or_insert(value)
            );
        }
        Op::EntryRemove(key) => match list.entry(key) {
            Entry::Occupied(entry) => {
                assert_eq!(Some(entry.remove_entry()), model.remove_entry(&key))
            }
            Entry::Vacant(entry) => {
                assert_eq!(entry.into_key(), key);
                assert!(!model.contains_key(&key));
            }
        },
        Op::Retain(divisor) => {
            let mut visited = Vec::new();
            list.retain(|key, value| {
                visited.push(*key);
                *value = value.wrapping_add(1);
                key % divisor != 0
            });
            assert!(visited.iter().eq(model.keys()));
            model.retain(|key, value| {
                *value = value.wrapping_add(1);
                key % divisor != 0
            });
        }
        Op::Append(entries) => {
            let mut other: SkipList<_, _> = entries.iter().copied().collect();
            list.append(&mut other);
            assert!(other.is_empty());
            other.check_invariants();
            model.append(&mut entries.into_iter().collect());
        }
        Op::SplitOff(key) => {
            let (tail, model_tail) = (list.split_off(&key), model.split_off(&key));
            tail.check_invariants();
            assert!(tail.iter().eq(&model_tail));
        }
        Op::RangeMut(start, end) if is_range(start, end) => {
            let (ours, theirs) = (list.range_mut((start, end)), model.range_mut((start, end)));
            assert_eq!(ours.len(), theirs.map(|(_, value)| *value /= 2).count());
            ours.for_each(|(_, value)| *value /= 2);
        }
        Op::RangeMut(..) => {}
        Op::RemoveByRank(rank) => {
            let key = model.keys().nth(rank).copied();
            assert_eq!(
                list.remove_by_rank(rank),
                key.and_then(|key| model.remove_entry(&key))
            );
        }
        Op::RemoveRangeByRank(start, end) => {
            let keys: Vec<u8> = model
                .keys()
                .copied()
                .skip(start)
                .take(end - start)
                .collect();
            assert_eq!(list.remove_range_by_rank(start..end), keys.len());
            model.retain(|key, _| !keys.contains(key));
        }
        Op::RanksMut(start, end) => {
            list.range_by_rank_mut(start..end)
                .rev()
                .for_each(|(_, value)| *value ^= 1);
            let values = model
                .values_mut()
                .skip(start)
                .take(end.saturating_sub(start));
            values.for_each(|value| *value ^= 1);
        }
        Op::Extend(entries) => {
            list.extend(entries.iter().copied());
            model.extend(entries);
        }
        Op::CloneAndGoOn => *list = list.clone(),
        Op::Clear => {
            list.clear();
            model.clear();
        }
    }
}

/// What can be asked of a list is answered as the model answers.
fn same_answers(list: &SkipList<u8, u32>, model: &Model, key: u8, from: usize, to: usize) {
    assert_eq!(
        (list.len(), list.is_empty()),
        (model.len(), model.is_empty())
    );
    assert!(list.iter().eq(model) && list.iter().rev().eq(model.iter().rev()));
    assert!(list.keys().eq(model.keys()) && list.values().rev().eq(model.values().rev()));
    assert_eq!(list.first_key_value(), model.first_key_value());
    assert_eq!(list.last_key_value(), model.last_key_value());
    assert_eq!(list.get_key_value(&key), model.get_key_value(&key));
    assert_eq!(list.contains_key(&key), model.contains_key(&key));
    assert_eq!(format!("{list:?}"), format!("{model:?}"));

    let sorted: Vec<_> = model.iter().collect();
    let place = sorted.binary_search_by_key(&key, |(key, _)| **key);
    assert_eq!(list.rank(&key), place.ok());
    assert_eq!(
        list.count_less_than(&key),
        place.unwrap_or_else(|place| place)
    );
    assert_eq!(list.get_by_rank(from), sorted.get(from).copied());
    let (start, end) = (from.min(to).min(sorted.len()), to.min(sorted.len()));
    let ranks = &sorted[start..end.max(start)];
    assert!(
        list.range_by_rank(from.min(to)..to)
            .eq(ranks.iter().copied())
    );
    assert!(
        list.range_by_rank(from.min(to)..to)
            .rev()
            .eq(ranks.iter().rev().copied())
    );
    assert_eq!(
        list.range_by_rank(..=from).len(),
        sorted.len().min(from + 1)
    );
    assert_eq!(list.iter().nth(from), sorted.get(from).copied());
    assert_eq!(
        list.iter().nth_back(from),
        sorted.iter().rev().nth(from).copied()
    );
    let step = from % 40 + 1;
    assert!(
        list.iter()
            .step_by(step)
            .eq(sorted.iter().copied().step_by(step))
    );
    let middle = list.iter().skip(from).rev().skip(to);
    assert!(middle.eq(sorted.iter().copied().skip(from).rev().skip(to)));
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn does_what_a_btree_map_does(
        seed: u64,
        ops in proptest::collection::vec((op(), any::<u8>(), 0..250usize, 0..250usize), 1..150),
    ) {
        let (mut list, mut model) = (SkipList::with_seed(seed), Model::new());
        for (op, key, from, to) in ops {
            apply(&mut list, &mut model, op);
            list.check_invariants();
            same_answers(&list, &model, key, from, to);
        }
        prop_assert!(list.clone().into_iter().eq(model.clone()));
        prop_assert!(list.clone().into_keys().rev().eq(model.clone().into_keys().rev()));
        prop_assert!(list.into_values().eq(model.into_values()));
    }

    #[test]
    fn ranges_are_those_of_a_btree_map(
        keys in proptest::collection::btree_set(any::<u8>(), 0..100),
        start in bound(),
        end in bound(),
        turns in proptest::collection::vec(any::<bool>(), 0..120),
    ) {
        prop_assume!(is_range(start, end));
        let mut list: SkipList<_, _> = keys.iter().map(|key| (*key, ())).collect();
        let mut model: BTreeMap<_, _> = keys.iter().map(|key| (*key, ())).collect();
        let mut ours = list.range((start, end));
        let mut theirs = model.range((start, end));
        prop_assert_eq!(ours.len(), theirs.clone().count());
        for front in &turns {
            if *front {
                prop_assert_eq!(ours.next(), theirs.next());
            } else {
                prop_assert_eq!(ours.next_back(), theirs.next_back());
            }
        }
        let mut ours = list.range_mut((start, end));
        let mut theirs = model.range_mut((start, end));
        for front in &turns {
            if *front {
                prop_assert_eq!(ours.next(), theirs.next());
            } else {
                prop_assert_eq!(ours.next_back(), theirs.next_back());
            }
        }
        let (mut ours, mut theirs) = (list.into_iter(), model.into_iter());
        for front in turns {
            if front {
                prop_assert_eq!(ours.next(), theirs.next());
            } else {
                prop_assert_eq!(ours.next_back(), theirs.next_back());
            }
        }
    }

    #[test]
    fn lists_compare_as_btree_maps_do(a in entries(), b in entries()) {
        let lists = [&a, &b].map(|entries| entries.iter().copied().collect::<SkipList<_, _>>());
        let models = [&a, &b].map(|entries| entries.iter().copied().collect::<Model>());
        prop_assert_eq!(lists[0].cmp(&lists[1]), models[0].cmp(&models[1]));
        prop_assert_eq!(lists[0] == lists[1], models[0] == models[1]);
        let reversed: SkipList<_, _> = lists[0].clone().into_iter().rev().collect();
        prop_assert!(reversed == lists[0] && hash(&reversed) == hash(&lists[0]));
    }
}
