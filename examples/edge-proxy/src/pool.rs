//! Connections to upstreams that lie ready, one pool per worker.
//!
//! A connection costs a round trip, and a new one starts slowly; so each is kept for the next
//! request. A worker's pool belongs to its thread alone: nothing here is locked, and a connection
//! never changes threads.
//!
//! The last one put back is the first taken out: the pool keeps as many connections in use as are
//! needed, those below them grow old and are closed, and the one on top is the warmest and the
//! least likely to have been closed by its server.
//!
//! # Complexity
//!
//! Taking out and putting back are O(1), but for connections that turn out to be closed. A sweep is
//! linear in the connections.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};

use foldhash::fast::FixedState;
use hyper::client::conn::http2;

use crate::body::RequestBody;
use crate::link::Link;

/// A number that stands for the address of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EndpointId(pub(crate) u32);

/// How an upstream's connections are kept.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    /// Idle ones to an endpoint; more are closed.
    pub most: usize,
    /// How long an idle one is kept.
    pub idle: Duration,
}

/// A connection that lies ready.
struct Idle {
    link: Box<Link>,
    /// When it has lain there for too long.
    expires: Instant,
}

/// A worker's idle connections.
#[derive(Default)]
pub struct Pool {
    // Numbers that no client chooses need no random seed.
    idle: RefCell<HashMap<EndpointId, Vec<Idle>, FixedState>>,
    shared: RefCell<HashMap<EndpointId, http2::SendRequest<RequestBody>, FixedState>>,
}

impl Pool {
    // ANCHOR: checkout
    /// The warmest idle connection to an endpoint, if there is one that works.
    ///
    /// Its server may still be closing it at this very moment. For a request that could not be
    /// sent again then, `careful` asks the kernel, too: it knows of a farewell before the runtime
    /// does.
    pub fn take(&self, endpoint: EndpointId, now: Instant, careful: bool) -> Option<Box<Link>> {
        let mut idle = self.idle.borrow_mut();
        let links = idle.get_mut(&endpoint)?;
        while let Some(Idle { mut link, expires }) = links.pop() {
            if now < expires && link.is_idle() && (!careful || link.is_alive()) {
                return Some(link);
            }
        }
        None
    }

    /// Puts a connection back after a request, unless there is no use for it: it was closed, or
    /// the request or its answer did not get through to the end.
    pub fn put(&self, endpoint: EndpointId, mut link: Box<Link>, now: Instant, keep: Keep) {
        // It settles by the work that brings the end of an answer, most often.
        if link.is_settled() || link.is_idle() {
            let mut idle = self.idle.borrow_mut();
            let links = idle.entry(endpoint).or_default();
            if links.len() < keep.most {
                let expires = now + keep.idle;
                links.push(Idle { link, expires });
            }
        }
    }
    // ANCHOR_END: checkout

    /// The endpoint's HTTP/2 connection, which any number of requests share, if there is one.
    pub fn shared(&self, endpoint: EndpointId) -> Option<http2::SendRequest<RequestBody>> {
        let shared = self.shared.borrow();
        let requests = shared.get(&endpoint)?;
        (!requests.is_closed()).then(|| requests.clone())
    }

    /// Keeps an HTTP/2 connection to be shared.
    pub fn share(&self, endpoint: EndpointId, requests: http2::SendRequest<RequestBody>) {
        self.shared.borrow_mut().insert(endpoint, requests);
    }

    /// Closes what is too old or was closed by its server. Call it about every second.
    pub fn sweep(&self, now: Instant) {
        self.idle.borrow_mut().retain(|_, links| {
            links.retain_mut(|idle| now < idle.expires && idle.link.is_idle());
            !links.is_empty()
        });
        self.shared
            .borrow_mut()
            .retain(|_, requests| !requests.is_closed());
    }

    /// Idle HTTP/1.1 connections.
    pub fn len(&self) -> usize {
        self.idle.borrow().values().map(Vec::len).sum()
    }

    /// Whether there is no idle connection.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;

    use super::*;

    const ENDPOINT: EndpointId = EndpointId(7);
    const KEEP: Keep = Keep {
        most: 2,
        idle: Duration::from_secs(60),
    };

    async fn connection() -> (Box<Link>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let link = Link::connect(address, Arc::default()).await.unwrap();
        (link, listener.accept().unwrap().0)
    }

    fn run(test: impl Future<Output = ()>) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap().block_on(test);
    }

    #[test]
    fn a_careful_look_sees_an_end_of_which_the_runtime_has_not_heard() {
        run(async {
            let (link, server) = connection().await;
            let (pool, now) = (Pool::default(), Instant::now());
            pool.put(ENDPOINT, link, now, KEEP);
            // Nothing is awaited from here on, so that the runtime hears of nothing.
            drop(server);
            let link = pool.take(ENDPOINT, now, false).expect("it looks idle");
            pool.put(ENDPOINT, link, now, KEEP);
            assert!(pool.take(ENDPOINT, now, true).is_none());
        });
    }

    #[test]
    fn the_last_put_back_is_the_first_taken_and_no_more_are_kept_than_allowed() {
        run(async {
            let (pool, now) = (Pool::default(), Instant::now());
            let mut servers = Vec::new();
            let mut numbers = Vec::new();
            for _ in 0..3 {
                let (link, server) = connection().await;
                numbers.push(&raw const *link as usize);
                pool.put(ENDPOINT, link, now, KEEP);
                servers.push(server);
            }
            assert_eq!(pool.len(), 2);
            let link = pool.take(ENDPOINT, now, true).unwrap();
            assert_eq!(&raw const *link as usize, numbers[1]);
            assert!(pool.take(EndpointId(8), now, true).is_none());
        });
    }

    #[test]
    fn what_has_lain_there_for_too_long_is_not_given_out() {
        run(async {
            let (link, _server) = connection().await;
            let (pool, now) = (Pool::default(), Instant::now());
            pool.put(ENDPOINT, link, now, KEEP);
            assert!(pool.take(ENDPOINT, now + KEEP.idle, false).is_none());
        });
    }
}
