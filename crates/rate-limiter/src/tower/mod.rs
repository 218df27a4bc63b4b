//! Limits in front of a [`tower`](https://docs.rs/tower) service.
//!
//! ```text
//!   request ──▶ RateLimit ──▶ ConcurrencyLimit ──▶ timeout ──▶ service
//!                  │ too often     │ too many inside
//!                  ▼               ▼
//!               the caller's answer: a response (429, 503) or an error
//! ```
//!
//! Neither layer waits: who is one too many is told so at once, which is the point of a limit. (To
//! wait, call `until_ready` before the service.) `poll_ready` is that of the service inside.
//!
//! What an answer to a denied request looks like depends on the protocol, and whose request it is
//! on the application, so both are closures, and these layers know nothing of HTTP.
//!
//! There is no layer for the limiter over Redis for tasks. Its decision is a future without a name,
//! so the service's would have to be boxed, an allocation for each request; and the service inside
//! has said that it is ready before Redis is asked, so it would be held back for as long as Redis
//! takes. Ask before the service is called, as with `until_ready`.

mod concurrency;
mod future;
mod rate;

pub use concurrency::{ConcurrencyLimit, ConcurrencyLimitLayer, LimitedFuture};
pub use future::EitherFuture;
pub use rate::{RateLimit, RateLimitLayer};
