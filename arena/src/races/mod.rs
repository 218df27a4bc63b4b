//! The races, one folder each.

mod lru;

use crate::harness::Race;

/// Every race, in the order of the book's chapters.
pub fn all() -> Vec<Race> {
    vec![lru::race()]
}
