//! A server that echoes, counts what it was asked, and fails when it is told to.
//!
//! | path | answer |
//! |---|---|
//! | `/_fault?mode=MODE` | changes the mode; with `&hidden` health checks do not notice |
//! | `/_seen` | a line for each request that had the header `x-id`: the id, and how often it came |
//! | `/_stats` | `connections` that are open, `requests` so far, `active` ones |
//! | `/healthz` | `ok`, or whatever the mode says |
//! | `/bytes/N` | N bytes |
//! | `/headers` | the request's head as it arrived |
//! | else | the request's body, streamed back; if it has none, the name of the server |
//!
//! Each answer has the header `x-backend` with the name of the server. A request counts as executed,
//! and its id as seen, when its body has arrived, even if no answer follows: so two lines of `/_seen`
//! that say 2 are two requests that were done twice.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};

use super::fault::{Fault, Mode};

/// What a server is asked to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its name, in the header `x-backend`.
    pub name: String,
    /// Where it listens; port 0 is any that is free.
    pub listen: SocketAddr,
    /// Whether it speaks HTTP/2, known beforehand, in place of HTTP/1.1.
    pub http2: bool,
    /// A file to which the id of each executed request is written too: it is there when the server
    /// has been killed.
    pub record: Option<PathBuf>,
}

#[derive(Debug, Default)]
struct State {
    name: String,
    fault: Fault,
    seen: Mutex<BTreeMap<String, u64>>,
    record: Option<File>,
    connections: AtomicU64,
    requests: AtomicU64,
    active: AtomicU64,
}

/// Says on the standard output where it listens, and serves to the end of the process.
///
/// # Errors
///
/// If it cannot listen there.
pub fn serve(options: &Options) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(options.listen).await?;
        println!("listening on {}", listener.local_addr()?);
        let record = options.record.as_ref().map(|file| {
            let mut append = File::options();
            append.create(true).append(true).open(file)
        });
        let state = Arc::new(State {
            name: options.name.clone(),
            record: record.transpose()?,
            ..State::default()
        });
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(connection(stream, Arc::clone(&state), options.http2));
        }
    })
}

async fn connection(stream: TcpStream, state: Arc<State>, http2: bool) {
    // Relaxed, here and below: counts that order nothing.
    state.connections.fetch_add(1, Ordering::Relaxed);
    let service = service_fn(|request| answer(request, Arc::clone(&state)));
    let io = TokioIo::new(stream);
    // An error is a client that went away, or a mode that closes: nothing to do about either.
    if http2 {
        let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        let _ = server.serve_connection(io, service).await;
    } else {
        let server = hyper::server::conn::http1::Builder::new();
        let _ = server.serve_connection(io, service).await;
    }
    state.connections.fetch_sub(1, Ordering::Relaxed);
}

type Answer = Response<BoxBody<Bytes, hyper::Error>>;

/// Why there is no answer: the mode says so.
#[derive(Debug, thiserror::Error)]
#[error("told to close the connection")]
struct Closed;

async fn answer(request: Request<Incoming>, state: Arc<State>) -> Result<Answer, Closed> {
    let path = request.uri().path().to_owned();
    let mut response = match path.as_str() {
        "/_fault" => set_fault(request.uri().query().unwrap_or_default(), &state.fault),
        "/_seen" => text(StatusCode::OK, seen(&state)),
        "/_stats" => text(StatusCode::OK, stats(&state)),
        _ => faulty(request, &path, &state).await?,
    };
    if let Ok(name) = HeaderValue::from_str(&state.name) {
        response.headers_mut().insert("x-backend", name);
    }
    Ok(response)
}

/// An answer as the mode wants it.
async fn faulty(
    request: Request<Incoming>,
    path: &str,
    state: &Arc<State>,
) -> Result<Answer, Closed> {
    let is_check = path == "/healthz";
    let active = (!is_check).then(|| Active::start(state));
    match state.fault.next(is_check) {
        Mode::Hang => std::future::pending().await,
        Mode::Slow(time) => tokio::time::sleep(time).await,
        Mode::Status(status) => {
            let _ = request.into_body().collect().await;
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return Ok(text(
                status,
                format!("{} was told to say {status}\n", state.name),
            ));
        }
        Mode::Close => {
            let id = id(&request);
            if request.into_body().collect().await.is_ok() {
                state.executed(id);
            }
            return Err(Closed);
        }
        Mode::Ok | Mode::Flap(_) => {}
    }
    match is_check {
        true => Ok(text(StatusCode::OK, "ok\n".into())),
        false => execute(request, path, state, active).await,
    }
}

/// An answer by a server that is well.
async fn execute(
    request: Request<Incoming>,
    path: &str,
    state: &State,
    active: Option<Active>,
) -> Result<Answer, Closed> {
    let id = id(&request);
    if path == "/headers" {
        state.executed(id);
        return Ok(text(StatusCode::OK, head(&request)));
    }
    if let Some(left) = path
        .strip_prefix("/bytes/")
        .and_then(|len| len.parse().ok())
    {
        state.executed(id);
        let zeros = Zeros {
            left,
            _active: active,
        };
        return Ok(Response::new(zeros.map_err(|never| match never {}).boxed()));
    }
    if request.body().is_end_stream() {
        state.executed(id);
        return Ok(text(StatusCode::OK, format!("hello from {}\n", state.name)));
    }
    if id.is_none() {
        return Ok(Response::new(request.into_body().boxed()));
    }
    // What is counted is answered when it is complete.
    let body = request.into_body().collect().await.map_err(|_| Closed)?;
    state.executed(id);
    Ok(Response::new(body.map_err(|never| match never {}).boxed()))
}

fn id(request: &Request<Incoming>) -> Option<String> {
    let id = request.headers().get("x-id")?;
    id.to_str().ok().map(str::to_owned)
}

impl State {
    fn executed(&self, id: Option<String>) {
        if let Some(id) = id {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(mut record) = self.record.as_ref() {
                // One write of a whole line to the end. If the disk is full, nobody is served worse.
                let _ = record.write_all(format!("{id}\n").as_bytes());
            }
            *seen.entry(id).or_default() += 1;
        }
    }
}

fn set_fault(query: &str, fault: &Fault) -> Answer {
    let mode = query.split('&').find_map(|pair| pair.strip_prefix("mode="));
    match mode.unwrap_or_default().parse::<Mode>() {
        Ok(mode) => {
            fault.set(mode, query.split('&').any(|pair| pair == "hidden"));
            text(StatusCode::OK, format!("{mode:?}\n"))
        }
        Err(message) => text(StatusCode::BAD_REQUEST, message + "\n"),
    }
}

fn seen(state: &State) -> String {
    let seen = state.seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.iter()
        .map(|(id, times)| format!("{id} {times}\n"))
        .collect()
}

fn stats(state: &State) -> String {
    format!(
        "connections {}\nrequests {}\nactive {}\n",
        state.connections.load(Ordering::Relaxed),
        state.requests.load(Ordering::Relaxed),
        state.active.load(Ordering::Relaxed),
    )
}

fn head(request: &Request<Incoming>) -> String {
    let mut text = format!(
        "{} {} {:?}\n",
        request.method(),
        request.uri(),
        request.version()
    );
    for (name, value) in request.headers() {
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "{name}: {}",
            String::from_utf8_lossy(value.as_bytes())
        );
    }
    text
}

fn text(status: StatusCode, text: String) -> Answer {
    let body = Full::from(text).map_err(|never| match never {}).boxed();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

/// Counts a request as active until it is dropped, however it ends.
struct Active(Arc<State>);

impl Active {
    fn start(state: &Arc<State>) -> Self {
        state.requests.fetch_add(1, Ordering::Relaxed);
        state.active.fetch_add(1, Ordering::Relaxed);
        Active(Arc::clone(state))
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A body of zeros that is never in memory as a whole.
struct Zeros {
    left: u64,
    _active: Option<Active>,
}

impl Body for Zeros {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        static PIECE: [u8; 16 << 10] = [0; 16 << 10];
        let len = self.left.min(PIECE.len() as u64);
        self.left -= len;
        // Not more than a piece's length, which is a usize.
        let frame = Frame::data(Bytes::from_static(&PIECE[..len as usize]));
        Poll::Ready((len > 0).then_some(Ok(frame)))
    }
}
