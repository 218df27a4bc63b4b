//! When a second request is sent, which answer wins, and what becomes of the loser.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, ManualClock, Nanos};
use resilience::{Budget, BudgetConfig, Hedge, HedgeConfig};
use tokio::time::{Instant, sleep};

const MS: Duration = Duration::from_millis(1);

/// Tokio's clock: that of the crate is behind a feature.
#[derive(Debug)]
struct Tokio(Instant);

impl Clock for Tokio {
    fn now(&self) -> Nanos {
        Nanos::ZERO + self.0.elapsed()
    }
}

fn hedge(max_hedges: u32) -> Hedge<Tokio> {
    let config = HedgeConfig {
        percentile: None,
        delay: 100 * MS,
        max_hedges,
    };
    Hedge::with_clock(config, Tokio(Instant::now())).unwrap()
}

/// Requests that take so many milliseconds, and fail where the number is negative. Returns the
/// answer, when it came, how many requests were sent, and how many were dropped unanswered.
async fn ask<C: Clock>(hedge: &Hedge<C>, takes: &[i64]) -> (Result<usize, usize>, u128, u32, u32) {
    struct Unanswered(Rc<Cell<u32>>);
    impl Drop for Unanswered {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let (sent, dropped, start) = (Cell::new(0), Rc::new(Cell::new(0)), Instant::now());
    let request = |number: u32| {
        sent.set(sent.get() + 1);
        let (number, dropped) = (number as usize, dropped.clone());
        async move {
            let unanswered = Unanswered(dropped);
            sleep(takes[number].unsigned_abs() as u32 * MS).await;
            std::mem::forget(unanswered);
            if takes[number] < 0 {
                Err(number)
            } else {
                Ok(number)
            }
        }
    };
    let answer = hedge.call_async(sleep, Result::is_ok, request).await;
    (
        answer,
        start.elapsed().as_millis(),
        sent.get(),
        dropped.get(),
    )
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_time_is_not_hedged() {
    assert_eq!(ask(&hedge(1), &[99]).await, (Ok(0), 99, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn the_hedge_wins_and_the_loser_is_dropped() {
    let hedge = hedge(1);
    assert_eq!(ask(&hedge, &[500, 50]).await, (Ok(1), 150, 2, 1));
    let stats = hedge.stats();
    assert_eq!((stats.calls, stats.hedges, stats.hedges_won), (1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn the_first_may_still_win() {
    let hedge = hedge(1);
    assert_eq!(ask(&hedge, &[150, 500]).await, (Ok(0), 150, 2, 1));
    assert_eq!((hedge.stats().hedges, hedge.stats().hedges_won), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn hedges_are_sent_one_delay_apart_and_no_more_than_allowed() {
    assert_eq!(ask(&hedge(2), &[900, 900, 50]).await, (Ok(2), 250, 3, 2));
    assert_eq!(ask(&hedge(2), &[900, 900, 900]).await, (Ok(0), 900, 3, 2));
}

#[tokio::test(start_paused = true)]
async fn a_bad_answer_waits_for_a_good_one_if_one_is_under_way() {
    assert_eq!(ask(&hedge(1), &[-150, 100]).await, (Ok(1), 200, 2, 0));
    assert_eq!(ask(&hedge(1), &[-150, -100]).await, (Err(1), 200, 2, 0));
    assert_eq!(ask(&hedge(1), &[-50]).await, (Err(0), 50, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn without_budget_it_waits_for_the_first() {
    let config = BudgetConfig {
        retry_ratio: 0.5,
        min_retries_per_second: 0,
        ttl: Duration::from_secs(60),
    };
    let clock = ManualClock::new();
    let budget = Budget::with_clock(config, clock.clone()).unwrap();
    let config = HedgeConfig {
        percentile: None,
        ..HedgeConfig::default()
    };
    let hedge = Hedge::with_clock(config, clock)
        .unwrap()
        .with_budget(Arc::new(budget));
    assert_eq!(ask(&hedge, &[500, 50]).await, (Ok(0), 500, 1, 0));
    assert_eq!(ask(&hedge, &[500, 50]).await, (Ok(1), 150, 2, 1));
    assert_eq!(ask(&hedge, &[500, 50]).await, (Ok(0), 500, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn the_delay_follows_the_percentile_and_hedging_does_not_drag_it_down() {
    let config = HedgeConfig {
        percentile: Some(50.0),
        delay: 1000 * MS,
        max_hedges: 1,
    };
    let hedge = Hedge::with_clock(config, Tokio(Instant::now())).unwrap();
    assert_eq!(hedge.delay(), 1000 * MS);
    // From 1 to 100 ms, all alike. The slower half is hedged and answered sooner than it would have
    // been; the median must not take that for a faster server, or all calls are hedged in the end.
    for call in 0..2_000 {
        assert!(ask(&hedge, &[1 + call * 37 % 100, 20]).await.0.is_ok());
    }
    let delay = hedge.delay();
    assert!(
        (50 * MS..=50 * MS * 9 / 8 + 2 * MS).contains(&delay),
        "{delay:?}"
    );
    let hedges = hedge.stats().hedges;
    assert!((800..=1000).contains(&hedges), "{hedges}");
}

#[test]
fn nonsense_is_refused_by_name() {
    let refused = |config| Hedge::new(config).unwrap_err().field();
    let config = HedgeConfig::default();
    assert_eq!(
        refused(HedgeConfig {
            percentile: Some(100.0),
            ..config
        }),
        "percentile"
    );
    assert_eq!(
        refused(HedgeConfig {
            percentile: Some(f64::NAN),
            ..config
        }),
        "percentile"
    );
    assert_eq!(
        refused(HedgeConfig {
            max_hedges: 0,
            ..config
        }),
        "max_hedges"
    );
}
