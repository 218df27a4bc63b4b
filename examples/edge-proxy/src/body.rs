//! Bodies on their way through: streamed piece by piece, never collected.
//!
//! A piece is read from one side only when the other side has taken the piece before, so that a
//! slow reader slows down its writer and the proxy holds one piece of each body (backpressure).
//!
//! | body | of | ends early when |
//! |---|---|---|
//! | [`RequestBody`] | the request to an upstream | it is larger than the route allows |
//! | [`ResponseBody`] | the answer to a client | the upstream is silent for too long |

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use crate::streaming::Streaming;

/// Why a body ended before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// The request's body is larger than its route allows.
    #[error("the body is too large")]
    TooLarge,
    /// Whoever was sending it is gone.
    #[error("the body was cut off")]
    CutOff,
    /// Whoever was sending it has been silent for too long.
    #[error("the body stalled")]
    Stalled,
}

/// The body of a request to an upstream.
pub enum RequestBody {
    /// There is none.
    Empty,
    /// It was collected, so that it can be sent again.
    Buffered(Option<Bytes>),
    /// It comes from the client as it is sent.
    Streamed(Limited),
}

/// A client's body that ends with an error at a size.
pub struct Limited {
    body: Incoming,
    left: u64,
    fault: Rc<Cell<Option<BodyError>>>,
}

impl Limited {
    /// Passes `body` through, up to `limit` bytes. Why it ended early is also left in `fault`,
    /// where it is found when all that the HTTP library says is that sending failed.
    pub fn new(body: Incoming, limit: u64, fault: Rc<Cell<Option<BodyError>>>) -> Self {
        Limited {
            body,
            left: limit,
            fault,
        }
    }

    fn fail<T>(&self, error: BodyError) -> Poll<Option<Result<T, BodyError>>> {
        self.fault.set(Some(error));
        Poll::Ready(Some(Err(error)))
    }
}

impl Body for Limited {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            None => Poll::Ready(None),
            Some(Err(_)) => self.fail(BodyError::CutOff),
            Some(Ok(frame)) => {
                let size = frame.data_ref().map_or(0, |data| data.len() as u64);
                match self.left.checked_sub(size) {
                    None => self.fail(BodyError::TooLarge),
                    Some(left) => {
                        self.left = left;
                        Poll::Ready(Some(Ok(frame)))
                    }
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.get_mut() {
            RequestBody::Empty => Poll::Ready(None),
            RequestBody::Buffered(bytes) => Poll::Ready(bytes.take().map(Frame::data).map(Ok)),
            RequestBody::Streamed(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            RequestBody::Empty => true,
            RequestBody::Buffered(bytes) => bytes.is_none(),
            RequestBody::Streamed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            RequestBody::Empty => SizeHint::with_exact(0),
            RequestBody::Buffered(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            RequestBody::Streamed(body) => body.size_hint(),
        }
    }
}

/// The body of an answer to a client.
pub enum ResponseBody {
    /// The proxy's own words, or none.
    Own(Option<Bytes>),
    /// An upstream's.
    Streamed(Streaming),
}

impl ResponseBody {
    /// No body.
    pub const EMPTY: ResponseBody = ResponseBody::Own(None);
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.get_mut() {
            ResponseBody::Own(bytes) => Poll::Ready(bytes.take().map(Frame::data).map(Ok)),
            ResponseBody::Streamed(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            ResponseBody::Own(bytes) => bytes.is_none(),
            ResponseBody::Streamed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            ResponseBody::Own(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            ResponseBody::Streamed(body) => body.size_hint(),
        }
    }
}
