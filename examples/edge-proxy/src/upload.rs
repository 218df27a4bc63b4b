//! A request's body on its way in: how large it may be, and whether it can be sent twice.
//!
//! | body | becomes | can be sent again |
//! |---|---|---|
//! | none | nothing | yes |
//! | small, of known length, and the method is idempotent | collected first | yes |
//! | any other | streamed as it comes | no |

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::alarm::Alarm;
use crate::body::{BodyError, Limited, RequestBody};
use crate::failure::{Failure, Refusal};

/// What sending a request and receiving its body have to know of each other.
#[derive(Debug)]
pub struct Progress {
    /// When the last piece came in.
    pub(crate) last: Cell<Instant>,
    /// Whether all has.
    pub(crate) done: Cell<bool>,
}

/// How long to wait for the head of an answer.
///
/// An upload may take as long as it needs, as long as it goes on; the time for the answer runs from
/// its end.
#[derive(Debug)]
pub struct Patience {
    /// For the answer, if there is nothing to upload.
    pub until: Instant,
    /// The same, from the end of the upload.
    pub answer: Duration,
    /// Between two pieces of the upload.
    pub silence: Duration,
    /// How far the upload is, if there is one.
    pub upload: Option<Rc<Progress>>,
}

impl Patience {
    /// When it ends, as things are now.
    pub fn deadline(&self) -> Instant {
        match &self.upload {
            None => self.until,
            Some(upload) if upload.done.get() => upload.last.get() + self.answer,
            Some(upload) => upload.last.get() + self.silence,
        }
    }

    /// Whose fault it is that it ended. `blocked` says whether the server was not reading.
    pub fn failure(&self, blocked: bool) -> Failure {
        match &self.upload {
            Some(upload) if !upload.done.get() && !blocked => Failure::Client(BodyError::Stalled),
            _ => Failure::Timeout,
        }
    }
}

/// How large bodies may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Larger ones are refused.
    pub most: u64,
    /// Those up to this size are collected if that makes a retry possible.
    pub buffer: u64,
    /// How long the client may be silent.
    pub silence: Duration,
}

/// A body that can be sent any number of times.
#[derive(Clone, Debug)]
pub enum Replayable {
    /// There is none.
    Empty,
    /// All of it.
    Bytes(Bytes),
}

impl Replayable {
    /// The body, once more.
    pub fn body(&self) -> RequestBody {
        match self {
            Replayable::Empty => RequestBody::Empty,
            Replayable::Bytes(bytes) => RequestBody::Buffered(Some(bytes.clone())),
        }
    }
}

/// A body as it will be sent.
pub enum Upload {
    /// One that can be sent again.
    Replayable(Replayable),
    /// One that cannot, and how far it is.
    Once(RequestBody, Rc<Progress>),
}

impl Upload {
    // ANCHOR: admit
    /// Takes a body in, within `limits`; `again` says whether sending it twice is of any use.
    ///
    /// # Errors
    ///
    /// If it is, or says that it will be, too large; or if it was to be collected and stopped
    /// coming.
    pub async fn admit(
        body: Incoming,
        limits: Limits,
        again: bool,
        alarm: &Alarm,
    ) -> Result<Upload, Refusal> {
        if body.is_end_stream() {
            return Ok(Upload::Replayable(Replayable::Empty));
        }
        let size = body.size_hint();
        if size.lower() > limits.most {
            return Err(Refusal::TooLarge);
        }
        if again && size.upper().is_some_and(|upper| upper <= limits.buffer) {
            let bytes = collect(body, limits.silence, alarm).await?;
            return Ok(Upload::Replayable(Replayable::Bytes(bytes)));
        }
        let last = Cell::new(Instant::now());
        let progress = Rc::new(Progress {
            last,
            done: Cell::new(false),
        });
        let body = Limited::new(body, limits.most, Rc::clone(&progress));
        Ok(Upload::Once(RequestBody::Streamed(body), progress))
    }
    // ANCHOR_END: admit
}

/// All of a body, which is small.
async fn collect(mut body: Incoming, silence: Duration, alarm: &Alarm) -> Result<Bytes, Refusal> {
    let mut bytes = BytesMut::new();
    loop {
        let late = Instant::now() + silence;
        match alarm.within(late, body.frame()).await {
            Some(Some(Ok(frame))) => bytes.extend(frame.into_data().ok()),
            Some(Some(Err(_))) | None => return Err(Refusal::ClientStalled),
            Some(None) => return Ok(bytes.freeze()),
        }
    }
}
