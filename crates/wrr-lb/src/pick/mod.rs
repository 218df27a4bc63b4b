//! The pickers, one file each.

mod round_robin;

pub use round_robin::RoundRobin;
