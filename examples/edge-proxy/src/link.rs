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
//!                                  answer ◀──────oneshot──────┘
//! ```

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::alarm::Alarm;
use crate::body::RequestBody;
use crate::failure::{Broken, Failure};
use crate::socket::{Socket, Wire};
use crate::upload::Patience;
use crate::worker::Local;

type Connection = http1::Connection<TokioIo<Wire>, RequestBody>;

/// A connection to an endpoint that carries one request at a time.
pub struct Link {
    requests: http1::SendRequest<RequestBody>,
    /// None once it has ended.
    connection: Option<Connection>,
    socket: Rc<Socket>,
    /// Whether it has carried a request before.
    used: bool,
    /// When it shall not lie in the pool any longer.
    pub(crate) expires: Instant,
}

impl Link {
    /// Connects to `address`.
    pub async fn connect(address: SocketAddr) -> io::Result<Box<Self>> {
        let socket = Socket::new(TcpStream::connect(address).await?, address);
        let wire = TokioIo::new(Wire::new(Rc::clone(&socket), Vec::new()));
        let builder = http1::Builder::new();
        let (requests, connection) = builder.handshake(wire).await.map_err(io::Error::other)?;
        Ok(Box::new(Link {
            requests,
            connection: Some(connection),
            socket,
            used: false,
            expires: Instant::now(),
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

    /// Reads and writes what can be; ready when the connection has ended.
    pub fn drive(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(connection) = &mut self.connection else {
            return Poll::Ready(());
        };
        connection.poll_without_shutdown(cx).map(|_| ())
    }

    /// Whether another request can be sent: everything of the one before has been sent and
    /// received, and the server has not closed the connection.
    pub fn is_idle(&mut self) -> bool {
        // With a waker that wakes nobody. If this task's were left in the connection, the next
        // request would wake this task.
        let mut nobody = Context::from_waker(Waker::noop());
        self.drive(&mut nobody).is_pending() && self.requests.is_ready()
    }

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
    ) -> Result<Response<Incoming>, Broken> {
        let (read, written) = (self.socket.read(), self.socket.written());
        let mut answer = pin!(self.requests.try_send_request(request));
        let mut nobody = Context::from_waker(Waker::noop());
        let result = std::future::poll_fn(|cx| {
            let ended = self.drive(cx).is_ready();
            // The answer comes out of drive(), so nobody else need be woken for it.
            if let Poll::Ready(result) = answer.as_mut().poll(&mut nobody) {
                return Poll::Ready(Some(result));
            }
            if ended {
                // What was never taken from the channel comes back when the connection is dropped.
                self.connection = None;
                return answer.as_mut().poll(&mut nobody).map(Some);
            }
            alarm.poll(patience.deadline(), cx).map(|()| None)
        })
        .await;
        let reused = std::mem::replace(&mut self.used, true);
        match result {
            Some(Ok(response)) => Ok(response),
            Some(Err(mut error)) => Err(Broken {
                request: error.take_message(),
                wrote: self.socket.written() > written,
                failure: Failure::of_exchange(
                    &error.into_error(),
                    self.socket.read() > read,
                    reused,
                ),
            }),
            None => Err(Broken {
                request: None,
                wrote: self.socket.written() > written,
                failure: patience.failure(self.socket.stalled_since().is_some()),
            }),
        }
    }
    // ANCHOR_END: exchange

    /// The socket, and what was read from it beyond the head, after the server has switched to
    /// another protocol.
    pub fn into_socket(self) -> (Rc<Socket>, Bytes) {
        let rest = match self.connection {
            Some(connection) => connection.into_parts().read_buf,
            None => Bytes::new(),
        };
        (self.socket, rest)
    }
}
