//! The proxy as a process between real clients and real servers, which are killed, hang, fail and
//! come back. What becomes of each request is counted.
//!
//! Nothing here waits for a time to pass: what is waited for is a condition, for as long as a busy
//! machine may need.

mod answers;
mod client;
mod draining;
mod failing;
mod limits;
mod load;
mod processes;
mod protocol;
mod reload;
mod wire;
