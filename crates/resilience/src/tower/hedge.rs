//! [`Hedge`] round a service.

use std::sync::Arc;
use std::task::{Context, Poll};

use clock::{Clock, SystemClock};
use tower_layer::Layer;
use tower_service::Service;

use super::{BoxFuture, CloneRequest, CopyRequest, call, take_ready};
use crate::Hedge;

/// Makes services that ask twice when the first answer is late. `K` copies requests. An error is
/// not a good answer: while another request is under way, that one is waited for.
#[derive(Debug)]
pub struct HedgeLayer<K = CloneRequest, C = SystemClock> {
    hedge: Arc<Hedge<C>>,
    copy: K,
}

impl<C> HedgeLayer<CloneRequest, C> {
    /// For requests that can be cloned and sent twice: only if all of them are idempotent.
    pub fn new(hedge: Arc<Hedge<C>>) -> Self {
        let copy = CloneRequest;
        HedgeLayer { hedge, copy }
    }
}

impl<K, C> HedgeLayer<K, C> {
    /// Copies requests by `copy`. One that it returns `None` for is sent only once.
    pub fn copy_by<K2>(self, copy: K2) -> HedgeLayer<K2, C> {
        let hedge = self.hedge;
        HedgeLayer { hedge, copy }
    }
}

impl<K: Clone, C> Clone for HedgeLayer<K, C> {
    fn clone(&self) -> Self {
        let (hedge, copy) = (self.hedge.clone(), self.copy.clone());
        HedgeLayer { hedge, copy }
    }
}

impl<S, K: Clone, C> Layer<S> for HedgeLayer<K, C> {
    type Service = HedgeService<S, K, C>;

    fn layer(&self, inner: S) -> Self::Service {
        let (hedge, copy) = (self.hedge.clone(), self.copy.clone());
        HedgeService { inner, hedge, copy }
    }
}

/// A service that asks twice when the first answer is late.
#[derive(Debug)]
pub struct HedgeService<S, K = CloneRequest, C = SystemClock> {
    inner: S,
    hedge: Arc<Hedge<C>>,
    copy: K,
}

impl<S: Clone, K: Clone, C> Clone for HedgeService<S, K, C> {
    fn clone(&self) -> Self {
        HedgeService {
            inner: self.inner.clone(),
            hedge: self.hedge.clone(),
            copy: self.copy.clone(),
        }
    }
}

impl<S, R, K, C> Service<R> for HedgeService<S, K, C>
where
    S: Service<R> + Clone + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: Send,
    R: Send + 'static,
    K: CopyRequest<R> + Clone + Send + 'static,
    C: Clock + Send + Sync + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let mut first = take_ready(&mut self.inner);
        let Some(copy) = self.copy.copy(&request) else {
            return Box::pin(first.call(request));
        };
        let (hedge, copier, service) = (self.hedge.clone(), self.copy.clone(), first.clone());
        let first: BoxFuture<_> = Box::pin(first.call(request));
        let again = move |_| -> Option<BoxFuture<_>> {
            let (mut service, request) = (service.clone(), copier.copy(&copy)?);
            Some(Box::pin(async move { call(&mut service, request).await }))
        };
        Box::pin(async move {
            let good = Result::is_ok;
            hedge.race(tokio::time::sleep, good, first, again).await
        })
    }
}
