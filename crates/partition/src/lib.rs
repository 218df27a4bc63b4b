//! A network partition to try out: the same customers, the same cut, and four ways to keep the same
//! shopping carts at several sites.
//!
//! Everything is simulated, in one thread and in simulated time, so a minute of network trouble
//! takes milliseconds and comes out the same each time. What comes out is a [`History`]: who asked
//! for what and when, what they were told, and what was wrong with it.
//!
//! ```
//! use std::time::Duration;
//! use partition::{Policy, Reads, Simulation, Workload};
//!
//! let policies = [
//!     Policy::Leader { reads: Reads::Leader },
//!     Policy::Quorum { read: 2, write: 2 },
//!     Policy::LastWriterWins,
//!     Policy::Merge,
//! ];
//! for policy in policies {
//!     let history = Simulation::new(1)
//!         .policy(policy)
//!         .cut(Duration::from_secs(4)..Duration::from_secs(8), &[&["Tokyo"]])
//!         .run(&Workload::default())?;
//!     println!("{policy:16} {}", history.summary());
//! }
//! # Ok::<(), partition::SimError>(())
//! ```
//!
//! | policy | while a site is cut off | what it costs |
//! |---|---|---|
//! | [`Policy::Leader`] | who cannot reach the leader is refused | every change goes to the leader |
//! | [`Policy::Quorum`] | who cannot reach a majority is refused | a round trip to read, two to change |
//! | [`Policy::LastWriterWins`] | everybody is answered | acknowledged changes are lost |
//! | [`Policy::Merge`] | everybody is answered | reads are stale; only data that can be merged |
//!
//! # Left out
//!
//! Sites that crash or forget; messages that are lost, though the link is up; links that work in one
//! direction only; a new leader, where the old one cannot be reached.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod cart;
mod error;
mod history;
pub mod linear;
mod network;
mod policy;
mod protocol;
mod random;
mod simulation;
mod summary;
mod timeline;
mod workload;
mod world;

pub use cart::{Cart, Item, Items, Tag};
pub use error::SimError;
pub use history::{History, Outcome, Record};
pub use linear::Verdict;
pub use network::Cut;
pub use policy::{Policy, Reads};
pub use simulation::Simulation;
pub use summary::Summary;
pub use timeline::timeline;
pub use workload::{Op, Step, Workload};
