//! Every key and every value is dropped exactly once, whatever way it leaves, signposts included;
//! and a panic in the user's code (comparing, cloning, dropping, choosing) leaves a map that can be
//! used on.

use std::cell::Cell;
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use bplustree::BPlusTreeMap;

/// Counts what lives, and panics when the fuse has burnt down.
#[derive(Default)]
struct Lab {
    alive: Cell<isize>,
    /// After so many comparisons, copies or drops, there is a panic; never, if negative.
    comparisons: Cell<i64>,
    copies: Cell<i64>,
    drops: Cell<i64>,
}

impl Lab {
    fn new() -> Rc<Self> {
        let lab = Rc::new(Lab::default());
        lab.make_safe();
        lab
    }

    fn make_safe(&self) {
        for fuse in [&self.comparisons, &self.copies, &self.drops] {
            fuse.set(-1);
        }
    }

    fn burn(fuse: &Cell<i64>, what: &str) {
        match fuse.get() {
            ..0 => (),
            0 => {
                fuse.set(-1);
                panic!("a panic in {what}");
            }
            left => fuse.set(left - 1),
        }
    }
}

struct Guinea(u32, Rc<Lab>);

impl Guinea {
    fn new(number: u32, lab: &Rc<Lab>) -> Self {
        lab.alive.set(lab.alive.get() + 1);
        Guinea(number, Rc::clone(lab))
    }
}

impl Clone for Guinea {
    fn clone(&self) -> Self {
        Lab::burn(&self.1.copies, "Clone");
        Guinea::new(self.0, &self.1)
    }
}

impl Drop for Guinea {
    fn drop(&mut self) {
        self.1.alive.set(self.1.alive.get() - 1);
        Lab::burn(&self.1.drops, "Drop");
    }
}

impl PartialEq for Guinea {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Guinea {}

impl PartialOrd for Guinea {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Guinea {
    fn cmp(&self, other: &Self) -> Ordering {
        Lab::burn(&self.1.comparisons, "Ord");
        self.0.cmp(&other.0)
    }
}

type Map = BPlusTreeMap<Guinea, Guinea, 3>;

/// Pseudo-random numbers under 200.
fn numbers(count: u32) -> impl Iterator<Item = u32> {
    (1..=count)
        .map(|index| index.wrapping_mul(2_654_435_761) >> 16)
        .map(|number| number % 200)
}

fn filled(count: u32, lab: &Rc<Lab>) -> Map {
    let mut map = Map::with_order();
    for number in numbers(count) {
        map.insert(Guinea::new(number, lab), Guinea::new(number, lab));
    }
    map
}

/// Keys, values and signposts: a signpost for each child of an inner node but its first.
fn expected(map: &Map) -> isize {
    let shape = map.shape();
    let signposts = shape
        .nodes()
        .saturating_sub(1)
        .saturating_sub(shape.inner_nodes);
    (2 * shape.entries + signposts) as isize
}

#[test]
fn all_are_dropped_exactly_once() {
    let lab = Lab::new();
    let mut map = filled(300, &lab);
    assert_eq!(lab.alive.get(), expected(&map), "inserted");
    for number in numbers(150) {
        drop(map.remove(&Guinea::new(number, &lab)));
        assert_eq!(lab.alive.get(), expected(&map), "removed");
    }
    map.extend(filled(400, &lab));
    assert_eq!(lab.alive.get(), expected(&map), "extended");
    map.retain(|key, _| key.0 % 3 != 0);
    assert_eq!(lab.alive.get(), expected(&map), "retained");
    let mut high = map.split_off(&Guinea::new(100, &lab));
    assert_eq!(lab.alive.get(), expected(&map) + expected(&high), "split");
    high.append(&mut map);
    assert_eq!(lab.alive.get(), expected(&high), "appended");
    map.append(&mut high);
    drop(map.clone());
    assert_eq!(lab.alive.get(), expected(&map), "cloned");
    let mut entries = map.into_iter();
    drop((entries.next(), entries.next_back(), entries.nth(5)));
    drop(entries);
    assert_eq!(lab.alive.get(), 0, "taken apart");
    let mut map: Map = filled(300, &lab).into_iter().rev().collect();
    assert_eq!(lab.alive.get(), expected(&map), "loaded");
    map.clear();
    assert_eq!(lab.alive.get(), 0, "cleared");
}

/// Does `operation` again and again, with a panic at its first, second, third … call of the user's
/// code, until it comes through. After each, the map must be sound enough to be used and dropped.
fn survives(name: &str, operation: impl Fn(&mut Map, &Rc<Lab>)) {
    let fuses: [fn(&Lab) -> &Cell<i64>; 3] =
        [|lab| &lab.comparisons, |lab| &lab.copies, |lab| &lab.drops];
    for fuse in fuses {
        for after in 0.. {
            let lab = Lab::new();
            let mut map = filled(60, &lab);
            fuse(&lab).set(after);
            let result = catch_unwind(AssertUnwindSafe(|| operation(&mut map, &lab)));
            let is_through = fuse(&lab).get() >= 0;
            lab.make_safe();
            assert!(result.is_ok() || !is_through, "{name}: another panic");
            map.check_invariants();
            assert_eq!(
                lab.alive.get(),
                expected(&map),
                "{name}: something is lost or leaked"
            );
            for number in numbers(60) {
                map.insert(Guinea::new(number, &lab), Guinea::new(number, &lab));
                map.remove(&Guinea::new(number / 2, &lab));
            }
            map.check_invariants();
            drop(map);
            assert_eq!(lab.alive.get(), 0, "{name}: something is lost or leaked");
            if is_through {
                break;
            }
        }
    }
}

#[test]
fn a_panic_in_insert_is_survived() {
    survives("insert", |map, lab| {
        for number in 0..20 {
            map.insert(Guinea::new(number * 10 + 1, lab), Guinea::new(0, lab));
        }
    });
}

#[test]
fn a_panic_in_remove_is_survived() {
    survives("remove", |map, lab| {
        for number in numbers(60).skip(20) {
            drop(map.remove(&Guinea::new(number, lab)));
        }
    });
}

#[test]
fn a_panic_in_pop_is_survived() {
    survives("pop", |map, _| {
        while map.pop_first().is_some() && map.pop_last().is_some() {}
    });
}

#[test]
fn a_panic_in_retain_is_survived() {
    survives("retain", |map, _| map.retain(|key, _| key.0 % 4 == 0));
}

#[test]
fn a_panic_in_append_is_survived() {
    survives("append", |map, lab| {
        let mut other: Map = (50..150)
            .map(|key| (Guinea::new(key, lab), Guinea::new(0, lab)))
            .collect();
        map.append(&mut other);
    });
    survives("append behind", |map, lab| {
        let mut other: Map = (900..950)
            .map(|key| (Guinea::new(key, lab), Guinea::new(0, lab)))
            .collect();
        map.append(&mut other);
    });
}

#[test]
fn a_panic_in_split_off_is_survived() {
    survives("split_off", |map, lab| {
        drop(map.split_off(&Guinea::new(90, lab)))
    });
}

#[test]
fn a_panic_in_clone_is_survived() {
    survives("clone", |map, _| drop(map.clone()));
}

#[test]
fn a_panic_in_into_iter_is_survived() {
    survives("into_iter", |map, _| {
        std::mem::take(map).into_iter().for_each(drop)
    });
}

#[test]
fn a_panic_in_clear_is_survived() {
    survives("clear", |map, _| map.clear());
}

#[test]
fn a_panic_in_the_predicate_keeps_the_entry() {
    let lab = Lab::new();
    let mut map = filled(100, &lab);
    let before = map.len();
    let result = catch_unwind(AssertUnwindSafe(|| {
        let mut seen = 0;
        map.retain(|_, _| {
            seen += 1;
            assert!(seen < 10, "enough");
            seen % 2 == 0
        });
    }));
    assert!(result.is_err());
    assert_eq!(map.len(), before - 5);
    map.check_invariants();
    drop(map);
    assert_eq!(lab.alive.get(), 0);
}

#[test]
fn an_order_that_changes_its_mind_does_no_harm() {
    /// Compares at random.
    #[derive(Clone, PartialEq, Eq)]
    struct Fickle(u64);

    thread_local!(static STATE: Cell<u64> = const { Cell::new(1) });

    impl PartialOrd for Fickle {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    impl Ord for Fickle {
        fn cmp(&self, _: &Self) -> Ordering {
            let next = STATE
                .get()
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            STATE.set(next);
            [Ordering::Less, Ordering::Equal, Ordering::Greater][(next >> 33) as usize % 3]
        }
    }

    for round in 0..200 {
        let mut map = BPlusTreeMap::<Fickle, String, 4>::with_order();
        let mut step = |number: u64| {
            // A panic is allowed; a crash, a leak or a loop without end is not.
            let _ = catch_unwind(AssertUnwindSafe(|| match number % 6 {
                0..3 => drop(map.insert(Fickle(number), number.to_string())),
                3 => drop(map.remove(&Fickle(number))),
                4 => map
                    .range_mut(Fickle(1)..)
                    .take(9)
                    .for_each(|(_, value)| value.push('!')),
                _ => drop(map.pop_first()),
            }));
        };
        (0..300).for_each(|number| step(number + round));
        let _ = catch_unwind(AssertUnwindSafe(|| drop(map.split_off(&Fickle(3)))));
        assert!(map.iter().count() <= 300);
    }
}
