//! The tests of the log. The group commit has one of its own, `interleavings.rs`.

mod api;
mod common;
mod crash;
mod damage;
mod kill;
mod model;
mod threads;
