//! The curriculum as data, and a reader's progress through it.
//!
//! | file | module |
//! |---|---|
//! | `book/roadmap.toml`, the curriculum | [`model`] |
//! | `book/src/figures/roadmap-map.svg` | [`map`] |
//! | `book/src/figures/roadmap-modules.md` | [`page`] |

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod html;
pub mod map;
pub mod model;
pub mod page;

pub use model::{Kind, Measure, Module, Phase, Reading, ReadingKind, Roadmap, Status};
