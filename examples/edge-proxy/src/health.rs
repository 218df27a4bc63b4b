//! Asking servers whether they are well, before requests find out.
//!
//! Each server with a check is asked at its interval, over a connection of its own: what is tested
//! includes connecting. Any answer but 200 to 299 in time, and any failure, is a no; how many make
//! a server unhealthy is the cluster's to decide.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http::header::{HOST, USER_AGENT};
use http_body_util::Empty;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::upstream::Upstream;
use crate::worker::Shared;

/// How often it is looked which servers are due.
const EVERY: Duration = Duration::from_millis(50);

// ANCHOR: check_all
/// Asks all servers, each at its interval, for ever. Also lets the clusters know that time passes.
pub async fn check_all(shared: Arc<Shared>) {
    let mut due: HashMap<(String, SocketAddr), Instant> = HashMap::new();
    let mut ticked = Instant::now();
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        let now = Instant::now();
        let routing = shared.routing.load_full();
        let tick = now - ticked >= Duration::from_secs(1);
        if tick {
            ticked = now;
        }
        for upstream in &routing.upstreams {
            if tick {
                upstream.cluster.tick();
            }
            let Some(check) = &upstream.settings.check else {
                continue;
            };
            for endpoint in upstream.cluster.endpoints() {
                let key = (upstream.name.clone(), endpoint.data().address);
                let next = due.entry(key).or_insert(now);
                if *next <= now {
                    *next = now + check.interval;
                    tokio::spawn(ask(Arc::clone(upstream), endpoint.data().address));
                }
            }
        }
        // Of servers that are gone.
        due.retain(|_, next| now < *next + Duration::from_secs(3600));
    }
}
// ANCHOR_END: check_all

async fn ask(upstream: Arc<Upstream>, address: SocketAddr) {
    let Some(check) = &upstream.settings.check else {
        return;
    };
    let question = question(address, &check.path, upstream.settings.http2);
    let answer = tokio::time::timeout(check.timeout, question).await;
    let healthy = matches!(answer, Ok(Ok(true)));
    upstream.cluster.report_check(&address.to_string(), healthy);
}

/// Whether the answer is 200 to 299.
async fn question(
    address: SocketAddr,
    path: &str,
    by_http2: bool,
) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    let stream = TokioIo::new(TcpStream::connect(address).await?);
    let uri = match by_http2 {
        true => format!("http://{address}{path}"),
        false => path.to_owned(),
    };
    let mut request = Request::get(uri).header(USER_AGENT, "edge-proxy (health check)");
    if !by_http2 {
        request = request.header(HOST, address.to_string());
    }
    let request = request.body(Empty::<Bytes>::new())?;
    let answer = if by_http2 {
        let (mut requests, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
        let task = tokio::spawn(connection);
        let answer = requests.send_request(request).await;
        task.abort();
        answer?
    } else {
        let (mut requests, connection) = http1::handshake(stream).await?;
        let task = tokio::spawn(connection);
        let answer = requests.send_request(request).await;
        task.abort();
        answer?
    };
    Ok(answer.status().is_success())
}
