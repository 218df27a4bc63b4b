//! A server with a queue, in simulated time, to see what an algorithm makes of it.
//!
//! Requests arrive at random at a mean rate, more than the server can do. The limiter under test
//! (the real one, on a clock that the simulation moves) lets some in; the rest are refused. Those
//! inside are worked on by `workers` at a time, first come first served. Whoever has waited for
//! `timeout` gives up, but the server does not know and does the work all the same, which is what
//! makes overload so expensive. For a while, in the middle, the server is slower.
//!
//! ```
//! use std::time::Duration;
//! use rate_limiter::concurrency::{Aimd, sim::Scenario};
//!
//! let scenario = Scenario::default();
//! let aimd = Aimd::new(1, 1000)?.timeout(scenario.timeout);
//! let series = scenario.run(aimd);
//! let last = series.last().unwrap();
//! assert!(last.answered > 0 && last.limit > 10);
//! # Ok::<(), rate_limiter::ConfigError>(())
//! ```
//!
//! # Invariants
//!
//! - The same scenario and algorithm give the same series, bit for bit.
//!
//! # Complexity
//!
//! O(log n) for an arrival, where n is how many are in flight.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use clock::{Clock, ManualClock, Nanos};

use super::{ConcurrencyLimiter, Limit, Permit};

/// A load and a server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scenario {
    /// How many requests the server works on at a time.
    pub workers: u32,
    /// How long it works on one.
    pub service: Duration,
    /// How many requests arrive in a second, on average.
    pub arrivals_per_second: f64,
    /// How long a client waits for an answer.
    pub timeout: Duration,
    /// From when the server is slow.
    pub slow_from: Duration,
    /// Until when it is.
    pub slow_until: Duration,
    /// How many times longer it works on a request while it is slow.
    pub slow_factor: f64,
    /// How long the simulation lasts.
    pub length: Duration,
    /// How far apart the points of the series are.
    pub every: Duration,
    /// Where the random numbers start.
    pub seed: u64,
}

/// 20 workers that take 20 ms each, so 1000 requests a second with 20 in flight; 1500 a second
/// come, and wait 100 ms. From 60 s to 120 s of 180 s the server takes twice as long.
impl Default for Scenario {
    fn default() -> Self {
        Scenario {
            workers: 20,
            service: Duration::from_millis(20),
            arrivals_per_second: 1500.0,
            timeout: Duration::from_millis(100),
            slow_from: Duration::from_secs(60),
            slow_until: Duration::from_secs(120),
            slow_factor: 2.0,
            length: Duration::from_secs(180),
            every: Duration::from_millis(500),
            seed: 1,
        }
    }
}

/// How it went between this point and the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// When this was.
    pub at: Duration,
    /// The limit at that moment.
    pub limit: u32,
    /// How many were in flight at that moment.
    pub inflight: u32,
    /// How many requests were answered in time.
    pub answered: u32,
    /// How many gave up waiting.
    pub timed_out: u32,
    /// How many were not let in.
    pub rejected: u32,
    /// The mean latency of those that were answered; zero if none was.
    pub latency: Duration,
}

impl Scenario {
    /// Runs the load through a limiter with this algorithm.
    pub fn run(&self, limit: impl Limit + 'static) -> Vec<Point> {
        Run::new(self, limit).series()
    }

    /// How long the server works on a request that it begins at `at`.
    fn service_at(&self, at: Nanos) -> Duration {
        let slow = (self.slow_from..self.slow_until).contains(&at.since_zero());
        self.service
            .mul_f64(if slow { self.slow_factor } else { 1.0 })
    }
}

/// A request in flight ends: when, which (this makes the order of equal times certain), and whether
/// its client has given up by then.
type End = Reverse<(Nanos, u64, bool)>;

struct Run<'a> {
    scenario: &'a Scenario,
    clock: ManualClock,
    limiter: ConcurrencyLimiter<ManualClock>,
    random: u64,
    /// When each worker has done all that it was given.
    free: BinaryHeap<Reverse<Nanos>>,
    ends: BinaryHeap<End>,
    /// The permits of those in flight, with when they came.
    inside: HashMap<u64, (Permit<ManualClock>, Nanos)>,
    arrivals: u64,
    point: Point,
    latencies: Duration,
}

impl<'a> Run<'a> {
    fn new(scenario: &'a Scenario, limit: impl Limit + 'static) -> Self {
        let clock = ManualClock::new();
        Run {
            scenario,
            limiter: ConcurrencyLimiter::with_clock(limit, clock.clone()),
            clock,
            random: scenario.seed,
            free: (0..scenario.workers.max(1))
                .map(|_| Reverse(Nanos::ZERO))
                .collect(),
            ends: BinaryHeap::new(),
            inside: Default::default(),
            arrivals: 0,
            point: Point::default(),
            latencies: Duration::ZERO,
        }
    }

    fn series(mut self) -> Vec<Point> {
        let mut points = Vec::new();
        let mut arrival = Nanos::ZERO + self.gap();
        let mut mark = Nanos::ZERO + self.scenario.every;
        let length = Nanos::ZERO + self.scenario.length;
        while mark <= length {
            let end = self.ends.peek().map_or(Nanos::MAX, |Reverse((at, ..))| *at);
            let next = arrival.min(end).min(mark);
            self.clock.advance(next - self.clock.now());
            // Whoever leaves makes room for who comes at the same moment.
            if next == end {
                self.end();
            } else if next == arrival {
                self.arrive();
                arrival = arrival + self.gap();
            } else {
                points.push(self.measure());
                mark = mark + self.scenario.every;
            }
        }
        points
    }

    fn arrive(&mut self) {
        let Some(permit) = self.limiter.try_acquire() else {
            self.point.rejected += 1;
            return;
        };
        let now = self.clock.now();
        // There is always a worker: `new` made at least one, and each is put back at once.
        let Reverse(free) = self.free.pop().unwrap_or(Reverse(now));
        let start = free.max(now);
        let done = start + self.scenario.service_at(start);
        self.free.push(Reverse(done));

        let gives_up = now + self.scenario.timeout;
        self.arrivals += 1;
        self.inside.insert(self.arrivals, (permit, now));
        self.ends.push(Reverse((
            done.min(gives_up),
            self.arrivals,
            done > gives_up,
        )));
    }

    fn end(&mut self) {
        let Some(Reverse((at, id, gave_up))) = self.ends.pop() else {
            return;
        };
        let Some((permit, since)) = self.inside.remove(&id) else {
            return;
        };
        if gave_up {
            self.point.timed_out += 1;
            permit.dropped();
        } else {
            self.point.answered += 1;
            self.latencies += at - since;
            permit.success();
        }
    }

    fn measure(&mut self) -> Point {
        let latencies = std::mem::take(&mut self.latencies);
        let point = std::mem::take(&mut self.point);
        Point {
            at: self.clock.now().since_zero(),
            limit: self.limiter.limit(),
            inflight: self.limiter.inflight(),
            latency: latencies.checked_div(point.answered).unwrap_or_default(),
            ..point
        }
    }

    /// Until the next arrival: exponential, as of many clients that know nothing of each other.
    fn gap(&mut self) -> Duration {
        // splitmix64
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        // In (0, 1], from the upper 53 bits.
        let unit = ((bits >> 11) + 1) as f64 / (1u64 << 53) as f64;
        let seconds = -unit.ln() / self.scenario.arrivals_per_second;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }
}
