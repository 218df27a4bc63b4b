//! A socket that knows what has passed through it.
//!
//! Whether a request may be sent again depends on whether any of it was written; whether an answer
//! has begun, on whether anything was read; and a client that has stopped reading shows only in a
//! write that waits. HTTP libraries tell none of these, so the socket below them counts.
//!
//! ```text
//!   hyper's connection ──reads, writes──▶ Wire ──▶ TcpStream
//!   the proxy          ──asks──────────▶  └─ written(), read(), stalled_since(), is_alive()
//! ```
//!
//! Both ends are on one thread and share the socket through an `Rc`: nothing here is atomic.

use std::cell::{Cell, RefCell};
use std::io;
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Instant;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A TCP connection and what has passed through it.
pub struct Socket {
    stream: RefCell<TcpStream>,
    peer: SocketAddr,
    read: Cell<u64>,
    written: Cell<u64>,
    stalled: Cell<Option<Instant>>,
}

impl Socket {
    /// Takes over a connection to `peer`. Small writes are sent at once.
    pub fn new(stream: TcpStream, peer: SocketAddr) -> Rc<Self> {
        // A connection without it works, only slower.
        let _ = stream.set_nodelay(true);
        Rc::new(Socket {
            stream: RefCell::new(stream),
            peer,
            read: Cell::new(0),
            written: Cell::new(0),
            stalled: Cell::new(None),
        })
    }

    /// The address at the other end.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Bytes that were read from it.
    pub fn read(&self) -> u64 {
        self.read.get()
    }

    /// Bytes that the kernel has taken from us.
    pub fn written(&self) -> u64 {
        self.written.get()
    }

    /// Since when the kernel has been refusing to take more, because the other end does not read.
    pub fn stalled_since(&self) -> Option<Instant> {
        self.stalled.get()
    }

    /// Whether the other end, as far as this machine's kernel knows, is still there and silent.
    ///
    /// This asks the kernel (a system call), where readiness events may come too late.
    pub fn is_alive(&self) -> bool {
        let stream = self.stream.borrow();
        let mut byte = [MaybeUninit::uninit(); 1];
        let peeked = SockRef::from(&*stream).peek(&mut byte);
        matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    fn note_write(&self, result: &Poll<io::Result<usize>>) {
        match result {
            Poll::Ready(Ok(n)) => {
                self.written.set(self.written.get() + *n as u64);
                self.stalled.set(None);
            }
            Poll::Ready(Err(_)) => self.stalled.set(None),
            Poll::Pending if self.stalled.get().is_none() => self.stalled.set(Some(Instant::now())),
            Poll::Pending => {}
        }
    }
}

/// The reading and writing end of a [`Socket`].
///
/// It may begin with bytes that were read before, to find out which protocol is spoken.
pub struct Wire {
    socket: Rc<Socket>,
    replay: Vec<u8>,
}

impl Wire {
    /// An end that reads `replay` first.
    pub fn new(socket: Rc<Socket>, replay: Vec<u8>) -> Self {
        Wire { socket, replay }
    }
}

impl AsyncRead for Wire {
    #[inline]
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.replay.is_empty() {
            let n = self.replay.len().min(buf.remaining());
            buf.put_slice(&self.replay[..n]);
            self.replay.drain(..n);
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        let polled = Pin::new(&mut *self.socket.stream.borrow_mut()).poll_read(cx, buf);
        let n = buf.filled().len() - before;
        self.socket.read.set(self.socket.read.get() + n as u64);
        polled
    }
}

impl AsyncWrite for Wire {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut *self.socket.stream.borrow_mut()).poll_write(cx, buf);
        self.socket.note_write(&polled);
        polled
    }

    #[inline]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut *self.socket.stream.borrow_mut()).poll_write_vectored(cx, bufs);
        self.socket.note_write(&polled);
        polled
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The kernel has what was written: there is nothing of ours to flush.
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.socket.stream.borrow_mut()).poll_shutdown(cx)
    }
}
