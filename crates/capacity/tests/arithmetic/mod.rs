//! A tiny evaluator of what a report shows, so that a report cannot lie.
//!
//! It knows `+ - × / ^`, parentheses, `ceil`, `max` and `ln`, reads numbers with their units, and
//! computes with intervals: a shown `4.63 k` stands for anything between 4.625 k and 4.635 k. So the
//! check needs no tolerance of its own: the exact value is in the interval, or the report is wrong.

use std::collections::BTreeMap;

use capacity::{Dimension, Parsed};

/// What a formula can be: from, to, and the powers of byte, second and dollar.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    pub low: f64,
    pub high: f64,
    pub powers: [i8; 3],
}

impl Range {
    pub fn contains(&self, value: f64) -> bool {
        let slack = 1e-9 * value.abs();
        self.low - slack <= value && value <= self.high + slack
    }

    /// The range of `f` over the corners of two ranges: what all operators here need, which are
    /// monotonous in each side.
    fn corners(self, other: Range, powers: [i8; 3], f: impl Fn(f64, f64) -> f64) -> Range {
        let all = [self.low, self.high].map(|a| [other.low, other.high].map(|b| f(a, b)));
        let all = all.concat();
        Range {
            low: all.iter().copied().fold(f64::INFINITY, f64::min),
            high: all.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            powers,
        }
    }
}

/// Names with their values; without it, atoms are numbers as they are shown.
pub type Names = BTreeMap<String, Range>;

pub fn evaluate(text: &str, names: Option<&Names>) -> Range {
    let mut tokens = Tokens { rest: text, names };
    let value = tokens.sum();
    assert!(
        tokens.rest.is_empty(),
        "{:?} is left of {text:?}",
        tokens.rest
    );
    value
}

struct Tokens<'a> {
    rest: &'a str,
    names: Option<&'a Names>,
}

impl Tokens<'_> {
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn sum(&mut self) -> Range {
        let mut left = self.product();
        loop {
            let sign = if self.take(" + ") {
                1.0
            } else if self.take(" - ") {
                -1.0
            } else {
                return left;
            };
            let right = self.product();
            assert_eq!(left.powers, right.powers, "a sum of what cannot be added");
            left = left.corners(right, left.powers, |a, b| a + sign * b);
        }
    }

    fn product(&mut self) -> Range {
        let mut left = self.power();
        loop {
            let divides = if self.take(" × ") {
                false
            } else if self.take(" / ") {
                true
            } else {
                return left;
            };
            let right = self.power();
            let sign = if divides { -1 } else { 1 };
            let powers = [0, 1, 2].map(|i| left.powers[i] + sign * right.powers[i]);
            left = left.corners(right, powers, |a, b| if divides { a / b } else { a * b });
        }
    }

    fn power(&mut self) -> Range {
        let base = self.atom();
        if !self.take(" ^ ") {
            return base;
        }
        let exponent = self.atom();
        assert_eq!((base.powers, exponent.powers), ([0; 3], [0; 3]));
        base.corners(exponent, [0; 3], f64::powf)
    }

    fn atom(&mut self) -> Range {
        if self.take("ceil(") {
            let inner = self.sum();
            assert!(self.take(")"));
            // As exact as a division is.
            let up = |x: f64, slack: f64| (x * (1.0 + slack)).ceil();
            return Range {
                low: up(inner.low, -1e-9),
                high: up(inner.high, 1e-9),
                ..inner
            };
        }
        if self.take("ln(") {
            let inner = self.sum();
            assert!(self.take(")"));
            return inner.corners(inner, [0; 3], |a, _| a.ln());
        }
        if self.take("max(") {
            let first = self.sum();
            assert!(self.take(", "));
            let second = self.sum();
            assert!(self.take(")"));
            assert_eq!(first.powers, second.powers);
            return first.corners(second, first.powers, f64::max);
        }
        if self.take("(") {
            let inner = self.sum();
            assert!(self.take(")"));
            return inner;
        }
        let ends = [" + ", " - ", " × ", " / ", " ^ ", ")", ", "];
        let end = ends.iter().filter_map(|end| self.rest.find(end)).min();
        let (atom, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        // Among names, a number is meant as it stands: the 1 of `1 - hit`.
        self.names.map_or_else(
            || shown(atom),
            |names| names.get(atom).copied().unwrap_or_else(|| read(atom)),
        )
    }
}

/// What a number that is shown to three digits may have been.
pub fn shown(text: &str) -> Range {
    let parsed = Parsed::read(text, Dimension::Count).unwrap_or_else(|e| panic!("{text}: {e}"));
    let digits = text.trim_start_matches(['-', '$']);
    let end = digits.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ' '));
    let digits: String = digits[..end.unwrap_or(digits.len())].replace(' ', "");
    let number: f64 = digits.parse().unwrap();
    let half = 0.5 * 10_f64.powf(number.log10().floor() - 2.0);
    let error = if number == 0.0 {
        0.0
    } else {
        half / number * (1.0 + 1e-9)
    };
    let ends = [parsed.value * (1.0 - error), parsed.value * (1.0 + error)];
    Range {
        low: ends[0].min(ends[1]),
        high: ends[0].max(ends[1]),
        powers: parsed.powers,
    }
}

fn read(text: &str) -> Range {
    let parsed = Parsed::read(text, Dimension::Count).unwrap_or_else(|e| panic!("{text}: {e}"));
    exact(parsed.value, parsed.powers)
}

/// Exactly this.
pub fn exact(value: f64, powers: [i8; 3]) -> Range {
    Range {
        low: value,
        high: value,
        powers,
    }
}
