//! How long requests wait: by theory, and by trying it out.
//!
//! The problem: a service was fine at 70 % of what it can do, and is unusable at 90 %. How a
//! waiting line grows with the load, with the number of servers and with the variety of requests is
//! no matter of taste, and can be known beforehand.
//!
//! The idea: two halves that check each other.
//!
//! | | what it knows | what it assumes |
//! |---|---|---|
//! | [`theory`] | formulas, in a microsecond | requests that come at random, and more |
//! | [`sim`] | what happened to some hundred thousand requests | nothing that you do not say |
//!
//! Where both have an answer, the crate's tests demand that it be the same. Where theory has none,
//! because arrivals come in bursts or each server has a line of its own, there is the simulator.
//!
//! # Units
//!
//! Times are `f64`, in whatever unit you like, and rates are per that unit: seconds and requests a
//! second, as a rule. They are not `Duration`, because nearly everything here multiplies times by
//! rates or divides one by another, of which `Duration` knows nothing; because a `Duration` is
//! rounded to nanoseconds, so that sums of times would not be exactly what Little's law says; and
//! because it is often best to take the service time as the unit, and to have all results in
//! multiples of it.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod error;
pub mod sim;
pub mod theory;

pub use error::Error;
