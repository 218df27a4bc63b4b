//! A rate limit for each key of a request.

use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use super::EitherFuture;
use crate::{Denied, KeyedLimiter};

/// Limits how often requests with the same key reach a service.
///
/// `key` says whose a request is, and `denied` makes the answer to one that may not pass, either a
/// response or an error. The services that the layer makes share the limiter.
///
/// ```
/// use std::convert::Infallible;
/// use std::num::NonZeroU32;
/// use rate_limiter::{Denied, Keyed, Quota, tower::RateLimitLayer};
/// use tower::{Layer, Service, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Infallible> {
/// struct Request { client: String }
///
/// let limiter: Keyed<str> = Keyed::new(Quota::per_hour(NonZeroU32::MIN));
/// let layer = RateLimitLayer::new(
///     limiter,
///     |request: &Request| request.client.clone(),
///     |_: &Request, denied: Denied| Ok::<_, Infallible>(format!("429 {denied}")),
/// );
/// let mut service = layer.layer(service_fn(async |_: Request| Ok("200".to_owned())));
///
/// let anna = || Request { client: "anna".to_owned() };
/// assert_eq!(service.ready().await?.call(anna()).await?, "200");
/// assert!(service.ready().await?.call(anna()).await?.starts_with("429 rate limit reached"));
/// # Ok(())
/// # }
/// ```
pub struct RateLimitLayer<Q: ?Sized, L, K, D> {
    limiter: Arc<L>,
    key: K,
    denied: D,
    keys: PhantomData<fn(&Q)>,
}

impl<Q: ?Sized, L: KeyedLimiter<Q>, K, D> RateLimitLayer<Q, L, K, D> {
    /// A layer that asks `limiter` about the `key` of each request, and lets `denied` answer those
    /// that may not pass.
    pub fn new(limiter: impl Into<Arc<L>>, key: K, denied: D) -> Self {
        RateLimitLayer {
            limiter: limiter.into(),
            key,
            denied,
            keys: PhantomData,
        }
    }
}

impl<Q: ?Sized, L, K: Clone, D: Clone> Clone for RateLimitLayer<Q, L, K, D> {
    fn clone(&self) -> Self {
        RateLimitLayer {
            limiter: Arc::clone(&self.limiter),
            key: self.key.clone(),
            denied: self.denied.clone(),
            keys: PhantomData,
        }
    }
}

impl<S, Q: ?Sized, L, K: Clone, D: Clone> Layer<S> for RateLimitLayer<Q, L, K, D> {
    type Service = RateLimit<S, Q, L, K, D>;

    fn layer(&self, inner: S) -> Self::Service {
        let layer = self.clone();
        RateLimit { inner, layer }
    }
}

/// A service behind a [`RateLimitLayer`].
pub struct RateLimit<S, Q: ?Sized, L, K, D> {
    inner: S,
    layer: RateLimitLayer<Q, L, K, D>,
}

impl<S: Clone, Q: ?Sized, L, K: Clone, D: Clone> Clone for RateLimit<S, Q, L, K, D> {
    fn clone(&self) -> Self {
        RateLimit {
            inner: self.inner.clone(),
            layer: self.layer.clone(),
        }
    }
}

impl<S, R, Q, O, L, K, D> Service<R> for RateLimit<S, Q, L, K, D>
where
    S: Service<R>,
    Q: ?Sized,
    O: std::borrow::Borrow<Q>,
    L: KeyedLimiter<Q>,
    K: Fn(&R) -> O,
    D: Fn(&R, Denied) -> Result<S::Response, S::Error>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = EitherFuture<S::Future, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    // ANCHOR: call
    fn call(&mut self, request: R) -> Self::Future {
        let RateLimitLayer {
            limiter,
            key,
            denied,
            ..
        } = &self.layer;
        match limiter.check_key(key(&request).borrow()) {
            Ok(_) => EitherFuture::asked(self.inner.call(request)),
            Err(refusal) => EitherFuture::answered(denied(&request, refusal)),
        }
    }
    // ANCHOR_END: call
}
