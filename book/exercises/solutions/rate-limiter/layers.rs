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
///
/// First all are asked, then all are changed. Who changes one after the other lets a client that is
/// denied by the minute use up its second as well, and has to give back, which is not the same: the
/// time that has passed meanwhile has given back a part already.
pub struct Layers {
    limits: Vec<Limit>,
    tats: Vec<Duration>,
}

impl Layers {
    /// Limits that nobody has used yet.
    pub fn new(limits: Vec<Limit>) -> Self {
        let tats = vec![Duration::ZERO; limits.len()];
        Layers { limits, tats }
    }

    /// Asks for `n` together at `now`. They pass if all limits have room, and take from each.
    pub fn check(&mut self, now: Duration, n: u32) -> Result<(), Denied> {
        if self.limits.iter().any(|limit| n > limit.burst) {
            return Err(Denied::Never);
        }
        let layers = self.limits.iter().zip(&self.tats);
        let waits = layers.map(|(limit, &tat)| {
            let room = limit.interval * (limit.burst - n);
            tat.saturating_sub(now).saturating_sub(room)
        });
        // The one that takes longest decides.
        let wait = waits.max().unwrap_or_default();
        if !wait.is_zero() {
            return Err(Denied::RetryAfter(wait));
        }
        for (limit, tat) in self.limits.iter().zip(&mut self.tats) {
            *tat = now.max(*tat) + limit.interval * n;
        }
        Ok(())
    }
}
