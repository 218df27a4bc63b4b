use std::time::Duration;

/// One of several limits: a request each `interval` in the long run, and `burst` at once.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub interval: Duration,
    pub burst: u32,
}

/// Why a request may not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// After this time it may, if nobody else comes; and not a nanosecond earlier.
    RetryAfter(Duration),
    /// It asks for more at once than one of the limits ever holds.
    Never,
}

/// Several limits on the same requests: ten a second, and a hundred a minute. Each is GCRA, whose
/// memory is one time.
pub struct Layers {
    limits: Vec<Limit>,
    // and what is to be remembered
}

impl Layers {
    /// Limits that nobody has used yet.
    pub fn new(limits: Vec<Limit>) -> Self {
        todo!()
    }

    /// Asks for `n` together at `now`. They pass if all limits have room, and take from each. If
    /// one has not, none has been taken from.
    pub fn check(&mut self, now: Duration, n: u32) -> Result<(), Denied> {
        todo!("if the first limit says yes and the second says no, what does the first remember?")
    }
}
