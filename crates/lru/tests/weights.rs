//! Weighted caches, of every policy: what fits stays, what cannot fit evicts nobody, and what a
//! value becomes later is its own affair until it is put again.

use std::num::NonZeroUsize;

use lru::{ArcCache, Cache, LfuCache, LruCache, S3FifoCache, Weigher};

fn ten() -> NonZeroUsize {
    NonZeroUsize::new(10).unwrap()
}

const ITSELF: Weigher<u32, usize> = |_, weight| *weight;

/// Runs a test on a weighted cache of each policy, with its check of invariants.
fn each(test: impl Fn(&mut dyn FnMut(Step) -> Seen)) {
    fn run<C: Cache<u32, usize>>(
        mut cache: C,
        check: fn(&C),
        test: &impl Fn(&mut dyn FnMut(Step) -> Seen),
    ) {
        test(&mut |step| {
            let returned = match step {
                Step::Put(key, weight) => cache.put(key, weight),
                Step::Set(key, weight) => {
                    *cache.get_mut(&key).unwrap() = weight;
                    None
                }
            };
            check(&cache);
            let keys = (0..20).filter(|key| cache.contains(key)).collect();
            Seen {
                returned,
                keys,
                evictions: cache.stats().evictions,
            }
        });
    }
    run(
        LruCache::weighted(ten(), ITSELF),
        LruCache::check_invariants,
        &test,
    );
    run(
        LfuCache::weighted(ten(), ITSELF),
        LfuCache::check_invariants,
        &test,
    );
    run(
        ArcCache::weighted(ten(), ITSELF),
        ArcCache::check_invariants,
        &test,
    );
    run(
        S3FifoCache::weighted(ten(), ITSELF),
        S3FifoCache::check_invariants,
        &test,
    );
}

enum Step {
    Put(u32, usize),
    Set(u32, usize),
}

struct Seen {
    returned: Option<usize>,
    keys: Vec<u32>,
    evictions: u64,
}

#[test]
fn one_heavy_entry_pushes_out_several_light_ones() {
    each(|step| {
        for key in 0..5 {
            step(Step::Put(key, 2));
        }
        let seen = step(Step::Put(9, 7));
        assert_eq!((seen.keys.len(), seen.evictions), (2, 4));
        assert!(seen.keys.contains(&9));
    });
}

#[test]
fn an_entry_heavier_than_the_capacity_is_refused_and_evicts_nobody() {
    each(|step| {
        step(Step::Put(1, 4));
        step(Step::Put(2, 4));
        let seen = step(Step::Put(3, 11));
        assert_eq!((seen.keys, seen.evictions), (vec![1, 2], 0));
        // A refused update removes the value that it would have replaced: that one is out of date.
        let seen = step(Step::Put(2, 11));
        assert_eq!(
            (seen.returned, seen.keys, seen.evictions),
            (Some(4), vec![1], 0)
        );
    });
}

#[test]
fn a_value_that_grows_in_place_is_weighed_when_it_is_put_again() {
    each(|step| {
        step(Step::Put(1, 4));
        step(Step::Put(2, 4));
        assert_eq!(step(Step::Set(1, 9)).keys, [1, 2]);
        let seen = step(Step::Put(1, 9));
        assert_eq!((seen.returned, seen.keys), (Some(9), vec![1]));
    });
}

#[test]
fn what_weighs_nothing_takes_no_room() {
    each(|step| {
        for key in 0..15 {
            step(Step::Put(key, 0));
        }
        let seen = step(Step::Put(19, 10));
        assert_eq!((seen.keys.len(), seen.evictions), (16, 0));
    });
}

#[test]
fn what_get_or_insert_cannot_keep_it_still_gives_out() {
    let mut cache = LruCache::weighted(ten(), ITSELF);
    cache.put(1, 5);
    assert_eq!(cache.get_or_insert(2, || 11), &11);
    assert_eq!(
        (cache.contains(&2), cache.contains(&1), cache.weight()),
        (false, true, 5)
    );
    assert_eq!(cache.push(3, 12), Some((3, 12)));
}
