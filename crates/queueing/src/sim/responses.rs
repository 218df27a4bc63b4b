//! Response times, counted.
//!
//! A batch has ten thousands of them. To keep all and to sort them would be exact, and would take
//! the memory and the time; a histogram of the crate `histogram` takes a hundred kilobytes and
//! answers to three digits, which is more than the margin of error leaves. And histograms can be
//! merged, as percentiles cannot.

use histogram::Histogram;

/// Millions of millions of services: more than any run lasts.
const MOST_TICKS: u64 = 1 << 62;

/// A histogram of times, whose unit is a tick.
#[derive(Clone, Debug)]
pub(crate) struct Responses {
    tick: f64,
    ticks: Histogram,
}

impl Responses {
    pub(crate) fn new(tick: f64) -> Self {
        Responses {
            tick,
            ticks: Histogram::new(3).expect("three digits are possible"),
        }
    }

    pub(crate) fn record(&mut self, time: f64) {
        // The conversion saturates, and so does this.
        let ticks = ((time / self.tick).round() as u64).min(MOST_TICKS);
        self.ticks.record(ticks).expect("it grows");
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ticks.is_empty()
    }

    /// 0 if there are none.
    pub(crate) fn quantile(&self, q: f64) -> f64 {
        self.ticks.value_at_quantile(q) as f64 * self.tick
    }

    /// All of them in one. There is at least one.
    pub(crate) fn merge(parts: &[Responses]) -> Responses {
        let mut merged = parts[0].clone();
        for part in &parts[1..] {
            merged.ticks.add(&part.ticks).expect("it grows");
        }
        merged
    }
}
