//! How long the circuit stays open, and until when.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use clock::Nanos;

use crate::Config;
use crate::sync::AtomicU64;

/// The waits of a breaker that keeps failing its trials: each is the one before times a factor, up
/// to a bound, and drawn from a share of it to either side.
pub(crate) struct Waits {
    first: Duration,
    factor: f64,
    most: Duration,
    jitter: f64,
    seed: u64,
}

impl Waits {
    pub(crate) fn new(config: &Config, seed: u64) -> Self {
        Waits {
            first: config.wait_in_open,
            factor: f64::from(config.wait_multiplier),
            most: config.max_wait_in_open.unwrap_or(Duration::MAX),
            jitter: f64::from(config.jitter),
            seed,
        }
    }

    // ANCHOR: wait
    /// The wait of an epoch, after the trials failed `reopened` times. It depends on nothing else,
    /// so threads that compute it for the same epoch agree.
    pub(crate) fn after(&self, reopened: u32, epoch: u64) -> Duration {
        let grown = self.first.as_secs_f64() * self.factor.powi(reopened as i32);
        let bounded = grown.min(self.most.as_secs_f64());
        let unit = (mix(self.seed ^ epoch) >> 11) as f64 / (1u64 << 53) as f64; // 0 ≤ unit < 1
        let drawn = bounded * (1.0 + self.jitter * (2.0 * unit - 1.0));
        Duration::try_from_secs_f64(drawn)
            .unwrap_or(Duration::MAX)
            .min(self.most)
    }
    // ANCHOR_END: wait
}

/// SplitMix64's finalizer: neighbours in, strangers out.
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// When the present epoch ends by itself, if it does.
///
/// ```text
///  63     48 47                              0
/// ┌─────────┬─────────────────────────────────┐
/// │ epoch   │ microseconds, rounded up        │
/// └─────────┴─────────────────────────────────┘
/// ```
///
/// It does not fit the state word, so it is set after the transition; but any thread that needs it
/// sets it, so nobody depends on the one that made the transition being awake. The lowest 16 bits
/// of the epoch say whose it is: a thread that comes too late finds a later epoch there, and leaves
/// it. 48 bits of microseconds are 8.9 years of the clock; what lies beyond ends then.
pub(crate) struct Deadline(AtomicU64);

const MICROS: u32 = 48;
const NANOS_PER_MICRO: u64 = 1_000;

impl Deadline {
    pub(crate) fn new(at: Nanos) -> Self {
        Deadline(AtomicU64::new(pack(0, at)))
    }

    // ANCHOR: deadline
    /// The deadline of an epoch. The first to ask sets it.
    pub(crate) fn get_or_set(&self, epoch: u64, at: impl FnOnce() -> Nanos) -> Nanos {
        // Relaxed: the value carries its epoch with it, and publishes nothing else.
        let seen = self.0.load(Relaxed);
        if age(epoch, seen) == 0 {
            return unpack(seen);
        }
        let mine = pack(epoch, at());
        if age(epoch, seen) > 0 {
            match self.0.compare_exchange(seen, mine, Relaxed, Relaxed) {
                Err(newer) if age(epoch, newer) == 0 => return unpack(newer),
                _ => {}
            }
        }
        unpack(mine)
    }
    // ANCHOR_END: deadline

    /// Sets the deadline of an epoch, whatever it was, unless a later epoch has begun.
    pub(crate) fn set(&self, epoch: u64, at: Nanos) {
        let mut seen = self.0.load(Relaxed);
        while age(epoch, seen) >= 0 {
            let mine = pack(epoch, at);
            match self.0.compare_exchange(seen, mine, Relaxed, Relaxed) {
                Ok(_) => return,
                Err(newer) => seen = newer,
            }
        }
    }
}

fn pack(epoch: u64, at: Nanos) -> u64 {
    let micros = at.0.div_ceil(NANOS_PER_MICRO).min((1 << MICROS) - 1);
    epoch << MICROS | micros
}

fn unpack(deadline: u64) -> Nanos {
    Nanos((deadline & ((1 << MICROS) - 1)) * NANOS_PER_MICRO)
}

/// By how many epochs a deadline is older than `epoch`; less than zero if it is younger.
fn age(epoch: u64, deadline: u64) -> i16 {
    (epoch as u16).wrapping_sub((deadline >> MICROS) as u16) as i16
}
