//! Caches that know what to forget.

mod cache;
mod stats;

pub use cache::Cache;
pub use stats::Stats;
