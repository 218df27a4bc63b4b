//! When it tries again, and why it stops.

use std::cell::RefCell;
use std::error::Error;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, ManualClock};
use futures_executor::block_on;
use resilience::{
    Backoff, Budget, BudgetConfig, Deadline, GaveUp, Jitter, Retry, RetryConfig, Sleep, Verdict,
    Why,
};

const MS: Duration = Duration::from_millis(1);

/// Four attempts, 100, 200 and 400 ms apart.
fn config() -> RetryConfig {
    let backoff = Backoff {
        jitter: Jitter::None,
        ..Backoff::default()
    };
    RetryConfig {
        max_attempts: 4,
        backoff,
        overall_timeout: None,
    }
}

fn retry(config: RetryConfig, clock: &ManualClock) -> Retry<ManualClock> {
    Retry::with_clock(config, clock.clone()).unwrap()
}

/// What it slept, by the manual clock.
struct Diary<'a>(&'a ManualClock, RefCell<Vec<u128>>);

impl Sleep for Diary<'_> {
    fn sleep(&self, delay: Duration) {
        self.1.borrow_mut().push(delay.as_millis());
        self.0.sleep(delay);
    }
}

fn gave_up<E>(last: E, why: Why, attempts: u32) -> GaveUp<E> {
    GaveUp {
        last,
        why,
        attempts,
    }
}

#[test]
fn a_success_is_not_tried_again() {
    let clock = ManualClock::new();
    let retry = retry(config(), &clock);
    assert_eq!(
        retry.call(&clock, |attempt| Ok::<_, ()>(attempt.number)),
        Ok(1)
    );
    assert_eq!((retry.stats().calls, retry.stats().retries), (1, 0));
}

#[test]
fn it_sleeps_by_the_backoff_between_attempts_and_keeps_the_last_error() {
    let clock = ManualClock::new();
    let retry = retry(config(), &clock);
    let diary = Diary(&clock, RefCell::default());
    let result = retry.call(&diary, |attempt| Err::<(), _>(attempt.number));
    assert_eq!(result, Err(gave_up(4, Why::Attempts, 4)));
    assert_eq!(*diary.1.borrow(), [100, 200, 400]);
    let stats = retry.stats();
    assert_eq!(
        (stats.calls, stats.retries, stats.out_of_attempts),
        (1, 3, 1)
    );
}

#[test]
fn the_predicate_stops_it_and_passes_on_what_the_server_asked_for() {
    let clock = ManualClock::new();
    let retry = retry(config(), &clock);
    let diary = Diary(&clock, RefCell::default());
    let verdict = |result: &Result<(), u16>| match result {
        Err(503) => Verdict::RetryAfter(2000 * MS),
        Err(500) => Verdict::Retry,
        _ => Verdict::Done,
    };
    let answers = [503, 500, 404];
    let f = |attempt: resilience::Attempt| Err(answers[attempt.number as usize - 1]);
    let result = retry.call_if(Deadline::NEVER, verdict, &diary, f);
    assert_eq!(result, Err(gave_up(404, Why::NotRetryable, 3)));
    assert_eq!(*diary.1.borrow(), [2100, 200]);
    assert_eq!(retry.stats().out_of_attempts, 0);
}

#[test]
fn an_ok_that_is_no_success_is_tried_again_and_returned_in_the_end() {
    let clock = ManualClock::new();
    let retry = retry(config(), &clock);
    let verdict = |result: &Result<u16, ()>| match result {
        Ok(503) => Verdict::Retry,
        _ => Verdict::Done,
    };
    let mut attempts = 0;
    let result = retry.call_if(Deadline::NEVER, verdict, &clock, |_| {
        attempts += 1;
        Ok(503)
    });
    assert_eq!((result, attempts), (Ok(503), 4));
}

#[test]
fn it_does_not_sleep_past_the_deadline() {
    let clock = ManualClock::new();
    let retry = retry(config(), &clock);
    let verdict = |_: &Result<(), &str>| Verdict::Retry;
    // The third attempt would come after 100 + 200 ms, at the very moment of the deadline.
    let deadline = Deadline::after(clock.now(), 300 * MS);
    let result = retry.call_if(deadline, verdict, &clock, |attempt| {
        assert_eq!(attempt.deadline, deadline);
        Err("slow")
    });
    assert_eq!(result, Err(gave_up("slow", Why::Deadline, 2)));
    assert_eq!(clock.now().since_zero(), 100 * MS);
    assert_eq!(retry.stats().out_of_time, 1);
}

#[test]
fn the_overall_timeout_makes_a_deadline_and_never_extends_one() {
    let clock = ManualClock::new();
    let overall_timeout = Some(300 * MS);
    let retry = retry(
        RetryConfig {
            overall_timeout,
            ..config()
        },
        &clock,
    );
    let result = retry.call(&clock, |_| Err::<(), _>("slow"));
    assert_eq!(result, Err(gave_up("slow", Why::Deadline, 2)));
    let outer = Deadline::after(clock.now(), 10 * MS);
    assert_eq!(retry.start(outer).attempt().deadline, outer);
}

#[test]
fn calls_share_a_budget_and_a_retry_out_of_time_costs_none() {
    let clock = ManualClock::new();
    let budget = BudgetConfig {
        retry_ratio: 0.5,
        min_retries_per_second: 0,
        ttl: Duration::from_secs(10),
    };
    let budget = Arc::new(Budget::with_clock(budget, clock.clone()).unwrap());
    let retry = retry(config(), &clock).with_budget(budget.clone());
    let fail = || retry.call(&clock, |_| Err::<(), _>("down")).unwrap_err();
    // Two calls pay for one retry.
    assert_eq!(fail(), gave_up("down", Why::Budget, 1));
    assert_eq!(fail(), gave_up("down", Why::Budget, 2));
    assert_eq!(retry.stats().out_of_budget, 2);

    let now = Deadline::after(clock.now(), MS);
    let verdict = |_: &Result<(), &str>| Verdict::Retry;
    for _ in 0..2 {
        let result = retry.call_if(now, verdict, &clock, |_| Err("down"));
        assert_eq!(result.unwrap_err().why, Why::Deadline);
    }
    assert_eq!(budget.stats().balance, 1);
}

#[test]
fn async_calls_are_tried_again_just_so() {
    let clock = ManualClock::new();
    let retry = retry(config(), &clock);
    let mut slept = Vec::new();
    let sleep = |delay: Duration| {
        slept.push(delay.as_millis());
        ready(())
    };
    let f = |attempt: resilience::Attempt| async move {
        match attempt.number {
            3 => Ok("hello"),
            _ => Err("down"),
        }
    };
    assert_eq!(block_on(retry.call_async(sleep, f)), Ok("hello"));
    assert_eq!(slept, [100, 200]);
}

#[test]
fn each_call_scatters_its_delays_anew_and_a_seed_repeats_them_all() {
    let clock = ManualClock::new();
    let slept = |seed| {
        let retry = retry(RetryConfig::default(), &clock).with_seed(seed);
        let diary = Diary(&clock, RefCell::default());
        for _ in 0..2 {
            assert!(retry.call(&diary, |_| Err::<(), _>(())).is_err());
        }
        diary.1.into_inner()
    };
    assert_eq!(slept(1), slept(1));
    assert_ne!(slept(1), slept(2));
    assert_ne!(slept(1)[..2], slept(1)[2..]);
}

#[test]
fn the_error_says_why_and_keeps_its_source() {
    let io = std::io::Error::other("connection refused");
    let error = gave_up(io, Why::Budget, 2);
    let text = "gave up after 2 attempts (no retry budget left): connection refused";
    assert_eq!(error.to_string(), text);
    assert_eq!(error.source().unwrap().to_string(), "connection refused");
}

#[test]
fn nonsense_is_refused_by_name() {
    let refused = |config| Retry::new(config).unwrap_err().field();
    let none = RetryConfig {
        max_attempts: 0,
        ..config()
    };
    assert_eq!(refused(none), "max_attempts");
    let zero = RetryConfig {
        overall_timeout: Some(Duration::ZERO),
        ..config()
    };
    assert_eq!(refused(zero), "overall_timeout");
    let backoff = Backoff {
        factor: 0.0,
        ..Backoff::default()
    };
    assert_eq!(
        refused(RetryConfig {
            backoff,
            ..config()
        }),
        "backoff.factor"
    );
}
