//! A limit on how many requests a service works on at a time, which learns from how they end.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use clock::Clock;
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::EitherFuture;
use crate::DefaultClock;
use crate::concurrency::{ConcurrencyLimiter, Outcome, Permit};

/// Limits how many requests are inside a service at a time.
///
/// `full` makes the answer to one for which there is no room, either a response or an error.
/// `judge` says what each result of the service tells about its load. The services that the layer
/// makes share the limiter.
///
/// A future that is dropped teaches the limit nothing, so a timeout has to be *inside* of this
/// layer, and `judge` to call it [`Outcome::Dropped`]: outside, it would hide just what AIMD must
/// see.
///
/// ```
/// use rate_limiter::concurrency::{Aimd, ConcurrencyLimiter, Outcome};
/// use rate_limiter::tower::ConcurrencyLimitLayer;
/// use tower::{Layer, Service, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), &'static str> {
/// let limiter = ConcurrencyLimiter::new(Aimd::new(1, 100).unwrap());
/// let layer = ConcurrencyLimitLayer::new(
///     limiter.clone(),
///     |_: &u32| Err("503"),
///     |result: &Result<u32, &str>| match result {
///         Err("timeout") => Outcome::Dropped,
///         Err(_) => Outcome::Ignored,
///         Ok(_) => Outcome::Success,
///     },
/// );
/// let mut service = layer.layer(service_fn(async |x: u32| Ok(x + 1)));
/// let first = service.ready().await?.call(1);
/// assert_eq!(service.ready().await?.call(2).await, Err("503"));
/// assert_eq!(first.await, Ok(2));
/// assert_eq!(limiter.stats().succeeded, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ConcurrencyLimitLayer<F, J, C: Clock = DefaultClock> {
    limiter: ConcurrencyLimiter<C>,
    full: F,
    judge: J,
}

impl<F, J, C: Clock> ConcurrencyLimitLayer<F, J, C> {
    /// A layer that asks `limiter`, lets `full` answer when there is no room, and lets `judge` look
    /// at each result.
    pub fn new(limiter: ConcurrencyLimiter<C>, full: F, judge: J) -> Self {
        ConcurrencyLimitLayer {
            limiter,
            full,
            judge,
        }
    }
}

impl<S, F: Clone, J: Clone, C: Clock> Layer<S> for ConcurrencyLimitLayer<F, J, C> {
    type Service = ConcurrencyLimit<S, F, J, C>;

    fn layer(&self, inner: S) -> Self::Service {
        let layer = ConcurrencyLimitLayer {
            limiter: self.limiter.clone(),
            full: self.full.clone(),
            judge: self.judge.clone(),
        };
        ConcurrencyLimit { inner, layer }
    }
}

/// A service behind a [`ConcurrencyLimitLayer`].
#[derive(Clone, Debug)]
pub struct ConcurrencyLimit<S, F, J, C: Clock = DefaultClock> {
    inner: S,
    layer: ConcurrencyLimitLayer<F, J, C>,
}

impl<S, R, F, J, C> Service<R> for ConcurrencyLimit<S, F, J, C>
where
    S: Service<R>,
    F: Fn(&R) -> Result<S::Response, S::Error>,
    J: Fn(&Result<S::Response, S::Error>) -> Outcome + Clone,
    C: Clock,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = EitherFuture<LimitedFuture<S::Future, J, C>, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let Some(permit) = self.layer.limiter.try_acquire() else {
            return EitherFuture::answered((self.layer.full)(&request));
        };
        EitherFuture::asked(LimitedFuture {
            future: self.inner.call(request),
            permit: Some(permit),
            judge: self.layer.judge.clone(),
        })
    }
}

pin_project! {
    /// A request that is inside, with its permit.
    pub struct LimitedFuture<F, J, C: Clock> {
        #[pin]
        future: F,
        permit: Option<Permit<C>>,
        judge: J,
    }
}

impl<F, J, C> Future for LimitedFuture<F, J, C>
where
    F: Future,
    J: Fn(&F::Output) -> Outcome,
    C: Clock,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let result = ready!(this.future.poll(context));
        if let Some(permit) = this.permit.take() {
            permit.record((this.judge)(&result));
        }
        Poll::Ready(result)
    }
}
