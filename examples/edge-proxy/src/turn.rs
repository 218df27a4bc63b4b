//! One request's turn: when it began, and what is done when it is over.
//!
//! A request is over when the last byte of its answer is with hyper, or when its client is gone:
//! in either case the answer's body is dropped, and with it the turn. So nothing is forgotten,
//! whichever way it ends.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use http::request::Parts;
use http::{HeaderMap, Request, Response, StatusCode};
use hyper::body::Incoming;
use rate_limiter::Decision;

use crate::alarm::Alarm;
use crate::body::Source;
use crate::client::{Client, Phase};
use crate::failure::Refusal;
use crate::headers;
use crate::limit::Limit;
use crate::routing::Route;
use crate::worker::View;

/// One request's turn.
pub struct Turn {
    /// The client that asks.
    pub client: Rc<Client>,
    /// The timer of the task that it runs in.
    pub alarm: Rc<Alarm>,
    /// When its head was there.
    pub started: Instant,
    /// Of the answer.
    pub status: StatusCode,
    /// The configuration as it was when it began.
    pub view: Rc<View>,
    /// The route, once it is known.
    pub route: Option<usize>,
    limited: Option<(Arc<Limit>, Decision)>,
    line: Option<Box<Line>>,
}

/// What the access log wants to know, and the request no longer has when it is over.
struct Line {
    method: String,
    host: String,
    target: String,
    upstream: Option<String>,
}

impl Turn {
    /// Begins with a request.
    pub fn begin(client: Rc<Client>, request: &Request<Incoming>) -> Self {
        client.phase.set(Phase::Busy);
        client.streams.set(client.streams.get() + 1);
        // A stream of HTTP/2 is a task of its own, and an alarm wakes one task.
        let alarm = if client.http2 {
            Rc::default()
        } else {
            Rc::clone(&client.alarm)
        };
        let view = client.worker.view();
        let line = view.routing.access_log.then(|| Box::new(Line::of(request)));
        client.worker.drain.enter();
        client.worker.counts.requests_started.increment();
        Turn {
            client,
            alarm,
            started: Instant::now(),
            status: StatusCode::OK,
            view,
            route: None,
            limited: None,
            line,
        }
    }

    /// Counts the request against the route's limit for this client.
    ///
    /// # Errors
    ///
    /// If the client has had its share.
    pub fn limit(&mut self, route: &Route, head: &Parts) -> Result<(), Refusal> {
        let Some(limit) = &route.limit else {
            return Ok(());
        };
        let decision = limit.check(head, self.client.ip);
        self.limited = Some((Arc::clone(limit), decision));
        decision.map(drop).map_err(|denied| {
            self.view.routes[route.number].rate_limited.increment();
            Refusal::RateLimited(denied.retry_after())
        })
    }

    /// The proxy's own answer.
    pub fn refuse(&self, refusal: Refusal) -> Response<Source> {
        if refusal == Refusal::NoRoute {
            self.client.worker.counts.no_route.increment();
        }
        refusal.response().map(|text| Source::Own(Some(text)))
    }

    /// Adds to the answer's head what is the proxy's own to say.
    pub fn finish_head(&self, headers: &mut HeaderMap) {
        if let Some((limit, decision)) = &self.limited {
            limit.tell(decision, headers);
        }
        if self.client.worker.drain.has_begun() && !self.client.http2 {
            headers::set_close(headers);
            self.client.worker.counts.drained.increment();
        }
    }

    /// Notes which server answers.
    pub fn note_server(&mut self, server: impl FnOnce() -> String) {
        if let Some(line) = &mut self.line {
            line.upstream = Some(server());
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let now = Instant::now();
        let streams = self.client.streams.get() - 1;
        self.client.streams.set(streams);
        if streams == 0 {
            let read = self.client.socket.read();
            self.client.phase.set(Phase::Idle(now, read));
        }
        self.client.worker.drain.leave();
        self.client.worker.counts.requests_finished.increment();
        if let Some(route) = self.route {
            self.view.routes[route].record(self.status.as_u16(), now - self.started);
        }
        if let Some(line) = &self.line {
            line.log(self.client.ip, self.status, now - self.started);
        }
    }
}

impl Line {
    fn of(request: &Request<Incoming>) -> Self {
        let host = request.headers().get(http::header::HOST);
        let host = host.and_then(|host| host.to_str().ok());
        let authority = request
            .uri()
            .authority()
            .map(|authority| authority.as_str());
        Line {
            method: request.method().to_string(),
            host: authority.or(host).unwrap_or_default().to_owned(),
            target: request.uri().path().to_owned(),
            upstream: None,
        }
    }

    fn log(&self, client: std::net::IpAddr, status: StatusCode, took: std::time::Duration) {
        tracing::info!(
            target: "access",
            %client,
            method = %self.method,
            host = %self.host,
            path = %self.target,
            status = status.as_u16(),
            server = self.upstream.as_deref().unwrap_or("-"),
            took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        );
    }
}
