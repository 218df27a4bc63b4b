//! An upstream's answer on its way to the client, and what becomes of its connection.
//!
//! The connection goes back to the pool at the moment in which the last byte of the answer has been
//! read, not when the client has got it. If the answer is dropped before that, because the client
//! is gone, the connection is closed: what is still to come on it would be taken for the answer to
//! the next request.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use crate::alarm::Alarm;
use crate::body::BodyError;
use crate::link::Link;
use crate::pool::{EndpointId, Keep};
use crate::upstream::Claim;
use crate::worker::Worker;

/// The body of an upstream's answer.
pub struct Streaming {
    body: Incoming,
    /// The connection that it comes from; none once it has gone back, or if it is shared.
    link: Option<Box<Link>>,
    home: Home,
    alarm: Rc<Alarm>,
    /// When the upstream must have sent the next piece, if the client is waiting for it.
    deadline: Option<Instant>,
    silence: Duration,
    claim: Option<Claim>,
}

/// Where a connection goes back to.
pub struct Home {
    /// The worker whose pool it is.
    pub worker: Rc<Worker>,
    /// The endpoint that it is connected to.
    pub endpoint: EndpointId,
    /// How it is kept there.
    pub keep: Keep,
}

impl Streaming {
    /// The answer `body` that comes over `link`. The upstream may be silent for so long.
    pub fn new(
        body: Incoming,
        link: Option<Box<Link>>,
        home: Home,
        alarm: Rc<Alarm>,
        silence: Duration,
        claim: Claim,
    ) -> Self {
        let mut streaming = Streaming {
            body,
            link,
            home,
            alarm,
            deadline: None,
            silence,
            claim: Some(claim),
        };
        if streaming.body.is_end_stream() {
            streaming.finish();
        }
        streaming
    }

    /// All has been read.
    fn finish(&mut self) {
        if let Some(link) = self.link.take() {
            let Home {
                worker,
                endpoint,
                keep,
            } = &self.home;
            worker.pool.put(*endpoint, link, Instant::now(), *keep);
        }
        if let Some(claim) = self.claim.take() {
            claim.finished();
        }
    }

    fn fail(&mut self, error: BodyError) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.link = None;
        if let Some(claim) = self.claim.take() {
            claim.broken();
        }
        Poll::Ready(Some(Err(error)))
    }

    // ANCHOR: poll_piece
    /// The next piece, from the connection if it has come in already, or else after letting the
    /// connection read.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let Some(link) = &mut self.link else {
            return Pin::new(&mut self.body).poll_frame(cx);
        };
        // Pieces come out of drive(), so nobody need be woken for them.
        let mut nobody = Context::from_waker(Waker::noop());
        let piece = Pin::new(&mut self.body).poll_frame(&mut nobody);
        if piece.is_ready() {
            return piece;
        }
        let _ended = link.drive(cx);
        Pin::new(&mut self.body).poll_frame(&mut nobody)
    }
    // ANCHOR_END: poll_piece
}

impl Body for Streaming {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.poll_piece(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.deadline = None;
                if self.body.is_end_stream() {
                    self.finish();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(_))) => self.fail(BodyError::CutOff),
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
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
