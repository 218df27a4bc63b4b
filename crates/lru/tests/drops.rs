//! Every key and every value is dropped exactly once, whatever way it leaves; and a panic in the
//! user's code (hashing, comparing, weighing, loading, dropping) leaves a cache that is whole.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use lru::{ArcCache, Cache, LfuCache, LruCache, S3FifoCache};

/// Counts how many of it live.
struct Counted(u32, Rc<Cell<isize>>);

impl Counted {
    fn new(number: u32, alive: &Rc<Cell<isize>>) -> Self {
        alive.set(alive.get() + 1);
        Counted(number, Rc::clone(alive))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.set(self.1.get() - 1);
    }
}

impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Counted {}

impl lru::Equivalent<Counted> for u32 {
    fn equivalent(&self, key: &Counted) -> bool {
        *self == key.0
    }
}

const CAPACITY: NonZeroUsize = NonZeroUsize::new(50).unwrap();

fn drops_all<C: Cache<Counted, Counted>>(mut cache: C) {
    let (keys, values) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    for round in 0..2_000u32 {
        let key = round.wrapping_mul(2_654_435_761) >> 25;
        match round % 7 {
            0 => drop(cache.pop(&key)),
            1 => drop(cache.get(&key).map(|value| value.0)),
            _ => drop(cache.put(Counted::new(key, &keys), Counted::new(round, &values))),
        }
        assert_eq!(values.get(), cache.len() as isize, "a value for each entry");
        assert!(
            keys.get() >= values.get() && keys.get() <= 2 * 50,
            "a key for each entry and each ghost"
        );
        if round % 500 == 499 {
            cache.retain(|key, _| key.0 % 2 == 0);
            assert_eq!(values.get(), cache.len() as isize);
        }
    }
    cache.clear();
    assert_eq!((keys.get(), values.get()), (0, 0), "cleared");
    for key in 0..100 {
        cache.put(Counted::new(key, &keys), Counted::new(key, &values));
    }
    drop(cache);
    assert_eq!((keys.get(), values.get()), (0, 0), "dropped");
}

#[test]
fn every_policy_drops_exactly_once() {
    drops_all(LruCache::new(CAPACITY));
    drops_all(LfuCache::new(CAPACITY));
    drops_all(ArcCache::new(CAPACITY));
    drops_all(S3FifoCache::new(CAPACITY));
    let weigher = |_: &Counted, value: &Counted| value.0 as usize % 4 + 1;
    drops_all(LruCache::weighted(CAPACITY, weigher));
    drops_all(LfuCache::weighted(CAPACITY, weigher));
    drops_all(ArcCache::weighted(CAPACITY, weigher));
    drops_all(S3FifoCache::weighted(CAPACITY, weigher));
}

#[test]
fn iterators_drop_what_they_did_not_give_out() {
    let alive = Rc::new(Cell::new(0));
    let mut cache = LruCache::new(CAPACITY);
    cache.extend((0..20).map(|key| (Counted::new(key, &alive), Counted::new(key, &alive))));
    let mut iter = cache.into_iter();
    let first = iter.next();
    assert_eq!(alive.get(), 40);
    drop(iter);
    assert_eq!(alive.get(), 2);
    drop(first);
    assert_eq!(alive.get(), 0);
}

thread_local! {
    /// Calls of user code until one panics.
    static FUSE: Cell<u32> = const { Cell::new(u32::MAX) };
}

fn burn() {
    let left = FUSE.get();
    FUSE.set(left.wrapping_sub(1));
    assert_ne!(left, 0, "the user's code panics");
}

/// A key whose every operation may panic.
#[derive(Debug)]
struct Fragile(u32);

impl Hash for Fragile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        burn();
        // Few different hashes: the table has to compare keys.
        (self.0 % 5).hash(state);
    }
}

impl PartialEq for Fragile {
    fn eq(&self, other: &Self) -> bool {
        burn();
        self.0 == other.0
    }
}

impl Eq for Fragile {}

/// A value whose drop may panic.
#[derive(Debug)]
struct Bomb(usize);

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            burn();
        }
    }
}

/// Does a few hundred things, each of which panics at its 1st, 2nd, 3rd … call of user code.
fn survives<C: Cache<Fragile, Bomb>>(new: impl Fn() -> C, check: fn(&C)) {
    FUSE.set(u32::MAX);
    let mut cache = new();
    let mut panics = 0;
    for round in 0..600u32 {
        let key = Fragile(round.wrapping_mul(2_654_435_761) >> 27);
        FUSE.set(round % 12);
        let outcome = catch_unwind(AssertUnwindSafe(|| match round % 5 {
            0 => drop(cache.get(&key)),
            1 => drop(cache.pop(&key)),
            2 if round % 50 == 2 => cache.retain(|_, _| {
                burn();
                true
            }),
            _ => drop(cache.put(key, Bomb(round as usize % 4 + 1))),
        }));
        FUSE.set(u32::MAX);
        panics += u32::from(outcome.is_err());
        check(&cache);
    }
    assert!(panics > 100, "only {panics} panics");
}

#[test]
fn a_panic_in_user_code_leaves_every_policy_whole() {
    std::panic::set_hook(Box::new(|_| {}));
    let weigher = |_: &Fragile, bomb: &Bomb| {
        burn();
        bomb.0
    };
    let capacity = NonZeroUsize::new(12).unwrap();
    survives(|| LruCache::new(capacity), LruCache::check_invariants);
    survives(|| LfuCache::new(capacity), LfuCache::check_invariants);
    survives(|| ArcCache::new(capacity), ArcCache::check_invariants);
    survives(|| S3FifoCache::new(capacity), S3FifoCache::check_invariants);
    survives(
        || LruCache::weighted(capacity, weigher),
        LruCache::check_invariants,
    );
    survives(
        || LfuCache::weighted(capacity, weigher),
        LfuCache::check_invariants,
    );
    survives(
        || ArcCache::weighted(capacity, weigher),
        ArcCache::check_invariants,
    );
    survives(
        || S3FifoCache::weighted(capacity, weigher),
        S3FifoCache::check_invariants,
    );
    let _ = std::panic::take_hook();
}

#[test]
fn a_panic_while_the_table_grows_loses_nothing() {
    let mut cache = LruCache::unbounded();
    for key in 0..200 {
        FUSE.set(3 + key % 4);
        let grown = catch_unwind(AssertUnwindSafe(|| cache.put(Fragile(key), Bomb(1))));
        FUSE.set(u32::MAX);
        cache.check_invariants();
        if grown.is_err() {
            cache.put(Fragile(key), Bomb(1));
        }
    }
    assert_eq!(cache.len(), 200);
}

/// Seven entries fill a table that was not sized beforehand, so the eighth makes it grow, and
/// evicts.
#[test]
fn a_panic_while_a_full_cache_grows_its_table_loses_nothing() {
    fn run<C: Cache<Fragile, Bomb>>(new: impl Fn() -> C, check: fn(&C)) {
        let mut panics = 0;
        for fuse in 0..30 {
            let mut cache = new();
            for key in 0..7 {
                cache.put(Fragile(key), Bomb(1));
            }
            FUSE.set(fuse);
            let grown = catch_unwind(AssertUnwindSafe(|| cache.put(Fragile(9), Bomb(1))));
            FUSE.set(u32::MAX);
            panics += u32::from(grown.is_err());
            check(&cache);
        }
        assert!(panics >= 7, "the table did not grow: {panics} panics");
    }
    let seven = NonZeroUsize::new(7).unwrap();
    run(
        || LruCache::weighted(seven, |_, _| 1),
        LruCache::check_invariants,
    );
    run(
        || LfuCache::weighted(seven, |_, _| 1),
        LfuCache::check_invariants,
    );
    run(
        || ArcCache::weighted(seven, |_, _| 1),
        ArcCache::check_invariants,
    );
    run(
        || S3FifoCache::weighted(seven, |_, _| 1),
        S3FifoCache::check_invariants,
    );
}

#[test]
fn a_loader_that_panics_leaves_the_cache_as_it_was() {
    let mut cache = LruCache::new(CAPACITY);
    cache.put(1, "one");
    let loaded = catch_unwind(AssertUnwindSafe(|| {
        cache.get_or_insert(2, || panic!("the database is down"));
    }));
    assert!(loaded.is_err());
    cache.check_invariants();
    assert_eq!(cache.iter().collect::<Vec<_>>(), [(&1, &"one")]);
}
