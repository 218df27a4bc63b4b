/// The retry throttle of gRPC: one for each server that a client talks to.
///
/// It has tokens, at most `max_tokens`, with which it begins. An attempt that fails costs one, down
/// to none; one that succeeds pays back `token_ratio`, up to all. Retries are made only while there
/// are *more than half* of `max_tokens`. It says nothing about first attempts.
pub struct Throttle {
    // Fractions are added up millions of times. Of which type?
}

impl Throttle {
    /// A full one. Decimal places of the ratio after the third are ignored, as gRPC does.
    pub fn new(max_tokens: u32, token_ratio: f64) -> Self {
        todo!()
    }

    /// An attempt has failed.
    pub fn failed(&mut self) {
        todo!()
    }

    /// An attempt has succeeded.
    pub fn succeeded(&mut self) {
        todo!()
    }

    /// Whether an attempt that failed may be followed by another.
    pub fn may_retry(&self) -> bool {
        todo!()
    }

    /// Makes a call: up to `max_attempts` attempts, each of which `attempt` says the success of.
    /// Returns whether the call succeeded.
    pub fn call(&mut self, max_attempts: u32, attempt: impl FnMut() -> bool) -> bool {
        todo!("does a failure count before one asks, or after?")
    }
}
