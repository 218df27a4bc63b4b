//! A request on its way out: what it takes to send it, and to send it once more.
//!
//! Sending a request gives it away. If it may have to be sent again, a copy of its head stays here
//! (names and values are counted references, so that the copy costs two allocations), and its body
//! is one that can be had again. If nothing of it was written it comes back as it was.

use std::rc::Rc;

use http::request::Parts;
use http::{HeaderValue, Request};

use crate::body::RequestBody;
use crate::failure::{Broken, Failure, Refusal};
use crate::headers;
use crate::upload::{Progress, Replayable, Upload};

/// A request that is to be sent, perhaps more than once.
pub struct Outbound {
    head: Option<Parts>,
    body: OutboundBody,
    idempotent: bool,
    /// The protocol that the client wants to switch to.
    upgrade: Option<HeaderValue>,
    /// Whether it takes trailers.
    trailers: bool,
}

enum OutboundBody {
    Replayable(Replayable),
    Once(Option<RequestBody>, Rc<Progress>),
}

impl Outbound {
    /// Makes a client's request ready to be sent. `client` is the address that the upstream is
    /// told.
    ///
    /// # Errors
    ///
    /// If it cannot be passed on.
    pub fn new(mut head: Parts, upload: Upload, client: &HeaderValue) -> Result<Self, Refusal> {
        let upgrade = headers::wanted_upgrade(&head);
        let trailers = headers::takes_trailers(&head);
        headers::to_upstream(&mut head, client)?;
        if let Some(protocol) = &upgrade {
            headers::set_upgrade(&mut head.headers, protocol.clone());
        }
        Ok(Outbound {
            idempotent: head.method.is_idempotent(),
            head: Some(head),
            body: match upload {
                Upload::Replayable(body) => OutboundBody::Replayable(body),
                Upload::Once(body, progress) => OutboundBody::Once(Some(body), progress),
            },
            upgrade,
            trailers,
        })
    }

    /// The request; with `keep`, a copy stays here if it may be sent twice.
    ///
    /// # Errors
    ///
    /// If it was sent and no copy kept.
    pub fn take(&mut self, keep: bool) -> Result<Request<RequestBody>, Broken> {
        let keep = keep && self.is_repeatable();
        let head = if keep {
            self.head.clone()
        } else {
            self.head.take()
        };
        let body = match &mut self.body {
            OutboundBody::Replayable(body) => body.body(),
            OutboundBody::Once(body, _) => body.take().ok_or(Broken::before(Failure::CutOff))?,
        };
        let head = head.ok_or(Broken::before(Failure::CutOff))?;
        Ok(Request::from_parts(head, body))
    }

    /// Takes back what was not sent.
    pub fn give_back(&mut self, request: Option<Request<RequestBody>>) {
        let Some(request) = request else { return };
        let (head, body) = request.into_parts();
        self.head = Some(head);
        if let OutboundBody::Once(slot, _) = &mut self.body {
            *slot = Some(body);
        }
    }

    /// Whether sending it twice is harmless and possible.
    pub fn is_repeatable(&self) -> bool {
        self.idempotent && matches!(self.body, OutboundBody::Replayable(_))
    }

    /// Whether it is here to be sent.
    pub fn is_here(&self) -> bool {
        self.head.is_some()
    }

    /// Whether doing it twice is the same as doing it once (RFC 9110, 9.2.2).
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// The protocol that the client wants to switch to.
    pub fn upgrade(&self) -> Option<&HeaderValue> {
        self.upgrade.as_ref()
    }

    /// Whether the client takes trailers.
    pub fn takes_trailers(&self) -> bool {
        self.trailers
    }

    /// How far its body is, if that comes as it is sent.
    pub fn progress(&self) -> Option<Rc<Progress>> {
        match &self.body {
            OutboundBody::Replayable(_) => None,
            OutboundBody::Once(_, progress) => Some(Rc::clone(progress)),
        }
    }
}
