//! The pickers, one file each.

mod alias;
mod bounded;
mod cycle;
mod edf;
mod ewma;
mod interleaved;
mod ketama;
mod layout;
mod least;
mod maglev;
mod p2c;
mod rendezvous;
mod round_robin;
mod smooth;

pub use alias::WeightedRandom;
pub use bounded::BoundedLoad;
pub use cycle::Cycle;
pub use edf::Edf;
pub use ewma::PeakEwma;
pub use interleaved::Interleaved;
pub use ketama::{Ring, ketama_hash};
pub use least::LeastConnections;
pub use maglev::Maglev;
pub use p2c::PowerOfTwo;
pub use rendezvous::Rendezvous;
pub use round_robin::RoundRobin;
pub use smooth::SmoothWeighted;
