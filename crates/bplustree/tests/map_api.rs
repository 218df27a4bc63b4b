//! The map's promises that are not about one operation after the other: look-ups by borrowed keys,
//! shapes and sums, input that is not sorted, iterators that are shared among threads.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Bound::{Excluded, Included};

use bplustree::BPlusTreeMap;
use bplustree::map::arithmetic::{greatest_height, least_entries, least_height, most_entries};
use bplustree::map::{Iter, IterMut, RangeMut};

/// Distinct numbers in no order.
fn shuffled(count: u64) -> impl Iterator<Item = u64> + Clone {
    (1..=count).map(|index| index.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

#[test]
fn strings_are_found_by_slices() {
    let words = ["pear", "apple", "plum", "fig"].map(|word| (word.to_owned(), word.len()));
    let mut map = BPlusTreeMap::from(words);
    assert_eq!(map.get("plum"), Some(&4));
    assert_eq!(map["fig"], 3);
    assert_eq!(
        map.range::<str, _>((Included("b"), Excluded("pf")))
            .next_back(),
        Some((&"pear".to_owned(), &4))
    );
    assert_eq!(map.remove_entry("apple"), Some(("apple".to_owned(), 5)));
    assert_eq!(map.get_key_value("apple"), None);
}

#[test]
#[should_panic(expected = "no entry found for key")]
fn a_key_that_is_not_there_cannot_be_indexed() {
    let map = BPlusTreeMap::from([(1, 1)]);
    let _ = map[&2];
}

#[test]
#[should_panic(expected = "range start is greater than range end")]
fn a_range_must_not_end_before_it_starts() {
    let _ = BPlusTreeMap::from([(1, 1)]).range((Included(5), Excluded(3)));
}

#[test]
#[should_panic(expected = "range start and end are equal and excluded")]
fn a_range_must_not_exclude_the_only_key_twice() {
    let _ = BPlusTreeMap::from([(1, 1)]).range((Excluded(5), Excluded(5)));
}

#[test]
fn a_node_of_many_blocks_is_searched_right() {
    let map: BPlusTreeMap<u32, u32, 100> = (0..1_000).map(|key| (2 * key, key)).collect();
    for key in 0..2_001 {
        let expected = (key % 2 == 0 && key < 2_000).then_some(key / 2);
        assert_eq!(map.get(&key).copied(), expected);
        assert_eq!(
            map.range(key..).count() as u32,
            1_000 - key.div_ceil(2).min(1_000)
        );
    }
}

#[test]
fn a_large_tree_is_sound_and_within_its_bounds() {
    let mut map: BPlusTreeMap<u64, u64> = BPlusTreeMap::new();
    map.extend(shuffled(50_000).map(|key| (key, !key)));
    map.check_invariants();
    let shape = map.shape();
    let height = shape.height as u32;
    assert_eq!((height, map.len()), (3, 50_000));
    assert!(
        (0.6..0.8).contains(&shape.fill),
        "random insertion fills two thirds: {}",
        shape.fill
    );
    assert!(
        (20.0..35.0).contains(&shape.bytes_per_entry()),
        "{}",
        shape.bytes_per_entry()
    );
    for key in shuffled(50_000).step_by(2) {
        assert_eq!(map.remove(&key), Some(!key));
    }
    map.check_invariants();
    assert!(map.values().copied().eq(map.clone().into_values()));
    while map.pop_first().is_some() {}
    map.check_invariants();
    assert_eq!(map.shape().nodes(), 1);
}

#[test]
fn the_sums_are_those_of_real_trees() {
    for entries in 0..700u32 {
        let full = BPlusTreeMap::<u32, (), 5>::from_sorted_iter((0..entries).map(|key| (key, ())));
        let full = full.unwrap().shape().height as u32;
        assert_eq!(full, least_height(entries.into(), 5), "{entries} entries");
        let mut grown = BPlusTreeMap::<u32, (), 5>::with_order();
        grown.extend((0..entries).map(|key| (key, ())));
        let grown = grown.shape().height as u32;
        assert!(full <= grown && grown <= greatest_height(entries.into(), 5));
        if entries > 0 {
            let bounds = least_entries(grown, 5)..=most_entries(grown, 5);
            assert!(bounds.contains(&entries.into()), "{entries} entries");
        }
    }
    assert_eq!(most_entries(200, 200), u128::MAX, "more than can be said");
}

#[test]
fn sorted_input_that_is_not_names_the_position() {
    let entries = [(1, 'a'), (2, 'b'), (2, 'c')];
    let error = BPlusTreeMap::<_, _>::from_sorted_iter(entries).unwrap_err();
    assert_eq!(error.position, 2);
    assert!(error.to_string().contains("position 2"));
    let error = BPlusTreeMap::<_, _, 3>::from_sorted_iter([1, 2, 3, 3].map(|key| (key, ())));
    assert_eq!(error.unwrap_err().position, 3, "the first of a leaf");
}

#[test]
fn of_equal_keys_the_last_one_is_collected() {
    let map = BPlusTreeMap::from([(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')]);
    assert_eq!(map, BPlusTreeMap::from([(1, 'd'), (2, 'c')]));
}

#[test]
fn appended_maps_may_touch_or_overlap() {
    for first in 0..12 {
        let mut map: BPlusTreeMap<u32, char, 3> = (0..10).map(|key| (key, 'a')).collect();
        let mut other = (first..first + 10).map(|key| (key, 'b')).collect();
        map.append(&mut other);
        map.check_invariants();
        assert!(other.is_empty());
        let expected = (0..10.min(first)).map(|key| (key, 'a'));
        let expected = expected.chain((first..first + 10).map(|key| (key, 'b')));
        assert!(map.into_iter().eq(expected), "from {first}");
    }
}

#[test]
fn maps_compare_hash_and_print_as_those_of_std_do() {
    fn hash(value: &impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    }
    let entries: [(i32, char); 20] = std::array::from_fn(|key| (key as i32, 'a'));
    let mut grown = BPlusTreeMap::<_, _, 3>::with_order();
    grown.extend(entries.iter().rev().map(|(key, value)| (key, value)));
    let loaded: BPlusTreeMap<i32, char, 3> = entries.into_iter().collect();
    assert_eq!(grown, loaded);
    assert_ne!(grown.shape(), loaded.shape());
    assert_eq!(hash(&grown), hash(&loaded));
    assert_eq!(
        format!("{grown:?}"),
        format!("{:?}", BTreeMap::from(entries))
    );
    let less = BPlusTreeMap::<_, _, 3>::from_iter([(0, 'a'), (1, 'a')]);
    assert!(less < grown && less != grown);
}

#[test]
fn the_map_and_its_iterators_go_where_keys_and_values_may_go() {
    fn is_send<T: Send>() {}
    fn is_sync<T: Sync>() {}
    type Value = std::cell::Cell<u8>;
    is_send::<BPlusTreeMap<Value, Value>>();
    is_send::<IterMut<'static, Value, Value>>();
    is_send::<RangeMut<'static, Value, Value>>();
    is_sync::<BPlusTreeMap<u8, u8>>();
    is_sync::<Iter<'static, u8, u8>>();
}

#[test]
fn an_iterator_may_outlive_the_borrow_that_its_keys_have() {
    fn shorter<'short>(map: BPlusTreeMap<&'static str, ()>) -> BPlusTreeMap<&'short str, ()> {
        map
    }
    fn shorter_iter<'map, 'short>(
        iter: Iter<'map, &'static str, ()>,
    ) -> Iter<'map, &'short str, ()> {
        iter
    }
    let map = shorter(BPlusTreeMap::from([("a", ())]));
    assert_eq!(map.len(), 1);
    assert_eq!(
        shorter_iter(BPlusTreeMap::from([("a", ())]).iter()).count(),
        1
    );
}

#[test]
fn values_change_through_every_door() {
    let mut map: BPlusTreeMap<u64, u64, 4> = BPlusTreeMap::with_order();
    map.extend(shuffled(500).map(|key| (key, 0)));
    map.iter_mut().for_each(|(_, value)| *value += 1);
    map.iter_mut().rev().for_each(|(_, value)| *value += 1);
    map.values_mut().for_each(|value| *value += 1);
    map.range_mut(..).for_each(|(_, value)| *value += 1);
    let mut ends = map.iter_mut();
    while let (Some((_, front)), Some((_, back))) = (ends.next(), ends.next_back()) {
        std::mem::swap(front, back);
        *front += 1;
        *back += 1;
    }
    assert!(map.values().all(|value| *value == 5));
    let key = *map.first_key_value().unwrap().0;
    *map.get_mut(&key).unwrap() = 7;
    *map.entry(key).or_insert(0) += 1;
    map.entry(key).and_modify(|value| *value += 1).or_default();
    assert_eq!(map.pop_first(), Some((key, 9)));
}

#[test]
fn entries_of_no_size_are_entries() {
    let mut map: BPlusTreeMap<(), ()> = BPlusTreeMap::new();
    assert_eq!((map.insert((), ()), map.insert((), ())), (None, Some(())));
    assert_eq!(
        (map.len(), map.iter().count(), map.remove(&())),
        (1, 1, Some(()))
    );
}
