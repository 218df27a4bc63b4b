//! The curriculum as data, and a reader's progress through it.
//!
//! | file | module |
//! |---|---|
//! | `book/roadmap.toml`, the curriculum | [`model`] |

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod model;

pub use model::{Kind, Measure, Module, Phase, Reading, ReadingKind, Roadmap, Status};
