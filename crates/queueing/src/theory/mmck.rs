//! Several servers and a line that ends.
//!
//! The problem: a queue with a bound, as every queue should have; how much is turned away, and how
//! long do the others wait? The idea: Erlang's recurrence does not have to stop at the last server.
//! A place in line is one more state, in which no more are served than in the one before. And when
//! it is known how often each size is full, the mean follows in the same steps: with one place
//! more, the system is either full or behaves as the smaller one.
//!
//! There is always an answer, at any load: a bound makes a queue stable.

use super::{Load, erlang, little};
use crate::error::Error;

/// M/M/c/K: Poisson arrivals, exponential service times, c servers, and room for a number of
/// requests in line; who finds no room is lost.
///
/// ```
/// use queueing::theory::Mmck;
///
/// // Twice what the server can do. Half is lost; the rest waits behind a line that is always full.
/// let queue = Mmck::new(200.0, 0.010, 1, 10)?;
/// assert!((queue.loss() - 0.5).abs() < 0.001);
/// assert!((queue.wait() - 0.090).abs() < 0.001);
/// # Ok::<(), queueing::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mmck {
    load: Load,
    loss: f64,
    in_system: f64,
}

impl Mmck {
    /// A queue at which `arrival_rate` requests come in a unit of time, which take one of `servers`
    /// for `service_time` each, and of which up to `room` may wait in line. Without room it is
    /// Erlang's loss system.
    ///
    /// # Errors
    ///
    /// [`Error::NotPositive`], [`Error::NoServers`].
    ///
    /// # Complexity
    ///
    /// O(servers + room).
    // ANCHOR: new
    pub fn new(
        arrival_rate: f64,
        service_time: f64,
        servers: u32,
        room: u32,
    ) -> Result<Self, Error> {
        let load = Load::new(arrival_rate, service_time, servers)?;
        let (mut loss, mut in_system) = (1.0, 0.0);
        for inside in 1..=u64::from(servers) + u64::from(room) {
            let busy = inside.min(u64::from(servers));
            loss = erlang::full(loss, load.offered(), busy as f64);
            in_system = (1.0 - loss) * in_system + loss * inside as f64;
        }
        Ok(Mmck {
            load,
            loss,
            in_system,
        })
    }
    // ANCHOR_END: new

    /// The share of requests that find no room.
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// Requests served in a unit of time.
    pub fn throughput(&self) -> f64 {
        self.load.arrival_rate * (1.0 - self.loss)
    }

    /// The share of time during which a server is busy.
    pub fn utilisation(&self) -> f64 {
        little::in_system(self.throughput(), self.load.service_time) / f64::from(self.load.servers)
    }

    /// L, how many are in line and in service on average.
    pub fn in_system(&self) -> f64 {
        self.in_system
    }

    /// Lq, how many are in line on average.
    pub fn in_queue(&self) -> f64 {
        let busy = self.utilisation() * f64::from(self.load.servers);
        (self.in_system - busy).max(0.0)
    }

    /// W, the mean time from arrival to answer of those who were not lost.
    pub fn response(&self) -> f64 {
        self.wait() + self.load.service_time
    }

    /// Wq, the mean time in line of those who were not lost.
    pub fn wait(&self) -> f64 {
        match self.throughput() {
            0.0 => 0.0, // less than an f64 can tell from none
            throughput => little::time(self.in_queue(), throughput),
        }
    }
}
