//! Slow start.

use wrr_lb::Algorithm;

use super::*;

fn slow() -> ClusterConfig {
    ClusterConfig {
        slow_start: seconds(20),
        ..config()
    }
}

/// `b`'s share in percent, now and at each of five ticks 4 s apart.
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

#[test]
fn a_newcomer_gets_no_more_than_its_share_however_often_it_is_raised() {
    for algorithm in [
        Algorithm::SmoothWeighted,
        Algorithm::Edf,
        Algorithm::Interleaved,
    ] {
        let config = ClusterConfig {
            algorithm,
            slow_start: seconds(100),
            slow_start_from: 1,
            ..config()
        };
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let (cluster, clock) = cluster(config, &names);
        clock.advance(seconds(100));
        cluster.tick();
        cluster.add("new", 1, 0).unwrap();
        // 20 requests a second, of which it is due two when it has all of its weight.
        let mut picks = 0;
        for _ in 0..50 {
            picks += shares(&cluster, 20).get("new").copied().unwrap_or(0);
            clock.advance(seconds(1));
            cluster.tick();
        }
        // A quarter of its weight on average: 27 of 1 000.
        assert!((15..40).contains(&picks), "{algorithm:?}: {picks}");
    }
}

#[test]
fn least_connections_send_all_to_a_newcomer_unless_it_starts_slowly() {
    for (slow_start, expected) in [(0, 100..=100), (60, 15..=25)] {
        let config = ClusterConfig {
            algorithm: Algorithm::LeastConnections,
            slow_start: seconds(slow_start),
            ..config()
        };
        let (cluster, clock) = cluster(config, &["a", "b", "c", "d"]);
        clock.advance(seconds(60));
        cluster.tick();
        let _open: Vec<_> = (0..800)
            .map(|_| cluster.pick(Request::default()).unwrap())
            .collect();
        cluster.add("new", 1, 0).unwrap();
        let _next: Vec<_> = (0..100)
            .map(|_| cluster.pick(Request::default()).unwrap())
            .collect();
        let picks = endpoint(&cluster, "new").stats().picks;
        assert!(expected.contains(&picks), "{picks}");
    }
}
