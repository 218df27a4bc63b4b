//! The names of units, and their prefixes.
//!
//! A name is a factor and powers of byte, second and dollar: a kilobyte is 1000 and a byte, a day is
//! 86 400 and a second, a million is only a factor.

use super::{DAY, MONTH, YEAR};

/// What a unit's name stands for.
#[derive(Clone, Copy)]
pub(super) struct Symbol {
    pub(super) factor: f64,
    pub(super) powers: [i8; 3],
    pub(super) bits: bool,
}

impl Symbol {
    pub(super) const fn new(factor: f64, powers: [i8; 3]) -> Self {
        Symbol {
            factor,
            powers,
            bits: false,
        }
    }
}

pub(super) const BYTE: [i8; 3] = [1, 0, 0];
const SECOND: [i8; 3] = [0, 1, 0];
pub(super) const NOTHING: [i8; 3] = [0, 0, 0];

/// Only the first symbol may be a prefix alone: `200 M`, `2 k/s`.
pub(super) fn lookup(symbol: &str, first: bool) -> Option<Symbol> {
    if let Some(word) = word(symbol) {
        return Some(word);
    }
    let bits = symbol
        .strip_suffix("bit")
        .or_else(|| symbol.strip_suffix('b'));
    if let Some(prefix) = bits {
        return prefix_of(prefix).map(|factor| Symbol {
            bits: true,
            ..Symbol::new(factor / 8.0, BYTE)
        });
    }
    if let Some(prefix) = symbol.strip_suffix('B') {
        return prefix_of(prefix).map(|factor| Symbol::new(factor, BYTE));
    }
    // `2 k requests`, `200 million users`, `10 k years`
    if let Some((number, unit)) = symbol.rsplit_once(' ') {
        let number = lookup(number.trim_end(), true).filter(|number| number.powers == NOTHING);
        let (number, unit) = number.filter(|_| first).zip(word(unit))?;
        return Some(Symbol::new(number.factor * unit.factor, unit.powers));
    }
    match symbol {
        "thousand" if first => Some(Symbol::new(1e3, NOTHING)),
        "million" if first => Some(Symbol::new(1e6, NOTHING)),
        "billion" if first => Some(Symbol::new(1e9, NOTHING)),
        _ if first => prefix_of(symbol)
            .filter(|_| !symbol.ends_with('i'))
            .map(|factor| Symbol::new(factor, NOTHING)),
        _ => None,
    }
}

// ANCHOR: prefixes
/// Decimal and binary are kept apart: K is 1000 and Ki is 1024, which is 2 % more. For Ti and T it
/// is 10 %.
pub(super) fn prefix_of(prefix: &str) -> Option<f64> {
    let (letter, step) = match prefix.strip_suffix('i') {
        Some(letter) => (letter, 1024.0_f64),
        None => (prefix, 1000.0),
    };
    let power = match letter {
        "" if step == 1000.0 => 0,
        "k" | "K" => 1,
        "M" => 2,
        "G" => 3,
        "T" => 4,
        "P" => 5,
        "E" => 6,
        "Z" => 7,
        "Y" => 8,
        _ => return None,
    };
    Some(step.powi(power))
}
// ANCHOR_END: prefixes

fn word(symbol: &str) -> Option<Symbol> {
    let seconds = match symbol {
        "µs" | "us" => 1e-6,
        "ms" => 1e-3,
        "s" | "sec" | "second" | "seconds" => 1.0,
        "min" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => DAY,
        "week" | "weeks" => 7.0 * DAY,
        "month" | "months" => MONTH,
        "y" | "year" | "years" => YEAR,
        "requests" | "request" | "users" | "user" | "people" => {
            return Some(Symbol::new(1.0, NOTHING));
        }
        _ => return None,
    };
    Some(Symbol::new(seconds, SECOND))
}

/// What those mean who write that.
pub(super) fn hint(symbol: &str) -> &'static str {
    match symbol {
        "m" => " (min is a minute, month a month, M a million)",
        "kbps" | "Kbps" | "Mbps" | "mbps" | "Gbps" | "gbps" => {
            " (bits a second are Mbit/s, bytes a second are MB/s)"
        }
        "kb" | "mb" | "gb" | "tb" | "kB/s" => " (b is a bit, B is a byte; M, G and T are capitals)",
        "percent" => " (write %)",
        _ => "",
    }
}
