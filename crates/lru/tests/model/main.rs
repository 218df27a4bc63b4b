//! Each policy against a model of it that is too simple to be wrong: vectors, searched from end to
//! end.
//!
//! Random operations are done to both. After each, both have returned the same, hold the same
//! entries in the same order with the same counts (hence will evict the same victims), have counted
//! the same evictions, and the cache's invariants hold.

mod arc;
mod figure_4;
mod lfu;
#[path = "lru.rs"]
mod lru_model;
mod s3fifo;

use std::fmt::Debug;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::num::NonZeroUsize;

use lru::draw::Draw;
use lru::{ArcCache, Cache, LfuCache, LruCache, S3FifoCache};
use proptest::prelude::*;

pub type Key = u8;
pub type Value = usize;
pub type Hasher = BuildHasherDefault<DefaultHasher>;

/// What is on a list, as [`Draw`] shows it: text and note of each cell.
pub type Shown = Vec<(&'static str, Vec<(String, String)>)>;

/// An entry of a model.
#[derive(Clone, Debug)]
pub struct Item {
    pub key: Key,
    pub value: Value,
    pub weight: usize,
    pub uses: u64,
}

/// A policy, naively.
pub trait Model {
    fn new(capacity: usize) -> Self;
    fn get(&mut self, key: Key) -> Option<&mut Value>;
    fn peek(&self, key: Key) -> Option<&Value>;
    /// `weight` is one when entries are counted.
    fn put(&mut self, key: Key, value: Value, weight: usize) -> Option<Value>;
    fn pop(&mut self, key: Key) -> Option<Value>;
    fn retain(&mut self, keep: impl Fn(Value) -> bool);
    fn resize(&mut self, capacity: usize);
    /// Removes everything, and all history but the number of evictions.
    fn clear(&mut self);
    fn evictions(&self) -> u64;
    fn entries(&self) -> usize;
    fn shown(&self) -> Shown;
}

/// A cache under test.
trait Subject: Cache<Key, Value> + Draw + Clone {
    fn counted(capacity: NonZeroUsize) -> Self;
    fn weighted(capacity: NonZeroUsize) -> Self;
    fn resize(&mut self, capacity: NonZeroUsize);
    fn check_invariants(&self);
}

macro_rules! subject {
    ($cache:ident) => {
        impl Subject for $cache<Key, Value, Hasher> {
            fn counted(capacity: NonZeroUsize) -> Self {
                $cache::with_hasher(capacity, Hasher::default())
            }
            fn weighted(capacity: NonZeroUsize) -> Self {
                $cache::weighted_with_hasher(capacity, |_, value| *value, Hasher::default())
            }
            fn resize(&mut self, capacity: NonZeroUsize) {
                self.resize(capacity);
            }
            fn check_invariants(&self) {
                self.check_invariants();
            }
        }
    };
}
subject!(LruCache);
subject!(LfuCache);
subject!(ArcCache);
subject!(S3FifoCache);

#[derive(Clone, Debug)]
enum Op {
    Get(Key),
    GetMut(Key, Value),
    Peek(Key),
    Put(Key, Value),
    Pop(Key),
    Retain(Value),
    Resize(usize),
    Clear,
}

fn op() -> impl Strategy<Value = Op> {
    let key = || 0..24u8;
    let value = || 0..9usize;
    prop_oneof![
        30 => key().prop_map(Op::Get),
        5 => (key(), value()).prop_map(|(key, value)| Op::GetMut(key, value)),
        5 => key().prop_map(Op::Peek),
        40 => (key(), value()).prop_map(|(key, value)| Op::Put(key, value)),
        8 => key().prop_map(Op::Pop),
        2 => (2..5usize).prop_map(Op::Retain),
        2 => (1..16usize).prop_map(Op::Resize),
        1 => Just(Op::Clear),
    ]
}

/// The lanes of `cache` that the model shows too.
fn shown(cache: &impl Draw, like: &Shown) -> Shown {
    let lanes = cache.lanes();
    let cells = |label: &str| {
        let lane = lanes
            .iter()
            .find(|lane| lane.label == label)
            .expect("a lane that the model has");
        lane.cells
            .iter()
            .map(|cell| (cell.text.clone(), cell.note.clone()))
            .collect()
    };
    like.iter()
        .map(|(label, _)| (*label, cells(label)))
        .collect()
}

fn same<T: PartialEq + Debug>(cache: T, model: T, op: &Op) -> Result<(), TestCaseError> {
    prop_assert_eq!(cache, model, "after {:?}: the cache, and the model", op);
    Ok(())
}

fn agree<C: Subject, M: Model>(
    capacity: usize,
    weighted: bool,
    ops: &[Op],
) -> Result<(), TestCaseError> {
    let nonzero = |capacity| NonZeroUsize::new(capacity).unwrap();
    let mut cache = if weighted {
        C::weighted(nonzero(capacity))
    } else {
        C::counted(nonzero(capacity))
    };
    let mut model = M::new(capacity);
    for op in ops {
        match *op {
            Op::Get(key) => same(cache.get(&key).copied(), model.get(key).copied(), op)?,
            Op::GetMut(key, value) => {
                let (ours, theirs) = (cache.get_mut(&key), model.get(key));
                same(ours.is_some(), theirs.is_some(), op)?;
                if let (Some(ours), Some(theirs)) = (ours, theirs) {
                    (*ours, *theirs) = (value, value);
                }
            }
            Op::Peek(key) => {
                same(cache.contains(&key), model.peek(key).is_some(), op)?;
                same(cache.peek(&key), model.peek(key), op)?;
            }
            Op::Put(key, value) => {
                let weight = if weighted { value } else { 1 };
                same(cache.put(key, value), model.put(key, value, weight), op)?;
            }
            Op::Pop(key) => same(cache.pop(&key), model.pop(key), op)?,
            Op::Retain(divisor) => {
                cache.retain(|_, value| *value % divisor != 0);
                model.retain(|value| value % divisor != 0);
            }
            Op::Resize(capacity) => {
                cache.resize(nonzero(capacity));
                model.resize(capacity);
            }
            Op::Clear => {
                cache.clear();
                model.clear();
            }
        }
        cache.check_invariants();
        same(cache.len(), model.entries(), op)?;
        same(cache.stats().evictions, model.evictions(), op)?;
        let model = model.shown();
        same(shown(&cache, &model), model, op)?;
    }
    Ok(())
}

/// How long a random test goes on.
fn history() -> impl Strategy<Value = (usize, Vec<Op>)> {
    (1..16usize, prop::collection::vec(op(), 1..300))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lru_is_as_modelled((capacity, ops) in history()) {
        agree::<LruCache<_, _, _>, lru_model::Lru>(capacity, false, &ops)?;
        agree::<LruCache<_, _, _>, lru_model::Lru>(capacity, true, &ops)?;
    }

    #[test]
    fn lfu_is_as_modelled((capacity, ops) in history()) {
        agree::<LfuCache<_, _, _>, lfu::Lfu>(capacity, false, &ops)?;
        agree::<LfuCache<_, _, _>, lfu::Lfu>(capacity, true, &ops)?;
    }

    #[test]
    fn arc_is_as_modelled((capacity, ops) in history()) {
        agree::<ArcCache<_, _, _>, arc::Arc>(capacity, false, &ops)?;
        agree::<ArcCache<_, _, _>, arc::Arc>(capacity, true, &ops)?;
    }

    #[test]
    fn s3_fifo_is_as_modelled((capacity, ops) in history()) {
        agree::<S3FifoCache<_, _, _>, s3fifo::S3Fifo>(capacity, false, &ops)?;
        agree::<S3FifoCache<_, _, _>, s3fifo::S3Fifo>(capacity, true, &ops)?;
    }

    /// The model above is ours; this one is the paper's figure, line by line.
    #[test]
    fn arc_is_figure_4_of_its_paper(capacity in 1..16usize, requests in prop::collection::vec(0..40u8, 1..600)) {
        let mut cache: ArcCache<Key, Value, Hasher> = Subject::counted(NonZeroUsize::new(capacity).unwrap());
        let mut paper = figure_4::Arc::new(capacity);
        for key in requests {
            let hit = cache.get(&key).is_some();
            if !hit {
                cache.put(key, 0);
            }
            prop_assert_eq!(hit, paper.request(key));
            let lists = paper.lists();
            prop_assert_eq!(shown(&cache, &lists), lists);
        }
    }
}
