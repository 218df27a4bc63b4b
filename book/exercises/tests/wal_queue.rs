//! A queue whose consumers are where they were, whenever the power fails.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use vfs::{FileSystem, Plan, SimFs};
use wal::{Error, Lsn, Options, SyncPolicy, Wal};

#[cfg_attr(feature = "yours", path = "../wal/queue.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wal/queue.rs")]
mod exercise;

use exercise::Queue;

fn try_open(fs: &SimFs, policy: SyncPolicy) -> Result<Queue, Error> {
    let options = Options::new().segment_size(512).sync(policy);
    Queue::open(Wal::open_in(Arc::new(fs.clone()), "/log", options)?)
}

fn open(fs: &SimFs) -> Queue {
    try_open(fs, SyncPolicy::EveryWrite).expect("nothing is wrong with this disk")
}

fn message(number: u64) -> Vec<u8> {
    format!("message {number}").into_bytes()
}

/// Takes so many messages, and commits each; returns them.
fn take(queue: &mut Queue, consumer: &str, most: usize) -> Vec<Vec<u8>> {
    let mut taken = Vec::new();
    while taken.len() < most
        && let Some((lsn, message)) = queue.peek(consumer).expect("a good disk")
    {
        queue.commit(consumer, lsn).expect("a good disk");
        taken.push(message);
    }
    taken
}

fn messages(numbers: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    numbers.map(message).collect()
}

fn push(queue: &mut Queue, numbers: std::ops::Range<u64>) {
    for number in numbers {
        queue.push(&message(number)).expect("a good disk");
    }
}

#[test]
fn each_consumer_gets_each_message_in_order() {
    let fs = SimFs::new(1);
    let mut queue = open(&fs);
    queue.subscribe("fast").expect("a good disk");
    push(&mut queue, 0..10);
    queue.subscribe("slow").expect("a good disk");
    assert_eq!(take(&mut queue, "fast", 99), messages(0..10));
    assert_eq!(take(&mut queue, "slow", 3), messages(0..3));
    assert_eq!(take(&mut queue, "nobody", 3), messages(0..0));
    push(&mut queue, 10..12);
    assert_eq!(take(&mut queue, "slow", 99), messages(3..12));
    assert_eq!(take(&mut queue, "fast", 99), messages(10..12));
    queue.push(b"").expect("a good disk");
    assert_eq!(
        take(&mut queue, "fast", 99),
        [b""],
        "an empty message is one, too"
    );
}

#[test]
fn a_message_comes_again_until_it_is_committed() {
    let fs = SimFs::new(1);
    let mut queue = open(&fs);
    queue.subscribe("one").expect("a good disk");
    push(&mut queue, 0..3);
    let first = queue.peek("one").expect("a good disk").expect("a message");
    assert_eq!(queue.peek("one").expect("a good disk"), Some(first.clone()));
    drop(queue);
    let mut queue = open(&fs);
    assert_eq!(
        queue.peek("one").expect("a good disk"),
        Some(first),
        "opened again"
    );
    assert_eq!(take(&mut queue, "one", 2), messages(0..2));
    drop(queue);
    let mut queue = open(&fs);
    queue.subscribe("one").expect("a good disk");
    assert_eq!(
        take(&mut queue, "one", 9),
        messages(2..3),
        "and not from the beginning again"
    );
    queue.commit("one", Lsn(1)).expect("a good disk");
    assert_eq!(
        take(&mut queue, "one", 9),
        messages(0..0),
        "a position does not go back"
    );
}

#[test]
fn what_is_dropped_takes_no_position_with_it() {
    let fs = SimFs::new(1);
    let mut queue = open(&fs);
    for consumer in ["idle", "busy"] {
        queue.subscribe(consumer).expect("a good disk");
    }
    push(&mut queue, 0..100);
    // It is done with all that there is, and does not move any more.
    assert_eq!(take(&mut queue, "idle", 100).len(), 100);
    assert_eq!(take(&mut queue, "busy", 90).len(), 90);
    queue.trim().expect("a good disk");
    drop(queue);
    let mut queue = open(&fs);
    assert_eq!(
        take(&mut queue, "idle", 999),
        messages(0..0),
        "it had all of them"
    );
    assert_eq!(take(&mut queue, "busy", 999), messages(90..100));
}

#[test]
fn nothing_is_dropped_that_someone_needs_and_little_stays_that_nobody_does() {
    let fs = SimFs::new(1);
    let mut queue = open(&fs);
    queue.subscribe("slow").expect("a good disk");
    queue.subscribe("fast").expect("a good disk");
    let mut taken = Vec::new();
    for round in 0..50 {
        push(&mut queue, round * 10..round * 10 + 10);
        assert_eq!(take(&mut queue, "fast", 99).len(), 10);
        taken.extend(take(&mut queue, "slow", 9));
        queue.trim().expect("a good disk");
    }
    taken.extend(take(&mut queue, "slow", 999));
    assert_eq!(taken, messages(0..500));
    queue.trim().expect("a good disk");
    drop(queue);
    let files = fs.list(Path::new("/log")).expect("a good disk");
    let segments = files.iter().filter(|name| name.ends_with(".wal")).count();
    assert!(
        segments <= 2,
        "nobody needs any message, and there are {segments} segments"
    );
    let mut queue = open(&fs);
    push(&mut queue, 500..501);
    for consumer in ["slow", "fast"] {
        assert_eq!(
            take(&mut queue, consumer, 99),
            messages(500..501),
            "to {consumer}"
        );
    }
}

/// What was told to the outside, until the power failed.
#[derive(Debug, Default)]
struct Told {
    /// Messages that were pushed for certain.
    pushed: u64,
    /// Messages that each consumer has committed for certain, and perhaps.
    committed: BTreeMap<&'static str, (u64, u64)>,
}

fn work(fs: &SimFs, policy: SyncPolicy) -> Told {
    let mut told = Told::default();
    let mut run = || -> Result<(), Error> {
        let mut queue = try_open(fs, policy)?;
        let consumers = [("idle", 4), ("slow", 2), ("fast", 3)];
        for (consumer, _) in consumers {
            queue.subscribe(consumer)?;
            told.committed.insert(consumer, (0, 0));
        }
        for round in 0..30_u64 {
            queue.push(&message(round))?;
            for (consumer, every) in consumers {
                // The idle one takes some in the beginning.
                let moves = if consumer == "idle" {
                    round < 8
                } else {
                    round % every == 0
                };
                if moves && let Some((lsn, found)) = queue.peek(consumer)? {
                    let counts = told.committed.get_mut(consumer).expect("it is known");
                    assert_eq!(found, message(counts.1), "to {consumer}");
                    counts.1 += 1;
                    queue.commit(consumer, lsn)?;
                }
            }
            if round % 6 == 5 {
                queue.trim()?;
                // What trim leaves is certain, whatever the policy.
                told.pushed = round + 1;
                told.committed
                    .values_mut()
                    .for_each(|counts| counts.0 = counts.1);
            }
        }
        Ok(())
    };
    // That it fails is the point.
    let _ = run();
    told
}

#[test]
fn the_power_may_fail_at_any_call() {
    for policy in [SyncPolicy::EveryWrite, SyncPolicy::Os] {
        let fs = SimFs::new(1);
        work(&fs, policy);
        for call in 0..fs.calls() {
            for seed in 0..3 {
                let fs = SimFs::new(seed);
                fs.set_plan(Plan::PowerOffAt(call));
                let told = work(&fs, policy);
                let mut queue = open(&fs.crash());
                for (consumer, (least, most)) in &told.committed {
                    let rest = take(&mut queue, consumer, 99);
                    let when =
                        format!("{policy:?}, the power failed at call {call}, to {consumer}");
                    let Some(first) = rest.first() else {
                        let known = told.pushed == 0 || *most >= told.pushed;
                        assert!(known, "{when}: {told:?} and there is nothing");
                        continue;
                    };
                    let first = (0..40).find(|number| message(*number) == *first);
                    let first = first.expect("it is one of the messages");
                    assert!(
                        (*least..=*most).contains(&first),
                        "{when}: it has committed {least} messages for certain and {most} perhaps, \
                         and gets message {first}"
                    );
                    let last = first + rest.len() as u64;
                    assert_eq!(
                        rest,
                        messages(first..last),
                        "{when}: in order, without a gap"
                    );
                    assert!(last >= told.pushed, "{when}: message {last} is lost");
                }
            }
        }
    }
}
