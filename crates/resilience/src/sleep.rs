//! Waiting, as something that a test can do without.

use std::thread;
use std::time::Duration;

use clock::ManualClock;

/// Lets time pass. What waits in sync code asks for one; async code takes a closure that returns a
/// future instead, such as `tokio::time::sleep`.
pub trait Sleep {
    /// Returns when `delay` is over.
    fn sleep(&self, delay: Duration);
}

/// Puts the thread to sleep.
#[derive(Clone, Copy, Debug, Default)]
pub struct ThreadSleep;

impl Sleep for ThreadSleep {
    fn sleep(&self, delay: Duration) {
        thread::sleep(delay);
    }
}

/// Does not wait: advances the clock.
impl Sleep for ManualClock {
    fn sleep(&self, delay: Duration) {
        self.advance(delay);
    }
}

impl<S: Sleep + ?Sized> Sleep for &S {
    fn sleep(&self, delay: Duration) {
        (**self).sleep(delay);
    }
}
