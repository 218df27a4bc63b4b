//! What histograms are put through.

use std::hint::black_box;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, LogNormal};

use super::contender::{Correcting, Shared, Solo, check, check_correcting, check_shared};
use crate::harness::{Turn, growth};

/// Operations of one call of a measured closure: tens of microseconds.
const BATCH: usize = 8_192;

/// Length of a sequence of values: long enough not to be learned.
const SEQUENCE: usize = 1 << 17;

/// Values in a histogram that is asked or merged.
const RECORDED: usize = 1_000_000;

/// Machines whose histograms of one minute are merged.
const MACHINES: usize = 16;

/// Microseconds between the requests of a tester who waits for answers.
const INTERVAL: u64 = 10_000;

/// How values are distributed.
#[derive(Clone, Copy)]
pub enum Values {
    /// Each up to a second as likely as the other.
    Uniform,
    /// As latencies are: a median of a millisecond, one in a thousand above 20.
    LogNormal,
    /// The same, but one in a thousand is a stall of up to two seconds.
    Stalls,
}

impl Values {
    /// The workload's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::LogNormal => "lognormal",
            Self::Stalls => "stalls",
        }
    }

    /// In words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Uniform => "values uniform up to a second",
            Self::LogNormal => "latencies: log-normal about a millisecond",
            Self::Stalls => {
                "latencies about a millisecond, one in a thousand a stall of up to two seconds"
            }
        }
    }

    fn draw(self, count: usize, seed: u64) -> Vec<u64> {
        let mut random = StdRng::seed_from_u64(seed);
        let latency = LogNormal::new(1_000_f64.ln(), 1.0).expect("the shape is positive");
        let draw = |_| match self {
            Self::Uniform => random.random_range(0..1_000_000),
            Self::Stalls if random.random_range(0..1_000) == 0 => random.random_range(0..2_000_000),
            Self::LogNormal | Self::Stalls => latency.sample(&mut random) as u64,
        };
        (0..count).map(draw).collect()
    }
}

/// A histogram of so many of these values.
fn recorded<H: Solo>(values: Values, count: usize, seed: u64) -> H {
    let mut histogram = H::empty();
    for value in values.draw(count, seed) {
        histogram.record(value);
    }
    histogram
}

/// Goes round a sequence of values.
fn batches<'a>(values: &'a [u64]) -> impl FnMut() -> &'a [u64] {
    let mut next = 0;
    move || {
        let batch = black_box(&values[next..next + BATCH]);
        next = (next + BATCH) % SEQUENCE;
        batch
    }
}

/// Records.
pub fn record<H: Solo>(values: Values, turn: &mut Turn) {
    check::<H>();
    let values = values.draw(SEQUENCE, turn.seed());
    let mut batch = batches(&values);
    let mut histogram = H::empty();
    turn.iterate(BATCH as u64, || {
        batch().iter().for_each(|&value| histogram.record(value));
    });
    black_box(histogram.quantile(0.5));
}

/// Records, and fills in what was missed.
pub fn record_correct<H: Correcting>(turn: &mut Turn) {
    check_correcting::<H>();
    let values = Values::Stalls.draw(SEQUENCE, turn.seed());
    let mut batch = batches(&values);
    let mut histogram = H::empty();
    turn.iterate(BATCH as u64, || {
        batch()
            .iter()
            .for_each(|&value| histogram.record_correct(value, INTERVAL));
    });
    black_box(histogram.quantile(0.5));
}

/// Asks for a quantile.
pub fn quantile<H: Solo>(quantile: f64, turn: &mut Turn) {
    check::<H>();
    let histogram: H = recorded(Values::LogNormal, RECORDED, turn.seed());
    turn.iterate(16, || {
        for _ in 0..16 {
            black_box(histogram.quantile(black_box(quantile)));
        }
    });
}

/// Adds up the histograms of several machines.
pub fn merge<H: Solo>(turn: &mut Turn) {
    check::<H>();
    let machine = |number| {
        recorded(
            Values::LogNormal,
            RECORDED / MACHINES,
            turn.seed() + number as u64,
        )
    };
    let machines: Vec<H> = (0..MACHINES).map(machine).collect();
    turn.replay(MACHINES as u64, H::empty, |sum| {
        machines.iter().for_each(|machine| sum.merge(machine));
    });
}

/// Records from several threads at once.
pub fn shared<H: Shared>(threads: u32, turn: &mut Turn) {
    check_shared::<H>();
    let mut histogram = H::empty();
    let workers = (0..threads).map(|thread| {
        let seed = turn.seed() + (u64::from(thread) << 32);
        let values = Values::LogNormal.draw(SEQUENCE, seed);
        let mut handle = histogram.handle();
        let mut next = 0;
        move || {
            let batch = black_box(&values[next..next + BATCH]);
            next = (next + BATCH) % SEQUENCE;
            batch
                .iter()
                .for_each(|&value| H::record(&mut handle, value));
        }
    });
    let workers = workers.collect();
    turn.together(BATCH as u64, workers);
    assert!(histogram.total() > 0, "{} has forgotten", H::WHO.name);
}

/// Counts the bytes of a histogram with latencies in it.
pub fn memory<H: Solo>(turn: &mut Turn) {
    check::<H>();
    let values = Values::LogNormal.draw(RECORDED, turn.seed());
    let (histogram, bytes) = growth(|| {
        let mut histogram = H::empty();
        values.iter().for_each(|&value| histogram.record(value));
        histogram
    });
    drop(histogram);
    turn.record("histogram_bytes", (bytes + size_of::<H>()) as f64);
}
