//! One HTTP/1.1 connection to an upstream, worked by whoever uses it.
//!
//! hyper splits a client connection in two: a handle that takes requests, and a future that does
//! the reading and writing, which one is meant to spawn. Spawned, each request wakes that task,
//! which wakes the client's task, and so on, four times and more; and since the connection works on
//! its own, nobody can tell where it is.
//!
//! Here the two stay together in a [`Link`], and the task of the client's connection polls it, as
//! part of the same request. No task is woken but by the sockets, and when a request is over the
//! state of its connection is plain to see. Nobody polls a link that lies in the pool: that its
//! server has closed it is found when it is taken out (and by a sweep each second).
//!
//! ```text
//!   client's task ──poll──▶ Link { SendRequest ──channel──▶ Connection ──▶ Socket }
//!                                  head   ◀─────oneshot───────┤
//!                                  pieces ◀─────channel───────┘
//! ```
//!
//! hyper's channels wake whoever polled their other end: here, the very task that is just running,
//! for nothing. So a connection is first worked with a waker that wakes nobody, and only if nothing
//! comes of it once more with the task's.
//!
//! # Invariants
//!
//! - It is idle only if everything of the request before has been sent and received, and nothing
//!   more: hyper closes a connection on which a byte comes that no request has asked for.
//! - Of an upload, no more than 64 KiB and a piece are taken from the client before the kernel takes
//!   them.
//!
//! # Where hyper is lenient
//!
//! - A length that is given twice, the same each time, counts once.
//! - A `Content-Length` beside `Transfer-Encoding` is ignored, and the connection kept
//!   ([`headers::to_client`] removes it).
//! - A transfer coding other than `chunked` is passed on undecoded; [`Link::exchange`] refuses it.
//! - If an upload fails while its answer is being passed on, the answer is cut off, too.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::coop::unconstrained;

use crate::alarm::Alarm;
use crate::body::{BodyError, RequestBody};
use crate::failure::{Broken, Failure, Unsent};
use crate::headers;
use crate::metrics::UpstreamMetrics;
use crate::socket::{Socket, Wire};
use crate::upload::Patience;
use crate::worker::Local;

type Connection = http1::Connection<TokioIo<Wire>, RequestBody>;

/// The largest head of an answer, and the largest piece of a body.
const BUFFER: usize = 64 << 10;

/// A connection to an endpoint that carries one request at a time.
pub struct Link {
    requests: http1::SendRequest<RequestBody>,
    /// None once it has failed.
    connection: Option<Connection>,
    /// Whether it has carried all that it will.
    ended: bool,
    socket: Rc<Socket>,
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
        let wire = TokioIo::new(Wire::new(Rc::clone(&socket), Vec::new()));
        let mut builder = http1::Builder::new();
        // One send() of head and body together costs the kernel less than a writev().
        builder.max_buf_size(BUFFER).writev(false);
        let (requests, connection) = builder.handshake(wire).await.map_err(io::Error::other)?;
        Ok(Box::new(Link {
            requests,
            connection: Some(connection),
            ended: false,
            socket,
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

    // ANCHOR: drive
    /// Reads and writes what can be; ready when the connection has ended.
    fn drive(&mut self, waker: &Waker) -> Poll<()> {
        if let Some(connection) = &mut self.connection
            && !self.ended
        {
            let mut cx = Context::from_waker(waker);
            self.ended = connection.poll_without_shutdown(&mut cx).is_ready();
        }
        match self.ended {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
    // ANCHOR_END: drive

    /// Whether hyper is done with the request before. It may be closed all the same.
    pub fn is_settled(&self) -> bool {
        !self.ended && self.requests.is_ready()
    }

    // ANCHOR: is_idle
    /// Whether another request can be sent: everything of the one before has been sent and
    /// received, and the server has not closed the connection.
    pub fn is_idle(&mut self) -> bool {
        // Looks whether the runtime has heard of an end; no system call if it has heard nothing.
        self.drive(Waker::noop()).is_pending() && self.is_settled()
    }
    // ANCHOR_END: is_idle

    // ANCHOR: exchange
    /// Sends a request and waits for the head of its answer, as long as there is `patience`.
    ///
    /// # Errors
    ///
    /// What went wrong, whether any of the request had been written, and the request itself if it
    /// is as it was.
    pub async fn exchange(
        &mut self,
        request: Request<RequestBody>,
        alarm: &Alarm,
        patience: &Patience,
    ) -> Result<Response<Incoming>, Unsent> {
        let (read, written) = (self.socket.read(), self.socket.written());
        let reused = std::mem::replace(&mut self.used, true);
        // The answer comes out of drive(), so nobody need be woken for it; unconstrained, or the
        // runtime could put it off and wake nobody.
        let mut answer = pin!(unconstrained(self.requests.try_send_request(request)));
        let mut nobody = Context::from_waker(Waker::noop());
        // At first there is something to send, and nothing to come of it yet.
        let mut sent = false;
        let result = std::future::poll_fn(|cx| {
            let quietly = std::mem::replace(&mut sent, true).then_some(Waker::noop());
            for waker in quietly.into_iter().chain([cx.waker()]) {
                let ended = self.drive(waker).is_ready();
                let mut result = answer.as_mut().poll(&mut nobody);
                if ended && result.is_pending() {
                    // With the connection, the request that it has not taken comes back.
                    self.connection = None;
                    result = answer.as_mut().poll(&mut nobody);
                }
                if let Poll::Ready(result) = result {
                    return Poll::Ready(Some(result));
                }
            }
            alarm.poll(patience.deadline(), cx).map(|()| None)
        });
        let (failure, request) = match result.await {
            Some(Ok(answer)) if headers::is_framed_as_asked(answer.headers()) => return Ok(answer),
            Some(Ok(_)) => (Failure::Protocol, None),
            Some(Err(mut error)) => {
                let request = error.take_message();
                let stale = reused && (request.is_some() || self.socket.read() == read);
                (Failure::of_exchange(error.error(), stale), request)
            }
            None => (
                patience.failure(self.socket.stalled_since().is_some()),
                None,
            ),
        };
        let wrote = self.socket.written() > written;
        Err(Unsent {
            broken: Broken { failure, wrote },
            request,
        })
    }
    // ANCHOR_END: exchange

    // ANCHOR: poll_piece
    /// The next piece of the `answer` that this connection carries; none at its end.
    pub fn poll_piece(
        &mut self,
        answer: &mut Incoming,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        // Pieces, too, come out of drive().
        let mut nobody = Context::from_waker(Waker::noop());
        let mut piece = Pin::new(&mut *answer).poll_frame(&mut nobody);
        for waker in [Waker::noop(), cx.waker()] {
            if piece.is_pending() {
                let _ended = self.drive(waker);
                piece = Pin::new(&mut *answer).poll_frame(&mut nobody);
            }
        }
        piece.map(|piece| piece.map(|piece| piece.map_err(|_| BodyError::CutOff)))
    }
    // ANCHOR_END: poll_piece

    /// The socket, and what was read from it beyond the head, after the server has switched to
    /// another protocol.
    pub fn into_socket(self) -> (Rc<Socket>, Bytes) {
        let rest = self
            .connection
            .map(|connection| connection.into_parts().read_buf);
        (self.socket, rest.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::{Duration, Instant};

    use super::*;

    async fn ask(link: &mut Link, target: &str) -> Result<Response<Incoming>, Unsent> {
        let most = Duration::from_secs(60);
        let patience = Patience {
            until: Instant::now() + most,
            answer: most,
            silence: most,
            upload: None,
        };
        let request = Request::get(target).body(RequestBody::Empty).unwrap();
        link.exchange(request, &Alarm::default(), &patience).await
    }

    #[test]
    fn a_request_that_a_connection_does_not_take_any_more_comes_back() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        // One connection is closed at once, the other when it is idle after an answer.
        let (go, gone) = std::sync::mpsc::channel();
        let server = std::thread::spawn(move || {
            drop(listener.accept().unwrap());
            let (mut stream, _) = listener.accept().unwrap();
            assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
            stream
                .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
                .unwrap();
            gone.recv().unwrap();
        });
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap().block_on(async {
            for failure in [Failure::CutOff, Failure::Stale] {
                let mut link = Link::connect(address, Arc::default()).await.unwrap();
                if failure == Failure::Stale {
                    let answer = ask(&mut link, "/").await.ok().unwrap();
                    assert_eq!(answer.status(), 204);
                    assert!(link.is_idle());
                    go.send(()).unwrap();
                }
                while link.is_idle() {
                    tokio::task::yield_now().await;
                }
                let unsent = ask(&mut link, "/back").await.unwrap_err();
                assert_eq!(unsent.broken, Broken::before(failure));
                assert_eq!(unsent.request.unwrap().uri(), "/back");
            }
        });
        server.join().unwrap();
    }
}
