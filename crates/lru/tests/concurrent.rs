//! The sharded cache under every order in which its threads can take the locks.
//!
//! A test with real threads tries one order, the one that this machine happens to choose today.
//! [loom] runs a closure again and again, each time with another order, until there are none left
//! that differ in what a thread can see. For that, the code has to take its locks from loom; so
//! this file compiles the source of [`lru::ShardedCache`] a second time, with a `sync` module of
//! its own. Everything else comes from the crate as it is.
//!
//! loom also finds threads that wait for each other, or for nobody: a lost wake-up fails the test
//! as a deadlock.

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;

// What the shared source asks of `crate`.
use lru::{Cache, Clock, ConfigError, DefaultHasher, LruCache, Stats, Timed, TtlCache};

#[expect(dead_code, reason = "the model uses a part of the source")]
#[path = "../src/sharded/mod.rs"]
mod sharded;

/// The crate's `sync`, with loom's locks in the shape of parking_lot's.
mod sync {
    pub(crate) use loom::thread::{self, ThreadId};

    pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);
    /// It is empty only while its thread waits on a condition variable.
    pub(crate) struct MutexGuard<'a, T>(Option<loom::sync::MutexGuard<'a, T>>);
    pub(crate) struct Condvar(loom::sync::Condvar);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Self {
            Mutex(loom::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
            MutexGuard(Some(self.0.lock().unwrap()))
        }
    }

    impl Condvar {
        pub(crate) fn new() -> Self {
            Condvar(loom::sync::Condvar::new())
        }

        pub(crate) fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
            let held = guard.0.take().unwrap();
            guard.0 = Some(self.0.wait(held).unwrap());
        }

        pub(crate) fn notify_all(&self) {
            self.0.notify_all();
        }
    }

    impl<T> std::ops::Deref for MutexGuard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            self.0.as_ref().unwrap()
        }
    }

    impl<T> std::ops::DerefMut for MutexGuard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            self.0.as_mut().unwrap()
        }
    }
}

type Shared = sharded::ShardedCache<u8, usize, LruCache<u8, usize>>;

const KEY: u8 = 7;

/// A cache of one shard, so that every two calls meet.
fn cache() -> Arc<Shared> {
    let capacity = NonZeroUsize::new(4).unwrap();
    let builder = sharded::ShardedCacheBuilder::new(capacity).shards(1);
    Arc::new(builder.build(LruCache::new).unwrap())
}

/// Something to load from, which counts how often that is done.
#[derive(Default)]
struct Backend {
    value: AtomicUsize,
    loads: AtomicUsize,
}

impl Backend {
    fn load(&self) -> usize {
        self.loads.fetch_add(1, SeqCst);
        self.value.load(SeqCst)
    }
}

// ANCHOR: once
#[test]
fn three_threads_that_miss_one_key_load_it_once_and_all_get_it() {
    loom::model(|| {
        let (cache, backend) = (cache(), Arc::new(Backend::default()));
        let ask = || {
            let (cache, backend) = (cache.clone(), backend.clone());
            move || cache.get_or_insert_with(&KEY, || backend.load() + 42)
        };
        let others = [thread::spawn(ask()), thread::spawn(ask())];
        assert_eq!(ask()(), 42);
        for other in others {
            assert_eq!(other.join().unwrap(), 42);
        }
        assert_eq!(backend.loads.load(SeqCst), 1);
    });
}
// ANCHOR_END: once

#[test]
fn a_loader_that_panics_leaves_the_load_to_one_of_those_who_wait() {
    // Three threads that may all start over have too many orders to try. Here are those with at
    // most four forced switches, and few faults need more than two to show.
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(4);
    model.check(|| {
        let (cache, backend) = (cache(), Arc::new(Backend::default()));
        let panics = {
            let cache = cache.clone();
            move || {
                let call =
                    || cache.get_or_insert_with(&KEY, || resume_unwind(Box::new("no backend")));
                catch_unwind(AssertUnwindSafe(call)).ok()
            }
        };
        let loads = || {
            let (cache, backend) = (cache.clone(), backend.clone());
            move || cache.get_or_insert_with(&KEY, || backend.load() + 42)
        };
        let (panics, other) = (thread::spawn(panics), thread::spawn(loads()));
        assert_eq!(loads()(), 42);
        assert_eq!(other.join().unwrap(), 42);
        assert!([None, Some(42)].contains(&panics.join().unwrap()));
        assert_eq!(backend.loads.load(SeqCst), 1);
    });
}

#[test]
fn an_error_goes_to_those_who_wait_and_is_not_kept() {
    loom::model(|| {
        let (cache, failures) = (cache(), Arc::new(AtomicUsize::new(0)));
        let ask = || {
            let (cache, failures) = (cache.clone(), failures.clone());
            move || cache.get_or_try_insert_with(&KEY, || Err(failures.fetch_add(1, SeqCst)))
        };
        let other = thread::spawn(ask());
        let mine = *ask()().unwrap_err();
        let theirs = *other.join().unwrap().unwrap_err();
        // Either one waited for the other, or it came later and found nothing.
        assert_eq!(failures.load(SeqCst), if mine == theirs { 1 } else { 2 });
        assert_eq!(cache.len(), 0);
        assert_eq!(cache.get_or_insert_with(&KEY, || 42), 42);
    });
}

#[test]
fn one_who_waits_for_an_error_of_another_type_loads_by_itself() {
    loom::model(|| {
        let cache = cache();
        let fails = {
            let cache = cache.clone();
            move || {
                cache
                    .get_or_try_insert_with(&KEY, || Err("no backend"))
                    .ok()
            }
        };
        let other = thread::spawn(fails);
        let mine = cache.get_or_try_insert_with(&KEY, || Ok::<_, Infallible>(42));
        assert_eq!(mine.unwrap(), 42);
        assert!([None, Some(42)].contains(&other.join().unwrap()));
    });
}

// ANCHOR: stale
#[test]
fn a_value_that_was_read_before_a_pop_is_not_found_after_it() {
    loom::model(|| {
        let (cache, backend) = (cache(), Arc::new(Backend::default()));
        let reader = {
            let (cache, backend) = (cache.clone(), backend.clone());
            thread::spawn(move || cache.get_or_insert_with(&KEY, || backend.load()))
        };
        backend.value.store(1, SeqCst);
        cache.pop(&KEY);
        assert_ne!(cache.get(&KEY), Some(0));
        assert_eq!(cache.get_or_insert_with(&KEY, || backend.load()), 1);
        assert!(reader.join().unwrap() <= 1);
        assert_eq!(cache.get(&KEY), Some(1));
    });
}
// ANCHOR_END: stale

#[test]
fn a_value_that_was_read_before_a_clear_is_not_found_after_it() {
    loom::model(|| {
        let (cache, backend) = (cache(), Arc::new(Backend::default()));
        let reader = {
            let (cache, backend) = (cache.clone(), backend.clone());
            thread::spawn(move || cache.get_or_insert_with(&KEY, || backend.load()))
        };
        backend.value.store(1, SeqCst);
        cache.clear();
        assert_eq!(cache.get_or_insert_with(&KEY, || backend.load()), 1);
        reader.join().unwrap();
        assert_eq!(cache.get(&KEY), Some(1));
    });
}

#[test]
fn a_loaded_value_does_not_replace_one_that_was_put_meanwhile() {
    loom::model(|| {
        let cache = cache();
        let reader = {
            let cache = cache.clone();
            thread::spawn(move || cache.get_or_insert_with(&KEY, || 1))
        };
        cache.put(KEY, 2);
        assert_eq!(cache.get_or_insert_with(&KEY, || unreachable!()), 2);
        reader.join().unwrap();
        assert_eq!(cache.get(&KEY), Some(2));
    });
}

#[test]
fn loaders_may_load_other_keys() {
    loom::model(|| {
        let cache = cache();
        let sum = |first: u8, second: u8| {
            let cache = cache.clone();
            move || {
                cache.get_or_insert_with(&first, || 1 + cache.get_or_insert_with(&second, || 41))
            }
        };
        let other = thread::spawn(sum(1, 3));
        assert_eq!(sum(2, 3)(), 42);
        assert_eq!(other.join().unwrap(), 42);
    });
}
