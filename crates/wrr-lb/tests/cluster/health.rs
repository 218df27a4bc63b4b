//! Active checks.

use wrr_lb::cluster::State;

use super::*;

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
