//! Every transition, and every threshold from both sides, with a clock that the test moves.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use circuit_breaker::{
    AfterHalfOpen, CircuitBreaker, Config, DropAs, Error, Event, Outcome, State, Window,
};
use clock::ManualClock;

type Breaker = CircuitBreaker<ManualClock>;

const WAIT: Duration = Duration::from_secs(60);
const INSTANT: Duration = Duration::from_micros(1);

/// A window of ten calls, three trials, a wait of a minute.
fn config() -> Config {
    Config {
        window: Window::Count(10),
        minimum_calls: 10,
        permitted_half_open_calls: 3,
        wait_in_open: WAIT,
        seed: Some(1),
        ..Config::default()
    }
}

fn breaker(config: Config) -> (Breaker, ManualClock) {
    let clock = ManualClock::new();
    (
        CircuitBreaker::with_clock(config, clock.clone()).unwrap(),
        clock,
    )
}

/// Makes one call a letter: `s` and `f` for success and failure.
fn calls(breaker: &Breaker, outcomes: &str) {
    for outcome in outcomes.chars() {
        let permit = breaker.try_acquire().expect("the call is permitted");
        match outcome {
            's' => permit.success(),
            _ => permit.failure(),
        }
    }
}

fn events(breaker: &Breaker) -> Arc<Mutex<Vec<Event>>> {
    let events = Arc::new(Mutex::new(Vec::new()));
    let sink = events.clone();
    breaker.on_event(move |event| sink.lock().unwrap().push(*event));
    events
}

fn transitions(events: &Mutex<Vec<Event>>) -> Vec<(State, State)> {
    let of = |event: &Event| match event {
        Event::Transition { from, to } => Some((*from, *to)),
        _ => None,
    };
    events.lock().unwrap().iter().filter_map(of).collect()
}

/// A breaker whose wait is over: the next call is a trial.
fn about_to_try(config: Config) -> (Breaker, ManualClock) {
    let wait = config.wait_in_open;
    let (breaker, clock) = breaker(config);
    breaker.open();
    clock.advance(wait);
    (breaker, clock)
}

// Closed to open.

#[test]
fn opens_when_the_failure_rate_reaches_its_threshold_and_not_before() {
    let (breaker, _) = breaker(config());
    calls(&breaker, "ssssssffff");
    assert_eq!(breaker.stats().failure_rate, Some(40.0));
    assert_eq!(breaker.state(), State::Closed);
    calls(&breaker, "f");
    assert_eq!(breaker.state(), State::Open);
    assert_eq!(breaker.stats().failure_rate, Some(50.0));
}

#[test]
fn does_not_judge_fewer_than_the_minimum_of_calls() {
    let (breaker, _) = breaker(Config {
        minimum_calls: 5,
        ..config()
    });
    calls(&breaker, "ffff");
    assert_eq!(breaker.state(), State::Closed);
    assert_eq!(breaker.stats().failure_rate, None);
    calls(&breaker, "s"); // a success completes the minimum, and four of five have failed
    assert_eq!(breaker.state(), State::Open);
}

#[test]
fn a_minimum_above_the_window_means_the_whole_window() {
    let (breaker, _) = breaker(Config {
        minimum_calls: 1_000,
        ..config()
    });
    calls(&breaker, "fffffffff");
    assert_eq!(breaker.state(), State::Closed);
    calls(&breaker, "f");
    assert_eq!(breaker.state(), State::Open);
}

#[test]
fn a_failure_leaves_the_window_when_ten_more_calls_have_come() {
    let (breaker, _) = breaker(config());
    calls(&breaker, "ffffssssss");
    calls(&breaker, "ssss"); // push the failures out
    assert_eq!(breaker.stats().failed, 0);
    calls(&breaker, "ffff");
    assert_eq!(breaker.state(), State::Closed);
    calls(&breaker, "f");
    assert_eq!(breaker.state(), State::Open);
}

#[test]
fn a_window_of_one_call_opens_at_the_first_failure() {
    let (breaker, _) = breaker(Config {
        window: Window::Count(1),
        ..config()
    });
    calls(&breaker, "sss");
    calls(&breaker, "f");
    assert_eq!(breaker.state(), State::Open);
}

#[test]
fn a_failure_leaves_the_time_window_when_its_time_is_over() {
    let (breaker, clock) = breaker(Config {
        window: Window::Time(Duration::from_secs(10)),
        minimum_calls: 4,
        ..config()
    });
    calls(&breaker, "ffs");
    clock.advance(Duration::from_secs(10) - INSTANT);
    assert_eq!(breaker.stats().calls, 3);
    clock.advance(INSTANT);
    assert_eq!(breaker.stats().calls, 0);
    calls(&breaker, "fsss");
    assert_eq!(breaker.state(), State::Closed);
    calls(&breaker, "ff");
    assert_eq!(breaker.state(), State::Open);
}

#[test]
fn slow_calls_open_the_circuit_though_all_succeed() {
    let (breaker, clock) = breaker(Config {
        slow_call_rate_threshold: 30.0,
        slow_call_duration: Duration::from_millis(100),
        ..config()
    });
    let call = |took: Duration| {
        breaker.call(|| {
            clock.advance(took);
            Ok::<_, ()>(())
        })
    };
    for _ in 0..8 {
        call(Duration::from_millis(100)).unwrap(); // as long as permitted, not longer
    }
    call(Duration::from_millis(101)).unwrap();
    call(Duration::from_millis(101)).unwrap();
    assert_eq!(breaker.stats().slow_call_rate, Some(20.0));
    assert_eq!(breaker.state(), State::Closed);
    call(Duration::from_millis(101)).unwrap();
    assert_eq!(breaker.state(), State::Open);
    assert_eq!(breaker.stats().failed, 0);
}

#[test]
fn slow_failures_are_slow_too() {
    let (breaker, clock) = breaker(Config {
        failure_rate_threshold: 100.0,
        slow_call_rate_threshold: 50.0,
        slow_call_duration: Duration::from_millis(100),
        minimum_calls: 2,
        ..config()
    });
    calls(&breaker, "s");
    let _ = breaker.call(|| {
        clock.advance(WAIT);
        Err::<(), _>("timeout")
    });
    assert_eq!(breaker.state(), State::Open);
}

// Open.

#[test]
fn an_open_circuit_calls_nothing_until_its_wait_is_over() {
    let (breaker, clock) = breaker(config());
    breaker.open();
    clock.advance(WAIT - INSTANT);
    let open = breaker.try_acquire().unwrap_err();
    assert_eq!(open.retry_after, INSTANT);
    assert_eq!(breaker.state(), State::Open);
    clock.advance(INSTANT);
    assert_eq!(breaker.state(), State::Open, "until a call comes");
    let permit = breaker.try_acquire().unwrap();
    assert_eq!(breaker.state(), State::HalfOpen);
    permit.success();
    assert_eq!(breaker.stats().not_permitted, 1);
}

#[test]
fn each_failed_trial_multiplies_the_wait_up_to_its_bound_and_closing_forgets_it() {
    let (breaker, clock) = breaker(Config {
        wait_multiplier: 2.0,
        max_wait_in_open: Some(WAIT * 3),
        permitted_half_open_calls: 1,
        ..config()
    });
    breaker.open();
    for wait in [WAIT, WAIT * 2, WAIT * 3, WAIT * 3] {
        assert_eq!(breaker.try_acquire().unwrap_err().retry_after, wait);
        clock.advance(wait);
        calls(&breaker, "f");
        assert_eq!(breaker.state(), State::Open);
    }
    clock.advance(WAIT * 3);
    calls(&breaker, "s");
    assert_eq!(breaker.state(), State::Closed);
    breaker.open();
    assert_eq!(breaker.try_acquire().unwrap_err().retry_after, WAIT);
}

#[test]
fn the_wait_is_drawn_from_both_sides_and_the_same_seed_draws_the_same() {
    let waits = |seed| -> Vec<Duration> {
        let (breaker, _) = breaker(Config {
            jitter: 0.25,
            seed: Some(seed),
            ..config()
        });
        let draw = |_| {
            breaker.open();
            breaker.try_acquire().unwrap_err().retry_after
        };
        (0..200).map(draw).collect()
    };
    let drawn = waits(7);
    let (least, most) = (drawn.iter().min().unwrap(), drawn.iter().max().unwrap());
    assert!(*least >= WAIT * 3 / 4 && *least < WAIT * 4 / 5, "{least:?}");
    assert!(*most <= WAIT * 5 / 4 && *most > WAIT * 6 / 5, "{most:?}");
    assert_eq!(drawn, waits(7));
    assert_ne!(drawn, waits(8));
}

#[test]
fn a_server_that_says_retry_after_is_believed() {
    let (breaker, clock) = breaker(config());
    breaker.open_for(Duration::from_secs(3));
    clock.advance(Duration::from_secs(3) - INSTANT);
    assert!(breaker.try_acquire().is_err());
    clock.advance(INSTANT);
    assert!(breaker.try_acquire().is_ok());
}

// Half-open.

#[test]
fn half_open_permits_its_trials_and_no_others() {
    let (breaker, _) = about_to_try(config());
    let trials: Vec<_> = (0..3).map(|_| breaker.try_acquire().unwrap()).collect();
    let open = breaker.try_acquire().unwrap_err();
    assert_eq!(open.retry_after, Duration::ZERO);
    for trial in trials {
        assert_eq!(breaker.state(), State::HalfOpen);
        assert!(breaker.try_acquire().is_err(), "an ended trial is used up");
        trial.success();
    }
    assert_eq!(breaker.state(), State::Closed);
    assert_eq!(breaker.stats().calls, 0, "closing clears the window");
}

#[test]
fn the_trials_are_judged_when_the_last_has_ended_by_the_same_threshold() {
    for (outcomes, state) in [("fss", State::Closed), ("ffs", State::Open)] {
        let (breaker, _) = about_to_try(config());
        calls(&breaker, &outcomes[..2]);
        assert_eq!(breaker.state(), State::HalfOpen);
        calls(&breaker, &outcomes[2..]);
        assert_eq!(breaker.state(), state, "{outcomes}");
    }
}

#[test]
fn slow_trials_open_the_circuit_again() {
    let (breaker, clock) = about_to_try(Config {
        slow_call_rate_threshold: 50.0,
        slow_call_duration: Duration::from_millis(100),
        permitted_half_open_calls: 2,
        ..config()
    });
    calls(&breaker, "s");
    let trial = breaker.try_acquire().unwrap();
    clock.advance(Duration::from_millis(101));
    trial.success();
    assert_eq!(breaker.state(), State::Open);
}

#[test]
fn a_minimum_below_the_trials_decides_sooner() {
    let (breaker, _) = about_to_try(Config {
        minimum_calls: 2,
        ..config()
    });
    calls(&breaker, "ss");
    assert_eq!(breaker.state(), State::Closed);
}

#[test]
fn trials_that_do_not_end_in_time_open_or_close_the_circuit_as_configured() {
    for (after, state) in [
        (AfterHalfOpen::Open, State::Open),
        (AfterHalfOpen::Closed, State::Closed),
    ] {
        let (breaker, clock) = about_to_try(Config {
            max_wait_in_half_open: WAIT,
            after_half_open: after,
            ..config()
        });
        let events = events(&breaker);
        let lost = breaker.try_acquire().unwrap();
        clock.advance(WAIT - INSTANT);
        drop(breaker.try_acquire().unwrap());
        assert_eq!(breaker.state(), State::HalfOpen);
        clock.advance(INSTANT);
        assert_eq!(breaker.try_acquire().is_ok(), state == State::Closed);
        assert_eq!(breaker.state(), state);
        lost.success();
        assert_eq!(
            transitions(&events),
            [(State::Open, State::HalfOpen), (State::HalfOpen, state)]
        );
    }
}

#[test]
fn a_trial_that_ends_too_late_is_what_ends_the_wait() {
    let (breaker, clock) = about_to_try(Config {
        max_wait_in_half_open: WAIT,
        permitted_half_open_calls: 1,
        ..config()
    });
    let trial = breaker.try_acquire().unwrap();
    clock.advance(WAIT);
    trial.success();
    assert_eq!(breaker.state(), State::Open);
}

// Permits.

#[test]
fn a_call_of_the_closed_circuit_that_ends_in_half_open_does_not_count() {
    let (breaker, clock) = breaker(config());
    let late: Vec<_> = (0..5).map(|_| breaker.try_acquire().unwrap()).collect();
    breaker.open();
    clock.advance(WAIT);
    let trial = breaker.try_acquire().unwrap();
    late.into_iter().for_each(|permit| permit.failure());
    assert_eq!(breaker.state(), State::HalfOpen);
    assert_eq!(breaker.stats().calls, 0);
    trial.success();
    calls(&breaker, "ss");
    assert_eq!(breaker.state(), State::Closed);
}

#[test]
fn a_trial_of_an_earlier_half_open_does_not_count_in_the_next_nor_free_a_place_there() {
    let (breaker, _) = breaker(config());
    breaker.half_open();
    let (late, dropped) = (
        breaker.try_acquire().unwrap(),
        breaker.try_acquire().unwrap(),
    );
    breaker.half_open();
    let trials: Vec<_> = (0..3).map(|_| breaker.try_acquire().unwrap()).collect();
    late.failure();
    drop(dropped);
    assert_eq!(breaker.stats().calls, 0);
    assert!(breaker.try_acquire().is_err(), "no place is free");
    trials.into_iter().for_each(|trial| trial.success());
    assert_eq!(breaker.state(), State::Closed);
}

#[test]
fn a_call_from_before_a_reset_does_not_count_after_it() {
    let (breaker, _) = breaker(Config {
        window: Window::Count(1),
        ..config()
    });
    let late = breaker.try_acquire().unwrap();
    breaker.reset();
    late.failure();
    assert_eq!(breaker.state(), State::Closed);
    assert_eq!(breaker.stats().calls, 0);
}

#[test]
fn a_dropped_permit_counts_as_configured() {
    for (on_drop, counted, failed) in [
        (DropAs::Ignore, 0, 0),
        (DropAs::Success, 1, 0),
        (DropAs::Failure, 1, 1),
    ] {
        let (breaker, _) = breaker(Config {
            on_drop,
            ..config()
        });
        drop(breaker.try_acquire().unwrap());
        drop(breaker.try_acquire_owned().unwrap());
        let stats = breaker.stats();
        assert_eq!((stats.calls, stats.failed), (2 * counted, 2 * failed));
    }
}

#[test]
fn a_dropped_or_ignored_trial_gives_its_place_back() {
    let (breaker, _) = about_to_try(config());
    for _ in 0..1_000 {
        drop(breaker.try_acquire().unwrap());
        breaker.try_acquire_owned().unwrap().ignore();
    }
    calls(&breaker, "sss");
    assert_eq!(breaker.state(), State::Closed);
}

#[test]
fn a_panic_goes_on_to_the_caller_and_counts_as_configured() {
    for (on_panic, state) in [
        (DropAs::Failure, State::Open),
        (DropAs::Success, State::Closed),
        (DropAs::Ignore, State::HalfOpen),
    ] {
        let (breaker, _) = about_to_try(Config {
            on_panic,
            permitted_half_open_calls: 1,
            ..config()
        });
        let panicking = || breaker.call(|| -> Result<(), ()> { panic!("as the test wants") });
        let payload = catch_unwind(AssertUnwindSafe(panicking)).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"as the test wants"));
        assert_eq!(breaker.state(), state);
        if state == State::HalfOpen {
            calls(&breaker, "s"); // the place is free
            assert_eq!(breaker.state(), State::Closed);
        }
    }
}

#[test]
fn the_caller_says_what_is_a_failure() {
    let (breaker, _) = breaker(config());
    let outcome = |result: &Result<(), u16>| match result {
        Err(404) => Outcome::Success,
        Err(429) => Outcome::Ignore,
        other => Outcome::of(other),
    };
    for status in [404, 404, 429, 500] {
        let result = breaker.call_if(outcome, || Err(status));
        assert_eq!(result, Err(Error::Inner(status)));
    }
    let stats = breaker.stats();
    assert_eq!((stats.calls, stats.failed), (3, 1));
}

// By hand.

#[test]
fn a_breaker_that_is_forced_open_stays_so() {
    let (breaker, clock) = breaker(config());
    breaker.force_open();
    clock.advance(WAIT * 1_000);
    let open = breaker.try_acquire().unwrap_err();
    assert_eq!(open.retry_after, Duration::MAX);
    breaker.close();
    calls(&breaker, "s");
}

#[test]
fn a_disabled_breaker_permits_all_and_counts_nothing() {
    let (breaker, _) = breaker(config());
    breaker.disable();
    let events = events(&breaker);
    calls(&breaker, "ffffffffffffffffffff");
    assert_eq!(breaker.state(), State::Disabled);
    assert_eq!(breaker.stats().calls, 0);
    assert!(events.lock().unwrap().is_empty());
}

#[test]
fn metrics_only_reports_a_rate_once_and_goes_on() {
    let (breaker, _) = breaker(config());
    breaker.metrics_only();
    let events = events(&breaker);
    calls(&breaker, "ssssssfffffffffffff");
    assert_eq!(breaker.state(), State::MetricsOnly);
    assert_eq!(breaker.stats().failure_rate, Some(100.0));
    let exceeded = |event: &&Event| matches!(event, Event::FailureRateExceeded(_));
    let events = events.lock().unwrap();
    let exceeded: Vec<_> = events.iter().filter(exceeded).collect();
    assert_eq!(exceeded, [&Event::FailureRateExceeded(50.0)]);
}

#[test]
fn a_breaker_can_begin_in_any_state() {
    for state in State::ALL {
        let (breaker, clock) = breaker(Config {
            initial_state: state,
            ..config()
        });
        assert_eq!(breaker.state(), state);
        let refuses = matches!(state, State::Open | State::ForcedOpen);
        assert_eq!(breaker.try_acquire().is_err(), refuses, "{state}");
        clock.advance(WAIT);
        assert_eq!(breaker.try_acquire().is_err(), state == State::ForcedOpen);
    }
}

// Events.

#[test]
fn a_failure_that_opens_the_circuit_is_told_in_order() {
    let (breaker, clock) = breaker(Config {
        window: Window::Count(2),
        ..config()
    });
    let events = events(&breaker);
    let _ = breaker.call(|| {
        clock.advance(INSTANT);
        Ok::<_, ()>(())
    });
    calls(&breaker, "f");
    assert!(breaker.try_acquire().is_err());
    breaker.reset();
    drop(breaker.try_acquire().unwrap());
    let elapsed = Some(Duration::ZERO);
    assert_eq!(
        *events.lock().unwrap(),
        [
            Event::Success {
                elapsed: Some(INSTANT)
            },
            Event::Failure { elapsed },
            Event::FailureRateExceeded(50.0),
            Event::Transition {
                from: State::Closed,
                to: State::Open
            },
            Event::NotPermitted,
            Event::Transition {
                from: State::Open,
                to: State::Closed
            },
            Event::Reset,
            Event::Ignored { elapsed },
        ]
    );
}

#[test]
fn every_listener_is_told_and_may_use_the_breaker() {
    let (breaker, _) = breaker(config());
    let seen = Arc::new(Mutex::new(Vec::new()));
    for listener in 0..3 {
        let (seen, breaker) = (seen.clone(), breaker.clone());
        breaker.clone().on_event(move |event| {
            if let Event::Transition { to, .. } = event {
                assert_eq!(breaker.state(), *to);
                seen.lock().unwrap().push(listener);
            }
        });
    }
    breaker.open();
    assert_eq!(*seen.lock().unwrap(), [0, 1, 2]);
}

// Configuration.

#[test]
fn what_makes_no_sense_is_refused_by_the_name_of_its_field() {
    let default = Config::default;
    let wrong = [
        (
            "failure_rate_threshold",
            Config {
                failure_rate_threshold: 0.0,
                ..default()
            },
        ),
        (
            "failure_rate_threshold",
            Config {
                failure_rate_threshold: f32::NAN,
                ..default()
            },
        ),
        (
            "slow_call_rate_threshold",
            Config {
                slow_call_rate_threshold: 100.1,
                ..default()
            },
        ),
        (
            "window",
            Config {
                window: Window::Count(0),
                ..default()
            },
        ),
        (
            "window",
            Config {
                window: Window::Count(Window::MAX_COUNT + 1),
                ..default()
            },
        ),
        (
            "window",
            Config {
                window: Window::Time(Duration::from_micros(999)),
                ..default()
            },
        ),
        (
            "minimum_calls",
            Config {
                minimum_calls: 0,
                ..default()
            },
        ),
        (
            "permitted_half_open_calls",
            Config {
                permitted_half_open_calls: 0,
                ..default()
            },
        ),
        (
            "permitted_half_open_calls",
            Config {
                permitted_half_open_calls: 256,
                ..default()
            },
        ),
        (
            "wait_in_open",
            Config {
                wait_in_open: Duration::ZERO,
                ..default()
            },
        ),
        (
            "wait_multiplier",
            Config {
                wait_multiplier: 0.9,
                ..default()
            },
        ),
        (
            "wait_multiplier",
            Config {
                wait_multiplier: f32::INFINITY,
                ..default()
            },
        ),
        (
            "max_wait_in_open",
            Config {
                max_wait_in_open: Some(INSTANT),
                ..default()
            },
        ),
        (
            "jitter",
            Config {
                jitter: 1.1,
                ..default()
            },
        ),
        (
            "jitter",
            Config {
                jitter: f32::NAN,
                ..default()
            },
        ),
    ];
    for (field, config) in wrong {
        let error = CircuitBreaker::new(config).unwrap_err();
        assert_eq!(error.field, field);
        assert!(error.to_string().starts_with(field), "{error}");
    }
    assert!(default().validate().is_ok());
}

#[test]
fn the_largest_values_work() {
    let (breaker, clock) = breaker(Config {
        window: Window::Count(Window::MAX_COUNT),
        minimum_calls: u32::MAX,
        permitted_half_open_calls: 255,
        wait_in_open: Duration::MAX,
        wait_multiplier: f32::MAX,
        jitter: 1.0,
        slow_call_duration: Duration::MAX,
        max_wait_in_half_open: Duration::MAX,
        ..config()
    });
    calls(&breaker, "sf");
    breaker.open();
    assert!(breaker.try_acquire().is_err());
    clock.advance(Duration::MAX); // until the end of the clock
    let trials: Vec<_> = (0..255).map_while(|_| breaker.try_acquire().ok()).collect();
    drop(trials);
}
