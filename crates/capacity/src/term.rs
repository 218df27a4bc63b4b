//! A quantity that remembers how it was computed.
//!
//! A report whose formulas are written beside its numbers will lie one day: somebody mends the code
//! and forgets the text. Here there is no text to forget. A [`Term`] is a quantity, the formula in
//! names, and the formula in numbers; `*`, `/`, `+` and `-` work on all three at once.
//!
//! # Invariants
//!
//! `value` is what `numbers` says, but for the rounding of the numbers that are shown. A test reads
//! the shown arithmetic of random plans, computes it, and compares.

use std::fmt;
use std::ops::{Add, Div, Mul, Sub};

use crate::quantity::{Over, Times};
use crate::{Count, Quantity, Ratio, Unit};

/// A quantity, and the formula that gave it.
#[derive(Clone)]
pub struct Term<U> {
    value: Quantity<U>,
    names: String,
    numbers: String,
    binding: Binding,
}

/// How tightly the outermost operator of a formula binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Sum,
    Product,
    Atom,
}

impl<U: Unit> Term<U> {
    /// A quantity that has a name: an input, or a step of the plan.
    pub fn named(name: &str, value: Quantity<U>) -> Self {
        Term {
            value,
            names: name.to_owned(),
            numbers: operand(value),
            binding: Binding::Atom,
        }
    }

    /// A quantity that is its own name: the 1 of `1 - hit`, the day of `a day`.
    pub fn literal(value: Quantity<U>) -> Self {
        let text = operand(value);
        Term {
            value,
            names: text.clone(),
            numbers: text,
            binding: Binding::Atom,
        }
    }

    /// The quantity.
    pub fn value(&self) -> Quantity<U> {
        self.value
    }

    /// The formula, in the names of what it is made of.
    pub fn names(&self) -> &str {
        &self.names
    }

    /// The formula, in numbers.
    pub fn numbers(&self) -> &str {
        &self.numbers
    }

    /// The larger of two.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        let value = self.value.max(other.value);
        let call = |a: &str, b: &str| format!("max({a}, {b})");
        Term {
            value,
            names: call(&self.names, &other.names),
            numbers: call(&self.numbers, &other.numbers),
            binding: Binding::Atom,
        }
    }

    /// The terms one after the other, or nothing if there are none.
    pub fn sum(terms: impl IntoIterator<Item = Self>) -> Option<Self> {
        terms.into_iter().reduce(|a, b| a + b)
    }
}

impl Term<crate::units::Ratio> {
    /// To the next whole number.
    #[must_use]
    pub fn ceil(self) -> Term<crate::units::Count> {
        self.call("ceil", Ratio::ceil)
    }

    /// The natural logarithm.
    #[must_use]
    pub fn ln(self) -> Self {
        self.call("ln", |ratio| Ratio::new(ratio.get().ln()))
    }

    fn call<U>(self, name: &str, f: impl Fn(Ratio) -> Quantity<U>) -> Term<U> {
        Term {
            value: f(self.value),
            names: format!("{name}({})", self.names),
            numbers: format!("{name}({})", self.numbers),
            binding: Binding::Atom,
        }
    }

    /// To the power of another.
    #[must_use]
    pub fn pow(self, power: Self) -> Self {
        let raised = |base: &Self, exponent: &Self, text: fn(&Self) -> &str| {
            let [base, exponent] =
                [base, exponent].map(|t| parens(text(t), t.binding < Binding::Atom));
            format!("{base} ^ {exponent}")
        };
        Term {
            value: Ratio::new(self.value.get().powf(power.value.get())),
            names: raised(&self, &power, Self::names),
            numbers: raised(&self, &power, Self::numbers),
            binding: Binding::Product,
        }
    }
}

impl Term<crate::units::Count> {
    /// The number as a factor, for what is not counted in things.
    #[must_use]
    pub fn times(self) -> Term<crate::units::Ratio> {
        Term {
            value: Ratio::new(Count::get(self.value)),
            names: self.names,
            numbers: self.numbers,
            binding: self.binding,
        }
    }
}

impl<U: Unit> fmt::Debug for Term<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {} = {}", self.names, self.numbers, self.value)
    }
}

// ANCHOR: mul
impl<A: Times<B>, B> Mul<Term<B>> for Term<A> {
    type Output = Term<A::Product>;

    fn mul(self, other: Term<B>) -> Self::Output {
        let (names, numbers) = join(&self, "×", &other, Binding::Product, Binding::Product);
        Term {
            value: self.value * other.value,
            names,
            numbers,
            binding: Binding::Product,
        }
    }
}
// ANCHOR_END: mul

impl<A: Over<B>, B> Div<Term<B>> for Term<A> {
    type Output = Term<A::Quotient>;

    fn div(self, other: Term<B>) -> Self::Output {
        let (names, numbers) = join(&self, "/", &other, Binding::Product, Binding::Atom);
        Term {
            value: self.value / other.value,
            names,
            numbers,
            binding: Binding::Product,
        }
    }
}

impl<U> Add for Term<U> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (names, numbers) = join(&self, "+", &other, Binding::Sum, Binding::Sum);
        Term {
            value: self.value + other.value,
            names,
            numbers,
            binding: Binding::Sum,
        }
    }
}

impl<U> Sub for Term<U> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        let (names, numbers) = join(&self, "-", &other, Binding::Sum, Binding::Product);
        Term {
            value: self.value - other.value,
            names,
            numbers,
            binding: Binding::Sum,
        }
    }
}

// ANCHOR: join
/// Both formulas with an operator between them, and parentheses round what binds less tightly than
/// the operator asks of its sides.
fn join<A, B>(
    a: &Term<A>,
    sign: &str,
    b: &Term<B>,
    left: Binding,
    right: Binding,
) -> (String, String) {
    let names = (
        parens(&a.names, a.binding < left),
        parens(&b.names, b.binding < right),
    );
    let numbers = (
        parens(&a.numbers, a.binding < left),
        parens(&b.numbers, b.binding < right),
    );
    (
        format!("{} {sign} {}", names.0, names.1),
        format!("{} {sign} {}", numbers.0, numbers.1),
    )
}
// ANCHOR_END: join

fn parens(text: &str, needed: bool) -> String {
    if needed {
        format!("({text})")
    } else {
        text.to_owned()
    }
}

/// As displayed, but 3 and not `3x`: a formula has its own sign for times.
fn operand<U: Unit>(value: Quantity<U>) -> String {
    value.to_string().trim_end_matches('x').to_owned()
}
