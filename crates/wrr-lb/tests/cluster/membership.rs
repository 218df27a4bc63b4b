//! Endpoints that come and go, weights, and the algorithm.

use wrr_lb::cluster::State;
use wrr_lb::{Algorithm, ConfigError};

use super::*;

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
    // nginx's, from wherever it begins.
    assert!("aabacaa".repeat(2).contains(&sequence), "{sequence}");
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
