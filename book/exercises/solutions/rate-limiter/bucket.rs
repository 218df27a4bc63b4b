use std::time::Duration;

/// Parts that make a token: a second's worth of nanoseconds, so that at `rate` tokens a second,
/// `rate` parts drip in each nanosecond, which is a whole number. Who counts whole tokens and sets
/// the time to now loses the rest each time that somebody asks.
const TOKEN: u128 = 1_000_000_000;

/// A token bucket: tokens drip in at a rate, up to `burst` of them, and each request takes one.
pub struct TokenBucket {
    rate: u128,
    full: u128,
    parts: u128,
    last: Duration,
}

impl TokenBucket {
    /// A full bucket, into which `rate` tokens a second drip.
    pub fn new(rate: u32, burst: u32) -> Self {
        let full = u128::from(burst) * TOKEN;
        TokenBucket {
            rate: rate.into(),
            full,
            parts: full,
            last: Duration::ZERO,
        }
    }

    /// Takes a token at `now`, or says how long it is until there will be one.
    pub fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let passed = now.saturating_sub(self.last);
        self.parts = (self.parts + passed.as_nanos() * self.rate).min(self.full);
        self.last = self.last.max(now);
        if let Some(rest) = self.parts.checked_sub(TOKEN) {
            self.parts = rest;
            return Ok(());
        }
        let wait = (TOKEN - self.parts).div_ceil(self.rate);
        let wait = Duration::from_nanos(u64::try_from(wait).unwrap_or(u64::MAX));
        Err(wait + (self.last - now))
    }
}
