//! The checker, on histories of which one can see what they are.

use std::time::Duration;

use partition::Verdict;
use partition::linear::{Call, Model, check};

/// A register, which is written to and read.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Register(u32);

#[derive(Clone, Copy, Debug)]
enum Op {
    Write(u32),
    Read,
}
use Op::{Read, Write};

impl Model for Register {
    type Op = Op;
    type Answer = Option<u32>;

    fn apply(&mut self, op: &Op) -> Option<u32> {
        match *op {
            Write(value) => self.0 = value,
            Read => return Some(self.0),
        }
        None
    }
}

/// From, until, what, and what was read.
fn verdict(calls: &[(u64, u64, Op, Option<u32>)]) -> Verdict {
    let call = |&(from, until, op, read): &(u64, u64, Op, Option<u32>)| Call {
        op,
        invoked: Duration::from_secs(from),
        returned: Some((Duration::from_secs(until), read)).filter(|_| until > 0),
    };
    let calls: Vec<Call<Register>> = calls.iter().map(call).collect();
    check(Register(0), &calls, 100_000)
}

/// Instead of an end: nobody was told.
const NEVER: u64 = 0;

#[test]
fn one_after_another_is_linearizable() {
    let calls = [
        (1, 2, Write(1), None),
        (3, 4, Read, Some(1)),
        (5, 6, Write(2), None),
        (7, 8, Read, Some(2)),
    ];
    assert_eq!(verdict(&calls), Verdict::Linearizable);
    assert_eq!(verdict(&[]), Verdict::Linearizable);
}

#[test]
fn a_read_must_see_a_write_that_was_over() {
    let calls = [(1, 2, Write(1), None), (3, 4, Read, Some(0))];
    assert_eq!(verdict(&calls), Verdict::Violated);
}

#[test]
fn a_read_may_or_may_not_see_a_write_that_is_under_way() {
    for seen in [0, 1] {
        let calls = [(1, 9, Write(1), None), (3, 4, Read, Some(seen))];
        assert_eq!(verdict(&calls), Verdict::Linearizable);
    }
}

#[test]
fn once_seen_it_cannot_be_unseen() {
    let calls = [
        (1, 9, Write(1), None),
        (2, 3, Read, Some(1)),
        (4, 5, Read, Some(0)),
    ];
    assert_eq!(verdict(&calls), Verdict::Violated);
}

#[test]
fn nobody_reads_what_was_never_written() {
    assert_eq!(verdict(&[(1, 2, Read, Some(7))]), Verdict::Violated);
    let later = [(1, 2, Read, Some(7)), (3, 4, Write(7), None)];
    assert_eq!(verdict(&later), Verdict::Violated);
}

#[test]
fn what_was_not_acknowledged_may_happen_late_or_never() {
    let never = [(1, NEVER, Write(1), None), (5, 6, Read, Some(0))];
    assert_eq!(verdict(&never), Verdict::Linearizable);
    let late = [
        (1, NEVER, Write(1), None),
        (5, 6, Read, Some(0)),
        (7, 8, Read, Some(1)),
    ];
    assert_eq!(verdict(&late), Verdict::Linearizable);
    let twice = [
        (1, NEVER, Write(1), None),
        (2, 3, Read, Some(1)),
        (4, 5, Write(2), None),
        (6, 7, Read, Some(1)),
    ];
    assert_eq!(verdict(&twice), Verdict::Violated);
}

#[test]
fn two_readers_must_agree_on_the_order_of_two_writes() {
    let calls = [
        (1, 20, Write(1), None),
        (1, 20, Write(2), None),
        (2, 3, Read, Some(1)),
        (4, 5, Read, Some(2)),
        (6, 7, Read, Some(1)),
    ];
    assert_eq!(verdict(&calls), Verdict::Violated);
    assert_eq!(verdict(&calls[..4]), Verdict::Linearizable);
}

#[test]
fn it_says_when_it_has_given_up() {
    // Forty writes at once have 2^40 subsets; and the read at the end fits none.
    let mut calls: Vec<_> = (1..=40).map(|n| (1, 50, Write(n), None)).collect();
    calls.push((60, 61, Read, Some(99)));
    assert_eq!(verdict(&calls), Verdict::Undecided);
}

#[test]
fn a_long_history_of_one_customer_is_no_trouble() {
    let calls: Vec<_> = (0..1000)
        .map(|n| match n % 2 {
            0 => (2 * n + 1, 2 * n + 2, Write(n as u32), None),
            _ => (2 * n + 1, 2 * n + 2, Read, Some(n as u32 - 1)),
        })
        .collect();
    assert_eq!(verdict(&calls), Verdict::Linearizable);
}
