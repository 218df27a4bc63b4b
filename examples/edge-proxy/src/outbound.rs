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
    /// Its head, for HTTP/1.1; none while it is given away.
    head: Option<Parts>,
    body: Body,
    idempotent: bool,
    /// The protocol that the client wants to switch to.
    pub upgrade: Option<HeaderValue>,
    /// Whether it takes trailers.
    pub trailers: bool,
}

enum Body {
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
        let body = match upload {
            Upload::Replayable(body) => Body::Replayable(body),
            Upload::Once(body, progress) => Body::Once(Some(body), progress),
        };
        Ok(Outbound {
            idempotent: head.method.is_idempotent(),
            head: Some(head),
            body,
            upgrade,
            trailers,
        })
    }

    // ANCHOR: body
    /// The request; with `keep`, a copy stays here if its body can be sent twice.
    ///
    /// # Errors
    ///
    /// If it was given away.
    pub fn take(&mut self, keep: bool) -> Result<Request<RequestBody>, Broken> {
        let gone = Broken::before(Failure::CutOff);
        let head = match &self.body {
            Body::Replayable(_) if keep => self.head.clone(),
            _ => self.head.take(),
        };
        let body = match &mut self.body {
            Body::Replayable(body) => body.body(),
            Body::Once(body, _) => body.take().ok_or(gone)?,
        };
        Ok(Request::from_parts(head.ok_or(gone)?, body))
    }

    /// Takes back what was not sent.
    pub fn give_back(&mut self, request: Request<RequestBody>) {
        let (head, body) = request.into_parts();
        self.head = Some(head);
        if let Body::Once(slot, _) = &mut self.body {
            *slot = Some(body);
        }
    }

    /// Whether it can be sent, or sent again.
    pub fn is_here(&self) -> bool {
        self.head.is_some()
    }

    /// Whether doing it twice is the same as doing it once (RFC 9110, 9.2.2).
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// Whether sending it twice is harmless and possible.
    pub fn is_repeatable(&self) -> bool {
        self.is_idempotent() && matches!(self.body, Body::Replayable(_))
    }
    // ANCHOR_END: body

    /// How far its body is, if that comes as it is sent.
    pub fn progress(&self) -> Option<Rc<Progress>> {
        match &self.body {
            Body::Replayable(_) => None,
            Body::Once(_, progress) => Some(Rc::clone(progress)),
        }
    }
}
