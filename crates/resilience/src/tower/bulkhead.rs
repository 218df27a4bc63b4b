//! [`Bulkhead`] round a service.

use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use super::{BoxFuture, Error, call, take_ready};
use crate::{Bulkhead, Rejected};

/// Makes services that share one bulkhead.
#[derive(Clone, Debug)]
pub struct BulkheadLayer {
    bulkhead: Bulkhead,
}

impl BulkheadLayer {
    /// With the places and the counters of `bulkhead`.
    pub fn new(bulkhead: Bulkhead) -> Self {
        BulkheadLayer { bulkhead }
    }
}

impl<S> Layer<S> for BulkheadLayer {
    type Service = BulkheadService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        let bulkhead = self.bulkhead.clone();
        BulkheadService { inner, bulkhead }
    }
}

/// A service with a limit on its calls under way. It is always ready: a call that finds no place
/// waits or fails as the bulkhead's configuration has it, so that its own timeouts hold.
#[derive(Clone, Debug)]
pub struct BulkheadService<S> {
    inner: S,
    bulkhead: Bulkhead,
}

impl<S, R> Service<R> for BulkheadService<S>
where
    S: Service<R> + Clone + Send + 'static,
    S::Future: Send,
    R: Send + 'static,
{
    type Response = S::Response;
    type Error = Error<Rejected, S::Error>;
    type Future = BoxFuture<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> Self::Future {
        let (mut service, bulkhead) = (take_ready(&mut self.inner), self.bulkhead.clone());
        Box::pin(async move {
            let permit = bulkhead.acquire_async(tokio::time::sleep).await;
            let _permit = permit.map_err(Error::Refused)?;
            call(&mut service, request).await.map_err(Error::Inner)
        })
    }
}
