//! The service: pick, call, and tell the cluster how it went.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use clock::{Clock, SystemClock};
use tower_service::Service;

use super::classify::{Classify, ErrorsFail};
use super::error::Error;
use super::future::{ReadyCall, ResponseFuture};
use crate::Request;
use crate::cluster::{Cluster, Endpoint};

/// A request, and whom it is to be sent to.
#[derive(Debug)]
pub struct Routed<Req, T> {
    /// The request.
    pub request: Req,
    /// Whom it is to be sent to: [`data`](Endpoint::data) says how.
    pub endpoint: Arc<Endpoint<T>>,
}

/// What a request is about. A closure `Fn(&Req) -> Request` says it.
pub trait Key<Req> {
    /// What the picker is told of this request.
    fn request(&self, request: &Req) -> Request;
}

/// All requests are the same to the picker.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKey;

impl<Req> Key<Req> for NoKey {
    fn request(&self, _: &Req) -> Request {
        Request::default()
    }
}

impl<Req, F: Fn(&Req) -> Request> Key<Req> for F {
    fn request(&self, request: &Req) -> Request {
        self(request)
    }
}

/// Sends each request to an endpoint that a [`Cluster`] picks, through a service that knows how
/// (`I`). For a cluster of services that is [`Direct`]: the endpoint's own.
#[derive(Clone, Debug)]
pub struct Balance<T, I = Direct, K = NoKey, L = ErrorsFail, C = SystemClock> {
    pub(super) cluster: Cluster<T, C>,
    pub(super) inner: I,
    pub(super) key: K,
    pub(super) classify: L,
}

impl<S, C> Balance<S, Direct, NoKey, ErrorsFail, C> {
    /// Balances over a cluster of services.
    pub fn new(cluster: Cluster<S, C>) -> Self {
        Balance {
            cluster,
            inner: Direct,
            key: NoKey,
            classify: ErrorsFail,
        }
    }
}

impl<T, I, K, L, C> Balance<T, I, K, L, C> {
    /// Says what a request is about: a closure `Fn(&Req) -> Request`.
    pub fn with_key<K2>(self, key: K2) -> Balance<T, I, K2, L, C> {
        Balance {
            key,
            cluster: self.cluster,
            inner: self.inner,
            classify: self.classify,
        }
    }

    /// Says what an answer means: a closure `Fn(&Result<Res, Err>) -> Outcome`.
    pub fn with_classifier<L2>(self, classify: L2) -> Balance<T, I, K, L2, C> {
        Balance {
            classify,
            cluster: self.cluster,
            inner: self.inner,
            key: self.key,
        }
    }
}

impl<Req, T, I, K, L, C> Service<Req> for Balance<T, I, K, L, C>
where
    T: Send + Sync + 'static,
    I: Service<Routed<Req, T>>,
    K: Key<Req>,
    L: Classify<I::Response, I::Error> + Clone,
    C: Clock + Send + Sync + 'static,
{
    type Response = I::Response;
    type Error = Error<I::Error>;
    type Future = ResponseFuture<I::Future, T, L, C>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(ready!(self.inner.poll_ready(cx)).map_err(Error::Service))
    }

    // ANCHOR: call
    fn call(&mut self, request: Req) -> Self::Future {
        let Some(lease) = self.cluster.pick(self.key.request(&request)) else {
            return ResponseFuture::no_endpoint();
        };
        let endpoint = lease.endpoint().clone();
        // The time to become ready is part of the latency that the client sees.
        let began = self.cluster.clock().now();
        let answer = self.inner.call(Routed { request, endpoint });
        ResponseFuture::new(
            answer,
            lease,
            began,
            self.cluster.clone(),
            self.classify.clone(),
        )
    }
    // ANCHOR_END: call
}

/// Calls the service that is the endpoint's data, on a clone of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Direct;

impl<Req, S: Service<Req> + Clone> Service<Routed<Req, S>> for Direct {
    type Response = S::Response;
    type Error = S::Error;
    type Future = ReadyCall<S, Req>;

    /// Always: the endpoint's service is made ready in the future, after the pick.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, routed: Routed<Req, S>) -> Self::Future {
        ReadyCall::new(routed.endpoint.data().clone(), routed.request)
    }
}
