//! The curriculum as data, and a reader's progress through it.
//!
//! | file | who writes it | module |
//! |---|---|---|
//! | `book/roadmap.toml`, the curriculum | the book's authors | [`model`], read by [`parse`](Roadmap::parse), checked by [`validate()`] |
//! | `progress.toml`, what a reader has done | the reader, through [`edit`] or any editor | [`progress`], [`store`] |
//!
//! What the book's page has of the roadmap is drawn from it ([`map`], [`page`]).
//! What is made of both: the order and what comes next ([`graph`]), sums ([`summary`]), and what
//! the page shows ([`view`]).
//!
//! ```
//! use book_roadmap::{Day, Progress, Roadmap, graph};
//!
//! let roadmap = Roadmap::parse(r#"
//!     [[phase]]
//!     id = "foundations"
//!     title = "Foundations"
//!     about = "You can think in numbers."
//!
//!     [[module]]
//!     id = "numbers"
//!     phase = "foundations"
//!     title = "Numbers"
//!     kind = "core"
//!     status = "here"
//!     hours = 4
//!     gives = "You can say what a read costs."
//!
//!     [[module]]
//!     id = "capacity"
//!     phase = "foundations"
//!     title = "Capacity planning"
//!     kind = "core"
//!     status = "here"
//!     hours = 6
//!     needs = ["numbers"]
//!     gives = "You can say what a service costs."
//! "#)?;
//! let mut progress = Progress::default();
//! assert_eq!(graph::ready(&roadmap, &progress), ["numbers"]);
//! progress.done(&roadmap, "numbers", Day::parse("2026-11-21")?, true)?;
//! assert_eq!(graph::ready(&roadmap, &progress), ["capacity"]);
//! # Ok::<(), book_roadmap::Error>(())
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod day;
mod error;
pub mod graph;
mod html;
pub mod map;
pub mod model;
pub mod page;
mod parse;
pub mod progress;
mod rules;
pub mod store;
pub mod summary;
pub mod validate;
pub mod view;

pub use day::Day;
pub use error::{Error, Problem};
pub use model::{Kind, Measure, Module, Phase, Reading, ReadingKind, Roadmap, Status};
pub use progress::{Measured, Progress, Record, State};
pub use store::edit;
pub use summary::{Summary, Tally};
pub use validate::validate;
pub use view::View;
