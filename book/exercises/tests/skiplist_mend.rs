//! A lock-free list under a model checker, which tries the orders in which two threads can take
//! their steps, with up to two interruptions, and shows the steps of the first that goes wrong.

use std::fmt;

use loom::thread;

#[cfg_attr(feature = "yours", path = "../skiplist/mend.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/skiplist/mend.rs")]
mod exercise;

use exercise::List;

/// The links, of which every access is a step that the model checker may put off, and is noted.
mod memory {
    use std::cell::{Cell, RefCell};

    use loom::sync::atomic::{AtomicUsize, Ordering};

    /// A number that threads share.
    pub struct Link {
        number: usize,
        value: AtomicUsize,
    }

    thread_local! {
        // loom's threads take turns on one thread of the system, so this is one for all of them.
        static STEPS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
        static LINKS: Cell<usize> = const { Cell::new(0) };
    }

    impl Link {
        /// The links are numbered in the order in which they are made.
        pub fn new(value: usize) -> Self {
            let number = LINKS.replace(LINKS.get() + 1);
            Link {
                number,
                value: AtomicUsize::new(value),
            }
        }

        pub fn load(&self) -> usize {
            // An exchange that changes nothing is answered with the newest value. A load might be
            // answered with an older one, and what is to be mended goes wrong without that.
            let value = match self.exchange(0, 0) {
                Ok(value) | Err(value) => value,
            };
            self.note(format!("reads {value}"));
            value
        }

        pub fn store(&self, value: usize) {
            self.value.store(value, Ordering::SeqCst);
            self.note(format!("is set to {value}"));
        }

        /// Sets the link to `new` if it is `old`; returns whether it was.
        pub fn swap_if(&self, old: usize, new: usize) -> bool {
            let found = self.exchange(old, new);
            self.note(match found {
                Ok(_) => format!("is swapped from {old} to {new}"),
                Err(found) => format!("is not swapped from {old} to {new}, as it is {found}"),
            });
            found.is_ok()
        }

        fn exchange(&self, old: usize, new: usize) -> Result<usize, usize> {
            let order = Ordering::SeqCst;
            self.value.compare_exchange(old, new, order, order)
        }

        fn note(&self, what: String) {
            let thread = loom::thread::current();
            let who = thread.name().unwrap_or("the test").to_owned();
            let step = format!("{who:>9}: next[{}] {what}", self.number);
            STEPS.with_borrow_mut(|steps| steps.push(step));
        }
    }

    pub fn forget_steps() {
        STEPS.take();
        LINKS.set(0);
    }

    pub fn steps() -> String {
        STEPS.with_borrow(|steps| steps.join("\n"))
    }
}

#[derive(Clone, Copy)]
enum Call {
    Insert(usize),
    Remove(usize),
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Insert(key) => write!(f, "insert {key}"),
            Remove(key) => write!(f, "remove {key}"),
        }
    }
}

use Call::{Insert, Remove};

impl Call {
    fn run(self, list: &List) -> bool {
        match self {
            Insert(key) => list.insert(key),
            Remove(key) => list.remove(key),
        }
    }
}

/// Runs the two threads' calls on a list of `keys`, in every order of their steps in which at most
/// twice one interrupts the other. In each, as many of the calls as `successes` must return true,
/// and `left` must be in the list afterwards.
fn check(
    keys: &'static [usize],
    calls: [&'static [Call]; 2],
    successes: usize,
    left: &'static [usize],
) {
    let mut model = loom::model::Builder::new();
    // What goes wrong goes wrong with few interruptions, and there are too many orders with more.
    model.preemption_bound = Some(2);
    model.check(move || {
        memory::forget_steps();
        let list = loom::sync::Arc::new(List::new());
        for key in keys {
            list.insert(*key);
        }
        memory::forget_steps();
        let threads = calls.map(|calls| {
            let list = list.clone();
            thread::Builder::new()
                .name(format!("{calls:?}"))
                .spawn(move || calls.iter().filter(|call| call.run(&list)).count())
                .expect("loom has room for two more threads")
        });
        let succeeded: usize = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum();
        let steps = memory::steps();
        let found: Vec<usize> = (1..=6).filter(|key| list.contains(*key)).collect();
        let what = format!(
            "The list was {keys:?}. One thread did {:?}, the other {:?}. The steps:\n{steps}\n",
            calls[0], calls[1]
        );
        assert!(found == left, "{found:?} is left, not {left:?}. {what}");
        assert!(
            succeeded == successes,
            "{succeeded} calls returned true, not {successes}. {what}"
        );
    });
}

#[test]
fn one_thread_alone_inserts_and_removes() {
    check(
        &[],
        [
            &[Insert(2), Insert(1), Insert(2), Remove(1), Remove(1)],
            &[],
        ],
        3,
        &[2],
    );
}

#[test]
fn an_insert_behind_a_node_that_is_being_removed_is_not_lost() {
    check(&[2, 5], [&[Remove(2)], &[Insert(3)]], 2, &[3, 5]);
}

#[test]
fn of_two_neighbours_that_are_removed_neither_comes_back() {
    check(&[2, 3], [&[Remove(2)], &[Remove(3)]], 2, &[]);
}

#[test]
fn of_two_removals_of_a_key_one_succeeds() {
    check(&[2, 3], [&[Remove(2)], &[Remove(2)]], 1, &[3]);
}

#[test]
fn two_inserts_at_one_place_both_get_in() {
    check(&[5], [&[Insert(2)], &[Insert(3)]], 2, &[2, 3, 5]);
}

#[test]
fn a_thread_that_meets_a_removed_node_goes_on() {
    check(&[2, 3], [&[Remove(2), Insert(4)], &[Remove(3)]], 3, &[4]);
}
