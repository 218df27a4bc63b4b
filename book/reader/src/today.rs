//! Which day it is where the reader is.

use book_roadmap::Day;

/// Today, by the system's clock and time zone.
pub fn today() -> Day {
    let date = jiff::Zoned::now().date().to_string();
    Day::parse(&date).expect("a date of this millennium has four digits a year")
}
