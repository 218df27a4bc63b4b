//! Every key and value is dropped exactly once, whatever way it leaves; and a panic in the user's
//! code (comparing, dropping, deciding) leaves a list that is whole.

use std::cell::Cell;
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use skiplist::SkipList;
use skiplist::list::Entry;

thread_local! {
    /// Calls of user code until one panics.
    static FUSE: Cell<u32> = const { Cell::new(u32::MAX) };
    /// Whether dropping is one of them.
    static DROPS_BURN: Cell<bool> = const { Cell::new(false) };
}

fn burn() {
    let left = FUSE.get();
    FUSE.set(left.wrapping_sub(1));
    assert_ne!(left, 0, "the user's code panics");
}

/// Counts how many of it live; comparing and dropping it may panic.
struct Fragile(u32, Rc<Cell<isize>>);

impl Fragile {
    fn new(number: u32, alive: &Rc<Cell<isize>>) -> Self {
        alive.set(alive.get() + 1);
        Fragile(number, Rc::clone(alive))
    }
}

impl Drop for Fragile {
    fn drop(&mut self) {
        self.1.set(self.1.get() - 1);
        if DROPS_BURN.get() && !std::thread::panicking() {
            burn();
        }
    }
}

impl Ord for Fragile {
    fn cmp(&self, other: &Self) -> Ordering {
        burn();
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Fragile {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Fragile {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Fragile {}

type List = SkipList<Fragile, Fragile>;

fn filled(len: u32, alive: &Rc<Cell<isize>>) -> List {
    (0..len)
        .map(|n| (Fragile::new(n * 7 % len, alive), Fragile::new(n, alive)))
        .collect()
}

#[test]
fn every_entry_is_dropped_exactly_once() {
    let alive = Rc::new(Cell::new(0));
    let mut list = filled(50, &alive);
    assert_eq!(alive.get(), 100);
    list.insert(Fragile::new(3, &alive), Fragile::new(0, &alive));
    assert_eq!(
        alive.get(),
        100,
        "a replaced value, and a key that was not needed"
    );
    drop(list.pop_first());
    drop(list.pop_last());
    drop(list.remove_by_rank(5));
    list.remove_range_by_rank(10..20);
    list.retain(|key, _| key.0 % 3 == 0);
    assert_eq!(alive.get(), 2 * list.len() as isize);
    let tail = list.split_off(&Fragile::new(30, &alive));
    assert_eq!(alive.get(), 2 * (list.len() + tail.len()) as isize);
    drop(tail);
    assert_eq!(alive.get(), 2 * list.len() as isize);
    if let Entry::Occupied(entry) = list.entry(Fragile::new(6, &alive)) {
        drop(entry.remove());
    }
    assert_eq!(alive.get(), 2 * list.len() as isize);
    list.clear();
    assert_eq!(alive.get(), 0);
    drop(filled(50, &alive));
    assert_eq!(alive.get(), 0);
}

#[test]
fn what_an_owning_iterator_did_not_give_out_is_dropped_with_it() {
    let alive = Rc::new(Cell::new(0));
    let mut entries = filled(20, &alive).into_iter();
    let taken = (entries.next(), entries.next_back());
    assert_eq!(alive.get(), 40);
    drop(entries);
    assert_eq!(alive.get(), 4);
    drop(taken);
    assert_eq!(alive.get(), 0);
}

/// Something done to a list, in which user code runs.
type Step = fn(&mut List, &Rc<Cell<isize>>);

#[test]
fn a_panic_in_the_users_code_leaves_the_list_whole() {
    let steps: [Step; 9] = [
        |list, alive| drop(list.insert(Fragile::new(12, alive), Fragile::new(0, alive))),
        |list, alive| drop(list.insert(Fragile::new(100, alive), Fragile::new(0, alive))),
        |list, alive| drop(list.remove(&Fragile::new(12, alive))),
        |list, alive| drop(list.split_off(&Fragile::new(12, alive))),
        |list, _| {
            list.retain(|key, _| {
                burn();
                key.0 % 2 == 0
            })
        },
        |list, alive| list.append(&mut filled(30, alive)),
        |list, alive| {
            list.entry(Fragile::new(100, alive)).or_insert_with(|| {
                burn();
                Fragile::new(0, alive)
            });
        },
        |list, _| assert!(list.remove_range_by_rank(3..9) <= 6),
        |list, _| list.clear(),
    ];
    for (index, step) in steps.into_iter().enumerate() {
        let panics = burn_through(index, step, false) + burn_through(index, step, true);
        assert!(panics > 0, "step {index} never ran the user's code");
    }
}

/// Does a step again and again, each time with a longer fuse; returns how often it panicked.
fn burn_through(index: usize, step: Step, drops_burn: bool) -> u32 {
    for fuse in 0.. {
        let alive = Rc::new(Cell::new(0));
        let mut list = filled(25, &alive);
        DROPS_BURN.set(drops_burn);
        FUSE.set(fuse);
        let panicked = catch_unwind(AssertUnwindSafe(|| step(&mut list, &alive))).is_err();
        FUSE.set(u32::MAX);
        DROPS_BURN.set(false);
        list.check_invariants();
        let lost = alive.get() - 2 * list.len() as isize;
        drop(list);
        // When a drop panics, Rust leaks what the function was about to return.
        let leaks = if drops_burn && panicked { 0..=2 } else { 0..=0 };
        assert!(
            leaks.contains(&lost),
            "step {index}, fuse {fuse}: {lost} lost"
        );
        assert_eq!(alive.get(), lost, "step {index}, fuse {fuse}");
        if !panicked {
            return fuse;
        }
    }
    unreachable!("a step ends")
}

#[test]
fn an_order_that_contradicts_itself_costs_answers_but_no_more() {
    /// Compares by a coin.
    struct Fickle(Cell<u64>);
    impl Ord for Fickle {
        fn cmp(&self, _: &Self) -> Ordering {
            let next = self
                .0
                .get()
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            self.0.set(next);
            [Ordering::Less, Ordering::Equal, Ordering::Greater][(next >> 33) as usize % 3]
        }
    }
    impl PartialOrd for Fickle {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl PartialEq for Fickle {
        fn eq(&self, other: &Self) -> bool {
            self.cmp(other) == Ordering::Equal
        }
    }
    impl Eq for Fickle {}

    let mut list = SkipList::new();
    for n in 0..2_000 {
        list.insert(Fickle(Cell::new(n)), n);
        if n % 3 == 0 {
            list.remove(&Fickle(Cell::new(n)));
        }
        let key = || Fickle(Cell::new(n * 17));
        if let Ok(range) = catch_unwind(AssertUnwindSafe(|| list.range(key()..key()))) {
            assert!(range.len() <= list.len() && range.rev().count() <= list.len());
        }
        // A range that ends before it starts panics, if that is what the coin says.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            list.range_mut(key()..key())
                .for_each(|(_, value)| *value += 1);
        }));
    }
    assert_eq!(list.iter().count(), list.len());
    assert!(list.into_iter().next_back().is_some());
}
