//! What is counted.

/// What a quantity counts, for those who learn it only at run time: from a file, or in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dimension {
    /// How many.
    Count,
    /// A part or a multiple.
    Ratio,
    /// How long.
    Time,
    /// How many in a time.
    Rate,
    /// How much to store.
    Bytes,
    /// How much to send in a time.
    Bandwidth,
    /// Dollars.
    Money,
    /// Dollars in a time.
    Cost,
    /// Dollars for bytes.
    TrafficPrice,
    /// Dollars for bytes in a time.
    StoragePrice,
}

use Dimension::{
    Bandwidth, Bytes, Cost, Count, Money, Rate, Ratio, StoragePrice, Time, TrafficPrice,
};

impl Dimension {
    /// All of them.
    pub const ALL: [Dimension; 10] = [
        Count,
        Ratio,
        Time,
        Rate,
        Bytes,
        Bandwidth,
        Money,
        Cost,
        TrafficPrice,
        StoragePrice,
    ];

    /// The powers of byte, second and dollar. A product's are the sums of its factors'.
    pub const fn powers(self) -> [i8; 3] {
        match self {
            Count | Ratio => [0, 0, 0],
            Time => [0, 1, 0],
            Rate => [0, -1, 0],
            Bytes => [1, 0, 0],
            Bandwidth => [1, -1, 0],
            Money => [0, 0, 1],
            Cost => [0, -1, 1],
            TrafficPrice => [-1, 0, 1],
            StoragePrice => [-1, -1, 1],
        }
    }

    /// What it is in a sentence: `a rate`.
    pub const fn noun(self) -> &'static str {
        match self {
            Count => "a number",
            Ratio => "a share or a factor",
            Time => "a time",
            Rate => "a rate",
            Bytes => "a size in bytes",
            Bandwidth => "a bandwidth",
            Money => "an amount of money",
            Cost => "a cost over time",
            TrafficPrice => "a price of traffic",
            StoragePrice => "a price of storage",
        }
    }

    /// How one is written.
    pub const fn example(self) -> &'static str {
        match self {
            Count => "\"200 M\"",
            Ratio => "\"20 %\" or \"3x\"",
            Time => "\"5 years\" or \"30 days\"",
            Rate => "\"100/day\" or \"2 k/s\"",
            Bytes => "\"500 B\" or \"200 KB\"",
            Bandwidth => "\"10 Gbit/s\"",
            Money => "\"$2000\"",
            Cost => "\"$150/month\"",
            TrafficPrice => "\"$0.05/GB\"",
            StoragePrice => "\"$0.023/GB/month\"",
        }
    }

    /// The unit of a number in its base, as other programs are told it.
    pub const fn base(self) -> &'static str {
        match self {
            Count | Ratio => "1",
            Time => "s",
            Rate => "1/s",
            Bytes => "B",
            Bandwidth => "B/s",
            Money => "$",
            Cost => "$/s",
            TrafficPrice => "$/B",
            StoragePrice => "$/B/s",
        }
    }
}

/// A name for what a [`Quantity`](crate::Quantity) counts.
pub trait Unit: 'static {
    /// The same at run time.
    const DIMENSION: Dimension;
}

macro_rules! units {
    ($($name:ident)*) => {
        /// The names: types that are never made.
        pub mod units {
            $(
                /// As [`Dimension`](super::Dimension) says.
                #[derive(Clone)]
                pub enum $name {}
                impl super::Unit for $name {
                    const DIMENSION: super::Dimension = super::Dimension::$name;
                }
            )*
        }
    };
}

units! { Count Ratio Time Rate Bytes Bandwidth Money Cost TrafficPrice StoragePrice }
