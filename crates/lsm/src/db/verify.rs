//! Reading all there is, to see whether it is what was written.

use std::sync::Arc;

use wal::Lsn;

use super::core::Core;
use super::tables::Tables;
use crate::batch::WriteBatch;
use crate::table::{NoCache, Table};
use crate::version::TableMeta;
use crate::{LsmError, Result};

/// How far a verification has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyProgress {
    /// Tables that were read.
    pub tables_done: usize,
    /// All tables.
    pub tables: usize,
    /// Bytes of the tables that were read.
    pub bytes_done: u64,
    /// Bytes of all tables.
    pub bytes: u64,
}

impl Core {
    // ANCHOR: verify
    /// Reads every block of every table, and the log; returns what is damaged.
    pub fn verify(&self, mut progress: impl FnMut(VerifyProgress)) -> Result<Vec<LsmError>> {
        let state = self.state();
        let mut so_far = VerifyProgress {
            tables: state.version.tables().count(),
            bytes: state.version.file_len(),
            ..VerifyProgress::default()
        };
        let mut damage = Vec::new();
        // Opened anew: what is in memory may be better than what is on the disk.
        let tables = Tables::new(Arc::clone(&self.fs), self.dir.clone(), Arc::new(NoCache));
        for (_, meta) in state.version.tables() {
            match tables.get(meta.number) {
                Ok(table) => {
                    damage.extend(table.damage());
                    damage.extend(is_another(&table, meta).err());
                }
                Err(error) => damage.push(error),
            }
            so_far.tables_done += 1;
            so_far.bytes_done += meta.file_len;
            progress(so_far);
        }
        damage.extend(self.verify_log().err());
        Ok(damage)
    }
    // ANCHOR_END: verify

    fn verify_log(&self) -> Result<()> {
        let damaged = LsmError::from_log("log");
        for record in self.log.iter_from(Lsn(0)).map_err(&damaged)? {
            let (_, bytes) = record.map_err(&damaged)?;
            WriteBatch::from_bytes(&bytes)?;
        }
        Ok(())
    }
}

/// A table may be sound, and not the one that the manifest means: a file from another copy.
fn is_another(table: &Table, meta: &TableMeta) -> Result<()> {
    let (is, should) = (table.properties(), &meta.bounds);
    let is_same = table.file_len() == meta.file_len
        && (is.min_sequence, is.max_sequence) == (meta.min_sequence, meta.max_sequence)
        && (&is.smallest, &is.largest) == (&should.smallest, &should.largest);
    let (table, offset) = (meta.number, 0);
    let what = "it is another table than the manifest says";
    is_same.then_some(()).ok_or(LsmError::CorruptTable {
        table,
        offset,
        what,
    })
}
