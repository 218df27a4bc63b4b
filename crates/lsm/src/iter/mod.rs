//! Reading many sorted runs as if they were one.
//!
//! A key may be in the memtable, in a memtable that is being flushed, and in a table of each level;
//! and each may have several versions of it. A scan must see every key once, with the value that
//! the snapshot sees. Two layers do this, each of which knows nothing of the other:
//!
//! ```text
//!   user keys        apple → 3        cherry → 8                        visible.rs
//!                      ▲                 ▲        what this snapshot sees
//!   versions         apple 7 · apple 2 · banana 6 (deleted) · banana 4 · cherry 5
//!                      ▲        ▲          ▲                    ▲          ▲      merge.rs
//!   runs             memtable  level 2   memtable             level 0   level 1
//! ```

mod merge;
mod visible;

pub use merge::MergingCursor;
pub(crate) use visible::unexpired;
pub use visible::{View, VisibleCursor};
