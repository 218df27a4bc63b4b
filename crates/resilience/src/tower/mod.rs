//! A [`tower`](https://docs.rs/tower) layer for each: what was made once goes round any service.
//!
//! Layers share what they were made with: all services that a layer wraps draw on the same budget
//! and the same bulkhead, and the caller keeps an [`Arc`](std::sync::Arc) to read the counters.
//! The order matters; outermost first, one that works:
//!
//! ```text
//!   Fallback     what there is when all else failed
//!   Retry        each attempt passes through all below
//!   Hedge
//!   Bulkhead     a retry lines up anew, and holds no place while it sleeps
//!   Timeout      of one try; waiting for a place does not count
//!   the service
//! ```
//!
//! Retry and hedge send a request more than once and so need copies of it: by `Clone`
//! ([`CloneRequest`]), or by a closure that may say that this one cannot be copied or must not be
//! sent twice.
//!
//! Timers are tokio's. Each call boxes one future per layer.

mod bulkhead;
mod fallback;
mod hedge;
mod retry;
mod timeout;

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;

use tower_service::Service;

pub use bulkhead::{BulkheadLayer, BulkheadService};
pub use fallback::{FallbackLayer, FallbackService};
pub use hedge::{HedgeLayer, HedgeService};
pub use retry::{RetryLayer, RetryService};
pub use timeout::{TimeoutLayer, TimeoutService};

/// The error of a service under a [`TimeoutLayer`] or a [`BulkheadLayer`]: the service's own, or
/// why it was not waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error<W, E> {
    /// The layer's: [`TimedOut`](crate::TimedOut) or [`Rejected`](crate::Rejected).
    Refused(W),
    /// The service's.
    Inner(E),
}

impl<W: fmt::Display, E: fmt::Display> fmt::Display for Error<W, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Refused(why) => why.fmt(f),
            Error::Inner(error) => error.fmt(f),
        }
    }
}

impl<W: StdError + 'static, E: StdError + 'static> StdError for Error<W, E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::Refused(why) => why.source(),
            Error::Inner(error) => error.source(),
        }
    }
}

/// Makes a copy of a request, to send it once more. Any `Fn(&R) -> Option<R>` is one.
pub trait CopyRequest<R> {
    /// A copy, or `None` if the request is to be sent only once.
    fn copy(&self, request: &R) -> Option<R>;
}

impl<R, F: Fn(&R) -> Option<R>> CopyRequest<R> for F {
    fn copy(&self, request: &R) -> Option<R> {
        self(request)
    }
}

/// Copies every request by its `Clone`: for services all of whose calls are idempotent.
#[derive(Clone, Copy, Debug, Default)]
pub struct CloneRequest;

impl<R: Clone> CopyRequest<R> for CloneRequest {
    fn copy(&self, request: &R) -> Option<R> {
        Some(request.clone())
    }
}

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The service that was polled ready, leaving a clone in its place, which may not be.
fn take_ready<S: Clone>(service: &mut S) -> S {
    let clone = service.clone();
    std::mem::replace(service, clone)
}

/// Waits until the service is ready, and calls it.
async fn call<S: Service<R>, R>(service: &mut S, request: R) -> Result<S::Response, S::Error> {
    poll_fn(|cx| service.poll_ready(cx)).await?;
    service.call(request).await
}
