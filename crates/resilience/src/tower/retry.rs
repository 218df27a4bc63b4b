//! [`Retry`] round a service.

use std::sync::Arc;
use std::task::{Context, Poll};

use clock::{Clock, SystemClock};
use tower_layer::Layer;
use tower_service::Service;

use super::{BoxFuture, CloneRequest, CopyRequest, call, take_ready};
use crate::{Deadline, GaveUp, Retry, Verdict, Why};

/// Makes services that try again. `V` is the verdict on a result, `K` copies requests.
#[derive(Clone, Debug)]
pub struct RetryLayer<V, K = CloneRequest, C = SystemClock> {
    retry: Arc<Retry<C>>,
    verdict: V,
    copy: K,
}

impl<V, C> RetryLayer<V, CloneRequest, C> {
    /// For requests that can be cloned and sent again.
    pub fn new(retry: Arc<Retry<C>>, verdict: V) -> Self {
        let copy = CloneRequest;
        RetryLayer {
            retry,
            verdict,
            copy,
        }
    }
}

impl<V, K, C> RetryLayer<V, K, C> {
    /// Copies requests by `copy`. One that it returns `None` for gets no second attempt.
    pub fn copy_by<K2>(self, copy: K2) -> RetryLayer<V, K2, C> {
        RetryLayer {
            retry: self.retry,
            verdict: self.verdict,
            copy,
        }
    }
}

impl<S, V: Clone, K: Clone, C> Layer<S> for RetryLayer<V, K, C> {
    type Service = RetryService<S, V, K, C>;

    fn layer(&self, inner: S) -> Self::Service {
        RetryService {
            inner,
            retry: self.retry.clone(),
            verdict: self.verdict.clone(),
            copy: self.copy.clone(),
        }
    }
}

/// A service that tries again.
#[derive(Debug)]
pub struct RetryService<S, V, K = CloneRequest, C = SystemClock> {
    inner: S,
    retry: Arc<Retry<C>>,
    verdict: V,
    copy: K,
}

impl<S: Clone, V: Clone, K: Clone, C> Clone for RetryService<S, V, K, C> {
    fn clone(&self) -> Self {
        RetryService {
            inner: self.inner.clone(),
            retry: self.retry.clone(),
            verdict: self.verdict.clone(),
            copy: self.copy.clone(),
        }
    }
}

impl<S, R, V, K, C> Service<R> for RetryService<S, V, K, C>
where
    S: Service<R> + Clone + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: Send,
    R: Send + 'static,
    V: Fn(&Result<S::Response, S::Error>) -> Verdict + Clone + Send + 'static,
    K: CopyRequest<R> + Clone + Send + 'static,
    C: Clock + Send + Sync + 'static,
{
    type Response = S::Response;
    type Error = GaveUp<S::Error>;
    type Future = BoxFuture<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(|last| GaveUp {
            last,
            why: Why::NotRetryable,
            attempts: 0,
        })
    }

    fn call(&mut self, mut request: R) -> Self::Future {
        let mut service = take_ready(&mut self.inner);
        let (retry, verdict) = (self.retry.clone(), self.verdict.clone());
        let copy = self.copy.clone();
        Box::pin(async move {
            let mut tries = retry.start(Deadline::NEVER);
            loop {
                let spare = copy.copy(&request);
                // The first attempt finds it ready, as the caller has polled it.
                let result = match tries.attempt().number {
                    1 => service.call(request).await,
                    _ => call(&mut service, request).await,
                };
                let Some(again) = spare else {
                    return tries.finish(result, Why::NotRetryable);
                };
                match retry.next(&mut tries, verdict(&result)) {
                    Ok(delay) => tokio::time::sleep(delay).await,
                    Err(why) => return tries.finish(result, why),
                }
                request = again;
            }
        })
    }
}
