//! What can go wrong between the proxy and an upstream, and what the client is told.
//!
//! Two types, because they are for two readers. A [`Failure`] says what happened on a connection,
//! and decides whether the request may be tried again. A [`Refusal`] is what the client gets in the
//! end: a status, a short text, and the `Proxy-Status` header of RFC 9209, which names the cause in
//! a standard word and nothing of the network behind the proxy.
//!
//! | refusal | status | `Proxy-Status: edge-proxy; error=` |
//! |---|---|---|
//! | no route | 404 | `destination_not_found` |
//! | rate limit | 429 | `http_request_denied` |
//! | body too large | 413 | `http_request_denied` |
//! | the client's body stopped coming | 408 | `http_request_error` |
//! | breaker open, no endpoint | 503 | `destination_unavailable` |
//! | refused | 502 | `connection_refused` |
//! | cut off | 502 | `connection_terminated` |
//! | not HTTP | 502 | `http_protocol_error` |
//! | connecting took too long | 504 | `connection_timeout` |
//! | no answer in time | 504 | `http_response_timeout` |

use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Request, Response, StatusCode};

use crate::body::{BodyError, RequestBody};

const PROXY_STATUS: HeaderName = HeaderName::from_static("proxy-status");

/// What went wrong between the proxy and an upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// No connection: the endpoint refused it, or cannot be reached.
    Refused,
    /// No connection in time.
    ConnectTimeout,
    /// A connection from the pool was closed before any of the answer came: the server had given
    /// it up while it was idle, and the request crossed its farewell on the way.
    Stale,
    /// The connection was closed before or within the head of the answer.
    CutOff,
    /// What came was not HTTP.
    Protocol,
    /// No answer in time.
    Timeout,
    /// It was the client's body that failed.
    Client(BodyError),
}

impl Failure {
    /// What an error of the HTTP library means, on a connection that was perhaps `stale`.
    pub fn of_exchange(error: &hyper::Error, stale: bool) -> Self {
        let body = error
            .source()
            .and_then(|cause| cause.downcast_ref::<BodyError>());
        match body {
            Some(body) => Failure::Client(*body),
            None if error.is_parse() => Failure::Protocol,
            None if stale => Failure::Stale,
            None => Failure::CutOff,
        }
    }
}

/// An attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// What went wrong.
    pub failure: Failure,
    /// Whether any of the request was written.
    pub wrote: bool,
}

impl Broken {
    /// One that failed before anything was written.
    pub fn before(failure: Failure) -> Self {
        Broken {
            failure,
            wrote: false,
        }
    }
}

/// An attempt that failed, and the request itself if it is as it was.
pub struct Unsent {
    /// What went wrong.
    pub broken: Broken,
    /// The request.
    pub request: Option<Request<RequestBody>>,
}

/// Why a client gets the proxy's own answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No route has this host and path.
    NoRoute,
    /// The request has no host, or more than one, or a target that is not a path.
    BadRequest,
    /// This client has had its share, until so much later; never, if there is no such time.
    RateLimited(Option<Duration>),
    /// The request's body is larger than the route allows.
    TooLarge,
    /// The client stopped sending its body.
    ClientStalled,
    /// The breaker is open for so much longer.
    BreakerOpen(Duration),
    /// No endpoint takes requests.
    NoEndpoint,
    /// The upstream failed.
    Upstream(Failure),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Client(BodyError::TooLarge) => Refusal::TooLarge,
            Failure::Client(_) => Refusal::ClientStalled,
            other => Refusal::Upstream(other),
        }
    }
}

impl Refusal {
    /// The status of the answer, and RFC 9209's word for the cause.
    pub fn status(self) -> (StatusCode, &'static str) {
        match self {
            Refusal::NoRoute => (StatusCode::NOT_FOUND, "destination_not_found"),
            Refusal::BadRequest => (StatusCode::BAD_REQUEST, "http_request_error"),
            Refusal::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "http_request_denied"),
            Refusal::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "http_request_denied"),
            Refusal::ClientStalled => (StatusCode::REQUEST_TIMEOUT, "http_request_error"),
            Refusal::BreakerOpen(_) | Refusal::NoEndpoint => {
                (StatusCode::SERVICE_UNAVAILABLE, "destination_unavailable")
            }
            Refusal::Upstream(failure) => match failure {
                Failure::Refused => (StatusCode::BAD_GATEWAY, "connection_refused"),
                Failure::Stale | Failure::CutOff => {
                    (StatusCode::BAD_GATEWAY, "connection_terminated")
                }
                Failure::Protocol | Failure::Client(_) => {
                    (StatusCode::BAD_GATEWAY, "http_protocol_error")
                }
                Failure::ConnectTimeout => (StatusCode::GATEWAY_TIMEOUT, "connection_timeout"),
                Failure::Timeout => (StatusCode::GATEWAY_TIMEOUT, "http_response_timeout"),
            },
        }
    }

    /// How long the client should wait before it tries again, if that is known.
    fn retry_after(self) -> Option<Duration> {
        match self {
            Refusal::RateLimited(wait) => wait,
            Refusal::BreakerOpen(wait) => Some(wait),
            _ => None,
        }
    }

    // ANCHOR: refusal
    /// The answer to the client: the status, why in a word, and nothing of what is behind the
    /// proxy.
    pub fn response(self) -> Response<Bytes> {
        let (status, error) = self.status();
        let mut response = Response::new(Bytes::from(format!("{status}\n")));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        let cause = HeaderValue::try_from(format!("edge-proxy; error={error}"));
        headers.extend(cause.ok().map(|cause| (PROXY_STATUS, cause)));
        if let Some(wait) = self.retry_after() {
            // Whole seconds, rounded up: a client that comes back a moment early is refused again.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
    // ANCHOR_END: refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_why_in_a_standard_word_and_when_to_come_back() {
        let response = Refusal::BreakerOpen(Duration::from_millis(1200)).response();
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()["retry-after"], "2");
        let cause = &response.headers()["proxy-status"];
        assert_eq!(cause, "edge-proxy; error=destination_unavailable");
        let response = Refusal::from(Failure::Refused).response();
        assert_eq!(response.status(), 502);
        assert!(!response.headers().contains_key("retry-after"));
    }

    #[test]
    fn what_the_clients_body_did_is_not_blamed_on_the_upstream() {
        let status = |failure| Refusal::from(failure).status().0;
        assert_eq!(status(Failure::Client(BodyError::TooLarge)), 413);
        assert_eq!(status(Failure::Client(BodyError::CutOff)), 408);
        assert_eq!(status(Failure::CutOff), 502);
    }
}
