//! HTTP/1.1 as spoken to upstreams: what goes out and what comes in, as bytes.
//!
//! hyper serves the clients. Towards upstreams its client was measured to cost as much as all the
//! rest of the proxy: it hands a request from one task to another and its body through a third
//! channel, which a proxy that works both connections in one task has no use for. What is left
//! without that is small: a head to write, a head to read (by httparse, as in hyper), and three
//! ways to find the end of a body.
//!
//! It is strict where leniency would let two servers disagree about where a message ends (RFC 9112,
//! section 11.2): a length that is not a number or is given twice differently, a transfer coding
//! other than `chunked`, a bad chunk, are errors that close the connection.

mod answer;
mod body;
mod request;

pub use answer::{Answer, MalformedAnswer, parse_answer};
pub use body::{Decoder, MalformedBody};
pub use request::{Framing, write_chunk, write_end, write_head};
