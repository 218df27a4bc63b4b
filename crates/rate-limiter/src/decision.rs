//! What a limiter says: come in, come back later, or never.
//!
//! "Too many requests" is two different answers. A request that is early can be repeated, and the
//! limiter knows when; one that asks for more at once than the limit ever holds can only be made
//! smaller, and a client that repeats it does so for ever. So there are two variants, and no client
//! has to guess.
//!
//! # Complexity
//!
//! An answer is three words, and what costs a division is worked out when somebody asks for it:
//! most callers only want to know whether they may.

use std::error::Error;
use std::fmt;
use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

/// The answer to a request.
pub type Decision = Result<Admitted, Denied>;

/// The request may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admitted {
    room: u64,
    unit: NonZeroU64,
    reset: u64,
}

impl Admitted {
    /// An answer after which `remaining` more may pass, and as many as at the start after
    /// `reset_after`.
    pub fn new(remaining: u32, reset_after: Duration) -> Self {
        let reset = clock::nanos(reset_after);
        Self::from_room(remaining.into(), NonZeroU64::MIN, reset)
    }

    /// An answer that leaves `room`, of which each request takes one `unit`.
    #[inline]
    pub(crate) fn from_room(room: u64, unit: NonZeroU64, reset: u64) -> Self {
        Admitted { room, unit, reset }
    }

    /// How many more would be admitted at this very moment.
    #[inline]
    pub fn remaining(&self) -> u32 {
        u32::try_from(self.room / self.unit).unwrap_or(u32::MAX)
    }

    /// How long until the limiter is as if nobody had ever asked, if nobody else asks.
    #[inline]
    pub fn reset_after(&self) -> Duration {
        Duration::from_nanos(self.reset)
    }
}

// ANCHOR: denied
/// The request may not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Not now: after exactly this time it will be admitted, if nobody else takes the room. One
    /// nanosecond earlier it will not.
    RetryAfter(Duration),
    /// Not ever: it asks for more at once than there is when nobody has asked for a long time.
    Never {
        /// How many it asked for.
        asked: u32,
        /// How many there can be at once.
        burst: u32,
    },
}
// ANCHOR_END: denied

impl Denied {
    #[inline]
    pub(crate) fn after(nanos: u64) -> Self {
        Denied::RetryAfter(Duration::from_nanos(nanos))
    }

    #[cold]
    pub(crate) fn never(asked: u32, burst: NonZeroU32) -> Self {
        let burst = burst.get();
        Denied::Never { asked, burst }
    }

    /// When to ask again; nothing if never.
    pub fn retry_after(&self) -> Option<Duration> {
        match *self {
            Denied::RetryAfter(wait) => Some(wait),
            Denied::Never { .. } => None,
        }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Denied::RetryAfter(wait) => write!(f, "rate limit reached: try again in {wait:?}"),
            Denied::Never { asked, burst } => write!(
                f,
                "{asked} at once can never be admitted: the limit is {burst}; ask for less"
            ),
        }
    }
}

impl Error for Denied {}
