//! Which limit comes first, by tokio's clock, which stands still until all tasks wait for it.

use std::future::pending;
use std::time::Duration;

use clock::Nanos;
use resilience::{Deadline, TimedOut, Timeout, TimeoutConfig};
use tokio::time::{Instant, sleep};

const MS: Duration = Duration::from_millis(1);

/// Tokio's clock: that of the crate is behind a feature.
#[derive(Debug)]
struct Tokio(Instant);

impl clock::Clock for Tokio {
    fn now(&self) -> Nanos {
        Nanos::ZERO + self.0.elapsed()
    }
}

fn timeout(per_try: Option<Duration>, overall: Option<Duration>) -> Timeout<Tokio> {
    let config = TimeoutConfig { per_try, overall };
    Timeout::with_clock(config, Tokio(Instant::now())).unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_time_is_returned() {
    let timeout = timeout(Some(100 * MS), Some(1000 * MS));
    let answer = async {
        sleep(99 * MS).await;
        42
    };
    assert_eq!(
        timeout.call_async(timeout.deadline(), sleep, answer).await,
        Ok(42)
    );
}

#[tokio::test(start_paused = true)]
async fn each_try_has_its_limit_and_the_deadline_cuts_the_last_one_short() {
    let timeout = timeout(Some(100 * MS), Some(250 * MS));
    let (start, deadline) = (Instant::now(), timeout.deadline());
    let mut ends = Vec::new();
    for _ in 0..4 {
        let error = timeout.call_async(deadline, sleep, pending::<()>()).await;
        ends.push((start.elapsed().as_millis(), error.unwrap_err()));
    }
    let per_try = TimedOut::PerTry(100 * MS);
    let overall = TimedOut::Overall;
    assert_eq!(
        ends,
        [
            (100, per_try),
            (200, per_try),
            (250, overall),
            (250, overall)
        ]
    );
    let stats = timeout.stats();
    assert_eq!((stats.calls, stats.per_try, stats.overall), (4, 2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_from_outside_is_kept() {
    let timeout = timeout(None, Some(1000 * MS));
    let start = Instant::now();
    let outer = Deadline::after(Nanos::ZERO, 30 * MS);
    let deadline = timeout.deadline_within(outer);
    assert_eq!(deadline, outer);
    let result = timeout.call_async(deadline, sleep, pending::<()>()).await;
    assert_eq!((result, start.elapsed()), (Err(TimedOut::Overall), 30 * MS));
}

#[tokio::test(start_paused = true)]
async fn without_limits_it_waits() {
    let timeout = timeout(None, None);
    let long = sleep(Duration::from_secs(86_400));
    assert_eq!(
        timeout.call_async(timeout.deadline(), sleep, long).await,
        Ok(())
    );
}

#[test]
fn nonsense_is_refused_by_name() {
    let refused = |per_try, overall| {
        let config = TimeoutConfig { per_try, overall };
        config.validate().unwrap_err().to_string()
    };
    assert_eq!(
        refused(Some(2 * MS), Some(MS)),
        "per_try: 2ms is more than overall, 1ms"
    );
    assert!(refused(Some(Duration::ZERO), None).starts_with("per_try: 0s "));
    assert!(refused(None, Some(Duration::ZERO)).starts_with("overall: 0s "));
}
