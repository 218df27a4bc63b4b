use std::collections::BTreeMap;

use wal::{Error, Lsn, Wal};

/// A record begins with one of these.
const MESSAGE: u8 = 0;
/// Then come eight bytes of LSN, little-endian, and the consumer's name.
const POSITION: u8 = 1;

/// A queue of messages in a log, and in the same log how far each of its consumers is.
pub struct Queue {
    wal: Wal,
    /// The last message that each has committed; the one before its first.
    positions: BTreeMap<String, Lsn>,
}

impl Queue {
    /// The queue that the log has.
    pub fn open(wal: Wal) -> Result<Self, Error> {
        let mut positions = BTreeMap::new();
        for item in wal.iter_from(Lsn(0))? {
            if let Some((consumer, position)) = decode(&item?.1) {
                positions.insert(consumer, position);
            }
        }
        Ok(Queue { wal, positions })
    }

    /// Appends a message.
    pub fn push(&mut self, message: &[u8]) -> Result<Lsn, Error> {
        self.wal.append(&[&[MESSAGE], message].concat())
    }

    /// Makes a consumer known, who begins with the oldest message that there is.
    ///
    /// It is in the log, as a trim after the next opening would otherwise not know of it.
    pub fn subscribe(&mut self, consumer: &str) -> Result<(), Error> {
        if self.positions.contains_key(consumer) {
            return Ok(());
        }
        self.moved(consumer, Lsn(self.wal.first_lsn().0 - 1))
    }

    /// The first message that the consumer has not committed.
    pub fn peek(&self, consumer: &str) -> Result<Option<(Lsn, Vec<u8>)>, Error> {
        let Some(position) = self.positions.get(consumer) else {
            return Ok(None);
        };
        for item in self.wal.iter_from(Lsn(position.0 + 1))? {
            let (lsn, mut record) = item?;
            if record.first() == Some(&MESSAGE) {
                return Ok(Some((lsn, record.split_off(1))));
            }
        }
        Ok(None)
    }

    /// The consumer is done with this message and all before it.
    pub fn commit(&mut self, consumer: &str, message: Lsn) -> Result<(), Error> {
        match self.positions.get(consumer) {
            Some(position) if *position < message => self.moved(consumer, message),
            _ => Ok(()),
        }
    }

    /// Drops what all consumers have committed.
    ///
    /// Records of positions are dropped along, and may be the only ones of consumers who have not
    /// moved since: so all positions are written anew, and are durable, before anything goes. Kafka
    /// keeps them in a log of their own, which is compacted by key, for the same reason.
    pub fn trim(&mut self) -> Result<(), Error> {
        let slowest = self.positions.iter().min_by_key(|(_, position)| **position);
        let needed = match slowest {
            Some((consumer, _)) => self.peek(consumer)?.map(|(lsn, _)| lsn),
            None => None,
        };
        let rewritten = Lsn(self.wal.last_lsn().0 + 1);
        for (consumer, position) in self.positions.clone() {
            self.moved(&consumer, position)?;
        }
        self.wal.sync()?;
        self.wal.truncate_before(needed.unwrap_or(rewritten))
    }

    fn moved(&mut self, consumer: &str, position: Lsn) -> Result<(), Error> {
        let record = [
            &[POSITION],
            &position.0.to_le_bytes()[..],
            consumer.as_bytes(),
        ]
        .concat();
        self.wal.append(&record)?;
        self.positions.insert(consumer.to_owned(), position);
        Ok(())
    }
}

/// The consumer and its position, if the record is one of these.
fn decode(record: &[u8]) -> Option<(String, Lsn)> {
    let (position, consumer) = record.strip_prefix(&[POSITION])?.split_first_chunk()?;
    let consumer = String::from_utf8(consumer.to_vec()).ok()?;
    Some((consumer, Lsn(u64::from_le_bytes(*position))))
}
