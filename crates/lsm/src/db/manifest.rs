//! The manifest: a log whose records are edits.
//!
//! It is the same kind of log as that of the writes, in a directory of its own, and every record is
//! durable when it was appended. To shorten it, see [`crate::version`].

use std::path::Path;
use std::sync::Arc;

use vfs::FileSystem;
use wal::{Lsn, SyncPolicy, Wal};

use crate::key::Sequence;
use crate::version::{Version, VersionEdit};
use crate::{LsmError, Result};

/// Bytes of edits, at least, after which the manifest begins anew.
const MIN_EDITS_LEN: usize = 64 << 10;

/// Bytes of a segment, at least.
const MIN_SEGMENT: usize = 256 << 10;

/// The current version, and the log that leads to it.
pub(crate) struct Manifest {
    log: Wal,
    pub version: Arc<Version>,
    /// What the last edits said of these.
    numbers: Numbers,
    /// LSN of the last edit; 0 if there has been none.
    last: u64,
    /// Bytes of edits since the last one that resets; `None` before this opening's first edit.
    len: Option<usize>,
    max_len: usize,
}

/// The numbers that an edit may have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Numbers {
    pub log: u64,
    pub next_file: u64,
    pub last_sequence: Sequence,
}

impl Numbers {
    fn apply(&mut self, edit: &VersionEdit) {
        self.log = edit.log.unwrap_or(self.log);
        self.next_file = edit.next_file.unwrap_or(self.next_file);
        self.last_sequence = edit.last_sequence.unwrap_or(self.last_sequence);
    }
}

impl Manifest {
    // ANCHOR: open
    /// Opens the manifest in `dir`, and applies its edits, from the last one on that resets.
    pub fn open(fs: Arc<dyn FileSystem>, dir: &Path) -> Result<Self> {
        let mut log = open_log(&fs, dir, MIN_SEGMENT)?;
        let (edits, longest) = read_edits(&log)?;
        if longest > MIN_SEGMENT / 8 {
            // Room for a version that has grown by then.
            drop(log);
            let segment = (8 * longest).next_power_of_two();
            log = open_log(&fs, dir, segment.min(1 << 30))?;
        }
        let (mut version, mut numbers) = (Version::default(), Numbers::default());
        for (number, edit) in &edits {
            version = version.apply(edit, *number)?;
            numbers.apply(edit);
        }
        Ok(Manifest {
            log,
            version: Arc::new(version),
            numbers,
            last: edits.last().map_or(0, |(number, _)| *number),
            len: None,
            max_len: MIN_EDITS_LEN,
        })
    }
    // ANCHOR_END: open

    /// Whether there has never been an edit.
    pub fn is_new(&self) -> bool {
        self.last == 0
    }

    pub fn numbers(&self) -> Numbers {
        self.numbers
    }

    // ANCHOR: append
    /// Appends an edit, and returns the version that it leads to. It is durable then.
    pub fn append(&mut self, edit: &VersionEdit) -> Result<Arc<Version>> {
        let version = Arc::new(self.version.apply(edit, self.last + 1)?);
        let mut numbers = self.numbers;
        numbers.apply(edit);
        match self.len {
            Some(len) if len < self.max_len => {
                let bytes = edit.to_bytes();
                self.append_record(&bytes)?;
                self.len = Some(len + bytes.len());
            }
            _ => self.begin_anew(&version, numbers)?,
        }
        (self.version, self.numbers) = (Arc::clone(&version), numbers);
        Ok(version)
    }

    /// Appends an edit with all of `version`, and drops those before it.
    fn begin_anew(&mut self, version: &Version, numbers: Numbers) -> Result<()> {
        let edit = VersionEdit {
            log: Some(numbers.log),
            next_file: Some(numbers.next_file),
            last_sequence: Some(numbers.last_sequence),
            ..version.to_edit()
        };
        let bytes = edit.to_bytes();
        let lsn = self.append_record(&bytes)?;
        self.log
            .truncate_before(lsn)
            .map_err(LsmError::from_log("manifest"))?;
        (self.len, self.max_len) = (Some(0), MIN_EDITS_LEN.max(bytes.len()));
        Ok(())
    }
    // ANCHOR_END: append

    fn append_record(&mut self, bytes: &[u8]) -> Result<Lsn> {
        let appended = self.log.append(bytes);
        let lsn = appended.map_err(LsmError::from_log("manifest"))?;
        self.last = lsn.0;
        Ok(lsn)
    }
}

fn open_log(fs: &Arc<dyn FileSystem>, dir: &Path, segment: usize) -> Result<Wal> {
    let options = wal::Options::new()
        .sync(SyncPolicy::EveryWrite)
        .segment_size(segment as u64)
        .spares(1);
    Wal::open_in(Arc::clone(fs), dir, options).map_err(LsmError::from_log("manifest"))
}

/// The edits from the last one on that resets, and their LSNs; and the length of the longest.
fn read_edits(log: &Wal) -> Result<(Vec<(u64, VersionEdit)>, usize)> {
    let damaged = LsmError::from_log("manifest");
    let (mut edits, mut longest) = (Vec::new(), 0);
    for record in log.iter_from(Lsn(0)).map_err(&damaged)? {
        let (lsn, bytes) = record.map_err(&damaged)?;
        let edit = VersionEdit::from_bytes(&bytes, lsn.0)?;
        if edit.reset {
            edits.clear();
        }
        longest = longest.max(bytes.len());
        edits.push((lsn.0, edit));
    }
    Ok((edits, longest))
}
