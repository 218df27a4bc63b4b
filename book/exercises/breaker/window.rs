/// What became of the last calls: a bit for each, and never more calls than fit.
pub struct Window {
    size: u32,
    // The calls, in a ring of bits. What else, so that nothing has to be counted again?
}

impl Window {
    /// A window of the last `size` calls, at least one. Nothing has been called yet.
    pub fn new(size: u32) -> Self {
        todo!()
    }

    /// A call has ended. The oldest one leaves the window, if it is full. In constant time.
    pub fn record(&mut self, failed: bool) {
        todo!("which bit is overwritten, and what did it say?")
    }

    /// How many calls are in the window. In constant time.
    pub fn calls(&self) -> u32 {
        todo!()
    }

    /// How many of them failed. In constant time.
    pub fn failed(&self) -> u32 {
        todo!()
    }

    /// The share of failures in percent; `None` while there are fewer than `minimum` calls in the
    /// window, or none at all. A minimum that is larger than the window means all of it.
    pub fn failure_rate(&self, minimum: u32) -> Option<f64> {
        todo!()
    }

    /// Forgets all calls.
    pub fn clear(&mut self) {
        todo!()
    }

    /// Where the bits are: no more words than it takes.
    pub fn words(&self) -> &[u64] {
        todo!()
    }
}
