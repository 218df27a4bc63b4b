//! Quantities as people write them: three digits, and a prefix that keeps them few.
//!
//! An estimate is known to two digits, so three are shown: one more than is meant, so that sums look
//! right. Decimal prefixes are used, as disks, networks and price lists do; `{:#}` shows bytes in
//! binary ones, as memory is sold.

use std::fmt;

use super::{DAY, Dimension, MONTH, Quantity, Unit, YEAR};

/// Digits that are shown.
const DIGITS: i32 = 3;
const DECIMAL: [&str; 9] = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"];
const BINARY: [&str; 9] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];

impl<U: Unit> fmt::Display for Quantity<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (U::DIMENSION, f.alternate()) {
            (Dimension::Bytes, true) => f.pad(&format!("{}B", binary(self.get()))),
            (dimension, _) => f.pad(&show(self.get(), dimension)),
        }
    }
}

impl<U: Unit> fmt::Debug for Quantity<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// ANCHOR: show
/// A number in the base of `dimension`, as the types of this crate are displayed.
///
/// ```
/// use capacity::{Dimension, show};
/// assert_eq!(show(231_481.5, Dimension::Rate), "231 k/s");
/// assert_eq!(show(115.74e6, Dimension::Bandwidth), "926 Mbit/s");
/// assert_eq!(show(29.2e15, Dimension::Bytes), "29.2 PB");
/// ```
pub fn show(value: f64, dimension: Dimension) -> String {
    match dimension {
        Dimension::Count => thousands(value),
        Dimension::Ratio => ratio(value),
        Dimension::Time => time(value),
        // What a person does in a day is a small number in a second.
        Dimension::Rate if value.abs() < 1.0 => format!("{}/day", thousands(value * DAY)),
        Dimension::Rate => format!("{}/s", thousands(value)),
        Dimension::Bytes => format!("{}B", decimal(value, "K")),
        Dimension::Bandwidth => format!("{}bit/s", decimal(8.0 * value, "k")),
        Dimension::Money => dollars(value),
        Dimension::Cost => format!("{}/month", dollars(value * MONTH)),
        Dimension::TrafficPrice => format!("{}/GB", dollars(value * 1e9)),
        Dimension::StoragePrice => format!("{}/GB/month", dollars(value * 1e9 * MONTH)),
    }
}
// ANCHOR_END: show

/// `4 630`, and from ten thousand on `231 k`.
fn thousands(value: f64) -> String {
    let rounded = round(value);
    if rounded.abs() < 10_000.0 {
        return digits(rounded);
    }
    decimal(value, "k").trim_end().to_owned()
}

fn dollars(value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}${}", thousands(value.abs()))
}

fn ratio(value: f64) -> String {
    match round(value) {
        rounded if rounded.abs() < 1.0 => format!("{} %", digits(round(100.0 * value))),
        rounded => format!("{}x", thousands(rounded)),
    }
}

fn time(seconds: f64) -> String {
    // A little more, so that what rounds to a year is one.
    let (unit, name) = match seconds.abs() * 1.001 {
        0.0 => (1.0, "s"),
        YEAR.. => (YEAR, "years"),
        DAY.. => (DAY, "days"),
        3600.0.. => (3600.0, "h"),
        60.0.. => (60.0, "min"),
        1.0.. => (1.0, "s"),
        1e-3.. => (1e-3, "ms"),
        _ => (1e-6, "µs"),
    };
    let number = thousands(seconds / unit);
    match (number.as_str(), name) {
        ("1", "years" | "days") => format!("1 {}", name.trim_end_matches('s')),
        _ => format!("{number} {name}"),
    }
}

/// With the decimal prefix that leaves one to three digits before the point, and a space.
fn decimal(value: f64, kilo: &'static str) -> String {
    let (number, place) = prefixed(value, 1000.0);
    match place {
        1 => format!("{number} {kilo}"),
        _ => format!("{number} {}", DECIMAL[place]),
    }
}

fn binary(value: f64) -> String {
    let (number, place) = prefixed(value, 1024.0);
    format!("{number} {}", BINARY[place])
}

fn prefixed(value: f64, step: f64) -> (String, usize) {
    let (mut number, mut place) = (value, 0);
    // Rounded first: 999.7 KB are 1 MB.
    while round(number).abs() >= step && place + 1 < DECIMAL.len() {
        number /= step;
        place += 1;
    }
    (digits(round(number)), place)
}

/// To three significant digits.
fn round(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let places = DIGITS - 1 - value.abs().log10().floor() as i32;
    // Down to the smallest numbers, at which the power would be infinite.
    if places > 300 {
        return value;
    }
    match places {
        0.. => (value * 10_f64.powi(places)).round() / 10_f64.powi(places),
        _ => (value / 10_f64.powi(-places)).round() * 10_f64.powi(-places),
    }
}

/// A rounded number: as it is, or with a power of ten where that would be long.
fn digits(value: f64) -> String {
    if value != 0.0 && !(1e-4..1e7).contains(&value.abs()) {
        return format!("{value:e}");
    }
    let plain = format!("{value}");
    match plain.split_once('.') {
        None if plain.trim_start_matches('-').len() == 4 => {
            let (thousands, rest) = plain.split_at(plain.len() - 3);
            format!("{thousands} {rest}")
        }
        _ => plain,
    }
}
