//! A key-value server: memcached's text protocol over TCP, and an LSM tree that remembers.
//!
//! ```text
//! cargo run --release --example memcached -- items.db
//! printf 'set greeting 0 0 5\r\nhello\r\nget greeting\r\nquit\r\n' | nc 127.0.0.1 11211
//! ```
//!
//! Whatever talks to memcached talks to it: `get`, `gets`, `set`, `add`, `replace`, `append`,
//! `prepend`, `cas`, `delete`, `incr`, `decr`, `touch`, `flush_all`, `stats`, `version` and `quit`.
//! Unlike memcached it evicts nothing, and it finds again after a crash what it had acknowledged.
//! To stop it, kill it: that is the same as a crash.
//!
//! | file | idea |
//! |---|---|
//! | `protocol.rs` | bytes to requests, answers to bytes |
//! | `item.rs` | flags, expiry and value, as the engine keeps them |
//! | `store.rs` | what requests mean; one writer a key |
//! | `conversation.rs` | requests that arrive in pieces, answered in order |
//! | `server.rs` | connections, and how many and how long |
//!
//! It has no authentication and no encryption, as memcached has none: by default it listens where
//! only this machine's programs can reach it.

mod conversation;
mod item;
mod protocol;
mod server;
mod store;

use std::error::Error;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use lsm::{Db, SyncPolicy, SystemClock};

use server::Limits;
use store::Store;

/// Serves the items in a directory by memcached's text protocol.
#[derive(Parser)]
struct Options {
    /// The directory with the database; it is made if it is missing.
    directory: PathBuf,
    /// Where to listen. With port 0 the system chooses one; which, is printed.
    #[arg(long, default_value = "127.0.0.1:11211")]
    listen: SocketAddr,
    /// When what is acknowledged is durable.
    #[arg(long, value_enum, default_value = "every")]
    sync: Sync,
    /// Mebibytes of new items that are gathered in memory before they are written to a table. The
    /// engine keeps up to three times as much.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(4..=1024))]
    memtable: u32,
    /// How many clients are served at once.
    #[arg(long, default_value_t = 256)]
    connections: usize,
    /// Seconds that a client may take to send a request, before it is hung up on.
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..))]
    patience: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sync {
    /// Before it is acknowledged: it survives a loss of power.
    Every,
    /// Within a second: a loss of power takes the last second, a kill takes nothing.
    Interval,
    /// When the operating system likes: a loss of power takes half a minute, a kill takes nothing.
    Os,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let policy = match options.sync {
        Sync::Every => SyncPolicy::EveryWrite,
        Sync::Interval | Sync::Os => SyncPolicy::Os,
    };
    let clock = Arc::new(SystemClock);
    let engine = lsm::Options::new()
        .sync(policy)
        .memtable_size((options.memtable as usize) << 20);
    let db = Db::open(&options.directory, engine)?;
    if options.sync == Sync::Interval {
        let db = db.clone();
        thread::spawn(move || sync_every_second(&db));
    }
    let store = Arc::new(Store::new(db, clock));
    let listener = TcpListener::bind(options.listen)?;
    println!("listening on {}", listener.local_addr()?);
    let limits = Limits {
        connections: options.connections,
        patience: Duration::from_secs(options.patience.into()),
    };
    server::serve(&listener, &store, limits);
    Ok(())
}

/// Does what no write may come to do: the log syncs by interval only when it is written to.
fn sync_every_second(db: &Db) {
    // After an error the log takes no more, and every write says so.
    while db.sync().is_ok() {
        thread::sleep(Duration::from_secs(1));
    }
}
