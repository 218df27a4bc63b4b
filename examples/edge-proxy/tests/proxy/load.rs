//! Clients that send until they are told to stop, and know what became of every request.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use crate::client::{Connection, Reply};
use crate::processes::eventually;

/// What became of all requests of a load.
#[derive(Debug, Default)]
pub struct Report {
    /// Answers by their status.
    pub statuses: BTreeMap<u16, u64>,
    /// Ids by the status that answered them; 0 if nothing did.
    pub ids: BTreeMap<String, u16>,
    /// Ids by the backend whose answer came.
    pub backends: BTreeMap<String, u64>,
    /// Requests that were written to an open connection and got no answer.
    pub lost: Vec<(String, io::ErrorKind)>,
}

impl Report {
    pub fn total(&self) -> u64 {
        self.statuses.values().sum()
    }

    pub fn status(&self, status: u16) -> u64 {
        self.statuses.get(&status).copied().unwrap_or_default()
    }

    /// Asserts that each request was answered with 200.
    pub fn all_well(&self) {
        assert!(self.lost.is_empty(), "lost: {:?}", self.lost);
        let bad: BTreeMap<_, _> = self
            .statuses
            .iter()
            .filter(|(status, _)| **status != 200)
            .collect();
        assert!(bad.is_empty(), "{bad:?} of {}", self.total());
    }
}

/// Clients at work.
pub struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    clients: Vec<JoinHandle<Report>>,
}

impl Load {
    /// So many clients, each with a connection that it keeps open as long as the server lets it,
    /// each sending one request after the other. A POST has a body, which must come back.
    pub fn start(
        address: SocketAddr,
        method: &'static str,
        path: &'static str,
        clients: usize,
    ) -> Self {
        let (stop, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let spawn = |client| {
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            let client = Client {
                address,
                method,
                path,
                client,
                stop,
                answered,
            };
            thread::spawn(move || client.run())
        };
        let clients = (0..clients).map(spawn).collect();
        Load {
            stop,
            answered,
            clients,
        }
    }

    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::SeqCst)
    }

    /// Waits for so many more answers.
    pub fn go_on(&self, answers: u64) {
        let until = self.answered() + answers;
        eventually("the load goes on", || {
            (self.answered() >= until).then_some(())
        });
    }

    /// Lets each client finish its request, and adds up.
    pub fn stop(self) -> Report {
        self.stop.store(true, Ordering::SeqCst);
        self.finish()
    }

    /// Waits until each client has been told to go: by an answer that says that the connection
    /// closes, or because nobody listens any more.
    pub fn finish(self) -> Report {
        let mut all = Report::default();
        for client in self.clients {
            let report = client.join().unwrap();
            for (status, count) in report.statuses {
                *all.statuses.entry(status).or_default() += count;
            }
            for (backend, count) in report.backends {
                *all.backends.entry(backend).or_default() += count;
            }
            all.ids.extend(report.ids);
            all.lost.extend(report.lost);
        }
        all
    }
}

struct Client {
    address: SocketAddr,
    method: &'static str,
    path: &'static str,
    client: usize,
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
}

impl Client {
    fn run(self) -> Report {
        let mut report = Report::default();
        let mut connection = None;
        for number in 0.. {
            if self.stop.load(Ordering::SeqCst) {
                break;
            }
            let mut open = match connection.take() {
                Some(open) => open,
                // Nobody listens: nothing was sent that could be lost.
                None => match Connection::open(self.address) {
                    Ok(open) => open,
                    Err(_) => break,
                },
            };
            let id = format!("{}-{number}", self.client);
            match self.send(&mut open, &id) {
                Ok(reply) => {
                    self.answered.fetch_add(1, Ordering::SeqCst);
                    *report.statuses.entry(reply.status).or_default() += 1;
                    *report
                        .backends
                        .entry(reply.header("x-backend").into())
                        .or_default() += 1;
                    report.ids.insert(id, reply.status);
                    if reply.closes() {
                        break;
                    }
                    connection = Some(open);
                }
                Err(error) => {
                    report.ids.insert(id.clone(), 0);
                    report.lost.push((id, error.kind()));
                }
            }
        }
        report
    }

    fn send(&self, connection: &mut Connection, id: &str) -> io::Result<Reply> {
        let headers = format!("x-id: {id}\r\n");
        let body = if self.method == "POST" {
            id.as_bytes()
        } else {
            b""
        };
        let reply = connection.send(self.method, self.path, &headers, body)?;
        if self.method == "POST" && reply.status == 200 {
            assert_eq!(reply.text(), id, "somebody else's answer");
        }
        Ok(reply)
    }
}
