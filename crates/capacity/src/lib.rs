//! From users to machines: a model of a service in, a plan of its capacity out.
//!
//! A launch fails because a disk was full or a bill was ten times the budget, and nearly always the
//! multiplication that would have told was one that nobody made. This crate makes it:
//!
//! ```text
//! model (TOML)  ──►  Source  ──►  Model  ──►  Plan  ──►  report (text, Markdown, CSV, JSON)
//!                    lines,       checked      each number
//!                    --set        quantities   with its formula
//! ```
//!
//! - [`Quantity`]: numbers with units that the compiler checks, read and written as people do.
//! - [`Source`] and [`Model`]: a file, and what it says. Errors name the field, the line and the way out.
//! - [`Term`]: a quantity that remembers how it was computed.
//! - [`Plan`]: requests, storage, bandwidth, servers, cost.
//! - [`tornado`] and [`changes`]: which input matters, and what if.
//! - [`Format`]: how a plan is printed.
//!
//! # Example
//!
//! ```
//! use capacity::{Plan, Source};
//!
//! let source = Source::parse(
//!     r#"
//!     title = "Messages"
//!     horizon = "5 years"
//!     [users]
//!     daily = "200 M"
//!     peak = "3x"
//!     [objects.post]
//!     reads = "100/day"
//!     writes = "2/day"
//!     size = "500 B"
//!     "#,
//! )?;
//! let plan = Plan::new(&source.model()?)?;
//! let reads = plan.step("post reads").unwrap();
//! assert_eq!(reads.shown(), "231 k/s");
//! assert_eq!(reads.names, "users.daily × post.reads");
//! assert_eq!(reads.numbers, "200 M × 100/day");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Left out
//!
//! What a model cannot know: how requests queue (the chapter on numbers has a simulator), how keys
//! are skewed, what a machine can do. The last is to be measured.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod model;
mod plan;
mod quantity;
mod report;
mod sensitivity;
mod term;

pub use model::{
    Cache, Input, Model, ModelError, Network, Object, Part, Servers, Source, Storage, Users,
};
pub use plan::{Plan, PlanError, Section, Step};
pub use quantity::{
    Bandwidth, Bytes, Cost, Count, DAY, Dimension, MONTH, Money, Parsed, Quantity, QuantityError,
    Rate, Ratio, StoragePrice, Time, TrafficPrice, Unit, YEAR, show, units,
};
pub use report::{Format, comparison, tornado_table};
pub use sensitivity::{Change, Swing, changes, tornado};
pub use term::Term;
