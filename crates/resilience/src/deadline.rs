//! When an answer stops being of use.
//!
//! A timeout is a length of time, and each layer that starts one anew adds its own: three layers
//! with a second each make the user wait three, and the last layer works for a user who has gone.
//! A *deadline* is a point in time. It is set once, where the request comes in, and passed on
//! unchanged: every layer asks how much is left.

use std::time::Duration;

use clock::Nanos;

/// A point in time, by the clock that it was made with, after which nobody wants the answer.
///
/// Between machines, whose clocks differ, send what [`remaining`](Self::remaining) says, as gRPC
/// does in its `grpc-timeout` header, and make a deadline of it on the other side.
///
/// ```
/// use std::time::Duration;
/// use clock::{Clock, ManualClock};
/// use resilience::Deadline;
///
/// let clock = ManualClock::new();
/// let request = Deadline::after(clock.now(), Duration::from_secs(1));
/// clock.advance(Duration::from_millis(700));
/// let query = request.or_after(clock.now(), Duration::from_millis(500)); // which is later
/// assert_eq!(query.remaining(clock.now()), Duration::from_millis(300));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deadline(pub Nanos);

// ANCHOR: deadline
impl Deadline {
    /// The answer is of use whenever it comes.
    pub const NEVER: Deadline = Deadline(Nanos::MAX);

    /// A deadline that is `limit` away.
    pub fn after(now: Nanos, limit: Duration) -> Deadline {
        Deadline(now + limit)
    }

    /// The earlier of this deadline and one that is `limit` away: a layer may shorten what it was
    /// given, never extend it.
    pub fn or_after(self, now: Nanos, limit: Duration) -> Deadline {
        self.min(Deadline::after(now, limit))
    }

    /// How much time is left; zero when it is past.
    pub fn remaining(self, now: Nanos) -> Duration {
        self.0 - now
    }

    /// Whether it is past. At the very moment, it is.
    pub fn is_past(self, now: Nanos) -> bool {
        self.0 <= now
    }
}
// ANCHOR_END: deadline
