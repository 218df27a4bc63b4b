//! The breaker round a service.

use std::cell::Cell;
use std::future::{Ready, pending, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use circuit_breaker::tower::CircuitBreakerLayer;
use circuit_breaker::{CircuitBreaker, Config, Error, Outcome, State, Window};
use clock::ManualClock;
use tower::{Layer, Service, ServiceExt, service_fn};

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

fn breaker() -> CircuitBreaker<ManualClock> {
    let config = Config {
        window: Window::Count(2),
        permitted_half_open_calls: 1,
        ..Config::default()
    };
    CircuitBreaker::with_clock(config, ManualClock::new()).unwrap()
}

fn answer(status: u16) -> Ready<Result<u16, &'static str>> {
    ready(if status == 0 {
        Err("refused")
    } else {
        Ok(status)
    })
}

#[test]
fn a_service_that_fails_is_no_longer_called_and_the_error_says_when_to_try_again() {
    let calls = Cell::new(0);
    let mut service = CircuitBreakerLayer::new(breaker()).layer(service_fn(|status| {
        calls.set(calls.get() + 1);
        answer(status)
    }));
    assert_eq!(
        now(service.ready()).unwrap().breaker().state(),
        State::Closed
    );
    for _ in 0..2 {
        assert_eq!(now(service.call(0)), Err(Error::Inner("refused")));
    }
    let Err(Error::Open(open)) = now(service.call(200)) else {
        panic!("the circuit is closed");
    };
    assert_eq!(open.retry_after, Duration::from_secs(60));
    assert_eq!(calls.get(), 2);
}

#[test]
fn the_classifier_says_that_a_status_of_500_is_a_failure() {
    let layer =
        CircuitBreakerLayer::new(breaker()).classify(|result: &Result<u16, _>| match result {
            Ok(status) if *status < 500 => Outcome::Success,
            _ => Outcome::Failure,
        });
    let mut service = layer.layer(service_fn(answer));
    assert_eq!(now(service.call(500)), Ok(500));
    assert_eq!(now(service.call(503)), Ok(503));
    assert_eq!(service.breaker().state(), State::Open);
}

#[test]
fn all_services_of_a_layer_share_its_breaker() {
    let layer = CircuitBreakerLayer::new(breaker());
    let (mut one, mut other) = (
        layer.layer(service_fn(answer)),
        layer.layer(service_fn(answer)),
    );
    let _ = now(one.call(0));
    let _ = now(other.call(0));
    assert!(now(one.call(200)).is_err_and(|error| error.is_open()));
}

#[test]
fn a_response_that_is_not_waited_for_gives_its_trial_back() {
    let breaker = breaker();
    breaker.half_open();
    let hang = service_fn(|_: ()| pending::<Result<(), ()>>());
    let mut service = CircuitBreakerLayer::new(breaker.clone()).layer(hang);
    let response = service.call(());
    assert!(breaker.try_acquire().is_err(), "the trial is under way");
    drop(response);
    assert!(breaker.try_acquire().is_ok());
}
