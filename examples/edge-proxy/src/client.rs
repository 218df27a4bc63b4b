//! A client's connection, from accept to close.
//!
//! The first bytes tell the protocol: an HTTP/2 client that knows beforehand that it will be
//! understood begins with a fixed preface, and no HTTP/1 request begins like that.
//!
//! ```text
//!   accepted ──"PRI * HTTP/2.0…"──▶ HTTP/2: a task per stream
//!            └─anything else──────▶ HTTP/1: one task for all, the upstream's connection included
//! ```
//!
//! Between requests, what a connection waits for decides how long it may: for the next request
//! (`idle`), for the rest of a head that has begun (`header`: a client that sends it byte by byte
//! holds a connection no longer than that), for the client to read (`body`). During a request, the
//! request has its own deadlines.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use http::HeaderValue;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::alarm::Alarm;
use crate::config::Timeouts;
use crate::drain::Watch;
use crate::handle::handle;
use crate::metrics::ClientMetrics;
use crate::socket::{Socket, Wire};
use crate::tunnel::Tunnel;
use crate::worker::{Local, Worker};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a connection waits for.
#[derive(Clone, Copy, Debug)]
pub enum Phase {
    /// The next request; so many bytes had been read when the waiting began.
    Idle(Instant, u64),
    /// The rest of a head.
    Head(Instant),
    /// The answer to a request, which has deadlines of its own.
    Busy,
}

/// A client's connection.
pub struct Client {
    /// The thread that serves it.
    pub worker: Rc<Worker>,
    /// The connection.
    pub socket: Rc<Socket>,
    /// The client's address, and as it is told to upstreams.
    pub ip: IpAddr,
    /// As it is told to upstreams.
    pub forwarded_for: HeaderValue,
    /// Whether it speaks HTTP/2.
    pub http2: bool,
    /// How long it may wait, as configured when it was accepted.
    timeouts: Timeouts,
    /// What it waits for.
    pub phase: Cell<Phase>,
    /// Requests that are under way: one at most by HTTP/1.
    pub streams: Cell<usize>,
    /// The timer of an HTTP/1 connection, in whose task all of its requests run.
    pub alarm: Rc<Alarm>,
    /// The upstream's connection, if the two have agreed to speak another protocol from now on.
    pub tunnel: RefCell<Option<Tunnel>>,
}

impl Client {
    /// Serves the connection until it is closed.
    pub async fn serve(worker: Rc<Worker>, stream: TcpStream, peer: SocketAddr) {
        let watch = worker.drain.watch();
        let _open = Open::new(Arc::clone(&worker.counts));
        let ip = peer.ip().to_canonical();
        let address = HeaderValue::try_from(ip.to_string());
        let mut client = Client {
            timeouts: worker.view().routing.timeouts.clone(),
            worker,
            socket: Socket::new(stream, peer),
            ip,
            forwarded_for: address.unwrap_or(HeaderValue::from_static("unknown")),
            http2: false,
            phase: Cell::new(Phase::Idle(Instant::now(), 0)),
            streams: Cell::new(0),
            alarm: Rc::default(),
            tunnel: RefCell::new(None),
        };
        let Some(first) = client.sniff(&watch).await else {
            return;
        };
        client.http2 = first.starts_with(PREFACE);
        let wire = Wire::new(Rc::clone(&client.socket), first);
        if client.http2 {
            client.phase.set(Phase::Idle(Instant::now(), 0));
            Rc::new(client).serve_http2(wire, &watch).await;
        } else {
            Rc::new(client).serve_http1(wire, &watch).await;
        }
    }

    /// The first bytes: as many as it takes to tell the protocol. None if the client leaves before,
    /// or is too slow.
    async fn sniff(&self, watch: &Watch) -> Option<Vec<u8>> {
        let mut wire = Wire::new(Rc::clone(&self.socket), Vec::new());
        let mut first = Vec::with_capacity(2048);
        std::future::poll_fn(|cx| {
            watch.wake_for_drain(cx);
            loop {
                match pin!(wire.read_buf(&mut first)).poll(cx) {
                    Poll::Ready(Ok(1..)) => {}
                    Poll::Ready(_) => return Poll::Ready(None),
                    Poll::Pending => return self.poll_late(cx).map(|()| None),
                }
                let both = first.len().min(PREFACE.len());
                if first[..both] != PREFACE[..both] || both == PREFACE.len() {
                    self.phase.set(Phase::Head(Instant::now()));
                    return Poll::Ready(Some(std::mem::take(&mut first)));
                }
            }
        })
        .await
    }

    // ANCHOR: serve_http1
    async fn serve_http1(self: Rc<Self>, wire: Wire, watch: &Watch) {
        let requests = Rc::clone(&self);
        let service = service_fn(move |request| handle(Rc::clone(&requests), request));
        let connection = self
            .worker
            .http1
            .serve_connection(TokioIo::new(wire), service);
        // Not shut down at its end, for it may become a tunnel.
        let mut connection = pin!(connection.without_shutdown());
        let ended = std::future::poll_fn(|cx| {
            watch.wake_for_drain(cx);
            match connection.as_mut().poll(cx) {
                Poll::Ready(ended) => Poll::Ready(ended.ok()),
                Poll::Pending => self.poll_late(cx).map(|()| None),
            }
        })
        .await;
        let Some(parts) = ended else {
            if let Phase::Head(_) = self.phase.get() {
                self.worker.counts.bad_requests.increment();
            }
            return;
        };
        let tunnel = self.tunnel.borrow_mut().take();
        match tunnel {
            Some(tunnel) => tunnel.run(&self, parts.read_buf).await,
            None => self.linger().await,
        }
    }
    // ANCHOR_END: serve_http1

    async fn serve_http2(self: Rc<Self>, wire: Wire, watch: &Watch) {
        let requests = Rc::clone(&self);
        let service = service_fn(move |request| handle(Rc::clone(&requests), request));
        let connection = self
            .worker
            .http2
            .serve_connection(TokioIo::new(wire), service);
        let mut connection = pin!(connection);
        let mut leaving = false;
        std::future::poll_fn(|cx| {
            watch.wake_for_drain(cx);
            loop {
                if connection.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(());
                }
                let late = self.poll_late(cx).is_ready();
                if leaving || !(late || self.worker.drain.has_begun()) {
                    // One that has been told to go and does not is cut off.
                    return if late { Poll::Ready(()) } else { Poll::Pending };
                }
                // GOAWAY: streams that have begun are served to their end, and no new ones taken.
                connection.as_mut().graceful_shutdown();
                leaving = true;
                if let Phase::Idle(..) = self.phase.get() {
                    self.phase.set(Phase::Head(Instant::now()));
                }
            }
        })
        .await;
    }

    // ANCHOR: poll_late
    /// Ready when the client has let us wait for too long.
    fn poll_late(&self, cx: &mut Context<'_>) -> Poll<()> {
        let timeouts = &self.timeouts;
        if let Some(since) = self.socket.stalled_since() {
            return self.alarm.poll(since + timeouts.body, cx);
        }
        if let Phase::Idle(_, read) = self.phase.get()
            && !self.http2
            && self.socket.read() > read
        {
            self.phase.set(Phase::Head(Instant::now()));
        }
        match self.phase.get() {
            Phase::Idle(since, _) => {
                let late = self
                    .worker
                    .drain
                    .idle_until()
                    .unwrap_or(since + timeouts.idle);
                self.alarm.poll(late, cx)
            }
            Phase::Head(since) => self.alarm.poll(since + timeouts.header, cx),
            Phase::Busy => Poll::Pending,
        }
    }
    // ANCHOR_END: poll_late

    /// Says that no more will be sent, and waits a moment for the client to hear it.
    ///
    /// A socket that is closed while bytes lie in it unread resets the connection, and a reset
    /// makes the client's kernel throw away what it has not read yet: the answer that said why.
    async fn linger(&self) {
        let mut wire = Wire::new(Rc::clone(&self.socket), Vec::new());
        let mut rest = [0; 4096];
        let drain = async {
            let _ = wire.shutdown().await;
            while matches!(wire.read(&mut rest).await, Ok(1..)) {}
        };
        let _ = self.alarm.within(Instant::now() + LINGER, drain).await;
    }
}

/// Counts a connection as open as long as it lives.
struct Open(Arc<ClientMetrics>);

impl Open {
    fn new(counts: Arc<ClientMetrics>) -> Self {
        counts.connections_opened.increment();
        Open(counts)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.connections_closed.increment();
    }
}

const LINGER: std::time::Duration = std::time::Duration::from_secs(1);

/// The settings for clients' connections by HTTP/1.
pub fn http1() -> http1::Builder {
    let mut builder = http1::Builder::new();
    // Heads are timed by Client::poll_late, without a timer for each.
    builder.header_read_timeout(None);
    builder.max_header_size(64 << 10);
    // Small answers are copied behind their heads and sent by send(), which costs the kernel less
    // than writev().
    builder.writev(false);
    builder
}

/// The settings for clients' connections by HTTP/2.
pub fn http2() -> http2::Builder<Local> {
    let mut builder = http2::Builder::new(Local);
    builder
        .timer(hyper_util::rt::TokioTimer::new())
        .max_concurrent_streams(256);
    builder
}
