use std::time::Duration;

/// A limiter on one of many machines, which share a central one that is a round trip away. It takes
/// *leases* of many units from there, and hands them out one by one.
///
/// What it promises is the central bound, plus what is in hand: no interval of length `t` sees more
/// than the central limit allows in `t + keep`. And all the while that units last, a lease is one
/// round trip.
pub struct Leased {
    lease: u32,
    keep: Duration,
    /// How many to ask for next: fewer when there was less, and then twice as many each time.
    next: u32,
    left: u32,
    /// Until when they are worth something.
    until: Duration,
    /// Before this there is not even one.
    empty_until: Duration,
}

impl Leased {
    /// Takes `lease` units at a time (at least one), and keeps what it has taken for `keep` at most.
    pub fn new(lease: u32, keep: Duration) -> Self {
        Leased {
            lease: lease.max(1),
            keep,
            next: lease.max(1),
            left: 0,
            until: Duration::ZERO,
            empty_until: Duration::ZERO,
        }
    }

    /// Whether one may pass at `now`; if not, how long until it is worth asking again.
    pub fn check(
        &mut self,
        now: Duration,
        mut central: impl FnMut(u32) -> Result<(), Duration>,
    ) -> Result<(), Duration> {
        if self.left > 0 && now <= self.until {
            self.left -= 1;
            return Ok(());
        }
        self.left = 0;
        if now < self.empty_until {
            return Err(self.empty_until - now);
        }
        loop {
            match central(self.next) {
                Ok(()) => {
                    self.left = self.next - 1;
                    self.until = now + self.keep;
                    self.next = self.next.saturating_mul(2).min(self.lease);
                    return Ok(());
                }
                Err(wait) if self.next == 1 => {
                    self.empty_until = now + wait;
                    return Err(wait);
                }
                Err(_) => self.next /= 2,
            }
        }
    }
}
