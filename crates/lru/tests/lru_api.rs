//! `LruCache` does what crates.io's `lru` does under the same names. Its own test-suite passes when
//! pointed at ours; these are the promises that somebody who changes crates relies on.

use std::collections::hash_map::RandomState;
use std::num::NonZeroUsize;

use lru::LruCache;

fn cache<const N: usize>(entries: [(&'static str, i32); N]) -> LruCache<&'static str, i32> {
    let mut cache = LruCache::new(NonZeroUsize::new(N.max(1)).unwrap());
    cache.extend(entries);
    cache
}

fn order(cache: &LruCache<&'static str, i32>) -> String {
    cache.check_invariants();
    cache.iter().map(|(key, _)| *key).collect()
}

fn abc() -> LruCache<&'static str, i32> {
    cache([("a", 1), ("b", 2), ("c", 3)])
}

#[test]
fn uses_move_to_the_front_and_looks_do_not() {
    let mut cache = abc();
    assert_eq!(order(&cache), "cba");
    cache.get("a");
    assert_eq!(order(&cache), "acb");
    *cache.get_mut("b").unwrap() += 10;
    assert_eq!(order(&cache), "bac");
    assert_eq!(cache.get_key_value("c"), Some((&"c", &3)));
    assert_eq!(order(&cache), "cba");
    cache.put("a", 5);
    assert_eq!(order(&cache), "acb");
    assert_eq!(cache.peek("b"), Some(&12));
    assert_eq!(cache.peek_mut("c"), Some(&mut 3));
    assert!(cache.contains("b"));
    assert_eq!(cache.iter_mut().count(), 3);
    assert_eq!(order(&cache), "acb");
}

#[test]
fn evicts_the_least_recent_after_get_refreshes() {
    let mut cache = abc();
    cache.get("a");
    assert_eq!(cache.put("d", 4), None);
    assert_eq!((order(&cache).as_str(), cache.len()), ("dac", 3));
}

#[test]
fn put_returns_the_old_value_and_push_whoever_left() {
    let mut cache = abc();
    assert_eq!(cache.put("b", 20), Some(2));
    assert_eq!(cache.push("b", 200), Some(("b", 20)));
    assert_eq!(cache.push("d", 4), Some(("a", 1)));
    assert_eq!(cache.put("e", 5), None);
    assert_eq!(order(&cache), "edb");
}

#[test]
fn both_ends_can_be_seen_and_popped() {
    let mut cache = abc();
    assert_eq!(
        (cache.peek_lru(), cache.peek_mru()),
        (Some((&"a", &1)), Some((&"c", &3)))
    );
    assert_eq!(
        (cache.pop_lru(), cache.pop_mru()),
        (Some(("a", 1)), Some(("c", 3)))
    );
    assert_eq!(
        (cache.pop_mru(), cache.pop_lru(), cache.pop_mru()),
        (Some(("b", 2)), None, None)
    );
    assert_eq!((cache.peek_lru(), cache.peek_mru()), (None, None));
    assert_eq!(cache.stats().evictions, 0);
}

#[test]
fn pops_from_the_middle_leave_the_rest_in_order() {
    let mut cache = cache([("a", 1), ("b", 2), ("c", 3), ("d", 4)]);
    assert_eq!((cache.pop("b"), cache.pop("b")), (Some(2), None));
    assert_eq!(order(&cache), "dca");
    assert_eq!(cache.pop_entry("a"), Some(("a", 1)));
    assert_eq!(order(&cache), "dc");
    cache.put("e", 5);
    assert_eq!(order(&cache), "edc");
}

#[test]
fn promote_and_demote_move_without_a_use() {
    let mut cache = abc();
    assert!(cache.promote("a") && cache.demote("c") && !cache.promote("x") && !cache.demote("x"));
    assert_eq!(order(&cache), "abc");
    assert_eq!((cache.stats().hits, cache.stats().misses), (0, 0));
    assert_eq!(
        cache.find_and_promote(|(_, value)| value % 2 == 0),
        Some((&"b", &2))
    );
    assert_eq!(order(&cache), "bac");
}

#[test]
fn retain_visits_from_the_front_and_keeps_the_order() {
    let mut cache = cache([("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5)]);
    // The first to be visited and removed is in the first slot, and the next one in the last.
    cache.get("a");
    let mut visited = String::new();
    cache.retain(|key, value| {
        visited += key;
        *value *= 10;
        matches!(*key, "b" | "d" | "e")
    });
    assert_eq!(visited, "aedcb");
    assert_eq!(order(&cache), "edb");
    assert_eq!(cache.peek("d"), Some(&40));
}

#[test]
fn resize_evicts_the_oldest_and_makes_room() {
    let mut cache = abc();
    cache.resize(NonZeroUsize::new(1).unwrap());
    assert_eq!(
        (
            order(&cache).as_str(),
            cache.cap().get(),
            cache.stats().evictions
        ),
        ("c", 1, 2)
    );
    cache.resize(NonZeroUsize::new(2).unwrap());
    cache.put("d", 4);
    assert_eq!(order(&cache), "dc");
}

#[test]
fn clear_empties_and_the_cache_goes_on() {
    let mut cache = abc();
    cache.clear();
    assert!(cache.is_empty());
    cache.put("d", 4);
    assert_eq!((order(&cache).as_str(), cache.cap().get()), ("d", 3));
}

#[test]
fn iterators_go_both_ways_and_know_their_length() {
    let mut cache = abc();
    let mut iter = cache.iter();
    assert_eq!(
        (iter.len(), iter.next(), iter.next_back()),
        (3, Some((&"c", &3)), Some((&"a", &1)))
    );
    assert_eq!(
        (iter.len(), iter.clone().count(), iter.next_back()),
        (1, 1, Some((&"b", &2)))
    );
    assert_eq!((iter.next(), iter.next_back()), (None, None));
    for (_, value) in &mut cache {
        *value *= 2;
    }
    assert_eq!(cache.iter_mut().next_back(), Some((&"a", &mut 2)));
    assert_eq!(
        (&cache)
            .into_iter()
            .map(|(_, value)| *value)
            .collect::<Vec<_>>(),
        [6, 4, 2]
    );
    assert_eq!(
        cache.into_iter().collect::<Vec<_>>(),
        [("a", 2), ("b", 4), ("c", 6)]
    );
}

#[test]
fn a_clone_has_the_same_order_and_goes_its_own_way() {
    let mut cache = abc();
    let mut clone = cache.clone();
    clone.put("d", 4);
    cache.get("a");
    assert_eq!(
        (order(&cache).as_str(), order(&clone).as_str()),
        ("acb", "dcb")
    );
}

#[test]
fn get_or_insert_makes_only_what_is_missing() {
    let mut cache: LruCache<String, usize> = LruCache::new(NonZeroUsize::new(2).unwrap());
    assert_eq!(cache.get_or_insert_ref("four", || 4), &4);
    assert_eq!(cache.get_or_insert_ref("four", || unreachable!()), &4);
    assert_eq!(
        cache.get_or_insert_with_key("seven".into(), String::len),
        &5
    );
    *cache.get_or_insert_mut("four".into(), || unreachable!()) += 1;
    assert_eq!(cache.try_get_or_insert("x".into(), || Err("no")), Err("no"));
    assert_eq!((cache.len(), cache.peek("four")), (2, Some(&5)));
    assert_eq!(
        cache.try_get_or_insert_mut_ref("x", || Ok::<_, ()>(1)),
        Ok(&mut 1)
    );
    assert!(!cache.contains("seven"));
    assert_eq!(
        (
            cache.stats().hits,
            cache.stats().misses,
            cache.stats().insertions
        ),
        (2, 4, 3)
    );
}

#[test]
fn an_unbounded_cache_never_evicts_and_grows() {
    let mut cache = LruCache::unbounded_with_hasher(RandomState::new());
    for key in 0..10_000 {
        cache.put(key, key);
    }
    cache.check_invariants();
    assert_eq!(
        (cache.len(), cache.stats().evictions, cache.peek_lru()),
        (10_000, 0, Some((&0, &0)))
    );
    assert_eq!(
        format!("{cache:?}"),
        format!("LruCache {{ len: 10000, cap: {} }}", usize::MAX)
    );
}

#[test]
fn a_cache_of_one_works() {
    let mut cache = cache([("a", 1)]);
    cache.put("b", 2);
    cache.get("b");
    cache.demote("b");
    assert_eq!(order(&cache), "b");
    assert_eq!((cache.pop("b"), cache.pop("b")), (Some(2), None));
}

#[test]
#[should_panic(expected = "a cache holds at most 3758096384 entries")]
fn a_capacity_that_no_slot_number_can_reach_is_refused() {
    let _ = LruCache::<u8, u8>::new(NonZeroUsize::MAX);
}

#[test]
fn an_evicting_cache_does_not_grow_its_table_for_ever() {
    let mut cache = LruCache::new(NonZeroUsize::new(100).unwrap());
    for key in 0..100_000u32 {
        cache.put(key, key);
    }
    cache.check_invariants();
    assert_eq!(cache.len(), 100);
    assert_eq!(
        cache.iter().map(|(key, _)| *key).collect::<Vec<_>>(),
        (99_900..100_000).rev().collect::<Vec<_>>()
    );
}
