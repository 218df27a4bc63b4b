//! Numbers that know what they count.
//!
//! A mistaken estimate is seldom a mistaken multiplication. It is bits that were taken for bytes, a
//! day's total that was taken for a second's, or a price for a gigabyte that was multiplied by a
//! number of gibibytes. So a number here has a type for what it counts, and only what has a meaning
//! can be computed:
//!
//! ```text
//! Count × Rate = Rate           people × what each does a day
//! Rate × Bytes = Bandwidth      requests a second × their size
//! Bandwidth × Time = Bytes      what comes in × for how long
//! Bytes + Rate                  does not compile
//! ```
//!
//! [`relations`](self) are a table of their own, `relations.rs`; reading and writing are
//! `parse.rs` and `display.rs`.
//!
//! # Invariants
//!
//! Within, everything is in seconds, bytes and dollars, so that a product of two values is the
//! value of the product. Kilobytes, days and bits are a matter of reading and writing.
//!
//! # Why `f64`
//!
//! Inputs are known to a digit or two, and a plan goes from a thousandth of a cent to exabytes. An
//! `f64` has sixteen digits at any size; a `u128` would be exact, about numbers that nobody knows
//! exactly, and overflow would be a panic or a wrong answer. What is too large for an `f64` becomes
//! infinite, which a plan refuses with a message.

mod display;
mod parse;
mod relations;
mod symbol;
mod unit;

use std::cmp::Ordering;
use std::marker::PhantomData;

pub use display::show;
pub use parse::{Parsed, QuantityError};
pub(crate) use relations::{Over, Times};
pub use unit::{Dimension, Unit, units};

/// A number of `U`s, in that unit's base: seconds, bytes, dollars.
pub struct Quantity<U> {
    value: f64,
    unit: PhantomData<U>,
}

/// How many: people, servers, posts.
pub type Count = Quantity<units::Count>;
/// A part of something, or a multiple: `20 %`, `3x`.
pub type Ratio = Quantity<units::Ratio>;
/// How long. A month is a twelfth of a year, and a year has 365 days.
pub type Time = Quantity<units::Time>;
/// How many in a time: `100/day`, `4 k/s`.
pub type Rate = Quantity<units::Rate>;
/// How much to store: `500 B`, `200 KB`, `16 TiB`.
pub type Bytes = Quantity<units::Bytes>;
/// How much to send in a time, written in bits: `10 Gbit/s`.
pub type Bandwidth = Quantity<units::Bandwidth>;
/// Dollars.
pub type Money = Quantity<units::Money>;
/// Dollars in a time: `$150/month`.
pub type Cost = Quantity<units::Cost>;
/// Dollars for bytes that are sent: `$0.05/GB`.
pub type TrafficPrice = Quantity<units::TrafficPrice>;
/// Dollars for bytes that are kept for a time: `$0.023/GB/month`.
pub type StoragePrice = Quantity<units::StoragePrice>;

/// Seconds in a day.
pub const DAY: f64 = 86_400.0;
/// Seconds in a year of 365 days.
pub const YEAR: f64 = 365.0 * DAY;
/// Seconds in a month: a twelfth of a year.
pub const MONTH: f64 = YEAR / 12.0;

impl<U> Quantity<U> {
    /// So many of the unit's base: seconds, bytes, dollars, requests a second, bytes a second.
    pub const fn new(value: f64) -> Self {
        Quantity {
            value,
            unit: PhantomData,
        }
    }

    /// The number in the unit's base.
    pub const fn get(self) -> f64 {
        self.value
    }

    /// The smaller of the two.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Quantity::new(self.value.min(other.value))
    }

    /// The larger of the two.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Quantity::new(self.value.max(other.value))
    }
}

impl Ratio {
    /// The whole number of things that so much of a thing needs: 2.1 servers are 3.
    ///
    /// ```
    /// # use capacity::{Count, Rate};
    /// let servers = (Rate::new(2_100.0) / Rate::new(1_000.0)).ceil();
    /// assert_eq!(servers, Count::new(3.0));
    /// ```
    #[must_use]
    pub fn ceil(self) -> Count {
        Quantity::new(whole(self.value))
    }
}

/// Rounds up, but not for the sake of the last bits of a division that should have been exact.
fn whole(value: f64) -> f64 {
    let nearest = value.round();
    if (value - nearest).abs() <= 1e-9 * nearest.abs() {
        nearest
    } else {
        value.ceil()
    }
}

impl Bandwidth {
    /// As networks count: eight for each byte.
    ///
    /// ```
    /// # use capacity::{Bytes, Rate};
    /// let sent = Rate::new(1_000.0) * Bytes::new(125.0);
    /// assert_eq!(sent.bits_per_second(), 1e6);
    /// ```
    pub const fn bits_per_second(self) -> f64 {
        8.0 * self.value
    }
}

// By hand: a derive would ask the same of the unit, which is only a name.
impl<U> Clone for Quantity<U> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<U> Copy for Quantity<U> {}

impl<U> PartialEq for Quantity<U> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<U> PartialOrd for Quantity<U> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}
