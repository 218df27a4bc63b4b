//! Serves the book to one reader on one machine, runs the snippets that its pages send, and keeps
//! the progress that they tick off.
//!
//! A server that runs whatever is posted to it is a gift to any other page that is open in the same
//! browser, since a browser sends requests to `127.0.0.1` on behalf of any page. So this is what
//! stands between them:
//!
//! | attack | what stops it |
//! |---|---|
//! | another machine connects | the server listens on loopback only |
//! | a foreign page posts a snippet, or a tick | its `Origin` is not ours; and it does not know the token |
//! | a foreign page reads our page for the token | the browser's same-origin policy: we send no CORS headers |
//! | a foreign page includes one of our scripts for the token | the token is in HTML pages only, in a `<meta>` element |
//! | a foreign name is made to point at 127.0.0.1 (DNS rebinding), so that its page *is* of our origin | its `Host` is not ours |
//! | a foreign page shows ours in a frame and lures the reader into a click | `frame-ancestors 'self'` |
//! | a form posts without the browser asking first | the body must be JSON, and the token is in a header |
//!
//! What runs is then limited by [`crate::run`].

mod guard;
mod live;
mod progress;
mod routes;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::run::{Limits, Runner};
use guard::Guard;
use live::Live;

/// How to serve.
pub struct Options {
    /// 0 takes any that is free.
    pub port: u16,
    /// Whether to open the book in the browser.
    pub open: bool,
    /// What snippets may take.
    pub limits: Limits,
    /// The file of the reader's progress.
    pub progress: PathBuf,
}

/// Why the book cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Another program has the port.
    #[error(
        "port {port} is taken, perhaps by another `cargo book`\n  \
         try: cargo book serve --port {}   (or --port 0, for any that is free)",
        port.wrapping_add(1).max(1024)
    )]
    PortTaken {
        /// Which.
        port: u16,
    },
    /// The server cannot start.
    #[error("cannot serve the book")]
    Io(#[from] std::io::Error),
    /// The first build failed, so there is no last good page to show.
    #[error(transparent)]
    Book(#[from] crate::pages::BookError),
    /// The system has no randomness for the token.
    #[error("cannot make a token")]
    Token(#[source] getrandom::Error),
}

/// What all requests share.
struct Server {
    guard: Guard,
    live: Live,
    runner: Runner,
    files: progress::Files,
}

/// Serves the book of the repository at `root` until it is interrupted.
///
/// # Errors
///
/// See [`ServeError`].
pub fn serve(root: &Path, options: &Options) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(serve_until_interrupted(root, options));
    // A build that is under way is not waited for.
    runtime.shutdown_background();
    served
}

async fn serve_until_interrupted(root: &Path, options: &Options) -> Result<(), ServeError> {
    let listener = listen(options.port).await?;
    let port = listener.local_addr()?.port();
    println!("Building the book …");
    let server = Arc::new(Server {
        guard: Guard::new(port).map_err(ServeError::Token)?,
        live: Live::build(root)?,
        runner: Runner::new(root, options.limits),
        files: progress::Files::of(root, &options.progress),
    });
    let url = format!("http://127.0.0.1:{port}");
    println!("Read it at {url}   (Ctrl-C ends)");
    if options.open && opener::open_browser(&url).is_err() {
        println!("No browser was found: open that address yourself.");
    }
    live::watch(root, &server);
    let warming = tokio::spawn(warm_up(server.clone()));
    let served =
        axum::serve(listener, routes::router(server)).with_graceful_shutdown(interrupted());
    tokio::select! {
        result = served => result?,
        // Open live-reload sockets would keep a graceful end waiting for ever.
        () = interrupted() => {}
    }
    warming.abort();
    Ok(())
}

async fn listen(port: u16) -> Result<TcpListener, ServeError> {
    match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Err(ServeError::PortTaken { port })
        }
        listener => Ok(listener?),
    }
}

async fn warm_up(server: Arc<Server>) {
    println!("Compiling the crates for the Run buttons …");
    match server.runner.warm_up().await {
        Ok(()) => println!("Run is ready."),
        Err(error) => eprintln!("Run will not work: {error}"),
    }
}

async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = match signal(SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(_) => return std::future::pending().await,
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}
