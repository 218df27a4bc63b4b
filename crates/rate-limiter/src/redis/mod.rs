//! One limit for many machines, kept by Redis.
//!
//! Ten machines behind a balancer, each with a limit of its own of 100 a second: a client gets 1000
//! a second when the balancer spreads its requests, and 100 when it does not. To have one limit
//! they must have one state. GCRA makes that cheap: the state is one number a key, and a decision
//! is one read and one write of it, which a script does inside of Redis, so that nothing comes
//! between:
//!
//! ```text
//!   machine A ──EVALSHA──▶ ┌─────── Redis ───────┐
//!   machine B ──EVALSHA──▶ │ TIME, GET, SET … PX │   one after the other, one clock
//!   machine C ──EVALSHA──▶ └─────────────────────┘
//!        └─ no answer in time? OnUnavailable: open, closed, or a local limit
//! ```
//!
//! - The time is the server's: the machines' clocks need not agree.
//! - A key whose theoretical arrival time has passed is as good as absent, so it expires at that
//!   moment. Redis holds the keys of those who asked lately and no others.
//! - A limiter that needs another machine can lose it. What then, only the caller can say:
//!   [`OnUnavailable`]. It is decided fast: after a failure Redis is left alone for a while, and
//!   then tried by one request, not by all.
//!
//! The script decides as a local [GCRA](crate::Gcra) does, to the nanosecond, for times that are
//! whole microseconds, which is what Redis's clock has.
//!
//! # Invariants
//!
//! - All that share a prefix, a key and a quota admit together what one local limiter would, while
//!   Redis answers. A request whose answer was lost may have been counted; it is never counted
//!   twice.
//! - While Redis is left alone, nobody waits for it; after each back-off, one request does.
//!
//! # Complexity
//!
//! A decision is one round trip; 100 to 200 bytes a key in Redis. When that is too slow, a local
//! limiter in front, or leases of many units at a time (`check_key_n`), divide the round trips.
//!
//! The algorithm is that of redis-cell and throttled; those store a TAT in one number, and need a
//! module or trust the caller's clock for it.

mod away;
mod config;
mod pool;
mod script;
mod sync;
#[cfg(feature = "tokio")]
mod tokio;

pub use away::Stats;
pub use config::{OnUnavailable, RedisConfig};
pub use sync::RedisLimiter;
#[cfg(feature = "tokio")]
pub use tokio::AsyncRedisLimiter;

#[doc(hidden)]
pub use script::decide_at;
