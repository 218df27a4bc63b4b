//! One thread of the proxy: its listeners, its connections, its pool.
//!
//! Each worker is a whole proxy of its own, with a runtime that has one thread. The kernel deals
//! new connections out among the listeners that share an address (`SO_REUSEPORT`), and a connection
//! stays with its worker. So what a request touches belongs to one thread, and needs no locks; what
//! workers share (the routing, the state of upstreams) is read, or counted with atomics.
//!
//! ```text
//!             ┌─ listener ─ worker 0 ─ pool ─┐
//!   clients ──┤                              ├── upstreams
//!             └─ listener ─ worker 1 ─ pool ─┘
//!                              └──── Shared: routing, breakers, clusters, counters
//! ```

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use hyper::server::conn::{http1, http2};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::spawn_local;

use crate::client::{self, Client};
use crate::drain::Drain;
use crate::metrics::{ClientMetrics, Metrics, RouteMetrics, UpstreamMetrics};
use crate::pool::Pool;
use crate::routing::Routing;

/// What all workers share.
pub struct Shared {
    /// Where requests go. A reload puts another in its place.
    pub routing: ArcSwap<Routing>,
    /// What has happened.
    pub metrics: Arc<Metrics>,
}

/// The configuration as one worker sees it: with counters that are its own.
pub struct View {
    /// Where requests go.
    pub routing: Arc<Routing>,
    /// By the numbers of the routes.
    pub routes: Vec<Arc<RouteMetrics>>,
    /// By the numbers of the upstreams.
    pub upstreams: Vec<Arc<UpstreamMetrics>>,
}

impl View {
    fn new(routing: Arc<Routing>, metrics: &Metrics, worker: usize) -> Rc<Self> {
        let upstreams = routing.upstreams.iter();
        let names = routing.names.iter();
        Rc::new(View {
            upstreams: upstreams
                .map(|u| metrics.upstream(worker, &u.name))
                .collect(),
            routes: names
                .map(|(name, upstream)| {
                    metrics.route(worker, name, &routing.upstreams[*upstream].name)
                })
                .collect(),
            routing,
        })
    }
}

/// One thread of the proxy.
pub struct Worker {
    number: usize,
    shared: Arc<Shared>,
    /// The routing as of the last request: cloning it costs no atomic operation, for which the
    /// workers would contend.
    view: RefCell<Rc<View>>,
    /// What its clients do.
    pub counts: Arc<ClientMetrics>,
    /// Idle connections to upstreams.
    pub pool: Pool,
    /// Open connections, and whether the worker is leaving.
    pub drain: Rc<Drain>,
    pub(crate) http1: http1::Builder,
    pub(crate) http2: http2::Builder<Local>,
}

impl Worker {
    fn new(number: usize, shared: Arc<Shared>) -> Rc<Self> {
        let view = View::new(shared.routing.load_full(), &shared.metrics, number);
        Rc::new(Worker {
            number,
            view: RefCell::new(view),
            counts: shared.metrics.clients(number),
            shared,
            pool: Pool::default(),
            drain: Rc::default(),
            http1: client::http1(),
            http2: client::http2(),
        })
    }

    /// Where requests go now.
    pub fn view(&self) -> Rc<View> {
        let now = self.shared.routing.load();
        let mut known = self.view.borrow_mut();
        if !Arc::ptr_eq(&known.routing, &now) {
            *known = View::new(Arc::clone(&now), &self.shared.metrics, self.number);
        }
        Rc::clone(&known)
    }

    // ANCHOR: run
    /// Serves what comes to `listeners`, until `leave` says to; then drains, for so long at most.
    ///
    /// # Errors
    ///
    /// If the runtime cannot be started.
    pub fn run(
        number: usize,
        shared: Arc<Shared>,
        listeners: Vec<StdListener>,
        leave: watch::Receiver<Option<Duration>>,
    ) -> io::Result<()> {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build_local(Default::default())?;
        let worker = Worker::new(number, shared);
        runtime.block_on(async {
            let mut accepting = Vec::new();
            for listener in listeners {
                let listener = TcpListener::from_std(listener)?;
                accepting.push(spawn_local(
                    Rc::clone(&worker).accept(listener, leave.clone()),
                ));
            }
            spawn_local(Rc::clone(&worker).sweep());
            for accept in accepting {
                // It ends when it is time to leave, and does not panic.
                let _ = accept.await;
            }
            worker.drained(leave).await;
            Ok(())
        })
    }
    // ANCHOR_END: run

    /// Accepts connections until it is time to leave. A panic in one ends that one's task.
    async fn accept(
        self: Rc<Self>,
        listener: TcpListener,
        mut leave: watch::Receiver<Option<Duration>>,
    ) {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = leave.wait_for(Option::is_some) => break,
            };
            match accepted {
                Ok((stream, peer)) => {
                    spawn_local(Client::serve(Rc::clone(&self), stream, peer));
                }
                Err(error) => {
                    // Most often the process has no descriptor left; some will be closed.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        // Those whose handshake is complete would be reset with the listener.
        while let Some(Ok((stream, peer))) = now_or_never(listener.accept()) {
            spawn_local(Client::serve(Rc::clone(&self), stream, peer));
        }
    }

    /// Waits for the connections to end, as long as `leave` says.
    async fn drained(&self, leave: watch::Receiver<Option<Duration>>) {
        let most = leave.borrow().unwrap_or_default();
        let end = Instant::now() + most;
        self.drain.begin();
        while !self.drain.is_done() && Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if !self.drain.is_done() {
            let (connections, requests) = (self.drain.connections(), self.drain.requests());
            tracing::warn!(
                connections,
                requests,
                "cut off when the drain's time was up"
            );
        }
    }

    async fn sweep(self: Rc<Self>) {
        let mut every = tokio::time::interval(Duration::from_secs(1));
        loop {
            every.tick().await;
            self.pool.sweep(Instant::now());
        }
    }
}

/// A listener at `address`, which others of this process may share.
///
/// # Errors
///
/// If the address cannot be listened at.
pub fn listen(address: SocketAddr) -> io::Result<StdListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(4096)?;
    Ok(socket.into())
}

/// Runs what hyper wants run, on the thread that asks.
#[derive(Clone, Copy, Debug)]
pub struct Local;

impl<F> hyper::rt::Executor<F> for Local
where
    F: Future + 'static,
{
    fn execute(&self, future: F) {
        spawn_local(async move {
            future.await;
        });
    }
}

fn now_or_never<F: Future>(future: F) -> Option<F::Output> {
    let mut nobody = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut nobody) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}
