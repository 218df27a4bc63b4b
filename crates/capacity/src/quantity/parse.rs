//! Quantities as people write them, read.
//!
//! ```text
//! quantity = ["-"] ["$"] number [ symbol { "/" symbol } | "%" | "x" ]
//!            | ["-"] ["$"] number [prefix] { "/" symbol }
//! number   = digits, in groups if you like: 4 630 or 4_630, with a point, with an exponent
//! symbol   = [prefix] ("B" | "bit" | "b" | "s" | …) | a word: year, users, requests
//! ```
//!
//! Each symbol is a factor and powers of byte, second and dollar; what was read is their product.
//! So `$0.023/GB/month` needs no rule of its own.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Visitor};

use super::symbol::{BYTE, NOTHING, Symbol, hint, lookup, prefix_of};
use super::{Dimension, Quantity, Unit};

/// Why something is not the quantity that was wanted. It quotes what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuantityError {
    /// There is no number at its beginning.
    #[error("\"{text}\" does not begin with a number; write {}", wanted.example())]
    NoNumber {
        /// What was written.
        text: String,
        /// What was wanted.
        wanted: Dimension,
    },
    /// A unit that nobody knows.
    #[error("\"{symbol}\" in \"{text}\" is not a unit{hint}; write {}", wanted.example())]
    UnknownUnit {
        /// What was written.
        text: String,
        /// The part that is not known.
        symbol: String,
        /// What may have been meant, as a part of the message; may be empty.
        hint: &'static str,
        /// What was wanted.
        wanted: Dimension,
    },
    /// It is a quantity, but of something else.
    #[error("\"{text}\" is {found}, and {} is wanted; write {}", wanted.noun(), wanted.example())]
    WrongUnit {
        /// What was written.
        text: String,
        /// What that is.
        found: String,
        /// What was wanted.
        wanted: Dimension,
    },
    /// It has more digits than any number of bytes or people in this world.
    #[error("\"{text}\" is too large to be meant; the most that is taken is 1e30")]
    TooLarge {
        /// What was written.
        text: String,
    },
}

/// The largest number that is taken, in the unit as it is written: a plan multiplies some eight of
/// them, and 1e308 is the largest `f64`.
const MOST: f64 = 1e30;

/// A number with a unit, of which it is not known what it ought to count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parsed {
    /// In bytes, seconds and dollars.
    pub value: f64,
    /// The powers of these, as [`Dimension::powers`].
    pub powers: [i8; 3],
    /// Whether it was written as a ratio, with `%` or `x`.
    pub ratio: bool,
    /// Whether it was written in bits.
    pub bits: bool,
}

impl Parsed {
    /// Whether this can be meant by one who was asked for `wanted`.
    ///
    /// Nobody stores bits: who writes "200 Kb" for a photo means eight times as much.
    fn fits(&self, wanted: Dimension) -> bool {
        self.powers == wanted.powers()
            && (!self.ratio || wanted == Dimension::Ratio)
            && (!self.bits || wanted == Dimension::Bandwidth)
    }

    fn noun(&self) -> String {
        if self.ratio {
            return Dimension::Ratio.noun().to_owned();
        }
        if self.bits && self.powers == BYTE {
            return "a number of bits".to_owned();
        }
        if self.powers == [0; 3] {
            return "a number without a unit".to_owned();
        }
        let all = Dimension::ALL;
        let known = all.iter().find(|known| known.powers() == self.powers);
        known
            .map_or("something else", |known| known.noun())
            .to_owned()
    }

    /// Reads a number and its unit; `wanted` is for the messages.
    ///
    /// # Errors
    ///
    /// All of [`QuantityError`] except for [`QuantityError::WrongUnit`].
    pub fn read(text: &str, wanted: Dimension) -> Result<Parsed, QuantityError> {
        let (number, dollars, rest) = number(text).ok_or_else(|| QuantityError::NoNumber {
            text: text.to_owned(),
            wanted,
        })?;
        let mut parsed = Parsed {
            value: number,
            powers: [0, 0, i8::from(dollars)],
            ratio: false,
            bits: false,
        };
        if number.is_nan() || number.abs() > MOST {
            return Err(QuantityError::TooLarge {
                text: text.to_owned(),
            });
        }
        for (place, symbol) in rest.split('/').map(str::trim).enumerate() {
            let known = match place {
                0 => parsed.first(symbol),
                _ => lookup(symbol, false),
            };
            let symbol = known.ok_or_else(|| QuantityError::UnknownUnit {
                text: text.to_owned(),
                symbol: symbol.to_owned(),
                hint: hint(symbol),
                wanted,
            })?;
            parsed.bits |= symbol.bits;
            parsed.apply(symbol, place > 0);
        }
        Ok(parsed)
    }

    /// What stands directly behind the number: nothing, the sign of a ratio, or a unit.
    fn first(&mut self, symbol: &str) -> Option<Symbol> {
        let ratio = match symbol {
            "" => return Some(Symbol::new(1.0, NOTHING)),
            "%" => Some(0.01),
            _ => symbol.strip_suffix(['x', '×']).and_then(prefix_of),
        };
        self.ratio = ratio.is_some();
        match ratio {
            Some(factor) => Some(Symbol::new(factor, NOTHING)),
            None => lookup(symbol, true),
        }
    }

    /// The number as it is written, without its sign, and the unit behind it.
    pub(crate) fn split(text: &str) -> (f64, &str) {
        number(text).map_or((0.0, text), |(number, _, rest)| (number.abs(), rest))
    }

    // ANCHOR: apply
    /// Multiplies by a symbol, or divides by it if it stands behind a stroke.
    fn apply(&mut self, symbol: Symbol, divides: bool) {
        let sign = if divides { -1 } else { 1 };
        self.value *= symbol.factor.powi(sign);
        for (power, of_symbol) in self.powers.iter_mut().zip(symbol.powers) {
            *power = power.saturating_add(of_symbol.saturating_mul(sign as i8));
        }
    }
    // ANCHOR_END: apply
}

/// The number at the beginning, whether a dollar sign was before it, and what follows.
fn number(text: &str) -> Option<(f64, bool, &str)> {
    let text = text.trim();
    let (sign, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (-1.0, rest.trim_start()),
        None => (1.0, text),
    };
    let (dollars, text) = match text.strip_prefix('$') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let end = number_end(text);
    let digits: String = text[..end].chars().filter(|c| !is_gap(*c)).collect();
    let value: f64 = digits.parse().ok()?;
    Some((sign * value, dollars, text[end..].trim()))
}

fn is_gap(c: char) -> bool {
    matches!(c, '_' | ' ' | '\u{a0}' | '\u{202f}')
}

/// Where the number ends: digits, gaps that have a digit on both sides, a point, an exponent.
fn number_end(text: &str) -> usize {
    let bytes: Vec<(usize, char)> = text.char_indices().collect();
    let at = |i: usize| bytes.get(i).map(|&(_, c)| c);
    let digit = |i: usize| at(i).is_some_and(|c| c.is_ascii_digit());
    let mut i = 0;
    while let Some(c) = at(i) {
        let gap = is_gap(c) && i > 0 && digit(i - 1) && digit(i + 1);
        if !(c.is_ascii_digit() || c == '.' || gap) {
            break;
        }
        i += 1;
    }
    if i > 0 && matches!(at(i), Some('e' | 'E')) {
        let signed = usize::from(matches!(at(i + 1), Some('-' | '+')));
        if digit(i + 1 + signed) {
            i += 1 + signed;
            while digit(i) {
                i += 1;
            }
        }
    }
    bytes.get(i).map_or(text.len(), |&(byte, _)| byte)
}

impl<U: Unit> FromStr for Quantity<U> {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let parsed = Parsed::read(text, U::DIMENSION)?;
        if !parsed.fits(U::DIMENSION) {
            return Err(QuantityError::WrongUnit {
                text: text.to_owned(),
                found: parsed.noun(),
                wanted: U::DIMENSION,
            });
        }
        Ok(Quantity::new(parsed.value))
    }
}

impl<'de, U: Unit> Deserialize<'de> for Quantity<U> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text(std::marker::PhantomData))
    }
}

/// Takes a string with a unit, and bare numbers where no unit is needed.
struct Text<U>(std::marker::PhantomData<U>);

impl<U: Unit> Visitor<'_> for Text<U> {
    type Value = Quantity<U>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted = U::DIMENSION;
        write!(f, "{}, such as {}", wanted.noun(), wanted.example())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Self::Value, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Self::Value, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
        self.visit_str(&number.to_string())
    }
}
