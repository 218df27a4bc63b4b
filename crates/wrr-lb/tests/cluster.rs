//! The rules of a cluster, one by one, with a clock that is moved by hand.

use std::collections::BTreeMap;
use std::time::Duration;

use clock::ManualClock;
use wrr_lb::cluster::{Cluster, ClusterConfig, Endpoint, State};
use wrr_lb::{Algorithm, ConfigError, Request};

type Test = Cluster<u32, ManualClock>;

const MS: Duration = Duration::from_millis(1);

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

fn config() -> ClusterConfig {
    ClusterConfig {
        seed: Some(1),
        ..ClusterConfig::default()
    }
}

/// A cluster with endpoints of these names and of weight 1, and the clock that it asks.
fn cluster(config: ClusterConfig, names: &[&str]) -> (Test, ManualClock) {
    let clock = ManualClock::new();
    let cluster = Cluster::with_clock(config, clock.clone()).unwrap();
    cluster.set(names.iter().map(|name| (name, 1, 0))).unwrap();
    (cluster, clock)
}

/// How often each endpoint gets one of `n` picks.
fn shares(cluster: &Test, n: u32) -> BTreeMap<String, u32> {
    let mut shares = BTreeMap::new();
    for _ in 0..n {
        if let Some(lease) = cluster.pick(Request::default()) {
            *shares
                .entry(lease.endpoint().name().to_owned())
                .or_default() += 1;
        }
    }
    cluster.check_invariants();
    shares
}

/// Who gets any of 20 picks.
fn picked(cluster: &Test) -> String {
    let names: Vec<_> = shares(cluster, 20).into_keys().collect();
    names.join(" ")
}

fn endpoint(cluster: &Test, name: &str) -> std::sync::Arc<Endpoint<u32>> {
    let mut all = cluster.endpoints().into_iter();
    all.find(|e| e.name() == name)
        .expect("it is in the cluster")
}

/// Sends a request to `name`, and has it fail or not.
fn request(cluster: &Test, name: &str, ok: bool) {
    for _ in 0..1000 {
        let lease = cluster.pick(Request::default()).expect("somebody is well");
        if lease.endpoint().name() == name {
            match ok {
                true => lease.success(MS),
                false => lease.failure(),
            }
            return;
        }
    }
    panic!("{name} is not picked");
}

fn fail(cluster: &Test, name: &str, times: u32) {
    for _ in 0..times {
        request(cluster, name, false);
    }
}

// Membership.

#[test]
fn an_empty_cluster_has_nobody_to_pick_and_counts_it() {
    let (cluster, _) = cluster(config(), &[]);
    assert!(cluster.pick(Request::default()).is_none());
    assert!(cluster.pick_other(Request::default(), &[]).is_none());
    assert_eq!(cluster.stats().misses, 2);
}

#[test]
fn endpoints_are_added_and_removed() {
    let (cluster, _) = cluster(config(), &["a"]);
    cluster.add("b", 1, 0).unwrap();
    assert_eq!(picked(&cluster), "a b");
    assert!(cluster.remove("a"));
    assert_eq!(picked(&cluster), "b");
    assert!(!cluster.remove("a"));
}

#[test]
fn a_new_list_keeps_health_load_and_counters_of_those_that_stay() {
    let (cluster, _) = cluster(config(), &["a", "b", "c"]);
    request(&cluster, "a", true);
    (0..3).for_each(|_| assert!(cluster.report_check("b", false)));
    let held = cluster.pick(Request::default()).unwrap();
    let name = held.endpoint().name().to_owned();

    let list = ["d", "c", "b", "a"].map(|name| (name, 2, 7));
    cluster.set(list).unwrap();
    cluster.check_invariants();
    let names: Vec<_> = cluster
        .endpoints()
        .iter()
        .map(|e| e.name().to_owned())
        .collect();
    assert_eq!(names, ["d", "c", "b", "a"]);
    assert_eq!(endpoint(&cluster, "a").stats().successes, 1);
    assert_eq!(endpoint(&cluster, "b").state(), State::Unhealthy);
    assert_eq!(endpoint(&cluster, &name).load().active(), 1);
    assert_eq!(*endpoint(&cluster, "a").data(), 7);
    assert_eq!(endpoint(&cluster, "a").weight(), 2);
    drop(held);
    assert_eq!(endpoint(&cluster, &name).load().active(), 0);
}

#[test]
fn an_endpoint_that_was_removed_and_comes_again_is_a_new_one() {
    let (cluster, _) = cluster(config(), &["a", "b", "c"]);
    fail(&cluster, "a", 4);
    let late = loop {
        let lease = cluster.pick(Request::default()).unwrap();
        if lease.endpoint().name() == "a" {
            break lease;
        }
    };
    cluster.remove("a");
    cluster.add("a", 1, 0).unwrap();
    late.failure(); // the fifth, but of the other one
    assert_eq!(picked(&cluster), "a b c");
    assert_eq!(endpoint(&cluster, "a").stats().failures, 0);
}

#[test]
fn a_lease_outlives_its_endpoint_and_its_cluster() {
    let (cluster, _) = cluster(config(), &["a"]);
    let leases = [(); 3].map(|_| cluster.pick(Request::default()).unwrap());
    cluster.remove("a");
    drop(cluster);
    let [first, second, third] = leases;
    let endpoint = first.endpoint().clone();
    first.success(MS);
    second.failure();
    assert_eq!(endpoint.load().active(), 1);
    drop(third);
    assert_eq!(endpoint.load().active(), 0);
    let stats = endpoint.stats();
    assert_eq!((stats.picks, stats.successes, stats.failures), (3, 1, 1));
}

#[test]
fn two_of_one_name_are_refused_and_nothing_is_changed() {
    let (cluster, _) = cluster(config(), &["a"]);
    let error = cluster.set([("b", 1, 0), ("b", 1, 0)]).unwrap_err();
    assert_eq!(error, ConfigError::DuplicateName { name: "b".into() });
    assert_eq!(picked(&cluster), "a");
}

#[test]
fn more_endpoints_than_the_algorithm_can_choose_from_are_refused() {
    let algorithm = Algorithm::Maglev { table_size: 3 };
    let (cluster, _) = cluster(
        ClusterConfig {
            algorithm,
            ..config()
        },
        &["a", "b", "c"],
    );
    let error = cluster.add("d", 1, 0).unwrap_err();
    assert!(matches!(
        error,
        ConfigError::TooManyEndpoints {
            given: 4,
            limit: 3,
            ..
        }
    ));
    // Also when some of them are not eligible: they will be.
    (0..3).for_each(|_| assert!(cluster.report_check("a", false)));
    assert!(cluster.add("d", 1, 0).is_err());
    cluster.add("c", 2, 0).unwrap();

    cluster.set_algorithm(Algorithm::RoundRobin).unwrap();
    cluster.add("d", 1, 0).unwrap();
    assert!(cluster.set_algorithm(algorithm).is_err());
    assert_eq!(picked(&cluster), "b c d");
}

#[test]
fn a_weight_of_zero_is_known_and_gets_nothing() {
    let (cluster, _) = cluster(config(), &["a", "b", "c"]);
    assert!(cluster.set_weight("a", 0));
    assert!(!cluster.set_weight("x", 0));
    assert_eq!(picked(&cluster), "b c");
    // It neither brings about a panic nor is part of one.
    (0..3).for_each(|_| assert!(cluster.report_check("b", false)));
    assert_eq!(picked(&cluster), "c");
    (0..3).for_each(|_| assert!(cluster.report_check("c", false)));
    assert_eq!(picked(&cluster), "b c");
}

#[test]
fn picks_follow_the_weights() {
    let (cluster, _) = cluster(config(), &["a", "b", "c"]);
    cluster.set_weight("a", 5);
    let sequence: String = (0..7)
        .map(|_| {
            cluster
                .pick(Request::default())
                .unwrap()
                .endpoint()
                .name()
                .to_owned()
        })
        .collect();
    assert_eq!(sequence, "aabacaa"); // nginx's
}

#[test]
fn the_algorithm_changes_under_way_and_no_lease_is_lost() {
    let (cluster, _) = cluster(config(), &["a", "b", "c"]);
    let held: Vec<_> = (0..9)
        .map(|_| cluster.pick(Request::default()).unwrap())
        .collect();
    cluster.set_algorithm(Algorithm::LeastConnections).unwrap();
    cluster.set_weight("a", 100);
    let lease = cluster.pick(Request::default()).unwrap();
    assert_eq!(lease.endpoint().name(), "a");
    drop(lease);
    assert_eq!(
        cluster
            .stats()
            .endpoints
            .iter()
            .map(|e| e.active)
            .sum::<u32>(),
        9
    );
    held.into_iter().for_each(|lease| lease.success(MS));
    assert_eq!(
        cluster
            .stats()
            .endpoints
            .iter()
            .map(|e| e.active)
            .sum::<u32>(),
        0
    );
}

#[test]
fn a_wrong_algorithm_is_refused_and_the_last_one_stays() {
    let (cluster, _) = cluster(config(), &["a", "b"]);
    assert!(
        cluster
            .set_algorithm(Algorithm::Maglev { table_size: 8 })
            .is_err()
    );
    assert_eq!(picked(&cluster), "a b");
}

#[test]
fn a_ring_of_too_many_points_is_refused_before_it_is_built() {
    let algorithm = Algorithm::Ketama { points: 1 << 16 };
    let (cluster, _) = cluster(
        ClusterConfig {
            algorithm,
            ..config()
        },
        &["a"],
    );
    let error = cluster
        .set((0..4097).map(|i| (i.to_string(), 1, 0)))
        .unwrap_err();
    assert!(matches!(
        error,
        ConfigError::TooManyEndpoints {
            given: 4097,
            limit: 4096,
            ..
        }
    ));
    assert_eq!(picked(&cluster), "a");
}

// Active checks.

#[test]
fn it_takes_several_checks_in_a_row_to_change_health() {
    let (cluster, _) = cluster(config(), &["a", "b"]);
    let mut history = String::new();
    for result in "✗✗.✗✗✗.✗..✗✗✗".chars() {
        assert!(cluster.report_check("a", result == '.'));
        cluster.check_invariants();
        history.push(match endpoint(&cluster, "a").state() {
            State::Healthy => 'h',
            _ => 'u',
        });
    }
    assert_eq!(history, "hhhhhuuuuhhhu");
    assert_eq!(picked(&cluster), "b");
    assert!(!cluster.report_check("nobody", true));
}

#[test]
fn who_is_not_presumed_healthy_waits_for_one_check() {
    let mut config = config();
    config.health.presume_healthy = false;
    config.health.healthy_after = 4;
    config.panic_threshold = 0;
    let (cluster, _) = cluster(config, &["a", "b"]);
    assert_eq!(picked(&cluster), "");
    cluster.report_check("a", false);
    cluster.report_check("b", true);
    assert_eq!(picked(&cluster), "b");
}

#[test]
fn all_are_checked_but_those_that_drain() {
    let (cluster, _) = cluster(config(), &["a", "b", "c"]);
    cluster.drain("c");
    let mut asked = String::new();
    for _ in 0..3 {
        cluster.check_all(&mut |endpoint: &Endpoint<u32>| {
            asked += endpoint.name();
            endpoint.name() != "b"
        });
    }
    assert_eq!(asked, "ababab");
    assert_eq!(picked(&cluster), "a");
}

// Passive checks.

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

// Panic.

#[test]
fn when_too_few_are_well_all_get_requests_but_those_that_drain() {
    let (cluster, _) = cluster(config(), &["a", "b", "c", "d", "e"]);
    cluster.drain("e");
    let down = |name| (0..3).for_each(|_| assert!(cluster.report_check(name, false)));
    down("a");
    down("b");
    assert_eq!(picked(&cluster), "c d"); // 50 %
    assert_eq!(cluster.stats().panics, 0);
    down("c");
    assert_eq!(picked(&cluster), "a b c d");
    down("d");
    assert_eq!(picked(&cluster), "a b c d");
    let stats = cluster.stats();
    assert_eq!(
        (stats.panicking, stats.panics, stats.panic_picks),
        (true, 1, 40)
    );
    assert_eq!(stats.eligible, 0);

    cluster.report_checks(["c", "d", "c", "d"].map(|name| (name, true)));
    assert_eq!(picked(&cluster), "c d");
    let stats = cluster.stats();
    assert_eq!(
        (stats.panicking, stats.panics, stats.panic_picks),
        (false, 1, 40)
    );
}

#[test]
fn without_a_threshold_there_is_no_panic() {
    let config = ClusterConfig {
        panic_threshold: 0,
        ..config()
    };
    let (cluster, _) = cluster(config, &["a", "b"]);
    cluster.report_checks(["a", "b"].repeat(3).into_iter().map(|name| (name, false)));
    assert_eq!(picked(&cluster), "");
}

// Slow start.

fn slow() -> ClusterConfig {
    ClusterConfig {
        slow_start: seconds(20),
        ..config()
    }
}

/// `b`'s share of 110 picks beside `a`, which has started.
fn shares_over_time(cluster: &Test, clock: &ManualClock) -> Vec<u32> {
    let mut over_time = Vec::new();
    for _ in 0..6 {
        over_time.push(endpoint(cluster, "b").stats().share);
        clock.advance(seconds(4));
        cluster.tick();
        cluster.check_invariants();
    }
    over_time
}

#[test]
fn a_new_endpoint_gets_its_share_step_by_step() {
    let (cluster, clock) = cluster(slow(), &["a"]);
    clock.advance(seconds(20));
    cluster.tick();
    cluster.add("b", 1, 0).unwrap();
    assert_eq!(shares(&cluster, 110)["b"], 10);
    clock.advance(seconds(5));
    cluster.tick();
    assert_eq!(shares(&cluster, 125)["b"], 25);
    clock.advance(seconds(15));
    cluster.tick();
    assert_eq!(shares(&cluster, 100)["b"], 50);
}

#[test]
fn whoever_comes_back_starts_slowly_for_whatever_reason() {
    let (cluster, clock) = cluster(slow(), &["a", "b"]);
    clock.advance(seconds(20));
    cluster.tick();
    let ramp = [10, 20, 40, 60, 80, 100];

    (0..3).for_each(|_| assert!(cluster.report_check("b", false)));
    assert_eq!(endpoint(&cluster, "b").stats().share, 100);
    (0..2).for_each(|_| assert!(cluster.report_check("b", true)));
    assert_eq!(shares_over_time(&cluster, &clock), ramp);

    fail(&cluster, "b", 5);
    clock.advance(seconds(30));
    cluster.tick();
    assert_eq!(shares_over_time(&cluster, &clock), ramp);

    cluster.drain("b");
    cluster.resume("b");
    assert_eq!(shares_over_time(&cluster, &clock), ramp);
    assert_eq!(endpoint(&cluster, "b").weight(), 1);
}

#[test]
fn a_tick_that_changes_nothing_builds_nothing() {
    let (cluster, clock) = cluster(slow(), &["a", "b"]);
    clock.advance(seconds(20));
    cluster.tick();
    let before = cluster.stats().rebuilds;
    clock.advance(seconds(100));
    cluster.tick();
    cluster.report_check("a", true);
    cluster.set_weight("a", 1);
    assert_eq!(cluster.stats().rebuilds, before);
}

// Draining.

#[test]
fn who_drains_gets_nothing_new_and_has_drained_when_its_last_request_ends() {
    let (cluster, _) = cluster(config(), &["a", "b"]);
    let held = [(); 2].map(|_| cluster.pick(Request::default()).unwrap());
    assert!(cluster.drain("a"));
    assert!(!cluster.drain("x"));
    assert_eq!(endpoint(&cluster, "a").state(), State::Draining);
    assert_eq!(picked(&cluster), "b");
    assert!(!cluster.is_drained("a"));
    drop(held);
    assert!(cluster.is_drained("a"));
    assert!(!cluster.is_drained("b")); // it has no requests either, but may get some
    assert_eq!(cluster.drained().len(), 1);
    // Checks do not bring it back, nor does a new list.
    (0..5).for_each(|_| assert!(cluster.report_check("a", true)));
    cluster.set([("a", 1, 0), ("b", 1, 0)]).unwrap();
    assert_eq!(picked(&cluster), "b");
    assert!(cluster.resume("a"));
    assert!(!cluster.resume("a"));
    assert_eq!(picked(&cluster), "a b");
}

#[test]
fn an_unhealthy_endpoint_that_drains_in_a_panic_gets_nothing_new() {
    let (cluster, _) = cluster(config(), &["a", "b", "c"]);
    for name in ["a", "b", "c"] {
        (0..3).for_each(|_| assert!(cluster.report_check(name, false)));
    }
    assert_eq!(picked(&cluster), "a b c");
    cluster.drain("a");
    assert_eq!(picked(&cluster), "b c");
    cluster.resume("a");
    assert_eq!(picked(&cluster), "a b c");
}

#[test]
fn an_ejected_endpoint_that_drains_makes_room_for_no_other() {
    let (cluster, clock) = cluster(config(), &["a", "b", "c", "d"]);
    fail(&cluster, "a", 5);
    cluster.drain("a");
    assert!(!endpoint(&cluster, "a").is_ejected());
    clock.advance(seconds(30));
    cluster.tick();
    assert_eq!(picked(&cluster), "b c d");
}

// Retries and keys.

#[test]
fn a_retry_goes_to_one_that_was_not_tried_while_there_is_one() {
    let all = [
        Algorithm::SmoothWeighted,
        Algorithm::LeastConnections,
        Algorithm::PowerOfTwo,
        Algorithm::ketama(),
        Algorithm::bounded_load(),
        Algorithm::maglev(),
        Algorithm::Rendezvous,
    ];
    for algorithm in all {
        let (cluster, _) = cluster(
            ClusterConfig {
                algorithm,
                ..config()
            },
            &["a", "b", "c"],
        );
        for key in 0..50 {
            let request = Request::keyed(&key);
            let first = cluster.pick(request).unwrap();
            let second = cluster.pick_other(request, &[first.endpoint()]).unwrap();
            let tried = [first.endpoint().as_ref(), second.endpoint().as_ref()];
            let third = cluster.pick_other(request, &tried).unwrap();
            let mut names = [&first, &second, &third].map(|l| l.endpoint().name());
            names.sort();
            assert_eq!(names, ["a", "b", "c"], "{algorithm:?}");
            let tried = [&first, &second, &third].map(|l| l.endpoint().as_ref());
            assert!(cluster.pick_other(request, &tried).is_some());
        }
    }
}

#[test]
fn the_same_key_goes_to_the_same_endpoint_and_its_retry_too() {
    let algorithm = Algorithm::ketama();
    let (cluster, _) = cluster(
        ClusterConfig {
            algorithm,
            ..config()
        },
        &["a", "b", "c", "d"],
    );
    for key in 0..100 {
        let request = Request::keyed(&key);
        let route = || {
            let first = cluster.pick(request).unwrap();
            let second = cluster.pick_other(request, &[first.endpoint()]).unwrap();
            [first, second].map(|lease| lease.endpoint().name().to_owned())
        };
        let before = route();
        cluster.report_check("a", true); // changes nothing
        assert_eq!(route(), before);
    }
}

#[test]
fn only_the_keys_of_an_endpoint_that_is_out_go_elsewhere_and_they_come_back() {
    let algorithm = Algorithm::ketama();
    let (cluster, clock) = cluster(
        ClusterConfig {
            algorithm,
            ..config()
        },
        &["a", "b", "c", "d"],
    );
    let owners = || -> Vec<String> {
        let owner = |key| {
            cluster
                .pick(Request::keyed(&key))
                .unwrap()
                .endpoint()
                .name()
                .to_owned()
        };
        (0..1000).map(owner).collect()
    };
    let before = owners();
    let mut key = 0;
    let mut failures = 0;
    while failures < 5 {
        let lease = cluster.pick(Request::keyed(&key)).unwrap();
        if lease.endpoint().name() == "a" {
            lease.failure();
            failures += 1;
        }
        key += 1;
    }
    for (before, now) in before.iter().zip(owners()) {
        assert_ne!(now, "a");
        assert!(before == "a" || *before == now);
    }
    clock.advance(seconds(30));
    cluster.tick();
    assert_eq!(owners(), before);
}

#[test]
fn latency_is_kept_for_the_algorithm_that_looks_at_it() {
    let algorithm = Algorithm::peak_ewma();
    let (cluster, clock) = cluster(
        ClusterConfig {
            algorithm,
            ..config()
        },
        &["a", "b"],
    );
    for _ in 0..100 {
        let lease = cluster.pick(Request::default()).unwrap();
        let latency = if lease.endpoint().name() == "a" {
            100
        } else {
            1
        };
        clock.advance(MS);
        lease.success(latency * MS);
    }
    assert!(
        endpoint(&cluster, "a")
            .load()
            .latency_ewma(clock::Clock::now(&clock))
            > 50 * MS
    );
    let shares = shares(&cluster, 100);
    assert_eq!(shares.get("a"), None, "{shares:?}");
}

// Configuration.

#[test]
fn what_cannot_be_meant_is_refused_by_the_name_of_its_field() {
    let refused = |change: fn(&mut ClusterConfig)| {
        let mut config = config();
        change(&mut config);
        Cluster::<u32>::new(config).unwrap_err().to_string()
    };
    assert_eq!(
        refused(|c| c.panic_threshold = 101),
        "panic_threshold: 101 is not between 0 and 100"
    );
    assert_eq!(
        refused(|c| c.outlier.max_ejected_percent = 120),
        "outlier.max_ejected_percent: 120 is not between 0 and 100"
    );
    assert_eq!(
        refused(|c| c.health.unhealthy_after = 0),
        "health.unhealthy_after: 0 is not at least 1"
    );
    assert_eq!(
        refused(|c| c.outlier.max_ejection = seconds(1)),
        "outlier.max_ejection: 1s is not at least outlier.base_ejection"
    );
    assert_eq!(
        refused(|c| c.outlier.success_rate.deviations = f64::NAN),
        "outlier.success_rate.deviations: NaN is not a number from 0"
    );
    assert!(refused(|c| c.slow_start_from = 0).starts_with("slow_start_from: 0 is not"));
    assert!(refused(|c| c.health.healthy_after = 0).starts_with("health.healthy_after: 0"));
    assert!(refused(|c| c.outlier.interval = Duration::ZERO).starts_with("outlier.interval: 0s"));
    assert!(refused(|c| c.outlier.base_ejection = Duration::ZERO).contains("base_ejection"));
    assert!(refused(|c| c.outlier.success_rate.minimum_requests = 0).contains("minimum_requests"));
    assert!(refused(|c| c.algorithm = Algorithm::Maglev { table_size: 8 }).contains("table_size"));
}
