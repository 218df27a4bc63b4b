//! A breaker round a [`Service`].
//!
//! The breaker is asked in `call`, not in `poll_ready`: a circuit that opens must refuse at once,
//! not make callers wait until it closes; and readiness may be asked for long before the call. A
//! response future that is dropped before its end counts as
//! [`Config::on_drop`](crate::Config::on_drop) says.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use clock::Clock;
use tower_layer::Layer;
use tower_service::Service;

use crate::{CircuitBreaker, DefaultClock, Error, Open, Outcome, OwnedPermit};

/// Says what a response counts as.
pub trait Classify<T, E> {
    /// What this counts as. A server's 500 is an `Ok` to most services, but a failure all the same.
    fn classify(&self, result: &Result<T, E>) -> Outcome;
}

impl<T, E, F: Fn(&Result<T, E>) -> Outcome> Classify<T, E> for F {
    fn classify(&self, result: &Result<T, E>) -> Outcome {
        self(result)
    }
}

/// `Err` is a failure, and any response a success.
#[derive(Clone, Copy, Debug, Default)]
pub struct ErrorsFail;

impl<T, E> Classify<T, E> for ErrorsFail {
    fn classify(&self, result: &Result<T, E>) -> Outcome {
        Outcome::of(result)
    }
}

/// Puts one breaker round services: all that it wraps share it.
///
/// ```
/// use circuit_breaker::{CircuitBreaker, Config, Outcome};
/// use circuit_breaker::tower::CircuitBreakerLayer;
///
/// let breaker = CircuitBreaker::new(Config::default())?;
/// let layer = CircuitBreakerLayer::new(breaker).classify(|result: &Result<u16, ()>| match result {
///     Ok(status) if *status < 500 => Outcome::Success,
///     _ => Outcome::Failure,
/// });
/// # let _ = layer;
/// # Ok::<(), circuit_breaker::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CircuitBreakerLayer<C = DefaultClock, F = ErrorsFail> {
    breaker: CircuitBreaker<C>,
    classify: F,
}

impl<C> CircuitBreakerLayer<C> {
    /// `Err` is a failure, and any response a success.
    pub fn new(breaker: CircuitBreaker<C>) -> Self {
        CircuitBreakerLayer {
            breaker,
            classify: ErrorsFail,
        }
    }
}

impl<C, F> CircuitBreakerLayer<C, F> {
    /// The same with other eyes: a closure from `&Result<Response, Error>` to [`Outcome`].
    pub fn classify<G>(self, classify: G) -> CircuitBreakerLayer<C, G> {
        CircuitBreakerLayer {
            breaker: self.breaker,
            classify,
        }
    }
}

impl<S, C, F: Clone> Layer<S> for CircuitBreakerLayer<C, F> {
    type Service = CircuitBreakerService<S, C, F>;

    fn layer(&self, inner: S) -> Self::Service {
        CircuitBreakerService {
            inner,
            breaker: self.breaker.clone(),
            classify: self.classify.clone(),
        }
    }
}

/// A service behind a breaker. Its error is [`Error::Open`] where the call was not made.
#[derive(Clone, Debug)]
pub struct CircuitBreakerService<S, C = DefaultClock, F = ErrorsFail> {
    inner: S,
    breaker: CircuitBreaker<C>,
    classify: F,
}

impl<S, C, F> CircuitBreakerService<S, C, F> {
    /// The breaker.
    pub fn breaker(&self) -> &CircuitBreaker<C> {
        &self.breaker
    }

    /// The service behind it.
    pub fn inner(&self) -> &S {
        &self.inner
    }
}

// ANCHOR: service
impl<S, C, F, Request> Service<Request> for CircuitBreakerService<S, C, F>
where
    S: Service<Request>,
    C: Clock,
    F: Classify<S::Response, S::Error> + Clone,
{
    type Response = S::Response;
    type Error = Error<S::Error>;
    type Future = ResponseFuture<S::Future, C, F>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(Error::Inner)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let permit = self.breaker.try_acquire_owned();
        ResponseFuture {
            future: permit.is_ok().then(|| self.inner.call(request)),
            permit: permit.map(Some),
            classify: self.classify.clone(),
        }
    }
}
// ANCHOR_END: service

pin_project_lite::pin_project! {
    /// The response, or the refusal.
    #[must_use = "futures do nothing unless polled"]
    #[derive(Debug)]
    pub struct ResponseFuture<R, C: Clock = DefaultClock, F = ErrorsFail> {
        // None if the call was not made.
        #[pin]
        future: Option<R>,
        // None when the call has ended.
        permit: Result<Option<OwnedPermit<C>>, Open>,
        classify: F,
    }
}

impl<R, T, E, C, F> Future for ResponseFuture<R, C, F>
where
    R: Future<Output = Result<T, E>>,
    C: Clock,
    F: Classify<T, E>,
{
    type Output = Result<T, Error<E>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let permit = match this.permit {
            Ok(permit) => permit,
            Err(open) => return Poll::Ready(Err(Error::Open(*open))),
        };
        let Some(future) = this.future.as_pin_mut() else {
            return Poll::Pending; // there is no permit without a future
        };
        let result = ready!(future.poll(cx));
        if let Some(permit) = permit.take() {
            permit.record(this.classify.classify(&result));
        }
        Poll::Ready(result.map_err(Error::Inner))
    }
}
