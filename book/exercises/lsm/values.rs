use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vfs::{File, FileSystem};

use crate::tree::{Place, Tree};

/// Bytes of a segment, at most; one that has a single value may have more.
pub const SEGMENT: u64 = 4096;

/// A database whose values are apart from its keys.
///
/// A compaction writes every byte of a table again, and most of these are the values'. So they go
/// to a log of their own, where they stay, and the tree has only their places: it is small, and
/// cheap to compact. In exchange, nothing clears up behind it. What is overwritten or deleted in
/// the tree is still in the log.
///
/// The log is a number of *segments*, the files `000001.val` and so on in the directory, of which
/// one is written at a time. What their bytes are is up to you, as is what is in a [`Place`]. The
/// [`Tree`] is in the test. It lives in the directory `tree` below, and its writes are atomic, and
/// durable on return.
///
/// After a call that failed, nobody calls anything but `drop`, and opens it anew.
pub struct Values {
    fs: Arc<dyn FileSystem>,
    dir: PathBuf,
    tree: Tree,
    // Which segment is written?
}

impl Values {
    /// Opens the database in `dir`, which exists, after whatever has happened.
    ///
    /// A segment may be there that should have been removed, or one that ends in the middle of a
    /// value. And after a failure without a crash, one may be there that a crash will take away,
    /// whatever is synced from now on.
    pub fn open(fs: Arc<dyn FileSystem>, dir: &Path) -> io::Result<Self> {
        todo!("may a segment that was written by another program be written to?")
    }

    /// The value of `key`. One that is not what was written is an error, and never another value.
    pub fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>> {
        todo!("how can one tell?")
    }

    /// When this returns `Ok`, it is durable. Whatever happens before, the old value or the new one
    /// is there.
    pub fn put(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        todo!("bytes, the name of a new segment, place: what must be durable before what?")
    }

    /// Durable as well.
    pub fn delete(&mut self, key: &[u8]) -> io::Result<()> {
        todo!("what remains of the value?")
    }

    /// Gives back one segment: of those that are not being written, and in which something is dead,
    /// the one with the fewest bytes that live. These are written anew. `false` if there is no such
    /// segment.
    ///
    /// A segment with a value that cannot be read is not removed.
    pub fn collect(&mut self) -> io::Result<bool> {
        todo!("which values live? when may the file be removed? and if the power fails before?")
    }
}

/// FNV-1a.
pub fn checksum<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> u64 {
    let bytes = bytes.into_iter();
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
