/// Slows writes down, so that compaction keeps up and nobody waits long.
///
/// Two parts. The *rate* at which bytes are let in follows the debt: where there is little, it is
/// as good as unlimited, and from there each further share of the debt divides it by the same
/// number. So there is a debt for every speed of compaction at which as much comes in as goes out,
/// and the debt finds it by itself: if it is less, more comes in. As the rate falls by factors, not
/// by differences, a lump of debt changes it by the same factor at all speeds.
///
/// The *queue* makes writes keep to the rate, however many writers there are: a write waits until
/// those before it have gone at that rate. A large one does not wait for itself, which could take
/// longer than anybody may; those behind it do. Bytes are in the queue, not times, so that when the
/// rate rises, those who come then do not pay for the time when it was low.
///
/// RocksDB's `WriteController` multiplies the rate by 0.8 when the debt grows, and divides by it
/// when it shrinks, which finds the speed in another way, and it stops writes at the limit.
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
/// least. Above is room for those who may not wait any longer.
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
