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
    /// `None` if nobody was told.
    pub returned: Option<u64>,
}

/// What is wrong with the answer of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is less than it must be.
    TooOld,
    /// It is more than it can be.
    TooMuch,
}

/// The numbers of the reads that are wrong, in ascending order, and in what way.
pub fn wrong(history: &[Call]) -> Vec<(usize, Wrong)> {
    let wrong_read = |(number, call): (usize, &Call)| {
        let (What::Read(answer), Some(returned)) = (call.what, call.returned) else {
            return None;
        };
        if answer < at_least(history, call.invoked) {
            Some((number, Wrong::TooOld))
        } else if answer > at_most(history, returned) {
            Some((number, Wrong::TooMuch))
        } else {
            None
        }
    };
    history.iter().enumerate().filter_map(wrong_read).collect()
}

/// What a read that begins now must answer at least: the raises that are over, or what a read that
/// is over has seen. A counter never goes back.
fn at_least(history: &[Call], now: u64) -> u64 {
    let over = || {
        let is_over = |call: &&Call| call.returned.is_some_and(|returned| returned < now);
        history.iter().filter(is_over)
    };
    let raises = over().filter(|call| call.what == What::Raise).count() as u64;
    let seen = over().filter_map(|call| match call.what {
        What::Read(answer) => Some(answer),
        What::Raise => None,
    });
    seen.max().unwrap_or(0).max(raises)
}

/// What a read that returns now can answer at most: all raises that have begun.
fn at_most(history: &[Call], now: u64) -> u64 {
    let raises = history.iter().filter(|call| call.what == What::Raise);
    raises.filter(|call| call.invoked <= now).count() as u64
}
