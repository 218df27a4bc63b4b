//! An upstream's answer on its way to the client, and what becomes of its connection.
//!
//! The connection goes back to the pool at the moment in which the last byte of the answer has been
//! read, not when the client has got it. If the answer is dropped before that, because the client
//! is gone, the connection is closed: what is still to come on it would be taken for the answer to
//! the next request.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use crate::alarm::Alarm;
use crate::body::BodyError;
use crate::link::Link;
use crate::pool::Keep;
use crate::upstream::Claim;
use crate::worker::Worker;

/// The body of an upstream's answer.
pub struct Streaming {
    from: From,
    /// The worker whose pool the connection goes back to, and how it is kept there.
    home: (Rc<Worker>, Keep),
    alarm: Rc<Alarm>,
    /// When the upstream must have sent the next piece, if the client is waiting for it.
    deadline: Option<Instant>,
    silence: Duration,
    /// None once all is here.
    claim: Option<Claim>,
}

/// Where the pieces come from.
pub enum From {
    /// A connection that carries nothing else.
    Link(Box<Link>, Incoming),
    /// A stream of an HTTP/2 connection.
    Stream(Incoming),
    /// Nowhere: all is here.
    Over,
}

impl Streaming {
    /// The rest of an answer, after its head. The upstream may be silent for so long.
    pub fn new(
        from: From,
        home: (Rc<Worker>, Keep),
        alarm: Rc<Alarm>,
        silence: Duration,
        claim: Claim,
    ) -> Self {
        let mut streaming = Streaming {
            from,
            home,
            alarm,
            deadline: None,
            silence,
            claim: Some(claim),
        };
        if streaming.is_end_stream() {
            streaming.finish();
        }
        streaming
    }

    // ANCHOR: finish
    /// All has been read: the connection is free for the next request, the server for another.
    fn finish(&mut self) {
        let Some(claim) = self.claim.take() else {
            return;
        };
        let (worker, keep) = &self.home;
        if let From::Link(link, _) = std::mem::replace(&mut self.from, From::Over) {
            worker
                .pool
                .put(claim.server().id, link, Instant::now(), *keep);
        }
        claim.finished();
    }
    // ANCHOR_END: finish

    fn fail(&mut self, error: BodyError) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.from = From::Over;
        if let Some(claim) = self.claim.take() {
            claim.broken();
        }
        Poll::Ready(Some(Err(error)))
    }
}

impl Body for Streaming {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let piece = match &mut self.from {
            From::Link(link, body) => link.poll_piece(body, cx),
            From::Stream(body) => {
                let piece = Pin::new(body).poll_frame(cx);
                piece.map(|piece| piece.map(|piece| piece.map_err(|_| BodyError::CutOff)))
            }
            From::Over => Poll::Ready(None),
        };
        match piece {
            Poll::Ready(Some(Ok(frame))) => {
                self.deadline = None;
                if self.is_end_stream() {
                    self.finish();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => self.fail(error),
            Poll::Ready(None) => {
                self.finish();
                Poll::Ready(None)
            }
            Poll::Pending => {
                let silence = self.silence;
                let late = *self
                    .deadline
                    .get_or_insert_with(|| Instant::now() + silence);
                match self.alarm.poll(late, cx) {
                    Poll::Ready(()) => self.fail(BodyError::Stalled),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.from {
            From::Link(_, body) | From::Stream(body) => body.is_end_stream(),
            From::Over => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.from {
            From::Link(_, body) | From::Stream(body) => body.size_hint(),
            From::Over => SizeHint::with_exact(0),
        }
    }
}
