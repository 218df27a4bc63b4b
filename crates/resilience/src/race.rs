//! Two futures, of which one is the clock.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// What `future` returns, unless `timer` is over first. Both at once: the future wins, because its
/// answer is there.
pub(crate) async fn before<T>(
    timer: impl Future<Output = ()>,
    future: impl Future<Output = T>,
) -> Option<T> {
    let mut future = pin!(future);
    let mut timer = pin!(timer);
    poll_fn(|cx| {
        if let Poll::Ready(answer) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(answer));
        }
        timer.as_mut().poll(cx).map(|()| None)
    })
    .await
}
