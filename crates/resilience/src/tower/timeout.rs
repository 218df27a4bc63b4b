//! [`Timeout`] round a service: of one try, and within the overall limit, which starts with it.

use std::sync::Arc;
use std::task::{Context, Poll};

use clock::{Clock, SystemClock};
use tower_layer::Layer;
use tower_service::Service;

use super::{BoxFuture, Error};
use crate::{TimedOut, Timeout};

/// Makes services that are not waited for for ever.
#[derive(Debug)]
pub struct TimeoutLayer<C = SystemClock> {
    timeout: Arc<Timeout<C>>,
}

impl<C> TimeoutLayer<C> {
    /// With the limits and the counters of `timeout`.
    pub fn new(timeout: Arc<Timeout<C>>) -> Self {
        TimeoutLayer { timeout }
    }
}

impl<C> Clone for TimeoutLayer<C> {
    fn clone(&self) -> Self {
        Self::new(self.timeout.clone())
    }
}

impl<S, C> Layer<S> for TimeoutLayer<C> {
    type Service = TimeoutService<S, C>;

    fn layer(&self, inner: S) -> Self::Service {
        let timeout = self.timeout.clone();
        TimeoutService { inner, timeout }
    }
}

/// A service that is not waited for for ever.
#[derive(Debug)]
pub struct TimeoutService<S, C = SystemClock> {
    inner: S,
    timeout: Arc<Timeout<C>>,
}

impl<S: Clone, C> Clone for TimeoutService<S, C> {
    fn clone(&self) -> Self {
        let (inner, timeout) = (self.inner.clone(), self.timeout.clone());
        TimeoutService { inner, timeout }
    }
}

impl<S, R, C> Service<R> for TimeoutService<S, C>
where
    S: Service<R>,
    S::Future: Send + 'static,
    C: Clock + Send + Sync + 'static,
{
    type Response = S::Response;
    type Error = Error<TimedOut, S::Error>;
    type Future = BoxFuture<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(Error::Inner)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let deadline = self.timeout.deadline();
        let (timeout, future) = (self.timeout.clone(), self.inner.call(request));
        Box::pin(async move {
            let answer = timeout
                .call_async(deadline, tokio::time::sleep, future)
                .await;
            answer.map_err(Error::Refused)?.map_err(Error::Inner)
        })
    }
}
