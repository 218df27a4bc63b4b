//! Deadlines that cost nothing when they are met.
//!
//! A request has half a dozen deadlines and meets nearly all of them. A timer for each would be put
//! into the runtime's timer wheel and taken out again, several times a request, for nothing.
//!
//! An [`Alarm`] is one timer that a task keeps for all its deadlines. A deadline later than the
//! time it is set to changes nothing: it rings early, sees that nobody is late, and is set to the
//! deadline of that moment. So a busy connection moves its timer about once per timeout, not per
//! request.
//!
//! ```text
//!   request 1   |--------------------15 s-----------------| deadline
//!   request 2      |--------------------15 s-----------------|
//!   request 3         |--------------------15 s-----------------|
//!   alarm       set ─────────────────────────────────────▶ rings; set to request 3's
//! ```
//!
//! # Invariants
//!
//! - It is never set to later than the earliest deadline that was asked for since it last rang.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::time::Sleep;

/// One timer for the deadlines of one task, of which one counts at a time.
#[derive(Default)]
pub struct Alarm {
    sleep: RefCell<Option<Pin<Box<Sleep>>>>,
}

impl Alarm {
    // ANCHOR: alarm
    /// Ready once `deadline` has passed; until then the task will be woken for it.
    pub fn poll(&self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let mut sleep = self.sleep.borrow_mut();
        let deadline = tokio::time::Instant::from_std(deadline);
        let sleep = sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if deadline < sleep.deadline() {
            sleep.as_mut().reset(deadline);
        }
        loop {
            ready!(sleep.as_mut().poll(cx));
            // It rang, perhaps for a deadline that was met long ago.
            if deadline <= tokio::time::Instant::now() {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
        }
    }
    // ANCHOR_END: alarm

    /// What `future` gives, or `None` once `deadline` has passed.
    pub async fn within<F: Future>(&self, deadline: Instant, future: F) -> Option<F::Output> {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => self.poll(deadline, cx).map(|()| None),
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn run(test: impl Future<Output = ()>) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(test);
    }

    fn after(millis: u64) -> Instant {
        tokio::time::Instant::now().into_std() + Duration::from_millis(millis)
    }

    #[test]
    fn a_later_deadline_is_kept_by_a_timer_that_was_set_for_an_earlier_one() {
        run(async {
            let alarm = Alarm::default();
            let start = tokio::time::Instant::now();
            assert_eq!(alarm.within(after(50), async { 1 }).await, Some(1));
            let pending = std::future::pending::<()>();
            assert_eq!(alarm.within(after(80), pending).await, None);
            assert_eq!(start.elapsed(), Duration::from_millis(80));
        });
    }

    #[test]
    fn an_earlier_deadline_moves_the_timer_forward() {
        run(async {
            let alarm = Alarm::default();
            let late = after(1000);
            let start = tokio::time::Instant::now();
            let short = tokio::time::sleep(Duration::from_millis(1));
            assert_eq!(alarm.within(late, short).await, Some(()));
            let pending = std::future::pending::<()>();
            assert_eq!(alarm.within(after(20), pending).await, None);
            assert!(start.elapsed() < Duration::from_millis(30));
        });
    }
}
