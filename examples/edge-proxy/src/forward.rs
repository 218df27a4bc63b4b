//! Sending a request to an upstream until one of its servers answers, or it is time to give up.
//!
//! ```text
//!   breaker, balancer ─▶ connection ─▶ request ─▶ head of the answer ─▶ client
//!          ▲              refused        cut off      502 503 504
//!          │                 └──────────────┴──────────────┘
//!          └── pause ◀── budget? ◀── time? ◀── safe? ──no──▶ give up
//! ```

use std::future::Future;
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use http::{Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use wrr_lb::cluster::Endpoint;

use crate::body::Source;
use crate::failure::{Broken, Failure, Refusal};
use crate::headers;
use crate::link::Link;
use crate::metrics::UpstreamMetrics;
use crate::outbound::Outbound;
use crate::retry::{is_worth_retrying, may_retry};
use crate::routing::Route;
use crate::streaming::{From, Streaming};
use crate::tunnel::Tunnel;
use crate::turn::Turn;
use crate::upload::Patience;
use crate::upstream::{Attempt, Claim, Server};

// ANCHOR: forward
/// Sends a request to one server after another of the route's upstream, until one answers.
///
/// # Errors
///
/// Why the last attempt failed, when another is not safe, not possible, not in time or not in the
/// retry budget.
pub async fn forward(
    turn: &mut Turn,
    route: &Route,
    mut request: Outbound,
    asks: wrr_lb::Request,
) -> Result<Response<Source>, Refusal> {
    let upstream = &route.upstream;
    let attempts = upstream.settings.retry.attempts.get() as usize;
    upstream.budget.deposit();
    let mut tried = Vec::new();
    loop {
        let attempt = ask(turn, route, asks, &tried)?;
        let endpoint = attempt.endpoint();
        let begun = Instant::now();
        let more = tried.len() + 1 < attempts;
        match send(turn, route, attempt.server(), &mut request, more).await {
            Ok((head, from)) => {
                let claim = attempt.answered(head.status(), begun.elapsed());
                let better = is_worth_retrying(head.status()) && request.is_repeatable();
                if !(more && better && in_budget(turn, route)) {
                    return Ok(deliver(turn, route, claim, &request, head, from));
                }
                claim.finished();
            }
            Err(Broken { failure, wrote }) => {
                attempt.failed(failure);
                let safe = request.is_here() && may_retry(failure, wrote, request.is_idempotent());
                if !(more && safe && in_budget(turn, route)) {
                    return Err(failure.into());
                }
            }
        }
        pause(turn, route, tried.len()).await;
        tried.push(endpoint);
    }
}
// ANCHOR_END: forward

/// Asks for a server.
fn ask<'a>(
    turn: &Turn,
    route: &'a Route,
    asks: wrr_lb::Request,
    tried: &[Arc<Endpoint<Server>>],
) -> Result<Attempt<'a>, Refusal> {
    let attempt = route.upstream.attempt(asks, tried);
    if let Err(Refusal::BreakerOpen(_)) = attempt {
        counts(turn, route).breaker_refused.increment();
    }
    attempt
}

fn counts<'a>(turn: &'a Turn, route: &Route) -> &'a Arc<UpstreamMetrics> {
    &turn.view.upstreams[route.upstream.number]
}

/// Whether there is time for another attempt, and the upstream's budget has one left.
fn in_budget(turn: &Turn, route: &Route) -> bool {
    let counts = counts(turn, route);
    if Instant::now() >= turn.started + route.timeout {
        return false;
    }
    let allowed = route.upstream.budget.withdraw();
    if allowed {
        counts.retries.increment();
    } else {
        counts.retries_over_budget.increment();
    }
    allowed
}

/// Waits before the retry after so many others.
async fn pause(turn: &Turn, route: &Route, retries: usize) {
    let backoff = route.upstream.settings.retry.backoff;
    let wait = backoff.delays().nth(retries).unwrap_or_default();
    let end = turn.started + route.timeout;
    let end = end.min(Instant::now() + wait);
    turn.alarm.within(end, std::future::pending::<()>()).await;
}

/// The head of an answer, and where its body comes from.
type Answer = (Response<()>, From);

fn split(answer: Response<Incoming>, from: impl FnOnce(Incoming) -> From) -> Answer {
    let (head, body) = answer.into_parts();
    (Response::from_parts(head, ()), from(body))
}

/// One attempt; `more` says whether there may be another.
async fn send(
    turn: &Turn,
    route: &Route,
    server: Server,
    request: &mut Outbound,
    more: bool,
) -> Result<Answer, Broken> {
    let sent = if route.upstream.settings.http2 && request.upgrade.is_none() {
        send_shared(turn, route, server, request, more).await
    } else {
        send_alone(turn, route, server, request, more).await
    };
    if let Err(broken) = &sent {
        let counts = counts(turn, route);
        match broken.failure {
            Failure::Timeout | Failure::ConnectTimeout => counts.timeouts.increment(),
            Failure::Client(_) => {}
            _ => counts.failures.increment(),
        }
    }
    sent
}

// ANCHOR: send
/// One attempt by HTTP/1.1: over a connection from the pool if there is one, or else over a new one.
async fn send_alone(
    turn: &Turn,
    route: &Route,
    server: Server,
    request: &mut Outbound,
    more: bool,
) -> Result<Answer, Broken> {
    let patience = patience(turn, route, request);
    let careful = !request.is_repeatable();
    let pool = &turn.client.worker.pool;
    let fresh = request.upgrade.is_some();
    let mut pooled = (!fresh)
        .then(|| pool.take(server.id, turn.started, careful))
        .flatten();
    loop {
        let reused = pooled.is_some();
        let mut link = match pooled.take() {
            Some(link) => {
                counts(turn, route).connections_reused.increment();
                link
            }
            None => connect(turn, route, server).await?,
        };
        let outgoing = request.take(more || reused)?;
        let unsent = match link.exchange(outgoing, &turn.alarm, &patience).await {
            Ok(answer) => return Ok(split(answer, |body| From::Link(link, body))),
            Err(unsent) => unsent,
        };
        if let Some(back) = unsent.request {
            request.give_back(back);
        }
        let Broken { failure, wrote } = unsent.broken;
        let again = reused && failure == Failure::Stale && request.is_here();
        if !again || !may_retry(failure, wrote, request.is_idempotent()) {
            return Err(unsent.broken);
        }
        // It lay in the pool for too long. That is not the server's fault, and what follows is no
        // retry but a second first try, over a connection that cannot be stale.
    }
}
// ANCHOR_END: send

/// One attempt by HTTP/2: over the one connection that all requests share.
async fn send_shared(
    turn: &Turn,
    route: &Route,
    server: Server,
    request: &mut Outbound,
    more: bool,
) -> Result<Answer, Broken> {
    let patience = patience(turn, route, request);
    let pool = &turn.client.worker.pool;
    let mut requests = match pool.shared(server.id) {
        Some(requests) => requests,
        None => {
            let requests = connecting(turn, route, Link::connect_shared(server.address)).await?;
            pool.share(server.id, requests.clone());
            requests
        }
    };
    let (mut head, body) = request.take(more)?.into_parts();
    headers::to_http2(&mut head, request.trailers)
        .map_err(|_| Broken::before(Failure::Protocol))?;
    let outgoing = Request::from_parts(head, body);
    let mut answer = pin!(requests.try_send_request(outgoing));
    let answer = std::future::poll_fn(|cx| match answer.as_mut().poll(cx) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => turn.alarm.poll(patience.deadline(), cx).map(|()| None),
    });
    match answer.await {
        Some(Ok(answer)) => Ok(split(answer, From::Stream)),
        Some(Err(mut error)) => Err(Broken {
            wrote: error.take_message().is_none(),
            failure: Failure::of_exchange(error.error(), false),
        }),
        None => Err(Broken {
            failure: patience.failure(false),
            wrote: true,
        }),
    }
}

fn patience(turn: &Turn, route: &Route, request: &Outbound) -> Patience {
    let per_try = route.upstream.settings.retry.per_try_timeout;
    let end = turn.started + route.timeout;
    Patience {
        until: per_try.map_or(end, |most| end.min(Instant::now() + most)),
        answer: per_try.unwrap_or(route.timeout),
        silence: route.limits.silence,
        upload: request.progress(),
    }
}

async fn connect(turn: &Turn, route: &Route, server: Server) -> Result<Box<Link>, Broken> {
    let counts = Arc::clone(counts(turn, route));
    connecting(turn, route, Link::connect(server.address, counts)).await
}

/// A new connection, if there is one in time.
async fn connecting<T>(
    turn: &Turn,
    route: &Route,
    connect: impl Future<Output = io::Result<T>>,
) -> Result<T, Broken> {
    let most = Instant::now() + route.upstream.settings.pool.connect_timeout;
    let late = most.min(turn.started + route.timeout);
    // Connecting is rare and its future large: on the heap it costs other requests nothing.
    match turn.alarm.within(late, Box::pin(connect)).await {
        Some(Ok(connection)) => Ok(connection),
        Some(Err(_)) => Err(Broken::before(Failure::Refused)),
        None => Err(Broken::before(Failure::ConnectTimeout)),
    }
}

/// The answer as the client gets it.
fn deliver(
    turn: &mut Turn,
    route: &Route,
    claim: Claim,
    request: &Outbound,
    head: Response<()>,
    from: From,
) -> Response<Source> {
    let (mut head, ()) = head.into_parts();
    head.version = Version::HTTP_11;
    headers::to_client(&mut head.headers);
    turn.note_server(|| claim.server().address.to_string());
    match (from, &request.upgrade) {
        (From::Link(link, _), Some(protocol)) if head.status == StatusCode::SWITCHING_PROTOCOLS => {
            headers::set_upgrade(&mut head.headers, protocol.clone());
            *turn.client.tunnel.borrow_mut() = Some(Tunnel::new(link, claim));
            Response::from_parts(head, Source::Own(None))
        }
        (from, _) => {
            let home = (Rc::clone(&turn.client.worker), route.upstream.keep());
            let alarm = Rc::clone(&turn.alarm);
            let body = Streaming::new(from, home, alarm, route.limits.silence, claim);
            Response::from_parts(head, Source::Streamed(body))
        }
    }
}
