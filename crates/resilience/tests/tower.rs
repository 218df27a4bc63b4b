//! The layers, alone and in a stack, by tokio's clock, which stands still until all tasks wait.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use resilience::tower::{
    BulkheadLayer, Error, FallbackLayer, HedgeLayer, RetryLayer, TimeoutLayer,
};
use resilience::{
    Bulkhead, BulkheadConfig, Fallback, Hedge, HedgeConfig, Rejected, Retry, RetryConfig, TimedOut,
    Timeout, TimeoutConfig, TokioClock, Verdict, Why,
};
use tower::{Layer, Service, ServiceExt, service_fn};

const MS: Duration = Duration::from_millis(1);

fn retry() -> Arc<Retry<TokioClock>> {
    Arc::new(Retry::with_clock(RetryConfig::default(), TokioClock::new()).unwrap())
}

fn any_error<T, E>(result: &Result<T, E>) -> Verdict {
    if result.is_ok() {
        Verdict::Done
    } else {
        Verdict::Retry
    }
}

/// Fails so often, then says how many requests it has seen.
fn fails(
    times: u32,
) -> impl Service<&'static str, Response = u32, Error = &'static str, Future: Send> + Clone + Send {
    let seen = Arc::new(AtomicU32::new(0));
    service_fn(move |_: &'static str| {
        let seen = seen.fetch_add(1, SeqCst) + 1;
        async move { if seen <= times { Err("down") } else { Ok(seen) } }
    })
}

#[tokio::test(start_paused = true)]
async fn retry_sends_clones_until_one_succeeds() {
    let layer = RetryLayer::new(retry(), any_error);
    assert_eq!(layer.layer(fails(2)).oneshot("hello").await, Ok(3));
    let error = layer.layer(fails(3)).oneshot("hello").await.unwrap_err();
    assert_eq!(
        (error.last, error.why, error.attempts),
        ("down", Why::Attempts, 3)
    );
}

#[tokio::test(start_paused = true)]
async fn retry_does_not_send_twice_what_the_closure_does_not_copy() {
    let only_gets = |request: &&'static str| request.starts_with("GET").then_some(*request);
    let layer = RetryLayer::new(retry(), any_error).copy_by(only_gets);
    assert_eq!(layer.layer(fails(1)).oneshot("GET /").await, Ok(2));
    let error = layer.layer(fails(1)).oneshot("POST /").await.unwrap_err();
    assert_eq!((error.why, error.attempts), (Why::NotRetryable, 1));
}

#[tokio::test(start_paused = true)]
async fn timeout_gives_up_on_a_service_that_hangs() {
    let config = TimeoutConfig::default();
    let timeout = Arc::new(Timeout::with_clock(config, TokioClock::new()).unwrap());
    let hangs = service_fn(|()| pending::<Result<(), Infallible>>());
    let result = TimeoutLayer::new(timeout.clone())
        .layer(hangs)
        .oneshot(())
        .await;
    let limit = config.per_try.unwrap();
    assert_eq!(result, Err(Error::Refused(TimedOut::PerTry(limit))));
    assert_eq!(timeout.stats().per_try, 1);
}

#[tokio::test(start_paused = true)]
async fn bulkhead_turns_away_what_does_not_fit_and_frees_the_place_of_a_cancelled_call() {
    let config = BulkheadConfig {
        max_concurrent: 1,
        max_waiting: 1,
        max_wait: 100 * MS,
    };
    let bulkhead = Bulkhead::new(config).unwrap();
    let hangs = service_fn(|hang: bool| async move {
        if hang {
            pending::<()>().await;
        }
        Ok::<_, Infallible>(())
    });
    let service = BulkheadLayer::new(bulkhead.clone()).layer(hangs);
    let inside = tokio::spawn(service.clone().oneshot(true));
    tokio::task::yield_now().await;
    let waited = service.clone().oneshot(false).await;
    assert_eq!(waited, Err(Error::Refused(Rejected::Waited(100 * MS))));
    inside.abort();
    assert!(inside.await.unwrap_err().is_cancelled());
    assert_eq!(service.oneshot(false).await, Ok(()));
    assert_eq!(bulkhead.stats().active, 0);
}

#[tokio::test(start_paused = true)]
async fn hedge_asks_a_second_time() {
    let hedge = Hedge::with_clock(HedgeConfig::default(), TokioClock::new()).unwrap();
    let hedge = Arc::new(hedge);
    let seen = Arc::new(AtomicU32::new(0));
    let first_hangs = service_fn(move |_: &'static str| {
        let seen = seen.fetch_add(1, SeqCst);
        async move {
            if seen == 0 {
                pending::<()>().await;
            }
            Ok::<_, Infallible>(seen)
        }
    });
    let service = HedgeLayer::new(hedge.clone()).layer(first_hangs);
    assert_eq!(service.oneshot("GET /").await, Ok(1));
    assert_eq!(hedge.stats().hedges_won, 1);
}

#[tokio::test(start_paused = true)]
async fn a_hedge_that_cannot_be_copied_is_not_sent_and_the_first_error_is_returned() {
    let hedge = Arc::new(Hedge::with_clock(HedgeConfig::default(), TokioClock::new()).unwrap());
    let slow_error = service_fn(|_: &'static str| async {
        tokio::time::sleep(500 * MS).await;
        Err::<(), _>("down")
    });
    // The copy is made when the call begins, and no second one.
    let copies = Arc::new(AtomicU32::new(0));
    let once = move |request: &&'static str| (copies.fetch_add(1, SeqCst) == 0).then_some(*request);
    let service = HedgeLayer::new(hedge.clone())
        .copy_by(once)
        .layer(slow_error);
    assert_eq!(service.oneshot("POST /").await, Err("down"));
    assert_eq!(hedge.stats().hedges, 0);
}

#[tokio::test(start_paused = true)]
async fn a_whole_stack_ends_in_the_fallback() {
    let clock = TokioClock::new();
    let timeout = Timeout::with_clock(TimeoutConfig::default(), clock).unwrap();
    let bulkhead = Bulkhead::new(BulkheadConfig::default()).unwrap();
    let hedge = HedgeConfig {
        percentile: None,
        ..HedgeConfig::default()
    };
    let hedge = Arc::new(Hedge::with_clock(hedge, clock).unwrap());
    let retry = retry();
    let hangs = service_fn(|_: &'static str| pending::<Result<&'static str, Infallible>>());

    let service = TimeoutLayer::new(Arc::new(timeout)).layer(hangs);
    let service = BulkheadLayer::new(bulkhead.clone()).layer(service);
    let service = HedgeLayer::new(hedge.clone()).layer(service);
    let service = RetryLayer::new(retry.clone(), any_error).layer(service);
    let fallback = Arc::new(Fallback::new(|_: &_| true, |_| Ok("yesterday's")));
    let service = FallbackLayer::new(fallback.clone()).layer(service);

    assert_eq!(service.oneshot("GET /").await, Ok("yesterday's"));
    assert_eq!(fallback.stats().used, 1);
    assert_eq!(retry.stats().retries, 2);
    assert_eq!((hedge.stats().calls, hedge.stats().hedges), (3, 3));
    assert_eq!((bulkhead.stats().admitted, bulkhead.stats().active), (6, 0));
}
