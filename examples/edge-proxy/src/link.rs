//! One HTTP/1.1 connection to an upstream, worked by whoever uses it.
//!
//! A client library would give each connection a task of its own: each request wakes that task,
//! which wakes the client's task, and so on, four times and more; and since the connection works on
//! its own, nobody can tell where it is.
//!
//! A [`Link`] has no task. The task of the client's connection polls it, as part of the request. No
//! task is woken but by the sockets, and when a request is over the state of its connection is
//! plain to see. Nobody polls a link that lies in the pool: that its server has closed it is found
//! when it is taken out (and by a sweep each second).
//!
//! ```text
//!             ┌──────────────── Link ────────────────┐
//!   head ────▶│ write_head ──▶ output ──▶            │
//!   upload ──▶│ write_chunk ─▶               Socket  │
//!   answer ◀──│ parse_answer ◀─┐                     │
//!   pieces ◀──│ Decoder ◀────── input ◀──            │
//!             └──────────────────────────────────────┘
//! ```
//!
//! # Invariants
//!
//! - It is idle only if everything of the request before has been sent and received, and nothing
//!   more: what came too early would be taken for the answer to the next request.
//! - More of an upload is taken from the client only when all that was taken before has been given
//!   to the kernel.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, Bytes, BytesMut};
use http::request::Parts;
use http::{Method, Response};
use http_body::{Body, Frame};
use hyper::client::conn::http2;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;

use crate::alarm::Alarm;
use crate::body::{BodyError, RequestBody};
use crate::failure::{Broken, Failure};
use crate::h1::{Decoder, Framing, parse_answer, write_chunk, write_end, write_head};
use crate::metrics::UpstreamMetrics;
use crate::socket::{Socket, Wire};
use crate::upload::Patience;
use crate::worker::Local;

/// How much is read at once.
const READ: usize = 8 << 10;

/// A connection to an endpoint that carries one request at a time.
pub struct Link {
    wire: Wire,
    socket: Rc<Socket>,
    input: BytesMut,
    output: BytesMut,
    /// What is left of the request's body.
    upload: Option<(RequestBody, Framing)>,
    /// What is left of the answer's.
    answer: Decoder,
    keep_alive: bool,
    /// Whether it has carried a request before.
    used: bool,
    _open: Open,
}

/// Counts a connection as open as long as it lives.
struct Open(Arc<UpstreamMetrics>);

impl Open {
    fn new(counts: Arc<UpstreamMetrics>) -> Self {
        counts.connections_opened.increment();
        Open(counts)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.connections_closed.increment();
    }
}

impl Link {
    /// Connects to `address`, and counts it.
    pub async fn connect(
        address: SocketAddr,
        counts: Arc<UpstreamMetrics>,
    ) -> io::Result<Box<Self>> {
        let socket = Socket::new(TcpStream::connect(address).await?, address);
        Ok(Box::new(Link {
            wire: Wire::new(Rc::clone(&socket), Vec::new()),
            socket,
            input: BytesMut::new(),
            output: BytesMut::new(),
            upload: None,
            answer: Decoder::Done,
            keep_alive: true,
            used: false,
            _open: Open::new(counts),
        }))
    }

    /// Connects to `address` by HTTP/2. The connection works on its own, for many at a time.
    pub async fn connect_shared(
        address: SocketAddr,
    ) -> io::Result<http2::SendRequest<RequestBody>> {
        let socket = Socket::new(TcpStream::connect(address).await?, address);
        let wire = TokioIo::new(Wire::new(socket, Vec::new()));
        let builder = http2::Builder::new(Local);
        let (requests, connection) = builder.handshake(wire).await.map_err(io::Error::other)?;
        tokio::task::spawn_local(connection);
        Ok(requests)
    }

    /// Whether the server, as far as the kernel knows, has not closed it. A system call.
    pub fn is_alive(&self) -> bool {
        self.socket.is_alive()
    }

    // ANCHOR: is_idle
    /// Whether another request can be sent: everything of the one before has been sent and
    /// received, and the server has not closed the connection.
    pub fn is_idle(&mut self) -> bool {
        let settled = self.keep_alive
            && self.answer == Decoder::Done
            && self.upload.is_none()
            && self.output.is_empty()
            && self.input.is_empty();
        // Looks whether the runtime has heard of an end; no system call if it has heard nothing.
        let mut nobody = Context::from_waker(Waker::noop());
        settled && self.poll_read(&mut nobody).is_pending()
    }
    // ANCHOR_END: is_idle

    // ANCHOR: exchange
    /// Sends a request and waits for the head of its answer, as long as there is `patience`.
    ///
    /// # Errors
    ///
    /// What went wrong, and whether any of the request had been written.
    pub async fn exchange(
        &mut self,
        head: &Parts,
        body: RequestBody,
        alarm: &Alarm,
        patience: &Patience,
    ) -> Result<Response<()>, Broken> {
        let (read, written) = (self.socket.read(), self.socket.written());
        let reused = std::mem::replace(&mut self.used, true);
        let framing = Framing::of(&body.size_hint(), &head.method);
        write_head(head, framing, &mut self.output);
        self.upload = (!body.is_end_stream()).then_some((body, framing));
        let answer = std::future::poll_fn(|cx| {
            if let Err(failure) = self.poll_upload(cx) {
                return Poll::Ready(Err(failure));
            }
            match self.poll_answer(&head.method, cx) {
                Poll::Pending => {}
                ready => return ready,
            }
            let blocked = self.socket.stalled_since().is_some();
            alarm
                .poll(patience.deadline(), cx)
                .map(|()| Err(patience.failure(blocked)))
        });
        answer.await.map_err(|failure| Broken {
            failure: match failure {
                Failure::CutOff if reused && self.socket.read() == read => Failure::Stale,
                failure => failure,
            },
            wrote: self.socket.written() > written,
        })
    }
    // ANCHOR_END: exchange

    // ANCHOR: poll_upload
    /// Sends what can be sent of the request.
    fn poll_upload(&mut self, cx: &mut Context<'_>) -> Result<(), Failure> {
        if self.socket.stalled_since().is_some() && self.poll_flush(cx).is_pending() {
            return Ok(());
        }
        // The head, and the first piece if that is here already, go out together.
        while let Some((body, framing)) = &mut self.upload {
            match Pin::new(body).poll_frame(cx) {
                Poll::Pending => break,
                Poll::Ready(Some(Err(error))) => return Err(Failure::Client(error)),
                Poll::Ready(Some(Ok(frame))) if frame.is_data() => {
                    let data = frame.into_data().unwrap_or_default();
                    write_chunk(&data, *framing, &mut self.output);
                }
                Poll::Ready(end) => {
                    let trailers = end.and_then(|end| end.ok()?.into_trailers().ok());
                    write_end(trailers.as_ref(), *framing, &mut self.output);
                    self.upload = None;
                }
            }
            if self.poll_flush(cx).is_pending() {
                return Ok(());
            }
        }
        let _ = self.poll_flush(cx);
        Ok(())
    }
    // ANCHOR_END: poll_upload

    /// Gives the kernel what is to be sent. If it takes nothing any more, because the server has
    /// closed the connection, the rest is dropped: there may still be an answer that says why.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while !self.output.is_empty() {
            match ready!(Pin::new(&mut self.wire).poll_write(cx, &self.output)) {
                Ok(n) if n > 0 => self.output.advance(n),
                _ => {
                    self.output.clear();
                    self.upload = None;
                    self.keep_alive = false;
                }
            }
        }
        Poll::Ready(())
    }

    fn poll_answer(
        &mut self,
        method: &Method,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Response<()>, Failure>> {
        loop {
            if !self.input.is_empty() {
                match parse_answer(&mut self.input, method) {
                    Ok(Some(answer)) => {
                        self.answer = answer.body;
                        self.keep_alive &= answer.keep_alive;
                        return Poll::Ready(Ok(answer.head));
                    }
                    Ok(None) => {}
                    Err(_) => return Poll::Ready(Err(Failure::Protocol)),
                }
            }
            if !matches!(ready!(self.poll_read(cx)), Ok(1..)) {
                return Poll::Ready(Err(Failure::CutOff));
            }
        }
    }

    // ANCHOR: poll_piece
    /// The next piece of the answer's body; none at its end.
    pub fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.upload.is_some() && self.poll_upload(cx).is_err() {
            // The client has stopped sending; the answer may well go on without it.
            self.upload = None;
            self.keep_alive = false;
        }
        loop {
            match self.answer.decode(&mut self.input) {
                Ok(Some(frame)) => return Poll::Ready(Some(Ok(frame))),
                Ok(None) if self.answer == Decoder::Done => return Poll::Ready(None),
                Ok(None) => {}
                Err(_) => return Poll::Ready(Some(Err(BodyError::CutOff))),
            }
            let closed = !matches!(ready!(self.poll_read(cx)), Ok(1..));
            if closed && !self.answer.close() {
                return Poll::Ready(Some(Err(BodyError::CutOff)));
            }
        }
    }
    // ANCHOR_END: poll_piece

    /// What is left of the answer's body.
    pub fn rest(&self) -> &Decoder {
        &self.answer
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        // If nobody has a piece of the buffer any longer, this makes room without allocating.
        self.input.reserve(READ);
        pin!(self.wire.read_buf(&mut self.input)).poll(cx)
    }

    /// The socket, and what was read from it beyond the head, after the server has switched to
    /// another protocol.
    pub fn into_socket(self) -> (Rc<Socket>, Bytes) {
        (self.socket, self.input.freeze())
    }
}
