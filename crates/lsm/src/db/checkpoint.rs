//! A copy of the database that takes no time and, at first, no room.
//!
//! Tables never change, so two databases may have the same file: a hard link is a second name for
//! it. What is copied is the manifest alone, as one edit; and what is in memory becomes a table
//! first, so that the copy needs no log.

use std::path::Path;
use std::sync::Arc;

use super::core::Core;
use super::manifest::Manifest;
use super::tables::Tables;
use crate::version::VersionEdit;
use crate::{LsmError, Result};

impl Core {
    // ANCHOR: checkpoint
    /// Makes a database of its own in `dir`, with all that was written before.
    pub fn checkpoint(&self, dir: &Path) -> Result<()> {
        self.fs.create_dir_all(dir)?;
        if !self.fs.list(dir)?.is_empty() {
            return Err(LsmError::NotEmpty);
        }
        self.flush()?;
        // As long as we have the state, its files keep their names.
        let state = self.state();
        for (_, table) in state.version.tables() {
            let [from, to] = [&*self.dir, dir].map(|dir| Tables::path(dir, table.number));
            self.fs.hard_link(&from, &to)?;
        }
        self.fs.sync_dir(dir)?;
        let newest = state.version.tables().map(|(_, table)| table.max_sequence);
        let edit = VersionEdit {
            log: Some(1),
            next_file: state
                .version
                .tables()
                .map(|(_, table)| table.number + 1)
                .max(),
            last_sequence: newest.max(),
            ..state.version.to_edit()
        };
        Manifest::open(Arc::clone(&self.fs), &dir.join("manifest"))?.append(&edit)?;
        Ok(())
    }
    // ANCHOR_END: checkpoint
}
