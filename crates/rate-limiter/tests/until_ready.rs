//! Waiting for a limiter, in time that moves when all wait for it.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use clock::{Clock, Nanos, nanos};
use rate_limiter::{Decision, Gcra, Keyed, Limiter, Never, Quota, UntilKeyReady, UntilReady};
use tokio::time::Instant;

/// Tokio's time, which stands still until every task waits, and then jumps.
#[derive(Clone, Debug)]
struct TokioClock {
    zero: Instant,
}

impl TokioClock {
    fn new() -> Self {
        let zero = Instant::now();
        TokioClock { zero }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Nanos {
        Nanos(nanos(self.zero.elapsed()))
    }
}

fn quota(per_second: u32, burst: u32) -> Quota {
    let number = |n| NonZeroU32::new(n).expect("not zero");
    Quota::per_second(number(per_second)).with_burst(number(burst))
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_exactly_as_long_as_the_decision_says() {
    let limiter = Gcra::with_clock(quota(10, 2), TokioClock::new());
    let start = Instant::now();
    let mut waited = Vec::new();
    for _ in 0..5 {
        limiter.until_ready().await.expect("one is less than two");
        waited.push(start.elapsed().as_millis());
    }
    assert_eq!(waited, [0, 0, 100, 200, 300]);
}

/// A limiter that counts how often it is asked.
struct Counted<L>(L, AtomicU32);

impl<L: Limiter> Limiter for Counted<L> {
    fn check_n(&self, n: u32) -> Decision {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.check_n(n)
    }

    fn quota(&self) -> Quota {
        self.0.quota()
    }
}

#[tokio::test(start_paused = true)]
async fn one_who_waits_alone_asks_twice() {
    let limiter = Gcra::with_clock(quota(10, 1), TokioClock::new());
    let limiter = Counted(limiter, AtomicU32::new(0));
    limiter.until_ready().await.expect("one fits");
    limiter.until_ready().await.expect("one fits");
    assert_eq!(limiter.1.into_inner(), 3);
}

#[tokio::test(start_paused = true)]
async fn several_units_wait_until_all_of_them_fit() {
    let limiter = Gcra::with_clock(quota(10, 5), TokioClock::new());
    let start = Instant::now();
    limiter.until_n_ready(5).await.expect("a burst");
    let admitted = limiter.until_n_ready(3).await.expect("less than a burst");
    assert_eq!(start.elapsed(), Duration::from_millis(300));
    assert_eq!(admitted.remaining(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_never_fits_is_an_error_at_once_and_takes_nothing() {
    let limiter = Gcra::with_clock(quota(10, 5), TokioClock::new());
    let start = Instant::now();
    let never = Never { asked: 6, burst: 5 };
    assert_eq!(limiter.until_n_ready(6).await, Err(never));
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert!(limiter.check_n(5).is_ok());
    assert!(
        never
            .to_string()
            .contains("6 at once can never be admitted")
    );
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_get_in_at_the_rate_and_none_is_forgotten() {
    let limiter = Arc::new(Gcra::with_clock(quota(100, 1), TokioClock::new()));
    let start = Instant::now();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let limiter = Arc::clone(&limiter);
            tokio::spawn(async move {
                limiter.until_ready().await.expect("one fits");
                start.elapsed().as_millis()
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.push(task.await.expect("no task panics"));
    }
    times.sort_unstable();
    let expected: Vec<_> = (0..20).map(|i| i * 10).collect();
    assert_eq!(times, expected);
}

#[tokio::test(start_paused = true)]
async fn one_who_stops_waiting_has_taken_nothing() {
    let limiter = Gcra::with_clock(quota(1, 1), TokioClock::new());
    limiter.until_ready().await.expect("the first");
    let gave_up = tokio::time::timeout(Duration::from_millis(500), limiter.until_ready()).await;
    assert!(gave_up.is_err());
    tokio::time::advance(Duration::from_millis(500)).await;
    assert!(limiter.check().is_ok());
}

#[tokio::test(start_paused = true)]
async fn keys_wait_each_for_its_own_limit() {
    let limiter: Keyed<str, _> = Keyed::with_clock(quota(10, 1), TokioClock::new());
    let start = Instant::now();
    limiter.until_key_ready("anna").await.expect("one fits");
    limiter.until_key_ready("ben").await.expect("one fits");
    assert_eq!(start.elapsed(), Duration::ZERO);
    limiter.until_key_ready("anna").await.expect("one fits");
    assert_eq!(start.elapsed(), Duration::from_millis(100));
    let never = limiter.until_key_n_ready("ben", 2).await;
    assert_eq!(never, Err(Never { asked: 2, burst: 1 }));
}

#[tokio::test(start_paused = true)]
async fn the_future_can_be_sent_to_another_thread() {
    fn sendable<T: Send>(future: T) -> T {
        future
    }
    let limiter: Box<dyn Limiter + Sync + Send> =
        Box::new(Gcra::with_clock(quota(1, 1), TokioClock::new()));
    let ready = sendable(async move { (*limiter).until_ready().await.is_ok() });
    assert!(tokio::spawn(ready).await.expect("no panic"));
}
