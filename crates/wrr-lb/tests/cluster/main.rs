//! The rules of a cluster, one by one, with a clock that is moved by hand.

mod config;
mod draining;
mod health;
mod keys;
mod membership;
mod outlier;
mod panic;
mod slow_start;

use std::collections::BTreeMap;
use std::time::Duration;

use clock::ManualClock;
use wrr_lb::Request;
use wrr_lb::cluster::{Cluster, ClusterConfig, Endpoint};

pub type Test = Cluster<u32, ManualClock>;

pub const MS: Duration = Duration::from_millis(1);

pub fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

pub fn config() -> ClusterConfig {
    ClusterConfig {
        seed: Some(1),
        ..ClusterConfig::default()
    }
}

/// A cluster with endpoints of these names and of weight 1, and the clock that it asks.
pub fn cluster(config: ClusterConfig, names: &[&str]) -> (Test, ManualClock) {
    let clock = ManualClock::new();
    let cluster = Cluster::with_clock(config, clock.clone()).unwrap();
    cluster.set(names.iter().map(|name| (name, 1, 0))).unwrap();
    (cluster, clock)
}

/// How often each endpoint gets one of `n` picks.
pub fn shares(cluster: &Test, n: u32) -> BTreeMap<String, u32> {
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
pub fn picked(cluster: &Test) -> String {
    let names: Vec<_> = shares(cluster, 20).into_keys().collect();
    names.join(" ")
}

pub fn endpoint(cluster: &Test, name: &str) -> std::sync::Arc<Endpoint<u32>> {
    let mut all = cluster.endpoints().into_iter();
    all.find(|e| e.name() == name)
        .expect("it is in the cluster")
}

/// Sends a request to `name`, and has it fail or not.
pub fn request(cluster: &Test, name: &str, ok: bool) {
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

pub fn fail(cluster: &Test, name: &str, times: u32) {
    for _ in 0..times {
        request(cluster, name, false);
    }
}
