use crate::memory::Word;

/// What the trials have decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Less than half of them failed.
    Close,
    /// At least half of them failed.
    Open,
}

/// Permission for one trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    epoch: u64,
}

const EPOCH: u32 = 32;
const ISSUED: u32 = 16;
const ENDED: u32 = 8;
const FAILED: u32 = 0;

/// The half-open state of a breaker, which threads share without a lock.
///
/// The epoch is in the same word as the counts, so an exchange that expects the epoch of a ticket
/// fails if that is over. An addition would not do for `end`: it cannot look first. Each exchange
/// changes the word from a state of things to the next; what is between two words is a state of
/// things that somebody can meet.
pub struct HalfOpen {
    permitted: u64,
    word: Word,
}

impl HalfOpen {
    /// Epoch 0, in which nothing has happened yet.
    pub fn new(permitted: u64) -> Self {
        HalfOpen {
            permitted,
            word: Word::new(0),
        }
    }

    /// Puts what `next` makes of the word in its place; what it was made into.
    fn change(&self, next: impl Fn(u64) -> Option<u64>) -> Option<u64> {
        let mut seen = self.word.load();
        loop {
            let new = next(seen)?;
            match self.word.swap_if(seen, new) {
                Ok(()) => return Some(new),
                Err(newer) => seen = newer,
            }
        }
    }

    /// Begins the next epoch.
    pub fn restart(&self) {
        self.change(|word| Some(((word >> EPOCH) + 1) << EPOCH));
    }

    /// Permission for one trial.
    pub fn try_acquire(&self) -> Option<Ticket> {
        let issue =
            |word: u64| (field(word, ISSUED) < self.permitted).then(|| word + (1 << ISSUED));
        let epoch = self.change(issue)? >> EPOCH;
        Some(Ticket { epoch })
    }

    /// The trial was not made.
    pub fn give_back(&self, ticket: Ticket) {
        self.change(|word| (word >> EPOCH == ticket.epoch).then(|| word - (1 << ISSUED)));
    }

    /// A trial has ended.
    pub fn end(&self, ticket: Ticket, failed: bool) -> Option<Verdict> {
        let ends = (1 << ENDED) + (u64::from(failed) << FAILED);
        let word = self.change(|word| (word >> EPOCH == ticket.epoch).then(|| word + ends))?;
        let is_last = field(word, ENDED) == self.permitted;
        is_last.then(|| match 2 * field(word, FAILED) >= self.permitted {
            true => Verdict::Open,
            false => Verdict::Close,
        })
    }
}

fn field(word: u64, shift: u32) -> u64 {
    (word >> shift) & 0xff
}
