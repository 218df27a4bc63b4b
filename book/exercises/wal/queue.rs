use wal::{Error, Lsn, Wal};

/// A queue of messages in a log, and in the same log how far each of its consumers is.
///
/// Messages and positions in one log: so what a crash leaves of both is of one moment, and one sync
/// is enough for them. Every consumer gets each message at least once, and never again once it has
/// [committed](Self::commit) it.
pub struct Queue {
    wal: Wal,
    // What must be known about consumers? They are few; messages are many, and stay in the log.
}

impl Queue {
    /// The queue that the log has.
    pub fn open(wal: Wal) -> Result<Self, Error> {
        todo!("how are messages and positions told apart?")
    }

    /// Appends a message.
    pub fn push(&mut self, message: &[u8]) -> Result<Lsn, Error> {
        todo!()
    }

    /// Makes a consumer known, who begins with the oldest message that there is. One that is known
    /// is left where it is.
    pub fn subscribe(&mut self, consumer: &str) -> Result<(), Error> {
        todo!("must it be in the log? think of `trim`")
    }

    /// The first message that the consumer has not committed; `None` if there is none, or no such
    /// consumer.
    pub fn peek(&self, consumer: &str) -> Result<Option<(Lsn, Vec<u8>)>, Error> {
        todo!("the log has more than messages")
    }

    /// The consumer is done with this message and all before it. Its position never goes back, and
    /// nothing happens if there is no such consumer.
    pub fn commit(&mut self, consumer: &str, message: Lsn) -> Result<(), Error> {
        todo!()
    }

    /// Drops what all consumers have committed, as far as the log can, and old positions; all
    /// messages, if there are no consumers.
    ///
    /// A crash at any moment leaves every consumer where it is.
    pub fn trim(&mut self) -> Result<(), Error> {
        todo!(
            "where was the position of the slowest consumer written? and of one who has not moved for a year?"
        )
    }
}
