//! Logs to draw, on a simulated file system, and what is in their first segment.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vfs::SimFs;
use wal::{Error, Options, SyncPolicy, Wal};

const DIR: &str = "/log";
pub const HEADER: usize = 36;
pub const FRAME_HEADER: usize = 21;

/// A log with small segments.
pub fn open(fs: &SimFs, policy: SyncPolicy) -> Result<Wal, Error> {
    let options = Options::new().segment_size(256).sync(policy);
    Wal::open_in(Arc::new(fs.clone()), DIR, options)
}

/// The file of the first segment.
pub fn path() -> PathBuf {
    Path::new(DIR).join(format!("{:020}.wal", 1))
}

/// Its bytes.
pub fn contents(fs: &SimFs) -> Vec<u8> {
    fs.contents(&path()).unwrap_or_default()
}

/// A frame: `frame.rs` of the crate has the table of its bytes.
pub struct Frame {
    /// Where it is.
    pub bytes: Range<usize>,
    pub lsn: u64,
    /// Records before it that were not durable.
    pub pending: u64,
    pub kind: u8,
}

/// A kind of frame that has no record, and ends a segment.
pub const SEAL: u8 = 3;
/// A record, with more of its batch behind it.
pub const PART: u8 = 2;

/// The frames from the segment's header on, up to where there is none.
pub fn frames(segment: &[u8]) -> Vec<Frame> {
    let (mut at, mut frames) = (HEADER, Vec::new());
    while segment.len() >= at + FRAME_HEADER && segment[at + 20] != 0 {
        let end = at + FRAME_HEADER + number(segment, at + 4, 4) as usize;
        frames.push(Frame {
            bytes: at..end,
            lsn: number(segment, at + 8, 8),
            pending: number(segment, at + 16, 4),
            kind: segment[at + 20],
        });
        at = end;
    }
    frames
}

/// So many bytes at `at`, as a number.
pub fn number(bytes: &[u8], at: usize, len: usize) -> u64 {
    let bytes = bytes[at..at + len].iter().rev();
    bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
}
