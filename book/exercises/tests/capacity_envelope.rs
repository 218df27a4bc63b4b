//! The numbers of a service, by multiplication.

use capacity::{Bytes, Count, Rate, Ratio, Time};

#[cfg_attr(feature = "yours", path = "../capacity/envelope.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/capacity/envelope.rs")]
mod exercise;

fn count(text: &str) -> Count {
    text.parse().unwrap()
}

fn each(text: &str) -> Rate {
    text.parse().unwrap()
}

fn bytes(text: &str) -> Bytes {
    text.parse().unwrap()
}

fn assert_close(what: &str, said: f64, expected: f64) {
    assert!(
        (said / expected - 1.0).abs() < 1e-9,
        "{what} is {expected}, not {said}"
    );
}

#[test]
fn a_hundred_million_people_who_look_twenty_times_a_day() {
    let peak = exercise::at_the_peak(count("100 M"), each("20/day"), Ratio::new(4.0));
    assert_close("the peak", peak.get(), 2e9 / 86_400.0 * 4.0);
}

#[test]
fn what_they_write_is_kept_three_times() {
    let year: Time = "1 year".parse().unwrap();
    let disk = exercise::on_disk(
        count("100 M"),
        each("2/day"),
        bytes("1 KB"),
        year,
        Ratio::new(3.0),
    );
    assert_close(
        "the disk after a year",
        disk.get(),
        200e6 * 1e3 * 365.0 * 3.0,
    );
    let none = exercise::on_disk(
        count("100 M"),
        each("2/day"),
        bytes("1 KB"),
        Time::new(0.0),
        Ratio::new(3.0),
    );
    assert_eq!(none.get(), 0.0, "after no time there is nothing");
}

#[test]
fn a_disk_is_full_when_its_writes_fill_it() {
    let (people, each, size) = (count("1 M"), each("10/day"), bytes("2 KiB"));
    let copies = Ratio::new(1.5);
    let room = bytes("64 TiB");
    let full = exercise::full_after(room, people, each, size, copies);
    let then = exercise::on_disk(people, each, size, full, copies);
    assert_close(
        "what is on the disk when it is full",
        then.get(),
        room.get(),
    );
}
