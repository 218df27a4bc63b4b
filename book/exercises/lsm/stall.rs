/// Slows writes down, so that compaction keeps up and nobody waits long.
///
/// Each flush gives compaction something to do, its *debt*, in bytes. If writers are faster than
/// compaction, the debt grows, and with it the number of tables that each look-up asks; so somebody
/// has to hold the writers up. An engine that lets them run until the debt is at its limit, and
/// then stops them until it has fallen, is as fast as any on average. But its writers wait for
/// nothing, for nothing, for nothing, and then for seconds.
///
/// Times are in microseconds, and begin with 0. There are up to 64 writers. Each writes, waits as
/// it is told, and writes again at once. The debt is told in lumps: it grows by 8 MiB with each
/// flush, and shrinks by 16 MiB with each compaction. How fast compaction is nobody tells, and it
/// changes: by a factor of a hundred, or to nothing, for a few seconds.
pub struct Controller {
    // What must be known of the writes before?
}

impl Controller {
    /// The debt is never to be more than `max_debt`, and no write to wait longer than `max_wait`.
    pub fn new(max_debt: u64, max_wait: u64) -> Self {
        todo!("at which debt does it begin to matter?")
    }

    /// At `now`, somebody is about to write so many `bytes`, and the `debt` is as large as this.
    /// Returns how long he must wait before. The times of calls ascend.
    ///
    /// While compaction runs at one speed, waits are even: the longest at most ten times the mean.
    /// Who writes a little after a pause, when there is no debt, waits hardly at all. And while
    /// there is something to write, compaction always has something to do: all is written by the
    /// time at which it has done with all the debt but an eighth of the limit.
    ///
    /// One write in a hundred has 1 MiB, others 1 KiB. It may not wait longer either.
    pub fn wait(&mut self, now: u64, bytes: u64, debt: u64) -> u64 {
        todo!("at which rate may all of them write, at this debt? who is before this one?")
    }
}
