//! Every request, every end of an attempt: whether it is sent again, and what that costs.

#[cfg_attr(feature = "yours", path = "../edge-proxy/retry.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/edge-proxy/retry.rs")]
mod exercise;

use std::time::Duration;

use clock::ManualClock;
use exercise::{Body, Ended, Request, again};
use resilience::{Budget, BudgetConfig};

const BACKOFF: Duration = Duration::from_millis(50);
const IDEMPOTENT: [&str; 6] = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];

fn budget(retry_ratio: f64, min_retries_per_second: u32) -> Budget<ManualClock> {
    let config = BudgetConfig {
        retry_ratio,
        min_retries_per_second,
        ..BudgetConfig::default()
    };
    Budget::with_clock(config, ManualClock::new()).unwrap()
}

fn request(method: &str) -> Request<'_> {
    Request {
        method,
        body: Body::AtHand,
        attempts_left: 2,
        time_left: Duration::from_secs(1),
    }
}

/// With a budget that has enough.
fn is_sent_again(request: Request<'_>, ended: Ended) -> bool {
    let budget = budget(0.0, 10);
    let again = again(&request, ended, BACKOFF, &budget);
    assert_eq!(
        budget.stats().retries,
        u64::from(again),
        "a retry is taken from the budget if and only if it is made: {request:?}, {ended:?}"
    );
    again
}

#[test]
fn what_was_never_written_is_sent_again_whatever_it_is() {
    for method in ["POST", "PATCH", "GET", "PUT", "BREW"] {
        for ended in [Ended::Refused, Ended::Broken { wrote: false }] {
            assert!(is_sent_again(request(method), ended), "{method}, {ended:?}");
        }
    }
}

#[test]
fn what_may_have_been_executed_is_sent_again_if_it_is_idempotent() {
    let ended = Ended::Broken { wrote: true };
    for method in IDEMPOTENT {
        assert!(is_sent_again(request(method), ended), "{method}");
    }
    for method in ["POST", "PATCH", "CONNECT", "BREW", "get"] {
        assert!(!is_sent_again(request(method), ended), "{method}");
    }
}

#[test]
fn an_answer_is_an_answer_unless_somebody_on_the_way_gave_it() {
    for status in 100..600 {
        let expected = [502, 503, 504].contains(&status);
        let ended = Ended::Answered(status);
        assert_eq!(is_sent_again(request("GET"), ended), expected, "{status}");
        assert!(
            !is_sent_again(request("POST"), ended),
            "{status} for a POST"
        );
    }
}

#[test]
fn a_body_that_is_gone_cannot_be_sent_again() {
    for ended in [
        Ended::Refused,
        Ended::Broken { wrote: false },
        Ended::Broken { wrote: true },
    ] {
        let with = |body| Request {
            body,
            ..request("PUT")
        };
        assert!(!is_sent_again(with(Body::Begun), ended));
        assert!(is_sent_again(with(Body::Untouched), ended));
    }
}

#[test]
fn there_must_be_an_attempt_and_time_left() {
    let none = Request {
        attempts_left: 0,
        ..request("GET")
    };
    assert!(!is_sent_again(none, Ended::Refused));
    for (left, expected) in [(0, false), (49, false), (50, false), (51, true)] {
        let time_left = Duration::from_millis(left);
        let late = Request {
            time_left,
            ..request("GET")
        };
        assert_eq!(
            is_sent_again(late, Ended::Refused),
            expected,
            "{left} ms left, 50 ms to wait"
        );
    }
}

#[test]
fn when_all_fails_the_budget_bounds_the_load() {
    let budget = budget(0.1, 0);
    let mut attempts = 0;
    for _ in 0..1000 {
        budget.deposit();
        attempts += 1;
        for attempts_left in (0..3).rev() {
            let request = Request {
                attempts_left,
                ..request("GET")
            };
            if !again(&request, Ended::Answered(503), BACKOFF, &budget) {
                break;
            }
            attempts += 1;
        }
    }
    assert_eq!(attempts, 1100);
}

#[test]
fn what_cannot_be_sent_again_leaves_the_budget_to_what_can() {
    let budget = budget(0.0, 1);
    for _ in 0..100 {
        again(
            &request("POST"),
            Ended::Broken { wrote: true },
            BACKOFF,
            &budget,
        );
    }
    assert_eq!(budget.stats().refused, 0, "the budget is asked last");
    assert!(again(
        &request("GET"),
        Ended::Broken { wrote: true },
        BACKOFF,
        &budget
    ));
}
