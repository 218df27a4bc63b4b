//! Recorded cache traces, read and replayed: what `examples/cache_trace.rs` and the LRU chapter's
//! figures share.
//!
//! A *trace* is the sequence of keys that some real system asked its cache for. Replaying it
//! answers the one question that matters before a cache is bought: with this policy and this much
//! room, how many of these requests would have hit?
//!
//! | file | one idea |
//! |---|---|
//! | [`read()`] | a trace file, compressed or not, becomes a `Vec<u64>` of keys |
//! | [`Policy`] | the policies by name, and how many hits each has on a trace |
//! | [`belady_hits`] | the bound that no policy can beat, because it sees the future |

#![forbid(unsafe_code)]

mod belady;
mod policy;
mod read;

pub use belady::belady_hits;
pub use policy::{Policy, UnknownPolicy};
pub use read::{Format, TraceError, read, read_as, read_lines};
