//! Draining.

use std::sync::{Arc, Mutex};

use clock::{Clock, Nanos};
use wrr_lb::Algorithm;
use wrr_lb::cluster::State;

use super::*;

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

/// A clock that does something when it is read, once.
struct Intrusive<F>(Mutex<Option<F>>);

impl<F: FnOnce()> Clock for Intrusive<F> {
    fn now(&self) -> Nanos {
        let intrusion = self.0.lock().unwrap().take();
        if let Some(intrusion) = intrusion {
            intrusion();
        }
        Nanos::ZERO
    }
}

#[test]
fn who_drains_has_not_drained_while_a_pick_looks_at_the_time_before() {
    type Test = Cluster<u32, Arc<Intrusive<Box<dyn FnOnce() + Send>>>>;
    let clock = Arc::new(Intrusive(Mutex::default()));
    let algorithm = Algorithm::peak_ewma(); // whose picks read the clock
    let config = ClusterConfig {
        algorithm,
        ..config()
    };
    let cluster: Test = Cluster::with_clock(config, clock.clone()).unwrap();
    cluster.set([("a", 1, 0)]).unwrap();

    // In the middle of a pick, `a` begins to drain. It has no request, but is about to get one.
    let other = cluster.clone();
    *clock.0.lock().unwrap() = Some(Box::new(move || {
        other.drain("a");
        assert_eq!(other.endpoints()[0].load().active(), 0);
        assert!(!other.is_drained("a"), "though the pick will return it");
    }));
    let lease = cluster
        .pick(Request::default())
        .expect("as of when the pick began");
    assert!(!cluster.is_drained("a"));
    drop(lease);
    assert!(cluster.is_drained("a"));
    assert!(cluster.pick(Request::default()).is_none());
}
