//! Passive checks: ejection by failures in a row and by success rate.

use wrr_lb::cluster::State;

use super::*;

#[test]
fn failures_in_a_row_eject_at_once() {
    let (cluster, _) = cluster(config(), &["a", "b", "c"]);
    fail(&cluster, "a", 4);
    assert_eq!(picked(&cluster), "a b c");
    fail(&cluster, "a", 1);
    assert_eq!(picked(&cluster), "b c");
    assert_eq!(endpoint(&cluster, "a").state(), State::Unhealthy);
    assert!(endpoint(&cluster, "a").is_ejected());
    assert_eq!(endpoint(&cluster, "a").stats().ejections, 1);
}

#[test]
fn a_success_between_failures_begins_the_row_anew() {
    let (cluster, _) = cluster(config(), &["a", "b", "c"]);
    fail(&cluster, "a", 4);
    request(&cluster, "a", true);
    fail(&cluster, "a", 4);
    assert_eq!(picked(&cluster), "a b c");
    fail(&cluster, "a", 1);
    assert_eq!(picked(&cluster), "b c");
}

#[test]
fn a_cancelled_request_says_nothing() {
    let (cluster, _) = cluster(config(), &["a", "b"]);
    fail(&cluster, "a", 4);
    let _ = shares(&cluster, 20); // dropped
    fail(&cluster, "a", 1);
    assert_eq!(picked(&cluster), "b");
}

#[test]
fn no_number_of_failures_ejects_if_that_is_switched_off() {
    let mut config = config();
    config.outlier.consecutive_failures = 0;
    let (cluster, _) = cluster(config, &["a", "b"]);
    fail(&cluster, "a", 50);
    assert_eq!(picked(&cluster), "a b");
}

#[test]
fn an_ejection_ends_at_the_first_tick_after_its_time() {
    let (cluster, clock) = cluster(config(), &["a", "b"]);
    fail(&cluster, "a", 5);
    clock.advance(seconds(30) - MS);
    cluster.tick();
    assert_eq!(picked(&cluster), "b");
    clock.advance(MS);
    assert_eq!(picked(&cluster), "b");
    cluster.tick();
    assert_eq!(picked(&cluster), "a b");
}

/// How long `a`, ejected just now, is out, in seconds.
fn time_out(cluster: &Test, clock: &ManualClock) -> u64 {
    (1..)
        .find(|_| {
            clock.advance(seconds(1));
            cluster.tick();
            !endpoint(cluster, "a").is_ejected()
        })
        .unwrap()
}

#[test]
fn each_ejection_is_longer_than_the_one_before_up_to_a_maximum() {
    let mut config = config();
    config.outlier.interval = seconds(1_000_000); // nothing is forgiven
    config.outlier.max_ejection = seconds(100);
    let (cluster, clock) = cluster(config, &["a", "b"]);
    let times = [(); 5].map(|_| {
        fail(&cluster, "a", 5);
        time_out(&cluster, &clock)
    });
    assert_eq!(times, [30, 60, 90, 100, 100]);
}

#[test]
fn each_interval_in_which_an_endpoint_is_not_ejected_forgives_an_ejection() {
    let (cluster, clock) = cluster(config(), &["a", "b"]);
    fail(&cluster, "a", 5);
    assert_eq!(time_out(&cluster, &clock), 30);
    fail(&cluster, "a", 5);
    assert_eq!(time_out(&cluster, &clock), 60);
    clock.advance(seconds(10));
    cluster.tick();
    fail(&cluster, "a", 5);
    assert_eq!(time_out(&cluster, &clock), 60);
}

#[test]
fn never_is_more_than_the_maximum_share_ejected() {
    let (cluster, _) = cluster(config(), &["a", "b", "c", "d", "e"]);
    for name in ["a", "b"] {
        fail(&cluster, name, 5);
    }
    assert_eq!(picked(&cluster), "c d e");
    fail(&cluster, "c", 5); // 3 of 5 would be 60 %
    assert_eq!(picked(&cluster), "c d e");
    assert_eq!(cluster.stats().refused_ejections, 1);
    fail(&cluster, "c", 4);
    assert_eq!(cluster.stats().refused_ejections, 1);
    fail(&cluster, "c", 1);
    assert_eq!(cluster.stats().refused_ejections, 2);
}

#[test]
fn the_only_endpoint_is_never_ejected() {
    let (cluster, _) = cluster(config(), &["a"]);
    fail(&cluster, "a", 50);
    assert_eq!(picked(&cluster), "a");
}

#[test]
fn when_others_leave_the_ejected_come_back_first_whose_time_is_over_first() {
    let (cluster, clock) = cluster(config(), &["a", "b", "c", "d"]);
    fail(&cluster, "b", 5);
    clock.advance(seconds(1));
    fail(&cluster, "a", 5);
    assert_eq!(picked(&cluster), "c d");
    cluster.drain("c"); // 2 of 3
    assert_eq!(picked(&cluster), "b d");
    cluster.remove("d"); // 1 of 2
    assert_eq!(picked(&cluster), "b");
    cluster.remove("b"); // 1 of 1
    assert_eq!(picked(&cluster), "a");
}

/// An interval in which each endpoint gets 100 requests, of which as many fail.
fn interval(cluster: &Test, clock: &ManualClock, failures: &[u32]) {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    for i in 0..100 {
        for (name, &failures) in names.iter().zip(failures) {
            request(cluster, name, i >= failures);
        }
    }
    clock.advance(seconds(10));
    cluster.tick();
}

/// Only success rates eject.
fn rates_only() -> ClusterConfig {
    let mut config = config();
    config.outlier.consecutive_failures = 0;
    config
}

#[test]
fn a_success_rate_far_below_the_others_ejects_at_the_end_of_an_interval() {
    let (cluster, clock) = cluster(rates_only(), &["a", "b", "c", "d", "e"]);
    interval(&cluster, &clock, &[1, 2, 1, 3, 39]);
    assert_eq!(picked(&cluster), "a b c d");
}

#[test]
fn failures_that_all_share_eject_nobody() {
    let (cluster, clock) = cluster(rates_only(), &["a", "b", "c", "d", "e"]);
    interval(&cluster, &clock, &[90; 5]);
    assert_eq!(picked(&cluster), "a b c d e");
}

#[test]
fn success_rates_of_too_few_endpoints_or_requests_are_not_compared() {
    let (few, clock) = cluster(rates_only(), &["a", "b", "c", "d"]);
    interval(&few, &clock, &[0, 0, 0, 100]);
    assert_eq!(picked(&few), "a b c d");

    let mut config = rates_only();
    config.outlier.success_rate.minimum_requests = 101;
    let (cluster, clock) = cluster(config, &["a", "b", "c", "d", "e"]);
    interval(&cluster, &clock, &[0, 0, 0, 0, 100]);
    assert_eq!(picked(&cluster), "a b c d e");
}

#[test]
fn each_interval_is_judged_by_its_own_requests() {
    let (cluster, clock) = cluster(rates_only(), &["a", "b", "c", "d", "e", "f"]);
    for _ in 0..3 {
        interval(&cluster, &clock, &[0; 6]);
    }
    interval(&cluster, &clock, &[0, 0, 0, 0, 0, 50]);
    assert_eq!(picked(&cluster), "a b c d e");
    clock.advance(seconds(30));
    cluster.tick();
    interval(&cluster, &clock, &[0; 6]);
    assert_eq!(picked(&cluster), "a b c d e f");
}

#[test]
fn of_more_outliers_than_may_be_ejected_the_worst_are() {
    let mut config = rates_only();
    config.outlier.max_ejected_percent = 15;
    config.outlier.success_rate.deviations = 0.5;
    let (cluster, clock) = cluster(config, &["a", "b", "c", "d", "e", "f", "g"]);
    interval(&cluster, &clock, &[0, 60, 0, 0, 80, 0, 0]);
    assert_eq!(picked(&cluster), "a b c d f g");
    assert_eq!(cluster.stats().refused_ejections, 1);
}

#[test]
fn late_failures_from_before_an_ejection_are_not_held_against_who_comes_back() {
    let mut config = config();
    config.outlier.base_ejection = seconds(5);
    let (cluster, clock) = cluster(config, &["a", "b", "c", "d", "e", "f"]);
    let under_way: Vec<_> = (0..600)
        .map(|_| cluster.pick(Request::default()).unwrap())
        .filter(|lease| lease.endpoint().name() == "f")
        .collect();
    under_way.into_iter().for_each(|lease| lease.failure());
    assert_eq!(picked(&cluster), "a b c d e");
    clock.advance(seconds(5));
    cluster.tick();
    interval(&cluster, &clock, &[0; 6]);
    assert_eq!(picked(&cluster), "a b c d e f");
}
