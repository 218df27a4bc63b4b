//! Load balancing: who gets the next request?
//!
//! The crate has two layers. *Pickers* choose one of n numbered endpoints and know nothing else
//! about them. A *cluster* knows the endpoints: their names, their weights and who is well, and has
//! a picker over those that are.
//!
//! | picker | chooses | a pick costs | file |
//! |---|---|---|---|
//! | [`RoundRobin`] | each in turn | O(1) | `pick/round_robin.rs` |
//! | [`SmoothWeighted`] | in turn by weight, as nginx does | O(n); shared O(1) | `pick/smooth.rs` |
//! | [`Edf`] | in turn by weight, never a pick from ideal | O(log n); shared O(1) | `pick/edf.rs` |
//! | [`Interleaved`] | in turn by weight, as LVS does | O(n); shared O(1) | `pick/interleaved.rs` |
//! | [`WeightedRandom`] | at random by weight | O(1) | `pick/alias.rs` |
//! | [`LeastConnections`] | the least loaded | O(n) | `pick/least.rs` |
//! | [`PowerOfTwo`] | the less loaded of two drawn at random | O(1) | `pick/p2c.rs` |
//! | [`PeakEwma`] | the faster of two drawn at random | O(1) | `pick/ewma.rs` |
//! | [`Ring`] | by key, on a ring, libketama's or one that is built faster | O(1) | `pick/ketama.rs` |
//! | [`BoundedLoad`] | by key, but nobody far above the mean | O(1) | `pick/bounded.rs` |
//! | [`Maglev`] | by key, from a table | O(1) | `pick/maglev.rs` |
//! | [`Rendezvous`] | by key, the highest bidder | O(n) | `pick/rendezvous.rs` |
//!
//! ```
//! use wrr_lb::{Cycle, Picker, Request};
//!
//! let picker = Cycle::smooth(&[5, 1, 1]);
//! let picks: String = (0..7)
//!     .map(|_| ['a', 'b', 'c'][picker.pick(Request::default()).unwrap()])
//!     .collect();
//! assert_eq!(picks, "aabacaa");
//! ```
//!
//! A pick takes no lock and allocates nothing, and every picker is shared by reference among as
//! many threads as there are.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod algorithm;
pub mod cluster;
pub mod draw;
mod error;
mod hash;
mod load;
mod pick;
mod picker;
mod random;
#[cfg(feature = "tower")]
pub mod tower;

pub use algorithm::{Algorithm, Member};
pub use error::ConfigError;
pub use load::Load;
pub use pick::*;
pub use picker::{Picker, Request};
