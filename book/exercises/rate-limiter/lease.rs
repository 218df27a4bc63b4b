use std::time::Duration;

/// A limiter on one of many machines, which share a central one that is a round trip away. It takes
/// *leases* of many units from there, and hands them out one by one.
pub struct Leased {
    // What is in hand, and until when? When is it worth asking again, and for how many?
}

impl Leased {
    /// Takes `lease` units at a time (at least one), and keeps what it has taken for `keep` at most.
    pub fn new(lease: u32, keep: Duration) -> Self {
        todo!()
    }

    /// Whether one may pass at `now`; if not, how long until it is worth asking again. Times ascend.
    ///
    /// `central(n)` is the round trip. It takes `n` units there, all or none; if none, it says in how
    /// long it will have `n` if nobody else comes.
    ///
    /// - A unit that was taken longer ago than `keep` is worth nothing: else quiet machines would save
    ///   up what the limit never allowed at once.
    /// - As long as the central one has less than a lease but has some, fewer are taken: down to one.
    /// - While it is known that it has not even one, it is not asked.
    pub fn check(
        &mut self,
        now: Duration,
        central: impl FnMut(u32) -> Result<(), Duration>,
    ) -> Result<(), Duration> {
        todo!("how many round trips does a flood cost that is denied?")
    }
}
