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

/// The half-open state of a breaker, which threads share without a lock.
///
/// **It lets through too many trials, announces its verdict twice or not at all, and counts what
/// belongs to an earlier epoch.** The test tries the orders in which threads can take their steps,
/// and finds one for each of these. Mend it: whatever must change together has to be in one
/// [`Word`]. A word is in the test: 64 bits that can be `load`ed, and replaced by `swap_if`, if they
/// are what one thinks. There are never more than 255 trials, nor more than 2³² epochs.
pub struct HalfOpen {
    permitted: u64,
    epoch: Word,
    issued: Word,
    ended: Word,
    failed: Word,
}

impl HalfOpen {
    /// Epoch 0, in which nothing has happened yet.
    pub fn new(permitted: u64) -> Self {
        HalfOpen {
            permitted,
            epoch: Word::new(0),
            issued: Word::new(0),
            ended: Word::new(0),
            failed: Word::new(0),
        }
    }

    /// Begins the next epoch: nothing has happened in it.
    pub fn restart(&self) {
        add(&self.epoch, 1);
        for count in [&self.issued, &self.ended, &self.failed] {
            while count.swap_if(count.load(), 0).is_err() {}
        }
    }

    /// Permission for one trial, if fewer than `permitted` are under way or ended in this epoch.
    pub fn try_acquire(&self) -> Option<Ticket> {
        if self.issued.load() >= self.permitted {
            return None;
        }
        add(&self.issued, 1);
        Some(Ticket {
            epoch: self.epoch.load(),
        })
    }

    /// The trial was not made: its place is free again, if its epoch is not over.
    pub fn give_back(&self, ticket: Ticket) {
        if ticket.epoch == self.epoch.load() {
            add(&self.issued, u64::MAX); // one less
        }
    }

    /// A trial has ended. Who ends the last one of an epoch, and nobody else, is given the verdict.
    /// One of an epoch that is over does not count.
    pub fn end(&self, ticket: Ticket, failed: bool) -> Option<Verdict> {
        if ticket.epoch != self.epoch.load() {
            return None;
        }
        add(&self.ended, 1);
        add(&self.failed, u64::from(failed));
        if self.ended.load() < self.permitted {
            return None;
        }
        match 2 * self.failed.load() >= self.permitted {
            true => Some(Verdict::Open),
            false => Some(Verdict::Close),
        }
    }
}

fn add(word: &Word, number: u64) {
    let mut seen = word.load();
    while let Err(newer) = word.swap_if(seen, seen.wrapping_add(number)) {
        seen = newer;
    }
}
