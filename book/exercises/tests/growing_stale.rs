//! Histories of which one can see what they are, and many that nothing is wrong with.

#[cfg_attr(feature = "yours", path = "../growing/stale.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/growing/stale.rs")]
mod exercise;

use exercise::{Call, What, Wrong, wrong};

fn raise(invoked: u64, returned: u64) -> Call {
    call(What::Raise, invoked, Some(returned))
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
fn nothing_is_wrong() {
    assert_eq!(wrong(&[]), []);
    assert_eq!(wrong(&[read(1, 2, 0), raise(3, 4), read(5, 6, 1)]), []);
}

#[test]
fn what_was_over_must_be_seen() {
    let history = [raise(1, 2), raise(3, 4), read(5, 6, 1)];
    assert_eq!(wrong(&history), [(2, Wrong::TooOld)]);
}

#[test]
fn what_is_under_way_may_be_seen_or_not() {
    for answer in [0, 1] {
        assert_eq!(wrong(&[raise(1, 9), read(3, 4, answer)]), []);
    }
    assert_eq!(wrong(&[raise(1, 9), read(3, 4, 2)]), [(1, Wrong::TooMuch)]);
}

#[test]
fn what_touches_may_have_come_first_or_second() {
    for answer in [0, 1] {
        assert_eq!(wrong(&[raise(1, 3), read(3, 4, answer)]), []);
        assert_eq!(wrong(&[read(1, 3, answer), raise(3, 4)]), []);
    }
}

#[test]
fn what_was_seen_cannot_be_unseen() {
    let history = [raise(1, 9), read(2, 3, 1), read(4, 5, 0)];
    assert_eq!(wrong(&history), [(2, Wrong::TooOld)]);
    let at_once = [raise(1, 9), read(2, 5, 1), read(4, 6, 0)];
    assert_eq!(wrong(&at_once), [], "these reads overlap");
}

#[test]
fn what_nobody_knows_of_may_have_happened() {
    for answer in [0, 1] {
        let history = [call(What::Raise, 1, None), read(100, 101, answer)];
        assert_eq!(wrong(&history), []);
    }
    let unseen = [call(What::Raise, 1, None), read(2, 3, 1), read(4, 5, 0)];
    assert_eq!(wrong(&unseen), [(2, Wrong::TooOld)]);
    let early = [call(What::Raise, 5, None), read(2, 3, 1)];
    assert_eq!(wrong(&early), [(1, Wrong::TooMuch)]);
}

#[test]
fn the_order_of_the_list_says_nothing() {
    let history = [read(5, 6, 0), raise(1, 2), read(7, 8, 3), raise(3, 4)];
    assert_eq!(wrong(&history), [(0, Wrong::TooOld), (2, Wrong::TooMuch)]);
}

/// One counter, and operations that happen to it at some instant between call and return.
#[test]
fn nothing_is_wrong_with_one_counter() {
    let mut state = 11_u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    for _ in 0..300 {
        let (mut count, mut history) = (0, Vec::new());
        for instant in 0..40_u64 {
            let (before, after) = (next(9), next(9));
            let what = match next(2) {
                0 => What::Read(count),
                _ => {
                    count += 1;
                    What::Raise
                }
            };
            let invoked = (10 + instant).saturating_sub(before);
            let is_told = what != What::Raise || next(5) > 0;
            history.push(call(what, invoked, is_told.then_some(10 + instant + after)));
        }
        assert_eq!(wrong(&history), []);
    }
}
