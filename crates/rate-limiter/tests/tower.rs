//! The layers, round services made of closures.

use std::convert::Infallible;
use std::num::NonZeroU32;
use std::task::{Context, Poll};
use std::time::Duration;

use clock::ManualClock;
use rate_limiter::concurrency::{Aimd, ConcurrencyLimiter, Fixed, Outcome};
use rate_limiter::tower::{ConcurrencyLimitLayer, RateLimitLayer};
use rate_limiter::{Denied, Keyed, Quota};
use tokio::sync::oneshot;
use tower::{Layer, Service, ServiceExt, service_fn};

struct Request {
    client: &'static str,
}

fn from(client: &'static str) -> Request {
    Request { client }
}

#[tokio::test]
async fn each_client_has_its_limit_and_the_callers_answer_beyond_it() {
    let clock = ManualClock::new();
    let limiter: Keyed<str, _> =
        Keyed::with_clock(Quota::per_second(NonZeroU32::MIN), clock.clone());
    let layer = RateLimitLayer::new(
        limiter,
        |request: &Request| request.client,
        |request: &Request, denied: Denied| {
            let wait = denied.retry_after().expect("one fits");
            Ok::<_, Infallible>(format!("429 {} {wait:?}", request.client))
        },
    );
    let mut service = layer.layer(service_fn(async |r: Request| {
        Ok(format!("200 {}", r.client))
    }));
    // A second service of the same layer, as a server makes one for each connection.
    let mut second = service.clone();

    let ask = async |service: &mut _, client| answer(service, from(client)).await;
    assert_eq!(ask(&mut service, "anna").await, "200 anna");
    assert_eq!(ask(&mut service, "anna").await, "429 anna 1s");
    assert_eq!(ask(&mut second, "anna").await, "429 anna 1s");
    assert_eq!(ask(&mut second, "ben").await, "200 ben");
    clock.advance(Duration::from_secs(1));
    assert_eq!(ask(&mut second, "anna").await, "200 anna");
}

async fn answer<S, R>(service: &mut S, request: R) -> S::Response
where
    S: Service<R, Error = Infallible>,
{
    let Ok(ready) = service.ready().await;
    let Ok(answer) = ready.call(request).await;
    answer
}

#[tokio::test]
async fn a_denied_request_can_be_an_error_and_does_not_reach_the_service() {
    let limiter: Keyed<u32, _> =
        Keyed::with_clock(Quota::per_hour(NonZeroU32::MIN), ManualClock::new());
    let layer = RateLimitLayer::new(
        limiter,
        |key: &u32| *key,
        |_: &u32, denied: Denied| Err(denied),
    );
    let mut calls = 0;
    let mut service = layer.layer(service_fn(|key: u32| {
        calls += 1;
        async move { Ok::<_, Denied>(key) }
    }));
    let first = service.ready().await.expect("always ready").call(7).await;
    let second = service.ready().await.expect("always ready").call(7).await;
    drop(service);
    assert_eq!(first, Ok(7));
    assert_eq!(second, Err(Denied::RetryAfter(Duration::from_secs(3600))));
    assert_eq!(calls, 1);
}

/// Answers when the test says so.
type Later = oneshot::Receiver<Result<u32, &'static str>>;

fn judge(result: &Result<u32, &'static str>) -> Outcome {
    match result {
        Ok(_) => Outcome::Success,
        Err("timeout") => Outcome::Dropped,
        Err(_) => Outcome::Ignored,
    }
}

async fn later(answer: Later) -> Result<u32, &'static str> {
    answer.await.unwrap_or(Err("gone"))
}

#[tokio::test]
async fn no_more_than_the_limit_are_inside_until_one_is_answered() {
    let limiter = ConcurrencyLimiter::new(Fixed::new(2));
    let layer = ConcurrencyLimitLayer::new(limiter.clone(), |_: &Later| Err("503"), judge);
    let mut service = layer.layer(service_fn(later));
    let (answer, first) = oneshot::channel();
    let (_keep, second) = oneshot::channel();
    let first = service.ready().await.expect("always ready").call(first);
    let second = service.ready().await.expect("always ready").call(second);
    let (_, third) = oneshot::channel();
    assert_eq!(
        service
            .ready()
            .await
            .expect("always ready")
            .call(third)
            .await,
        Err("503")
    );
    assert_eq!(limiter.inflight(), 2);

    answer.send(Ok(1)).expect("it waits");
    assert_eq!(first.await, Ok(1));
    assert_eq!(limiter.inflight(), 1);
    drop(second); // cancelled
    assert_eq!(limiter.inflight(), 0);
    let stats = limiter.stats();
    assert_eq!((stats.succeeded, stats.ignored, stats.rejected), (1, 1, 1));
}

#[tokio::test]
async fn what_the_judge_calls_dropped_lowers_the_limit() {
    let aimd = Aimd::new(1, 10).expect("bounds").initial(10);
    let limiter = ConcurrencyLimiter::new(aimd);
    let layer = ConcurrencyLimitLayer::new(limiter.clone(), |_: &Later| Err("503"), judge);
    let mut service = layer.layer(service_fn(later));
    for (error, limit) in [("timeout", 9), ("bad request", 9), ("timeout", 8)] {
        let (answer, receiver) = oneshot::channel();
        let call = service.ready().await.expect("always ready").call(receiver);
        answer.send(Err(error)).expect("it waits");
        assert_eq!(call.await, Err(error));
        assert_eq!(limiter.limit(), limit, "after {error}");
    }
}

#[tokio::test]
async fn a_service_that_is_not_ready_is_not_asked() {
    struct Busy;
    impl Service<u32> for Busy {
        type Response = u32;
        type Error = Infallible;
        type Future = std::future::Ready<Result<u32, Infallible>>;
        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Pending
        }
        fn call(&mut self, x: u32) -> Self::Future {
            std::future::ready(Ok(x))
        }
    }
    let limiter = ConcurrencyLimiter::new(Fixed::new(1));
    let layer = ConcurrencyLimitLayer::new(
        limiter.clone(),
        |x: &u32| Ok(*x),
        |_: &Result<u32, Infallible>| Outcome::Success,
    );
    let mut service = layer.layer(Busy);
    let mut context = Context::from_waker(std::task::Waker::noop());
    assert!(Service::<u32>::poll_ready(&mut service, &mut context).is_pending());
    assert_eq!(
        limiter.inflight(),
        0,
        "waiting for the service takes no permit"
    );
}
