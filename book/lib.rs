//! The chapters, as documentation of this package, so that `cargo test --doc` compiles and runs
//! every snippet in them and reports a failure by its chapter's own path and line.
//!
//! One line a chapter; `tests/chapters.rs` fails when `SUMMARY.md` lists a chapter that is missing
//! here.

#[doc = include_str!("src/intro.md")]
pub mod intro {}

#[doc = include_str!("src/roadmap.md")]
pub mod roadmap {}

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

#[doc = include_str!("src/graduation.md")]
pub mod graduation {}

#[doc = include_str!("src/decisions.md")]
pub mod decisions {
    #[doc = include_str!("src/decisions/0001-doctests.md")]
    pub mod record_0001 {}

    #[doc = include_str!("src/decisions/0002-copied-not-published.md")]
    pub mod record_0002 {}

    #[doc = include_str!("src/decisions/0003-races-are-ratios.md")]
    pub mod record_0003 {}

    #[doc = include_str!("src/decisions/0004-inject-the-world.md")]
    pub mod record_0004 {}

    #[doc = include_str!("src/decisions/0005-mmap-or-reads.md")]
    pub mod record_0005 {}

    #[doc = include_str!("src/decisions/0006-copy-on-write-or-log.md")]
    pub mod record_0006 {}

    #[doc = include_str!("src/decisions/0007-one-fsync.md")]
    pub mod record_0007 {}

    #[doc = include_str!("src/decisions/0008-unsafe-where-it-pays.md")]
    pub mod record_0008 {}

    #[doc = include_str!("src/decisions/0009-our-own-reader.md")]
    pub mod record_0009 {}

    #[doc = include_str!("src/decisions/0010-http-is-a-library.md")]
    pub mod record_0010 {}

    #[doc = include_str!("src/decisions/0011-progress-in-a-file.md")]
    pub mod record_0011 {}

    #[doc = include_str!("src/decisions/0012-figures-committed.md")]
    pub mod record_0012 {}

    #[doc = include_str!("src/decisions/0013-names-of-the-ecosystem.md")]
    pub mod record_0013 {}

    #[doc = include_str!("src/decisions/template.md")]
    pub mod template {}
}
