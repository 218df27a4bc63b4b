//! The chapters, as documentation of this package, so that `cargo test --doc` compiles and runs
//! every snippet in them and reports a failure by its chapter's own path and line.
//!
//! One line a chapter; `tests/chapters.rs` fails when `SUMMARY.md` lists a chapter that is missing
//! here.

#[doc = include_str!("src/intro.md")]
pub mod intro {}

#[doc = include_str!("src/numbers.md")]
pub mod numbers {}

#[doc = include_str!("src/lru.md")]
pub mod lru {}

#[doc = include_str!("src/bloom.md")]
pub mod bloom {}

#[doc = include_str!("src/skiplist.md")]
pub mod skiplist {}

#[doc = include_str!("src/bplustree.md")]
pub mod bplustree {}

#[doc = include_str!("src/disk.md")]
pub mod disk {}

#[doc = include_str!("src/wal.md")]
pub mod wal {}

#[doc = include_str!("src/lsm.md")]
pub mod lsm {}

#[doc = include_str!("src/wrr-lb.md")]
pub mod wrr_lb {}

#[doc = include_str!("src/circuit-breaker.md")]
pub mod circuit_breaker {}

#[doc = include_str!("src/rate-limiter.md")]
pub mod rate_limiter {}

#[doc = include_str!("src/edge-proxy.md")]
pub mod edge_proxy {}
