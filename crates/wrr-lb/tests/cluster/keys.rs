//! Requests with keys, and retries.

use wrr_lb::Algorithm;

use super::*;

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
