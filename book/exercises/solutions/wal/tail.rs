use wal::{Error, Lsn, Wal};

/// Why a follower cannot go on.
#[derive(Debug)]
pub enum TailError {
    /// The log could not be read.
    Log(Error),
    /// The record that comes next is not in the log any more.
    Gone {
        /// The record that comes next.
        wanted: Lsn,
        /// The oldest that there is.
        first: Lsn,
    },
}

impl From<Error> for TailError {
    fn from(error: Error) -> Self {
        TailError::Log(error)
    }
}

/// Follows a log: gives each record once, in order, as soon as it is durable.
pub struct Tail {
    next: Lsn,
}

impl Tail {
    /// Begins with this record, which may not have been appended yet.
    pub fn from(lsn: Lsn) -> Self {
        Tail {
            next: lsn.max(Lsn(1)),
        }
    }

    /// The next records, `most` of them or as many as there are.
    ///
    /// What is durable is looked up before the iterator is made, so all of it is in there. The
    /// iterator holds its segments: whether it is too late is seen by the first record that it
    /// gives, not by [`Wal::first_lsn`], which may change in between.
    pub fn poll(&mut self, wal: &Wal, most: usize) -> Result<Vec<Vec<u8>>, TailError> {
        let durable = wal.durable_lsn();
        let mut records = Vec::new();
        if durable < self.next {
            return Ok(records);
        }
        for item in wal.iter_from(self.next)?.take(most) {
            let (lsn, record) = item?;
            if lsn > self.next {
                let (wanted, first) = (self.next, lsn);
                return Err(TailError::Gone { wanted, first });
            }
            if lsn > durable {
                break;
            }
            records.push(record);
            self.next = Lsn(lsn.0 + 1);
        }
        Ok(records)
    }

    /// The record that comes next.
    pub fn next(&self) -> Lsn {
        self.next
    }
}
