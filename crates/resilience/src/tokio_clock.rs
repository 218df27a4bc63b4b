//! The clock of tokio's timers.

use clock::{Clock, Nanos, nanos};
use tokio::time::Instant;

/// Tokio's clock, which its timers go by: deadlines and timers agree, also in a test that pauses
/// it (`#[tokio::test(start_paused = true)]`). Its zero is when it was made, and copies share it.
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    zero: Instant,
}

impl TokioClock {
    /// A clock that starts now.
    pub fn new() -> Self {
        let zero = Instant::now();
        TokioClock { zero }
    }
}

impl Default for TokioClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Nanos {
        Nanos(nanos(self.zero.elapsed()))
    }
}
