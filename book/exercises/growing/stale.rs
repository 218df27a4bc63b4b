/// What was asked of a counter that begins at 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// One more.
    Raise,
    /// How many? So many, was the answer.
    Read(u64),
}

/// An operation on the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    pub what: What,
    pub invoked: u64,
    /// `None` if nobody was told: it may have been done, or be done yet, or never. Never `None` for
    /// a read.
    pub returned: Option<u64>,
}

/// What is wrong with the answer of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is less than it must be: something that was over before the read began is missing. That
    /// may be a raise, or an earlier read that had already seen more.
    TooOld,
    /// It is more than it can be: so many raises had not even been asked for when it returned.
    TooMuch,
}

/// The numbers of the reads that are wrong, in ascending order, and in what way.
///
/// What touches in time is *not* over before: of two operations of which one returns at the instant
/// at which the other is invoked, either may have come first.
pub fn wrong(history: &[Call]) -> Vec<(usize, Wrong)> {
    todo!("at least how much must a read answer, and at most how much can it?")
}
