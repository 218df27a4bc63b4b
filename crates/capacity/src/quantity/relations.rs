//! What may be multiplied by what, and what comes of it. What is not in the table does not compile.

use std::iter::Sum;
use std::ops::{Add, Div, Mul, Sub};

use super::{Quantity, units};

/// A unit that may be multiplied by `B`.
pub trait Times<B> {
    /// What comes of it.
    type Product;
}

/// A unit that may be divided by `B`.
pub trait Over<B> {
    /// What comes of it.
    type Quotient;
}

impl<A: Times<B>, B> Mul<Quantity<B>> for Quantity<A> {
    type Output = Quantity<A::Product>;

    fn mul(self, other: Quantity<B>) -> Self::Output {
        Quantity::new(self.get() * other.get())
    }
}

impl<A: Over<B>, B> Div<Quantity<B>> for Quantity<A> {
    type Output = Quantity<A::Quotient>;

    fn div(self, other: Quantity<B>) -> Self::Output {
        Quantity::new(self.get() / other.get())
    }
}

impl<U> Add for Quantity<U> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Quantity::new(self.get() + other.get())
    }
}

impl<U> Sub for Quantity<U> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Quantity::new(self.get() - other.get())
    }
}

impl<U> Sum for Quantity<U> {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        Quantity::new(all.map(Quantity::get).sum())
    }
}

macro_rules! relations {
    (products { $($a:ident * $b:ident = $product:ident,)* }
     quotients { $($c:ident / $d:ident = $quotient:ident,)* }
     scaled { $($e:ident)* }) => {
        $(
            impl Times<units::$b> for units::$a { type Product = units::$product; }
            impl Times<units::$a> for units::$b { type Product = units::$product; }
        )*
        $( impl Over<units::$d> for units::$c { type Quotient = units::$quotient; } )*
        $(
            impl Times<units::Ratio> for units::$e { type Product = units::$e; }
            impl Times<units::$e> for units::Ratio { type Product = units::$e; }
            impl Over<units::Ratio> for units::$e { type Quotient = units::$e; }
            impl Over<units::$e> for units::$e { type Quotient = units::Ratio; }
        )*

        /// The table once more, for the test that adds up its powers.
        #[cfg(test)]
        const PRODUCTS: &[[super::Dimension; 3]] = {
            use super::Dimension::*;
            &[$([$a, $b, $product],)* $([$quotient, $d, $c],)*]
        };
    };
}

// ANCHOR: relations
relations! {
    products {
        Count * Rate = Rate,                 // people × what each does
        Count * Bytes = Bytes,               // posts × the size of one
        Count * Cost = Cost,                 // servers × what one costs
        Count * Money = Money,
        Rate * Time = Count,
        Rate * Bytes = Bandwidth,            // requests a second × their size
        Bandwidth * Time = Bytes,
        Bandwidth * TrafficPrice = Cost,
        Bytes * TrafficPrice = Money,
        Bytes * StoragePrice = Cost,
        Cost * Time = Money,
    }
    quotients {
        Count / Time = Rate,
        Count / Rate = Time,
        Rate / Count = Rate,
        Bytes / Count = Bytes,
        Bytes / Time = Bandwidth,
        Bytes / Bandwidth = Time,            // how long it takes to copy
        Bandwidth / Rate = Bytes,
        Bandwidth / Bytes = Rate,
        Cost / Count = Cost,                 // what one of the users costs
        Money / Time = Cost,
        Money / Cost = Time,
    }
    // Times a ratio, and divided by itself.
    scaled { Count Time Rate Bytes Bandwidth Money Cost TrafficPrice StoragePrice }
}
// ANCHOR_END: relations

impl Times<units::Ratio> for units::Ratio {
    type Product = units::Ratio;
}

impl Over<units::Ratio> for units::Ratio {
    type Quotient = units::Ratio;
}

#[cfg(test)]
mod tests {
    use super::PRODUCTS;

    #[test]
    fn the_powers_of_each_product_are_the_sums_of_its_factors() {
        for [a, b, product] in PRODUCTS {
            let sum = |i: usize| a.powers()[i] + b.powers()[i];
            let sums = [sum(0), sum(1), sum(2)];
            assert_eq!(sums, product.powers(), "{a:?} × {b:?} = {product:?}");
        }
    }
}
