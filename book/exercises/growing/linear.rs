/// What was asked of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Write(u64),
    /// And this was the answer.
    Read(u64),
}

/// An operation on the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    pub what: What,
    pub invoked: u64,
    /// `None` if nobody was told: a write that may happen at any time from then on, or never. Never
    /// `None` for a read.
    pub returned: Option<u64>,
}

/// Whether one register, which began as `initial`, could have given these answers: whether each
/// operation can be given an instant between its call and its return, both included, such that every
/// read answers what was written last.
///
/// The test has histories of sixty operations, of which three at a time overlap. Who tries all
/// orders will not live to see the end; who remembers what was tried will.
pub fn linearizable(initial: u64, history: &[Call]) -> bool {
    todo!("which operations may come first?")
}
