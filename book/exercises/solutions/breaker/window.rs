/// What became of the last calls: a bit for each, and never more calls than fit.
///
/// A call changes the number of failures by the difference between its bit and the one that it
/// overwrites, as it does in the book's crate. That one has four bits a call, since it counts slow
/// calls as well and has to know which places were never used; here it is enough to count up to a
/// full window.
pub struct Window {
    size: u32,
    bits: Vec<u64>,
    next: u32,
    calls: u32,
    failed: u32,
}

impl Window {
    /// A window of the last `size` calls, at least one.
    pub fn new(size: u32) -> Self {
        Window {
            size,
            bits: vec![0; size.div_ceil(64) as usize],
            next: 0,
            calls: 0,
            failed: 0,
        }
    }

    /// A call has ended. The oldest one leaves the window, if it is full.
    pub fn record(&mut self, failed: bool) {
        let (word, bit) = (&mut self.bits[(self.next / 64) as usize], self.next % 64);
        let old = (*word >> bit) & 1; // zero, if nothing was there
        let new = u64::from(failed);
        *word ^= (old ^ new) << bit;
        self.failed = self.failed + new as u32 - old as u32;
        self.calls = (self.calls + 1).min(self.size);
        self.next = (self.next + 1) % self.size;
    }

    /// How many calls are in the window.
    pub fn calls(&self) -> u32 {
        self.calls
    }

    /// How many of them failed.
    pub fn failed(&self) -> u32 {
        self.failed
    }

    /// The share of failures in percent, if there are enough calls.
    pub fn failure_rate(&self, minimum: u32) -> Option<f64> {
        let enough = minimum.clamp(1, self.size);
        (self.calls >= enough).then(|| f64::from(self.failed) * 100.0 / f64::from(self.calls))
    }

    /// Forgets all calls.
    pub fn clear(&mut self) {
        *self = Window::new(self.size);
    }

    /// Where the bits are.
    pub fn words(&self) -> &[u64] {
        &self.bits
    }
}
