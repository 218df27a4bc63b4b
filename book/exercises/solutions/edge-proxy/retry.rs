use std::time::Duration;

use clock::ManualClock;
use resilience::Budget;

/// What is known of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// There is none, or it has been kept.
    AtHand,
    /// It is streamed from the client, and nothing of it has been taken yet.
    Untouched,
    /// It is streamed from the client, and some of it is gone.
    Begun,
}

/// A request, and what is left for it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub method: &'a str,
    pub body: Body,
    /// Attempts that may still be made.
    pub attempts_left: u32,
    /// Until the client must have an answer.
    pub time_left: Duration,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// There was no connection.
    Refused,
    /// The connection was closed, or nothing came in time; some of the request had been written
    /// by then, or not.
    Broken { wrote: bool },
    /// The server has answered.
    Answered(u16),
}

/// Whether the request is sent once more, after a wait of `backoff`. A retry is taken from the
/// budget if and only if it is made.
pub fn again(
    request: &Request<'_>,
    ended: Ended,
    backoff: Duration,
    budget: &Budget<ManualClock>,
) -> bool {
    is_safe(request, ended)
        && request.body != Body::Begun
        && request.attempts_left > 0
        && request.time_left > backoff
        && budget.withdraw()
}

/// Whether it was certainly not executed, or executing it twice is the same as once.
fn is_safe(request: &Request<'_>, ended: Ended) -> bool {
    let idempotent = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"].contains(&request.method);
    match ended {
        Ended::Refused | Ended::Broken { wrote: false } => true,
        Ended::Broken { wrote: true } => idempotent,
        // Somebody on the way could not; any other answer is one.
        Ended::Answered(status) => idempotent && matches!(status, 502..=504),
    }
}
