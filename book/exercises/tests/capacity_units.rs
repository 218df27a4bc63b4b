//! Bare numbers, beside the same with units.

use capacity::{Bandwidth, Bytes, Rate, Ratio};

#[cfg_attr(feature = "yours", path = "../capacity/units.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/capacity/units.rs")]
mod exercise;

fn assert_close(what: &str, said: f64, expected: f64) {
    assert!(
        (said / expected - 1.0).abs() < 1e-9,
        "{what}: {expected:.1}, not {said:.1}"
    );
}

#[test]
fn a_backup_takes_its_time() {
    for (tebibytes, gigabits, share) in [(40.0, 10.0, 0.8), (1.0, 1.0, 1.0), (0.5, 100.0, 0.25)] {
        let data: Bytes = format!("{tebibytes} TiB").parse().unwrap();
        let link: Bandwidth = format!("{gigabits} Gbit/s").parse().unwrap();
        let time = data / (link * Ratio::new(share));
        let what = format!("seconds for {tebibytes} TiB over {share} of {gigabits} Gbit/s");
        assert_close(
            &what,
            exercise::seconds_to_send(tebibytes, gigabits, share),
            time.get(),
        );
    }
}

#[test]
fn a_disk_is_smaller_than_it_was_sold() {
    let disk: Bytes = "4 TB".parse().unwrap();
    let gibibyte: Bytes = "1 GiB".parse().unwrap();
    assert_close(
        "4 TB in GiB",
        exercise::shown_as_gb(4.0),
        (disk / gibibyte).get(),
    );
}

#[test]
fn answers_fill_a_link() {
    let link: Bandwidth = "10 Gbit/s".parse().unwrap();
    let answer: Bytes = "40 KB".parse().unwrap();
    let rate: Rate = link / answer;
    assert_close(
        "answers of 40 KB on 10 Gbit/s",
        exercise::requests_that_fill(10.0, 40.0),
        rate.get(),
    );
}
