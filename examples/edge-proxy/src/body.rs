//! Bodies on their way through: streamed piece by piece, never collected.
//!
//! A piece is read from one side only when the other side has taken the piece before, so that a
//! slow reader slows down its writer and the proxy holds one piece of each body (backpressure).
//!
//! | body | of | ends early when |
//! |---|---|---|
//! | [`RequestBody`] | the request to an upstream | it is larger than the route allows |
//! | [`ResponseBody`] | the answer to a client | the upstream is silent for too long |

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use crate::streaming::Streaming;
use crate::turn::Turn;
use crate::upload::Progress;

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
    progress: Rc<Progress>,
}

impl Limited {
    /// Passes `body` through, up to `limit` bytes, and keeps account of it in `progress`.
    pub fn new(body: Incoming, limit: u64, progress: Rc<Progress>) -> Self {
        Limited {
            body,
            left: limit,
            progress,
        }
    }

    fn pass(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, BodyError> {
        let size = frame.data_ref().map_or(0, |data| data.len() as u64);
        self.left = self.left.checked_sub(size).ok_or(BodyError::TooLarge)?;
        Ok(frame)
    }
}

impl Body for Limited {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            None => None,
            Some(Err(_)) => Some(Err(BodyError::CutOff)),
            Some(Ok(frame)) => Some(self.pass(frame)),
        };
        self.progress.last.set(Instant::now());
        self.progress
            .done
            .set(frame.is_none() || self.body.is_end_stream());
        Poll::Ready(frame)
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

/// The body of an answer to a client. Dropping it, which hyper does when it has got all of it or
/// the client is gone, ends the request.
pub struct ResponseBody {
    /// Where it comes from.
    pub source: Source,
    /// What is done when it is over.
    pub turn: Turn,
}

/// Where the body of an answer comes from.
pub enum Source {
    /// The proxy's own words, or none.
    Own(Option<Bytes>),
    /// An upstream.
    Streamed(Streaming),
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.get_mut().source {
            Source::Own(bytes) => Poll::Ready(bytes.take().map(Frame::data).map(Ok)),
            Source::Streamed(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Own(bytes) => bytes.is_none(),
            Source::Streamed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Own(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Source::Streamed(body) => body.size_hint(),
        }
    }
}
