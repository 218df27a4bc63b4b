//! A request on its way out: what it takes to send it, and to send it once more.
//!
//! The head is written from here and stays. A body that is at hand can be had any number of times;
//! one that is streamed, once.

use std::rc::Rc;

use http::HeaderValue;
use http::request::Parts;

use crate::body::RequestBody;
use crate::failure::{Broken, Failure, Refusal};
use crate::headers;
use crate::upload::{Progress, Replayable, Upload};

/// A request that is to be sent, perhaps more than once.
pub struct Outbound {
    /// Its head, for HTTP/1.1.
    pub head: Parts,
    body: Body,
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
            head,
            body,
            upgrade,
            trailers,
        })
    }

    // ANCHOR: body
    /// The body.
    ///
    /// # Errors
    ///
    /// If it was streamed before.
    pub fn body(&mut self) -> Result<RequestBody, Broken> {
        match &mut self.body {
            Body::Replayable(body) => Ok(body.body()),
            Body::Once(body, _) => body.take().ok_or(Broken::before(Failure::CutOff)),
        }
    }

    /// Whether it can be sent, or sent again.
    pub fn is_here(&self) -> bool {
        matches!(self.body, Body::Replayable(_) | Body::Once(Some(_), _))
    }

    /// Whether doing it twice is the same as doing it once (RFC 9110, 9.2.2).
    pub fn is_idempotent(&self) -> bool {
        self.head.method.is_idempotent()
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
