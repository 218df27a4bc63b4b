use wal::{Error, Lsn, Wal};

/// Why a follower cannot go on.
#[derive(Debug)]
pub enum TailError {
    /// The log could not be read.
    Log(Error),
    /// The record that comes next is not in the log any more: it was truncated too early. To go on
    /// with a later one would be to lose records without a word.
    Gone {
        /// The record that comes next.
        wanted: Lsn,
        /// The oldest that there is.
        first: Lsn,
    },
}

/// Follows a log: gives each record once, in order, as soon as it is durable.
///
/// A replica does this, or an index that is built behind a table. What it has passed on cannot be
/// taken back, so it must not pass on a record that a crash of the machine may yet take away.
pub struct Tail {
    // What must be known?
}

impl Tail {
    /// Begins with this record, which may not have been appended yet.
    pub fn from(lsn: Lsn) -> Self {
        todo!()
    }

    /// The next records, `most` of them or as many as there are; none if nothing is new. Others
    /// may append meanwhile.
    pub fn poll(&mut self, wal: &Wal, most: usize) -> Result<Vec<Vec<u8>>, TailError> {
        todo!(
            "up to which record? and what if an iterator begins with a later one than it was asked for?"
        )
    }

    /// The record that comes next: what a follower has to remember when it ends. Once it has passed
    /// on what `poll` gave, [`Wal::truncate_before`] this would do it no harm.
    pub fn next(&self) -> Lsn {
        todo!()
    }
}
