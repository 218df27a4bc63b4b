//! Clients with a steady load, and what becomes of each of their requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::demo::PROXY;
use super::http::Connection;

/// What became of a request.
pub struct Answer {
    /// When it came, or when it was clear that it would not; since the load began.
    pub at: Duration,
    /// None if the connection broke before there was an answer.
    pub status: Option<u16>,
    pub took: Duration,
}

/// Clients at work.
pub struct Load {
    pub begun: Instant,
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<Vec<Answer>>>,
}

/// A load.
#[derive(Clone, Copy)]
pub struct Shape {
    pub clients: u32,
    /// From one request of a client to its next, if the answer is there by then.
    pub every: Duration,
    pub method: &'static str,
}

impl Load {
    pub fn start(shape: Shape) -> Self {
        let (begun, stop) = (Instant::now(), Arc::<AtomicBool>::default());
        let spawn = |number| {
            let stop = Arc::clone(&stop);
            thread::spawn(move || client(shape, number, begun, &stop))
        };
        Load {
            begun,
            clients: (0..shape.clients).map(spawn).collect(),
            stop,
        }
    }

    /// Lets each client finish its request.
    pub fn stop(self) -> Vec<Answer> {
        self.stop.store(true, Ordering::Relaxed);
        self.finish()
    }

    /// Waits until nobody listens to the clients any more.
    pub fn finish(self) -> Vec<Answer> {
        let answers = self.clients.into_iter();
        answers
            .flat_map(|client| client.join().unwrap_or_default())
            .collect()
    }
}

/// Sends until it is told to stop, or there is nobody to connect to: then nothing was sent.
fn client(shape: Shape, number: u32, begun: Instant, stop: &AtomicBool) -> Vec<Answer> {
    let mut answers = Vec::new();
    let mut connection = None;
    let mut next = begun + shape.every * number / shape.clients;
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(next.saturating_duration_since(Instant::now()));
        next = (next + shape.every).max(Instant::now());
        let mut open = match connection.take() {
            Some(open) => open,
            None => match Connection::open(PROXY) {
                Ok(open) => open,
                Err(_) => break,
            },
        };
        let sent = Instant::now();
        let reply = open.send(shape.method, "/");
        answers.push(Answer {
            at: begun.elapsed(),
            status: reply.as_ref().ok().map(|reply| reply.status),
            took: sent.elapsed(),
        });
        if reply.is_ok_and(|reply| !reply.closes) {
            connection = Some(open);
        }
    }
    answers
}
