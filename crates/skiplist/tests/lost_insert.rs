//! Why a removal marks first: the schedule in which a list without marks loses an insertion, found
//! by [loom].
//!
//! The list is `broken/list.rs`. `cargo test --test lost_insert -- --nocapture` prints the steps.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use loom::thread;

#[path = "broken/link.rs"]
mod link;
#[path = "broken/list.rs"]
mod list;

use list::List;

// ANCHOR: scenario
/// One thread inserts 20 behind 10 while another removes 10.
fn insert_behind_a_removed_node<const MARKS: bool>() {
    let list = Arc::new(List::<MARKS>::new());
    list.insert(10);
    list.insert(30);
    link::begin();
    let inserter = {
        let list = list.clone();
        thread::spawn(move || list.insert(20))
    };
    let remover = {
        let list = list.clone();
        thread::spawn(move || list.remove(10))
    };
    assert!(inserter.join().unwrap() && remover.join().unwrap());
    assert!(!list.contains(10), "10 was removed");
    assert!(list.contains(20), "20 was inserted");
}
// ANCHOR_END: scenario

/// Tries orders with at most two forced switches, until one fails; returns the steps of that one.
fn failing_schedule(scenario: fn()) -> Option<Vec<String>> {
    let mut orders = loom::model::Builder::new();
    orders.preemption_bound = Some(2);
    let result = catch_unwind(AssertUnwindSafe(|| orders.check(scenario)));
    result.is_err().then(link::steps)
}

#[test]
fn without_marks_an_insertion_behind_a_removed_node_is_lost() {
    let steps = failing_schedule(insert_behind_a_removed_node::<false>).expect("no order fails");
    println!("{}", steps.join("\n"));
    assert_eq!(steps, LOST);
}

// ANCHOR: lost
/// 20 hangs on 10, which nothing leads to any more.
const LOST: &[&str] = &[
    "T1   reads  head -> 10",
    "T1   reads  10 -> 30",
    "T2   reads  head -> 10",
    "T2   reads  10 -> 30",
    "T2   reads  10 -> 30",
    "T2   swings head -> 10 to 30",
    "T1   swings 10 -> 30 to 20",
    "main reads  head -> 30",
    "main reads  head -> 30",
];
// ANCHOR_END: lost

#[test]
fn with_marks_no_order_loses_it() {
    assert_eq!(failing_schedule(insert_behind_a_removed_node::<true>), None);
}
