//! Enough servers, counted by failing zones.

use capacity::{Plan, Source};

#[cfg_attr(feature = "yours", path = "../capacity/zones.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/capacity/zones.rs")]
mod exercise;

/// How busy each server is when zones have failed.
fn busy(peak: f64, handles: f64, servers: u32, zones: u32, lost: u32) -> f64 {
    let left = servers / zones * (zones - lost);
    peak / (handles * f64::from(left))
}

#[test]
fn those_that_are_left_are_enough_and_one_less_is_not() {
    for peak in [90.0, 2_399.0, 7_210.0, 708_333.0] {
        for (zones, lost) in [(1, 0), (2, 1), (3, 1), (3, 2), (5, 1)] {
            let servers = exercise::servers(peak, 1_000.0, 0.6, zones, lost);
            assert_eq!(
                servers % zones,
                0,
                "{servers} servers cannot be spread over {zones} zones"
            );
            let left = busy(peak, 1_000.0, servers, zones, lost);
            assert!(
                left <= 0.6,
                "{servers} servers in {zones} zones are {:.0} % busy when {lost} fail",
                100.0 * left
            );
            if servers > zones {
                let fewer = busy(peak, 1_000.0, servers - zones, zones, lost);
                assert!(
                    fewer > 0.6,
                    "{} servers would do for {peak}/s",
                    servers - zones
                );
            }
        }
    }
}

#[test]
fn they_are_the_plan_s() {
    let source =
        Source::parse(include_str!("../../../crates/capacity/models/twitter.toml")).unwrap();
    let plan = Plan::new(&source.model().unwrap()).unwrap();
    let value = |step: &str| plan.step(step).unwrap().value;
    let peak = value("requests at the peak");
    let servers = exercise::servers(peak, 2_000.0, 0.6, 3, 1);
    assert_eq!(f64::from(servers), value("servers"));
    assert!((exercise::usual(peak, 2_000.0, servers) - 0.4).abs() < 0.01);
}

#[test]
fn many_zones_are_cheap_for_the_large_and_dear_for_the_small() {
    assert_eq!(exercise::cheapest_zones(708_333.0, 2_000.0, 0.6, 6), 6);
    assert_eq!(exercise::cheapest_zones(500.0, 1_000.0, 0.6, 6), 2);
    // Two in each of two zones, or one in each of three.
    assert_eq!(exercise::cheapest_zones(1_100.0, 1_000.0, 0.6, 6), 3);
}
