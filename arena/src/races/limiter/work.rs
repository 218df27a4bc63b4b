//! What limiters are put through.

use std::hint::black_box;

use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::contender::{Direct, Key, Keyed, Quota, check_direct, check_keyed};
use crate::harness::{Turn, growth};

/// Operations of one call of a measured closure: tens of microseconds.
const BATCH: usize = 4_096;

/// Length of a sequence of keys: long enough not to be learned.
const SEQUENCE: usize = 1 << 16;

/// Keys that are asked about.
const KEYS: u64 = 10_000;

/// What every question is answered with.
#[derive(Clone, Copy)]
pub enum Answer {
    Admitted,
    Denied,
}

impl Answer {
    /// The workload's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admitted => "admit",
            Self::Denied => "deny",
        }
    }

    /// In words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Admitted => "all admitted",
            Self::Denied => "all denied",
        }
    }

    fn quota(self) -> Quota {
        match self {
            Self::Admitted => Quota::Plenty,
            Self::Denied => Quota::Hourly(1),
        }
    }

    fn assert(self, admitted: usize, asked: usize, name: &str) {
        match self {
            Self::Admitted => assert_eq!(admitted, asked, "{name} denies"),
            Self::Denied => assert_eq!(admitted, 0, "{name} admits"),
        }
    }
}

/// Questions to one limiter.
#[derive(Clone, Copy)]
pub struct Check {
    /// Threads at once.
    pub threads: u32,
    /// What each is told.
    pub answer: Answer,
}

impl Check {
    /// Does the work on an `L` and measures it.
    pub fn run<L: Direct>(self, turn: &mut Turn) {
        check_direct::<L>();
        let limiter = L::of(self.answer.quota());
        limiter.check();
        let workers = (0..self.threads).map(|_| {
            || {
                let admitted = (0..BATCH).filter(|_| limiter.check()).count();
                self.answer.assert(admitted, BATCH, L::WHO.name);
            }
        });
        let workers = workers.collect();
        turn.together(BATCH as u64, workers);
    }
}

/// Questions to a limiter of keys.
#[derive(Clone, Copy)]
pub struct CheckKeys {
    /// Threads at once.
    pub threads: u32,
    /// What each is told.
    pub answer: Answer,
}

impl CheckKeys {
    /// Does the work on an `L` and measures it.
    pub fn run<K: Key, L: Keyed<K>>(self, turn: &mut Turn) {
        check_keyed::<K, L>();
        let limiter = L::of(self.answer.quota());
        let keys: Vec<K> = (0..KEYS).map(K::of).collect();
        for key in &keys {
            limiter.check(key);
        }
        let workers = (0..self.threads).map(|thread| {
            let mut random = StdRng::seed_from_u64(turn.seed() + (u64::from(thread) << 32));
            let draw = |_| random.random_range(0..KEYS as u32);
            let numbers: Vec<u32> = (0..SEQUENCE).map(draw).collect();
            let (limiter, keys) = (&limiter, &keys);
            let mut next = 0;
            move || {
                let batch = black_box(&numbers[next..next + BATCH]);
                next = (next + BATCH) % SEQUENCE;
                let is_admitted = |&&number: &&u32| limiter.check(&keys[number as usize]);
                let admitted = batch.iter().filter(is_admitted).count();
                self.answer.assert(admitted, BATCH, L::WHO.name);
            }
        });
        let workers = workers.collect();
        turn.together(BATCH as u64, workers);
    }
}

/// Keys that come once.
pub struct Memory;

impl Memory {
    /// Does the work on an `L` and measures it, and what it keeps of it.
    pub fn run<L: Keyed<u64>>(self, turn: &mut Turn) {
        check_keyed::<u64, L>();
        let strangers = if turn.quick() { 100_000 } else { 1_000_000 };
        let (limiter, bytes) = growth(|| {
            let limiter = L::of(Quota::Plenty);
            turn.once(strangers, || {
                let admitted = (0..strangers).filter(|&number| limiter.check(&u64::of(number)));
                assert_eq!(admitted.count() as u64, strangers, "{} denies", L::WHO.name);
            });
            limiter
        });
        drop(limiter);
        turn.record("bytes_per_key", bytes as f64 / strangers as f64);
    }
}
