//! What happens when too few are well.

use super::*;

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
