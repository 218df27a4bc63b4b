//! The reader's checker against known histories, and against the crate's.

#[cfg_attr(feature = "yours", path = "../growing/linear.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/growing/linear.rs")]
mod exercise;

use std::time::Duration;

use exercise::{Call, What, linearizable};
use partition::Verdict;
use partition::linear::{self, Model};

fn write(invoked: u64, returned: u64, value: u64) -> Call {
    call(What::Write(value), invoked, Some(returned))
}

fn read(invoked: u64, returned: u64, answer: u64) -> Call {
    call(What::Read(answer), invoked, Some(returned))
}

fn call(what: What, invoked: u64, returned: Option<u64>) -> Call {
    Call {
        what,
        invoked,
        returned,
    }
}

#[test]
fn one_after_another() {
    assert!(linearizable(7, &[]));
    assert!(linearizable(
        7,
        &[read(1, 2, 7), write(3, 4, 1), read(5, 6, 1)]
    ));
    assert!(!linearizable(7, &[write(3, 4, 1), read(5, 6, 7)]));
    assert!(!linearizable(7, &[read(1, 2, 1), write(3, 4, 1)]));
}

#[test]
fn at_the_same_time() {
    for seen in [0, 1] {
        assert!(linearizable(0, &[write(1, 9, 1), read(3, 4, seen)]));
        assert!(
            linearizable(0, &[write(1, 3, 1), read(3, 4, seen)]),
            "they touch"
        );
    }
    assert!(!linearizable(0, &[write(1, 9, 1), read(3, 4, 2)]));
    assert!(!linearizable(
        0,
        &[write(1, 9, 1), read(2, 3, 1), read(4, 5, 0)]
    ));
}

#[test]
fn all_must_agree_on_one_order() {
    let writes = [write(1, 20, 1), write(1, 20, 2)];
    let reads = |answers: [u64; 3]| {
        let reads = (0..3).map(|n| read(2 + 2 * n, 3 + 2 * n, answers[n as usize]));
        writes.iter().copied().chain(reads).collect::<Vec<_>>()
    };
    assert!(linearizable(0, &reads([0, 1, 2])));
    assert!(linearizable(0, &reads([2, 1, 1])));
    assert!(!linearizable(0, &reads([1, 2, 1])));
}

#[test]
fn what_was_not_acknowledged() {
    let lost = call(What::Write(1), 1, None);
    assert!(linearizable(0, &[lost]));
    assert!(linearizable(0, &[lost, read(50, 51, 0)]));
    assert!(linearizable(0, &[lost, read(50, 51, 0), read(60, 61, 1)]));
    assert!(!linearizable(0, &[lost, read(50, 51, 1), read(60, 61, 0)]));
    let later = call(What::Write(1), 55, None);
    assert!(!linearizable(0, &[later, read(50, 51, 1)]));
}

/// The same data for the crate's checker.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Register(u64);

impl Model for Register {
    type Op = What;
    type Answer = Option<u64>;

    fn apply(&mut self, what: &What) -> Option<u64> {
        match *what {
            What::Write(value) => self.0 = value,
            What::Read(_) => return Some(self.0),
        }
        None
    }
}

fn by_the_crate(initial: u64, history: &[Call]) -> bool {
    let call = |call: &Call| {
        let answer = match call.what {
            What::Write(_) => None,
            What::Read(answer) => Some(answer),
        };
        linear::Call::<Register> {
            op: call.what,
            invoked: Duration::from_secs(call.invoked),
            returned: call.returned.map(|at| (Duration::from_secs(at), answer)),
        }
    };
    let calls: Vec<_> = history.iter().map(call).collect();
    linear::check(Register(initial), &calls, 1_000_000) == Verdict::Linearizable
}

fn numbers(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    }
}

#[test]
fn random_histories_are_judged_as_the_crate_does() {
    let mut next = numbers(17);
    let mut found = [0, 0];
    for _ in 0..2000 {
        let count = 1 + next(7);
        let history: Vec<Call> = (0..count)
            .map(|_| {
                let invoked = next(20);
                let returned = invoked + next(10);
                match next(5) {
                    0 | 1 => write(invoked, returned, next(3)),
                    2 => call(What::Write(next(3)), invoked, None),
                    _ => read(invoked, returned, next(3)),
                }
            })
            .collect();
        let expected = by_the_crate(0, &history);
        found[usize::from(expected)] += 1;
        assert_eq!(linearizable(0, &history), expected, "{history:?}");
    }
    assert!(found.iter().all(|count| *count > 100), "{found:?}");
}

#[test]
fn long_histories_do_not_take_for_ever() {
    let mut next = numbers(23);
    let mut value = 0;
    let mut history = Vec::new();
    for instant in 1..=60 {
        let (invoked, returned) = (10 * instant - next(15), 10 * instant + next(15));
        if next(2) == 0 {
            value = instant;
            history.push(write(invoked, returned, value));
        } else {
            history.push(read(invoked, returned, value));
        }
    }
    assert!(linearizable(0, &history));
    history.push(read(700, 701, 1_000_000));
    assert!(!linearizable(0, &history), "nobody has written that");
}
