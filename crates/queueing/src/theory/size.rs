//! How many servers a promise takes.
//!
//! The problem: *99 % of the requests within 100 ms*; how many servers? The idea: with one more
//! server fewer wait, and those for a shorter time, so the first number that keeps the promise is
//! the answer. Erlang's recurrence passes every number of servers on its way, so that looking at
//! all of them costs no more than looking at the last.
//!
//! # Complexity
//!
//! O(answer).

use super::{Load, Mmc, erlang, quantile};
use crate::error::{Error, positive};

/// The most servers that [`servers_for`] looks at.
pub const MOST_SERVERS: u32 = 1 << 24;

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// A share `quantile` of the requests waits in line for no longer than `time`.
    Wait {
        /// Below 1.
        quantile: f64,
        /// In the unit of the service time.
        time: f64,
    },
    /// A share `quantile` of the requests is answered within `time`.
    Response {
        /// Below 1.
        quantile: f64,
        /// In the unit of the service time.
        time: f64,
    },
}

/// The fewest servers with one line, at Poisson arrivals and exponential service times, that keep a
/// promise.
///
/// # Errors
///
/// [`Error::NotPositive`]; [`Error::OutOfRange`] for a quantile that is not in `0..1`;
/// [`Error::OutOfReach`] if the service alone takes longer than promised;
/// [`Error::TooManyServers`].
///
/// ```
/// use queueing::theory::{Target, servers_for};
///
/// // 1000 requests a second of 20 ms keep 20 servers busy; 23 answer 99 % of them within 100 ms.
/// let promise = Target::Response { quantile: 0.99, time: 0.100 };
/// assert_eq!(servers_for(1000.0, 0.020, promise)?, 23);
/// # Ok::<(), queueing::Error>(())
/// ```
pub fn servers_for(arrival_rate: f64, service_time: f64, target: Target) -> Result<u32, Error> {
    let later = check(service_time, target)?;
    let offered = Load::new(arrival_rate, service_time, 1)?.offered();
    // ANCHOR: search
    let mut lost = 1.0;
    for servers in 1..=MOST_SERVERS {
        lost = erlang::full(lost, offered, f64::from(servers));
        let queue = match Mmc::with_loss(arrival_rate, service_time, servers, lost) {
            Ok(queue) => queue,
            Err(Error::Unstable { .. }) => continue,
            Err(error) => return Err(error),
        };
        let longer = match target {
            Target::Wait { time, .. } => queue.wait_longer(time),
            Target::Response { time, .. } => queue.response_longer(time),
        };
        if longer <= later {
            return Ok(servers);
        }
    }
    Err(Error::TooManyServers { most: MOST_SERVERS })
    // ANCHOR_END: search
}

/// The share of requests that may be later, if the promise can be kept at all.
fn check(service_time: f64, target: Target) -> Result<f64, Error> {
    let (Target::Wait { quantile: q, time } | Target::Response { quantile: q, time }) = target;
    let later = 1.0 - quantile(q)?;
    let service_time = positive("service time", service_time)?;
    match target {
        Target::Wait { .. } if time == 0.0 => {}
        _ => drop(positive("time that is promised", time)?),
    }
    let least = -later.ln() * service_time;
    if matches!(target, Target::Response { .. }) && time <= least {
        return Err(Error::OutOfReach {
            target: time,
            least,
        });
    }
    Ok(later)
}
