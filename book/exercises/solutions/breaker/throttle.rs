/// The retry throttle of gRPC: one for each server that a client talks to.
///
/// In whole thousandths of a token, because a tenth is no binary fraction: added up as `f64`, ten of
/// them are not one. Beside the budget of the chapter it looks at failures, not at calls, and has no
/// clock: after an outage it takes `max_tokens / 2 / token_ratio` successes until retries are back,
/// however long that is. Whoever fails with every attempt makes no retries at all.
pub struct Throttle {
    tokens: u64,
    most: u64,
    ratio: u64,
}

const TOKEN: u64 = 1000;

impl Throttle {
    /// A full one.
    pub fn new(max_tokens: u32, token_ratio: f64) -> Self {
        let most = u64::from(max_tokens) * TOKEN;
        // A little more, as what is written as 1.001 is a little less.
        let ratio = token_ratio * TOKEN as f64 + 1e-6;
        Throttle {
            tokens: most,
            most,
            ratio: ratio as u64,
        }
    }

    /// An attempt has failed.
    pub fn failed(&mut self) {
        self.tokens = self.tokens.saturating_sub(TOKEN);
    }

    /// An attempt has succeeded.
    pub fn succeeded(&mut self) {
        self.tokens = (self.tokens + self.ratio).min(self.most);
    }

    /// Whether an attempt that failed may be followed by another.
    pub fn may_retry(&self) -> bool {
        self.tokens > self.most / 2
    }

    /// Makes a call; whether it succeeded.
    pub fn call(&mut self, max_attempts: u32, mut attempt: impl FnMut() -> bool) -> bool {
        for number in 1..=max_attempts {
            if attempt() {
                self.succeeded();
                return true;
            }
            self.failed();
            if number < max_attempts && !self.may_retry() {
                break;
            }
        }
        false
    }
}
