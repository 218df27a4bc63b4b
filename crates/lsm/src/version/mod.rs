//! Which tables there are: levels, and the edits that change them.
//!
//! Tables never change, but which of them make up the database does: a flush adds one, a compaction
//! takes some away and adds others. A [`Version`] is one such state, and it never changes either: a
//! reader takes the current one, and everything in it stays readable until the last reader lets go.
//! From one version to the next leads a [`VersionEdit`]:
//!
//! ```text
//!   version 1  ──  + table 7 at level 0  ──▶  version 2  ──  − 5 − 7  + 8 at level 1  ──▶  version 3
//! ```
//!
//! The *manifest* is a log of edits. An edit is one record, and so is atomic: after a crash, a
//! compaction has happened as a whole or not at all. Who opens a database applies all of them.
//!
//! # Shortening the manifest
//!
//! A log of edits grows without end. So, when it is long, one more edit is appended that *resets*:
//! it forgets all that was before, and holds the whole version. When it is durable, the records
//! before it are dropped. The order makes it safe: a crash in between leaves a manifest that is
//! longer than it need be. No other file has to say which manifest is the right one, as LevelDB's
//! `CURRENT` does; the log knows how to drop its beginning.
//!
//! A table's file must likewise be synced, and its directory, before an edit adds it; and may be
//! removed only when the edit that takes it away is durable.
//!
//! Source: LevelDB's `db/version_set.cc`; Pillai et al. 2014, *All file systems are not created
//! equal*, on what happens without these syncs.

mod bounds;
mod edit;
mod levels;

pub use bounds::Bounds;
pub use edit::VersionEdit;
pub use levels::{LEVELS, TableMeta, Version};
