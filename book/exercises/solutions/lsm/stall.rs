/// Slows writes down, so that compaction keeps up and nobody waits long.
///
/// Two parts. The *rate* at which bytes are let in follows the debt: where there is little, it is
/// as good as unlimited, and from there on each further share of the limit divides it by the same
/// number. So for every speed of compaction there is a debt at which as much comes in as is worked
/// off, and the debt finds it by itself: if it is less, more comes in, and if it is more, less.
///
/// Why by factors, and not in a straight line? Speeds differ by factors, and the debt is told in
/// lumps. In a straight line, where writers hardly wait, a lump more makes them wait a hundred
/// times as long, and a lump less not at all. By factors, a lump means the same at all speeds.
///
/// The *queue* makes that the rate of all writers together. Without it, 64 writers come in at 64
/// times the rate, the debt settles that much higher, and no room is left below the limit for what
/// comes in when compaction is slow and nobody may wait any longer. A write waits for what is
/// before it in the queue, and not for itself: a large one could wait longer than anybody may, and
/// those behind it share that. Bytes are queued, not times, so that when the rate rises, nobody
/// pays for the time when it was low.
///
/// RocksDB's `WriteController` has such a queue, and finds its rate by factors, too: times 0.8 when
/// the debt has grown, divided by 0.8 when it has shrunk. At a limit it stops all writes.
pub struct Controller {
    max_debt: f64,
    max_wait: u64,
    /// Bytes that have not gone yet, at the rate of now.
    queued: f64,
    last_call: u64,
}

/// Bytes a microsecond where there is little debt, and at the limit.
const RATES: (f64, f64) = (1_000.0, 0.01);
/// Shares of the limit: up to the first, the rate is at its greatest, and from the second on at its
/// least.
const SHARES: (f64, f64) = (0.25, 0.85);

impl Controller {
    /// The debt is never to be more than `max_debt`, and no write to wait longer than `max_wait`.
    pub fn new(max_debt: u64, max_wait: u64) -> Self {
        Controller {
            max_debt: max_debt as f64,
            max_wait,
            queued: 0.0,
            last_call: 0,
        }
    }

    /// At `now`, somebody is about to write so many `bytes`, and the `debt` is as large as this.
    /// Returns how long he must wait before.
    pub fn wait(&mut self, now: u64, bytes: u64, debt: u64) -> u64 {
        let rate = self.rate(debt);
        let gone = (now - self.last_call) as f64 * rate;
        self.queued = (self.queued - gone).max(0.0);
        self.last_call = now;
        let wait = (self.queued / rate) as u64;
        self.queued += bytes as f64;
        wait.min(self.max_wait)
    }

    /// How many bytes are let in, in a microsecond.
    fn rate(&self, debt: u64) -> f64 {
        let share = debt as f64 / self.max_debt;
        let way = ((share - SHARES.0) / (SHARES.1 - SHARES.0)).clamp(0.0, 1.0);
        RATES.0 * (RATES.1 / RATES.0).powf(way)
    }
}
