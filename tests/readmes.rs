//! The snippets of README.md and of each crate's README, compiled and run.

include!(concat!(env!("OUT_DIR"), "/skeptic-tests.rs"));
