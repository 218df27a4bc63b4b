//! The state machine of a breaker, told what happens and when.

use std::time::Duration;

#[cfg_attr(feature = "yours", path = "../breaker/trials.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/breaker/trials.rs")]
mod exercise;

use exercise::{Breaker, Outcome, State, Ticket};

use Outcome::{Abandoned, Failure, Success};

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Three failures, ten seconds, two trials.
fn breaker() -> Breaker {
    Breaker::new(3, s(10), 2)
}

fn calls(breaker: &mut Breaker, outcomes: &[Outcome], now: Duration) {
    for outcome in outcomes {
        let ticket = breaker.try_acquire(now).expect("it is closed");
        breaker.end(ticket, *outcome, now);
    }
}

/// Open since second 0.
fn open() -> Breaker {
    let mut breaker = breaker();
    calls(&mut breaker, &[Failure; 3], s(0));
    assert_eq!(breaker.state(), State::Open);
    breaker
}

fn trial(breaker: &mut Breaker, now: Duration) -> Ticket {
    breaker.try_acquire(now).expect("a trial is permitted")
}

#[test]
fn it_opens_after_failures_in_a_row_and_not_before() {
    let mut breaker = breaker();
    calls(
        &mut breaker,
        &[Failure, Failure, Success, Failure, Failure],
        s(0),
    );
    assert_eq!(
        breaker.state(),
        State::Closed,
        "there was a success between"
    );
    calls(&mut breaker, &[Abandoned, Failure], s(0));
    assert_eq!(
        breaker.state(),
        State::Open,
        "a call that was none is no success"
    );
}

#[test]
fn it_refuses_until_the_wait_is_over_to_the_moment() {
    let mut breaker = open();
    assert!(
        breaker
            .try_acquire(s(10) - Duration::from_nanos(1))
            .is_none()
    );
    assert_eq!(breaker.state(), State::Open);
    assert!(breaker.try_acquire(s(10)).is_some());
    assert_eq!(breaker.state(), State::HalfOpen);
}

#[test]
fn it_permits_its_trials_and_no_others_and_closes_when_all_succeed() {
    let mut breaker = open();
    let (one, two) = (trial(&mut breaker, s(10)), trial(&mut breaker, s(10)));
    assert!(breaker.try_acquire(s(11)).is_none(), "two are under way");
    breaker.end(two, Success, s(12));
    assert!(
        breaker.try_acquire(s(12)).is_none(),
        "one has succeeded, one is under way"
    );
    assert_eq!(breaker.state(), State::HalfOpen);
    breaker.end(one, Success, s(13));
    assert_eq!(breaker.state(), State::Closed);
    calls(&mut breaker, &[Failure; 2], s(14));
    assert_eq!(breaker.state(), State::Closed, "it counts from nothing");
}

#[test]
fn the_first_trial_that_fails_opens_it_for_another_wait() {
    let mut breaker = open();
    let (one, two) = (trial(&mut breaker, s(10)), trial(&mut breaker, s(10)));
    breaker.end(one, Failure, s(15));
    assert_eq!(breaker.state(), State::Open);
    breaker.end(two, Success, s(16));
    assert_eq!(breaker.state(), State::Open, "that one comes too late");
    assert!(breaker.try_acquire(s(24)).is_none(), "ten seconds after 15");
    assert!(breaker.try_acquire(s(25)).is_some());
}

#[test]
fn an_abandoned_trial_gives_its_place_back() {
    let mut breaker = open();
    for _ in 0..10 {
        let ticket = trial(&mut breaker, s(10));
        breaker.end(ticket, Abandoned, s(10));
    }
    let (one, two) = (trial(&mut breaker, s(10)), trial(&mut breaker, s(10)));
    assert!(breaker.try_acquire(s(10)).is_none());
    breaker.end(one, Success, s(10));
    breaker.end(two, Success, s(10));
    assert_eq!(breaker.state(), State::Closed);
}

#[test]
fn a_call_from_before_the_outage_is_no_trial() {
    for outcome in [Success, Failure, Abandoned] {
        let mut breaker = breaker();
        let (late, later) = (trial(&mut breaker, s(0)), trial(&mut breaker, s(0)));
        calls(&mut breaker, &[Failure; 3], s(0));
        breaker.end(late, outcome, s(5));
        assert_eq!(breaker.state(), State::Open, "{outcome:?} while open");
        let _trials = (trial(&mut breaker, s(10)), trial(&mut breaker, s(10)));
        breaker.end(later, outcome, s(11));
        assert_eq!(breaker.state(), State::HalfOpen, "{outcome:?} in half-open");
        assert!(
            breaker.try_acquire(s(11)).is_none(),
            "{outcome:?} freed a place that it did not have"
        );
    }
}

#[test]
fn a_trial_of_one_half_open_time_does_not_count_in_the_next() {
    for outcome in [Success, Failure, Abandoned] {
        let mut breaker = open();
        let (one, late) = (trial(&mut breaker, s(10)), trial(&mut breaker, s(10)));
        breaker.end(one, Failure, s(10));
        let (one, _two) = (trial(&mut breaker, s(20)), trial(&mut breaker, s(20)));
        breaker.end(one, Success, s(21));
        breaker.end(late, outcome, s(21));
        assert_eq!(breaker.state(), State::HalfOpen, "{outcome:?}");
        assert!(breaker.try_acquire(s(21)).is_none(), "{outcome:?}");
    }
}

#[test]
fn a_failure_from_before_it_closed_does_not_count_after() {
    let mut breaker = breaker();
    let late: Vec<Ticket> = (0..3).map(|_| trial(&mut breaker, s(0))).collect();
    calls(&mut breaker, &[Failure; 3], s(0));
    for _ in 0..2 {
        let ticket = trial(&mut breaker, s(10));
        breaker.end(ticket, Success, s(10));
    }
    assert_eq!(breaker.state(), State::Closed);
    for ticket in late {
        breaker.end(ticket, Failure, s(60));
    }
    assert_eq!(breaker.state(), State::Closed, "news of an old outage");
}
