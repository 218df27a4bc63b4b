//! [`Fallback`] round a service.

use std::sync::Arc;
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use super::BoxFuture;
use crate::Fallback;

/// Makes services that answer something else instead of an error.
#[derive(Debug)]
pub struct FallbackLayer<P, F> {
    fallback: Arc<Fallback<P, F>>,
}

impl<P, F> FallbackLayer<P, F> {
    /// With the answers and the counters of `fallback`.
    pub fn new(fallback: Arc<Fallback<P, F>>) -> Self {
        FallbackLayer { fallback }
    }
}

impl<P, F> Clone for FallbackLayer<P, F> {
    fn clone(&self) -> Self {
        Self::new(self.fallback.clone())
    }
}

impl<S, P, F> Layer<S> for FallbackLayer<P, F> {
    type Service = FallbackService<S, P, F>;

    fn layer(&self, inner: S) -> Self::Service {
        let fallback = self.fallback.clone();
        FallbackService { inner, fallback }
    }
}

/// A service that answers something else instead of an error.
#[derive(Debug)]
pub struct FallbackService<S, P, F> {
    inner: S,
    fallback: Arc<Fallback<P, F>>,
}

impl<S: Clone, P, F> Clone for FallbackService<S, P, F> {
    fn clone(&self) -> Self {
        let (inner, fallback) = (self.inner.clone(), self.fallback.clone());
        FallbackService { inner, fallback }
    }
}

impl<S, R, P, F> Service<R> for FallbackService<S, P, F>
where
    S: Service<R>,
    S::Future: Send + 'static,
    P: Fn(&S::Error) -> bool + Send + Sync + 'static,
    F: Fn(S::Error) -> Result<S::Response, S::Error> + Send + Sync + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let (fallback, future) = (self.fallback.clone(), self.inner.call(request));
        Box::pin(async move { fallback.call_async(future).await })
    }
}
