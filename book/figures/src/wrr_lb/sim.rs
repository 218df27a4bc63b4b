//! A simulation of servers that do one request after the other, in virtual time.
//!
//! Everything follows from a seed: when requests come, and how long each takes.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use clock::{Clock, ManualClock, Nanos};
use wrr_lb::Request;
use wrr_lb::cluster::{Cluster, ClusterConfig, Lease};

use crate::FigureError;

/// splitmix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A time until something that happens at random, once in `mean` on average.
    pub fn wait(&mut self, mean: f64) -> u64 {
        let part = ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        (-part.ln() * mean) as u64
    }
}

/// Queues, one a server: when each is through with all that it has.
pub struct Queues {
    free: Vec<u64>,
    /// When requests end, where, and their numbers.
    ends: BinaryHeap<Reverse<(u64, usize, u64)>>,
    sent: u64,
}

impl Queues {
    pub fn new(servers: usize) -> Self {
        Queues {
            free: vec![0; servers],
            ends: BinaryHeap::new(),
            sent: 0,
        }
    }

    /// The next request that ends until `now`: when, where, and its number.
    pub fn ended(&mut self, now: u64) -> Option<(u64, usize, u64)> {
        self.ends.peek().filter(|Reverse((end, ..))| *end <= now)?;
        self.ends.pop().map(|Reverse(next)| next)
    }

    /// Sends a request that takes `work`; returns its number, and when it will end.
    pub fn send(&mut self, server: usize, now: u64, work: u64) -> (u64, u64) {
        let end = self.free[server].max(now) + work;
        self.free[server] = end;
        self.sent += 1;
        self.ends.push(Reverse((end, server, self.sent)));
        (self.sent, end)
    }
}

/// What became of a request.
#[derive(Clone, Copy)]
pub struct Done {
    /// When it came.
    pub at: Duration,
    pub server: usize,
    pub latency: Duration,
}

/// Requests to a cluster whose endpoints are the servers of these numbers.
pub struct Run {
    pub cluster: Cluster<usize, ManualClock>,
    clock: ManualClock,
    queues: Queues,
    random: Random,
    leases: HashMap<u64, (Lease<usize>, u64)>,
    pub done: Vec<Done>,
}

impl Run {
    /// With a cluster of so many endpoints, and room for one more.
    pub fn new(config: ClusterConfig, endpoints: usize) -> Result<Self, FigureError> {
        let clock = ManualClock::new();
        let cluster = Cluster::with_clock(config, clock.clone())?;
        cluster.set((0..endpoints).map(|number| (number.to_string(), 1, number)))?;
        Ok(Run {
            cluster,
            clock,
            queues: Queues::new(endpoints + 1),
            random: Random::new(7),
            leases: HashMap::new(),
            done: Vec::new(),
        })
    }

    /// Sends requests until a time, one every `gap` on average. The time that each takes is random,
    /// with a mean that `work` says of when it begins and of its server.
    pub fn until(
        &mut self,
        end: Duration,
        gap: Duration,
        mut work: impl FnMut(Duration, usize) -> Duration,
    ) {
        let mut tick = self.clock.now();
        loop {
            let wait = self.random.wait(gap.as_nanos() as f64);
            let now = self.clock.now() + Duration::from_nanos(wait);
            if now.since_zero() >= end {
                return;
            }
            self.finish(now);
            if now - tick >= Duration::from_millis(100) {
                tick = now;
                self.cluster.tick();
            }
            let Some(lease) = self.cluster.pick(Request::default()) else {
                continue;
            };
            let (at, server) = (now.since_zero(), *lease.data());
            // What it takes is decided when its turn comes.
            let begins = Duration::from_nanos(self.queues.free[server].max(now.0));
            let mean = work(begins, server).as_nanos() as f64;
            let time = self.random.wait(mean);
            let (number, end) = self.queues.send(server, now.0, time);
            self.done.push(Done {
                at,
                server,
                latency: Nanos(end) - now,
            });
            self.leases.insert(number, (lease, now.0));
        }
    }

    /// Moves the clock to `now`, and ends what ends until then.
    fn finish(&mut self, now: Nanos) {
        while let Some((end, _, number)) = self.queues.ended(now.0) {
            self.clock.advance(Nanos(end) - self.clock.now());
            if let Some((lease, began)) = self.leases.remove(&number) {
                lease.success(Duration::from_nanos(end - began));
            }
        }
        self.clock.advance(now - self.clock.now());
    }
}

/// The latency that a part of the requests does not exceed, in milliseconds. Zero if there is none.
pub fn quantile(done: impl Iterator<Item = Done>, part: f64) -> f64 {
    let mut latencies: Vec<Duration> = done.map(|done| done.latency).collect();
    latencies.sort_unstable();
    let at = (latencies.len() as f64 * part) as usize;
    latencies
        .get(at)
        .map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
}
