//! A model of a service that was described in words.

use capacity::{Plan, Source};

#[cfg_attr(feature = "yours", path = "../capacity/model.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/capacity/model.rs")]
mod exercise;

/// Half a million of each: what a day has, divided by its seconds.
const A_DAY: f64 = 50e6 / 86_400.0;

fn plan() -> Plan {
    let source = Source::parse(exercise::MODEL).unwrap_or_else(|error| panic!("{error}"));
    let model = source.model().unwrap_or_else(|error| panic!("{error}"));
    Plan::new(&model).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn assert_step(name: &str, expected: f64) {
    let plan = plan();
    let step = plan
        .step(name)
        .unwrap_or_else(|| panic!("the plan has no `{name}`"));
    assert!(
        (step.value / expected - 1.0).abs() < 1e-9,
        "{name} = {} = {}, but it should be {}",
        step.numbers,
        step.shown(),
        capacity::show(expected, step.dimension)
    );
}

#[test]
fn eighty_four_requests_of_each_and_twice_as_many_in_the_evening() {
    assert_step("requests", 84.0 * A_DAY);
    assert_step("requests at the peak", 168.0 * A_DAY);
}

#[test]
fn photos_and_comments_of_a_day() {
    assert_step("image data a day", 50e6 * 1.5e6);
    assert_step("photo data a day", 50e6 * 1e3);
    assert_step("comment data a day", 150e6 * 300.0);
}

#[test]
fn text_is_kept_twice_and_images_are_not() {
    let days = 3.0 * 365.0;
    let text = 2.0 * days * (50e6 * 1e3 + 150e6 * 300.0);
    let images = 1.4 * days * 50e6 * 1.5e6;
    assert_step("data stored", text + images);
}

#[test]
fn a_zone_may_fail_in_the_evening() {
    let in_a_zone: f64 = (168.0 * A_DAY / 1_500.0 / 2.0).ceil();
    assert_step("servers", 3.0 * in_a_zone);
}
