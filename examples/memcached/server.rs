//! Connections: a thread each, and not too many.
//!
//! Why threads, and not an asynchronous runtime? What a request waits for is the disk, in calls
//! that block their thread: a runtime would have to hand each of them to a pool of threads. And it
//! is many *waiting* threads that let the log's group commit make one fsync of their writes. A
//! thread costs some tens of kilobytes, so there may be hundreds; who needs ten thousand mostly
//! idle connections needs a runtime in front.
//!
//! # Invariants
//!
//! - At most `connections` clients are served at once. The next one is told so, and let go.
//! - A client has `patience` to send a whole request, however slowly bytes drip in, and to take
//!   some of an answer: nobody occupies a thread by doing nothing.

use std::io::{self, BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::conversation::{Conversation, Progress};
use crate::store::Store;

/// Bytes that are read at a time.
const CHUNK: usize = 16 << 10;

/// What clients may ask of the server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many of them at once.
    pub connections: usize,
    /// For how long the server waits for one of them.
    pub patience: Duration,
}

// ANCHOR: serve
/// Serves all who connect, until the process ends.
pub fn serve(listener: &TcpListener, store: &Arc<Store>, limits: Limits) {
    // A connection holds a clone of this; how many there are is its reference count.
    let ticket = Arc::new(());
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else {
            // Out of file descriptors, most likely: let some connection end first.
            thread::sleep(Duration::from_millis(10));
            continue;
        };
        if Arc::strong_count(&ticket) > limits.connections {
            let _ = stream.write_all(b"SERVER_ERROR too many open connections\r\n");
            continue;
        }
        let (store, mine) = (Arc::clone(store), Arc::clone(&ticket));
        let thread = thread::Builder::new().name("connection".into());
        let spawned = thread.spawn(move || {
            // A connection that breaks is the client's affair.
            let _ = converse(&stream, &store, limits.patience);
            drop(mine);
        });
        if let Err(error) = spawned {
            eprintln!("memcached: no thread for a connection: {error}");
        }
    }
}
// ANCHOR_END: serve

// ANCHOR: converse
/// Reads and answers until the client hangs up, says `quit`, or is too slow.
fn converse(mut stream: &TcpStream, store: &Store, patience: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(patience))?;
    let mut conversation = Conversation::new(store);
    let mut out = BufWriter::with_capacity(CHUNK, stream);
    let mut chunk = vec![0; CHUNK];
    let mut deadline = Instant::now() + patience;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        stream.set_read_timeout(Some(left))?;
        let len = match stream.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(len) => len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        match conversation.hear(&chunk[..len], &mut out)? {
            Progress::Waiting => {}
            Progress::Answered => deadline = Instant::now() + patience,
            Progress::Over => return out.flush(),
        }
        out.flush()?;
    }
}
// ANCHOR_END: converse
