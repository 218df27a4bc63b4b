//! The futures: one that waits until a service is ready and calls it, and one that waits for the
//! answer and tells the cluster.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use clock::{Clock, Nanos};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::classify::{Classify, Outcome};
use super::error::Error;
use crate::cluster::{Cluster, Lease};

pin_project! {
    /// Makes a service ready, calls it, and waits for its answer.
    #[project = ReadyCallProjection]
    #[must_use = "futures do nothing unless polled"]
    pub enum ReadyCall<S: Service<Req>, Req> {
        #[doc(hidden)]
        Waiting { service: S, request: Option<Req> },
        #[doc(hidden)]
        Called { #[pin] answer: S::Future },
    }
}

impl<S: Service<Req>, Req> ReadyCall<S, Req> {
    pub(super) fn new(service: S, request: Req) -> Self {
        ReadyCall::Waiting {
            service,
            request: Some(request),
        }
    }
}

impl<S: Service<Req>, Req> Future for ReadyCall<S, Req> {
    type Output = Result<S::Response, S::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match self.as_mut().project() {
                ReadyCallProjection::Called { answer } => return answer.poll(cx),
                ReadyCallProjection::Waiting { service, request } => {
                    ready!(service.poll_ready(cx))?;
                    let request = request.take().expect("polled after it was ready");
                    let answer = service.call(request);
                    self.set(ReadyCall::Called { answer });
                }
            }
        }
    }
}

pin_project! {
    /// Waits for the answer, and tells the cluster how the request went.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F, T, L, C> {
        #[pin]
        answer: Option<F>,
        request: Option<UnderWay<T, L, C>>,
    }
}

struct UnderWay<T, L, C> {
    lease: Lease<T>,
    began: Nanos,
    /// For its clock.
    cluster: Cluster<T, C>,
    classify: L,
}

impl<F, T, L, C> ResponseFuture<F, T, L, C> {
    pub(super) fn new(
        answer: F,
        lease: Lease<T>,
        began: Nanos,
        cluster: Cluster<T, C>,
        classify: L,
    ) -> Self {
        ResponseFuture {
            answer: Some(answer),
            request: Some(UnderWay {
                lease,
                began,
                cluster,
                classify,
            }),
        }
    }

    pub(super) fn no_endpoint() -> Self {
        ResponseFuture {
            answer: None,
            request: None,
        }
    }
}

impl<F, T, L, C, Res, Err> Future for ResponseFuture<F, T, L, C>
where
    F: Future<Output = Result<Res, Err>>,
    T: Send + Sync + 'static,
    L: Classify<Res, Err>,
    C: Clock + Send + Sync + 'static,
{
    type Output = Result<Res, Error<Err>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(answer) = this.answer.as_pin_mut() else {
            return Poll::Ready(Err(Error::NoEndpoint));
        };
        let answer = ready!(answer.poll(cx));
        if let Some(request) = this.request.take() {
            request.settle(&answer);
        }
        Poll::Ready(answer.map_err(Error::Service))
    }
}

impl<T, L, C> UnderWay<T, L, C>
where
    T: Send + Sync + 'static,
    C: Clock + Send + Sync + 'static,
{
    // ANCHOR: settle
    fn settle<Res, Err>(self, answer: &Result<Res, Err>)
    where
        L: Classify<Res, Err>,
    {
        match self.classify.classify(answer) {
            Outcome::Success => {
                let now = self.cluster.clock().now();
                self.lease.success(now - self.began);
            }
            Outcome::Failure => self.lease.failure(),
            Outcome::Ignore => drop(self.lease),
        }
    }
    // ANCHOR_END: settle
}
