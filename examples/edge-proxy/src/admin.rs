//! The listener for those who run the proxy: `/metrics` and `/healthz`.
//!
//! It has a thread of its own, so that it answers also when the workers are busy: that is when
//! somebody looks.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};

use crate::metrics::Metrics;

/// Whether the proxy wants new clients. A load balancer before it asks `/healthz`, and sends no new
/// ones once the answer is 503.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// Says that no new clients are wanted from now on.
    pub fn start(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether that was said.
    pub fn is_started(&self) -> bool {
        // Relaxed: it is told to others, and orders nothing here.
        self.0.load(Ordering::Relaxed)
    }
}

/// Answers on `listener` to the end of the process. Gives the address that it listens on.
///
/// # Errors
///
/// If the listener is no good, or there is no thread for it.
pub fn serve(
    listener: TcpListener,
    metrics: Arc<Metrics>,
    draining: Draining,
) -> io::Result<SocketAddr> {
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    thread::Builder::new()
        .name("admin".into())
        .spawn(move || runtime.block_on(accept(listener, metrics, draining)))?;
    Ok(address)
}

async fn accept(listener: TcpListener, metrics: Arc<Metrics>, draining: Draining) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "the admin listener stopped"),
    };
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: wait for some to be closed.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (metrics, draining) = (Arc::clone(&metrics), draining.clone());
        let service = service_fn(move |request| {
            let response = answer(&request, &metrics, &draining);
            async move { Ok::<_, Infallible>(response) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(10))
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

fn answer<B>(
    request: &Request<B>,
    metrics: &Metrics,
    draining: &Draining,
) -> Response<Full<Bytes>> {
    let (status, text) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/metrics") => (StatusCode::OK, metrics.render()),
        (&Method::GET | &Method::HEAD, "/healthz") if draining.is_started() => {
            (StatusCode::SERVICE_UNAVAILABLE, "draining\n".into())
        }
        (&Method::GET | &Method::HEAD, "/healthz") => (StatusCode::OK, "ok\n".into()),
        _ => (
            StatusCode::NOT_FOUND,
            "there are /metrics and /healthz\n".into(),
        ),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let plain = header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}
