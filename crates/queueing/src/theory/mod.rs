//! What can be computed without running anything.
//!
//! The problem: one wants to know how long requests will wait at a load that one has not seen yet.
//! The idea: if it is known how they come and how long they take, the average line follows, because
//! in the long run a state is left as often as it is entered. What is assumed is in the name, as D.
//! G. Kendall wrote it in 1953: how they come, how long they take, how many servers, and how much
//! room.
//!
//! | | arrivals | service times | servers | room | |
//! |---|---|---|---|---|---|
//! | [`Mm1`] | at random (Poisson) | exponential | 1 | endless | exact |
//! | [`Mmc`] | at random | exponential | c | endless | exact |
//! | [`Mmck`] | at random | exponential | c | K in all | exact |
//! | [`Mg1`] | at random | any, by their variability | 1 | endless | exact means |
//! | [`kingman`] | any, by their variability | any, by their variability | 1 | endless | an approximation |
//!
//! All of them serve who came first, and describe the long run at a load that does not change.
//! [`little`] assumes nothing at all.
//!
//! # Invariants
//!
//! - What was constructed has an answer: numbers are finite, and lines are stable. No method gives
//!   a NaN.
//! - `L = λW` and `Lq = λWq` hold between the results, by construction.
//!
//! # Complexity
//!
//! Constant, but for the O(c) steps of Erlang's recurrence when a queue with c servers is made, and
//! some fifty evaluations for a quantile of [`Mmc`].
//!
//! # Left out
//!
//! Priorities, networks of queues, closed systems (whose users wait for their answer before they
//! ask again): see Harchol-Balter, *Performance Modeling and Design of Computer Systems* (2013),
//! where the formulas here are derived.

mod erlang;
pub mod little;
mod mg1;
mod mm1;
mod mmc;
mod mmck;
mod size;

pub use erlang::{erlang_b, erlang_c};
pub use mg1::{Mg1, kingman};
pub use mm1::Mm1;
pub use mmc::Mmc;
pub use mmck::Mmck;
pub use size::{MOST_SERVERS, Target, servers_for};

use crate::error::{Error, positive, within};

/// What every queue knows of itself.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Load {
    arrival_rate: f64,
    service_time: f64,
    servers: u32,
}

impl Load {
    fn new(arrival_rate: f64, service_time: f64, servers: u32) -> Result<Self, Error> {
        if servers == 0 {
            return Err(Error::NoServers);
        }
        let load = Load {
            arrival_rate: positive("arrival rate", arrival_rate)?,
            service_time: positive("service time", service_time)?,
            servers,
        };
        // Two fine numbers may have a product or a quotient that is none.
        positive("product of arrival rate and service time", load.offered())?;
        positive("capacity", load.capacity())?;
        Ok(load)
    }

    /// The same, if the line does not grow for ever.
    fn stable(self) -> Result<Self, Error> {
        // Of two ways to compute the same, neither may be 1 by rounding: there are divisions by
        // both.
        if self.utilisation() < 1.0 && self.arrival_rate < self.capacity() {
            Ok(self)
        } else {
            Err(Error::Unstable {
                arrival_rate: self.arrival_rate,
                capacity: self.capacity(),
            })
        }
    }

    /// In erlangs: how many servers would be busy if there were enough.
    fn offered(&self) -> f64 {
        little::in_system(self.arrival_rate, self.service_time)
    }

    fn capacity(&self) -> f64 {
        f64::from(self.servers) / self.service_time
    }

    fn utilisation(&self) -> f64 {
        self.offered() / f64::from(self.servers)
    }
}

/// A quantile that a distribution without a greatest value has.
fn quantile(value: f64) -> Result<f64, Error> {
    within("quantile", value, 0.0, 1.0 - f64::EPSILON)
}
