//! Quantities are read as people write them, and written so that they can be read.

use capacity::{
    Bandwidth, Bytes, Cost, Count, DAY, Dimension, MONTH, Money, Parsed, QuantityError, Rate,
    Ratio, StoragePrice, Time, TrafficPrice, YEAR, show,
};
use proptest::prelude::*;

#[test]
fn people_write_quantities_in_many_ways() {
    let count = |text: &str| text.parse::<Count>().unwrap().get();
    assert_eq!(count("200 M"), 200e6);
    assert_eq!(count("200M"), 200e6);
    assert_eq!(count("200 million users"), 200e6);
    assert_eq!(count("4 630"), 4630.0);
    assert_eq!(count("4_630"), 4630.0);
    assert_eq!(count("1.5e6"), 1.5e6);
    let bytes = |text: &str| text.parse::<Bytes>().unwrap().get();
    assert_eq!(bytes("500 B"), 500.0);
    assert_eq!(bytes("200 KB"), 200e3);
    assert_eq!(bytes("200 kB"), 200e3);
    assert_eq!(bytes("200 KiB"), 204_800.0);
    assert_eq!(bytes("16 TiB"), 16.0 * 1024_f64.powi(4));
    let rate = |text: &str| text.parse::<Rate>().unwrap().get();
    assert_eq!(rate("100/day"), 100.0 / DAY);
    assert_eq!(rate("2 k/s"), 2000.0);
    assert_eq!(rate("2 k requests/s"), 2000.0);
    assert_eq!(rate("60/min"), 1.0);
    let ratio = |text: &str| text.parse::<Ratio>().unwrap().get();
    assert_eq!((ratio("20 %"), ratio("20%"), ratio("0.2")), (0.2, 0.2, 0.2));
    assert_eq!((ratio("3x"), ratio("3×"), ratio("3")), (3.0, 3.0, 3.0));
    let time = |text: &str| text.parse::<Time>().unwrap().get();
    assert_eq!(
        (time("5 years"), time("1 month"), time("30 days")),
        (5.0 * YEAR, MONTH, 30.0 * DAY)
    );
    assert_eq!(
        (time("5 ms"), time("2h"), time("1 week")),
        (5e-3, 7200.0, 7.0 * DAY)
    );
}

#[test]
fn a_network_counts_bits_and_a_disk_bytes() {
    let bandwidth = |text: &str| text.parse::<Bandwidth>().unwrap();
    assert_eq!(bandwidth("10 Gbit/s").get(), 1.25e9);
    assert_eq!(bandwidth("10 Gb/s"), bandwidth("1.25 GB/s"));
    assert_eq!(bandwidth("10 Gbit/s").bits_per_second(), 10e9);
    let kilobits = "200 Kb".parse::<Bytes>().unwrap_err().to_string();
    assert!(kilobits.contains("a number of bits"), "{kilobits}");
}

#[test]
fn prices_need_no_rule_of_their_own() {
    let storage: StoragePrice = "$0.023/GB/month".parse().unwrap();
    let stored: Bytes = "1 PB".parse().unwrap();
    assert_eq!((stored * storage).to_string(), "$23 k/month");
    let traffic: TrafficPrice = "$0.05/GB".parse().unwrap();
    let sent: Bandwidth = "1 GB/s".parse().unwrap();
    let month: Cost = sent * traffic;
    let day: Money = month * "1 day".parse::<Time>().unwrap();
    assert_eq!(day.to_string(), "$4 320");
    assert_eq!("$150/month".parse::<Cost>().unwrap().get() * MONTH, 150.0);
}

#[test]
fn what_is_multiplied_gives_what_it_means() {
    let rate = "231 k/s".parse::<Rate>().unwrap();
    let bandwidth = rate * "500 B".parse::<Bytes>().unwrap();
    assert_eq!(bandwidth.to_string(), "924 Mbit/s");
    assert_eq!(
        (bandwidth * "1 day".parse::<Time>().unwrap()).to_string(),
        "9.98 TB"
    );
    let full = "1 TB".parse::<Bytes>().unwrap() / bandwidth;
    assert_eq!(full.to_string(), "2.41 h");
}

#[test]
fn parts_are_rounded_up_but_not_for_a_rounding_error() {
    assert_eq!(Ratio::new(2.1).ceil().get(), 3.0);
    assert_eq!(Ratio::new(0.3 / 0.1).ceil().get(), 3.0);
    assert_eq!(Ratio::new((0.1 + 0.2) / 0.1).ceil().get(), 3.0);
    assert_eq!(Ratio::new(0.0).ceil().get(), 0.0);
}

#[test]
fn what_is_something_else_says_what_it_is_and_what_was_wanted() {
    let wrong = "200 KB".parse::<Rate>().unwrap_err().to_string();
    assert_eq!(
        wrong,
        "\"200 KB\" is a size in bytes, and a rate is wanted; write \"100/day\" or \"2 k/s\""
    );
    let bare = "500".parse::<Bytes>().unwrap_err().to_string();
    assert!(bare.contains("a number without a unit"), "{bare}");
    let share = "20 %".parse::<Count>().unwrap_err().to_string();
    assert!(share.contains("a share or a factor"), "{share}");
    let mbps = "100 Mbps".parse::<Bandwidth>().unwrap_err().to_string();
    assert!(mbps.contains("Mbit/s"), "{mbps}");
    let none = "many".parse::<Count>().unwrap_err();
    assert!(matches!(none, QuantityError::NoNumber { .. }), "{none}");
    assert!("1e31".parse::<Count>().is_err());
    assert!("1e999".parse::<Count>().is_err());
}

#[test]
fn binary_prefixes_are_for_memory() {
    let memory = "16 GiB".parse::<Bytes>().unwrap();
    assert_eq!(format!("{memory:#}"), "16 GiB");
    assert_eq!(format!("{memory}"), "17.2 GB");
}

#[test]
fn what_rounds_up_takes_the_next_prefix() {
    assert_eq!(show(999_700.0, Dimension::Bytes), "1 MB");
    assert_eq!(show(999_400.0, Dimension::Bytes), "999 KB");
    assert_eq!(show(9_999.0, Dimension::Count), "10 k");
    assert_eq!(show(9_994.0, Dimension::Count), "9 990");
    assert_eq!(show(YEAR, Dimension::Time), "1 year");
    assert_eq!(show(0.0, Dimension::Cost), "$0/month");
}

/// The digits that are read and shown, with the exponents of anything that a plan has.
fn values() -> impl Strategy<Value = f64> {
    (1.0..10.0_f64, -9..24_i32).prop_map(|(digits, power)| digits * 10_f64.powi(power))
}

proptest! {
    #[test]
    fn what_is_shown_can_be_read(value in values(), which in 0..10_usize, negative: bool) {
        let dimension = Dimension::ALL[which];
        let value = if negative { -value } else { value };
        let text = show(value, dimension);
        let read = Parsed::read(&text, dimension).unwrap();
        prop_assert_eq!(read.powers, dimension.powers(), "{}", text);
        prop_assert!((read.value / value - 1.0).abs() < 0.0051, "{} is {}, not {}", text, read.value, value);
    }

    #[test]
    fn nothing_that_is_written_panics(text in "\\PC*") {
        for dimension in Dimension::ALL {
            let _ = Parsed::read(&text, dimension);
        }
    }

    #[test]
    fn nothing_that_looks_like_a_quantity_panics(text in "-?\\$?[0-9 _.e+-]{0,12} ?[kKMGTPEZYi]{0,3}[Bbitsxdayh%/]{0,8}") {
        for dimension in Dimension::ALL {
            if let Ok(read) = Parsed::read(&text, dimension) {
                show(read.value, dimension);
            }
        }
    }
}
