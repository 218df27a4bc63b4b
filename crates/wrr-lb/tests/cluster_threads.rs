//! Threads that pick while another changes everything.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use clock::ManualClock;
use wrr_lb::cluster::{Cluster, ClusterConfig, Endpoint};
use wrr_lb::{Algorithm, Request};

const PICKERS: u64 = 2;
const CHANGES: u64 = 5_000;

/// Pickers let others run now and then, or they would use up their time slices on few cores.
fn breathe(picks: u64) {
    if picks.is_multiple_of(64) {
        thread::yield_now();
    }
}

/// An endpoint's data: the change since which it is in the cluster.
type Since = u64;

fn algorithm(number: u64) -> Algorithm {
    match number % 8 {
        0 => Algorithm::RoundRobin,
        1 => Algorithm::LeastConnections,
        2 => Algorithm::PowerOfTwo,
        3 => Algorithm::peak_ewma(),
        4 => Algorithm::Ketama { points: 8 },
        5 => Algorithm::Maglev { table_size: 13 },
        6 => Algorithm::Rendezvous,
        _ => Algorithm::SmoothWeighted,
    }
}

#[test]
fn every_pick_is_from_a_set_that_was_current_and_no_lease_is_lost() {
    let mut config = ClusterConfig::default();
    config.outlier.consecutive_failures = 2;
    let clock = ManualClock::new();
    let cluster: Cluster<Since, _> = Cluster::with_clock(config, clock.clone()).unwrap();
    // The changes that have begun, and those that are done.
    let (begun, done) = (AtomicU64::new(0), AtomicU64::new(0));
    let stop = AtomicBool::new(false);
    let all: Mutex<Vec<Arc<Endpoint<Since>>>> = Mutex::default();
    let list = |change: u64| {
        // Generations of three; no name is used twice.
        (0..3).map(move |i| (format!("{change}-{i}"), 1, change))
    };
    cluster.set(list(0)).unwrap();
    all.lock().unwrap().extend(cluster.endpoints());

    let picks: u64 = thread::scope(|scope| {
        let picker = |number: u64| {
            let (cluster, begun, done, stop) = (&cluster, &begun, &done, &stop);
            move || {
                let mut held = Vec::new();
                let mut picks = 0;
                while !stop.load(SeqCst) {
                    picks += 1;
                    breathe(picks);
                    let earliest = done.load(SeqCst);
                    let lease = cluster
                        .pick(Request::hashed(picks * PICKERS + number))
                        .unwrap();
                    let latest = begun.load(SeqCst);
                    let since = *lease.data();
                    assert!(since <= latest, "from a set that did not exist yet");
                    assert!(
                        since >= earliest,
                        "from a set that was replaced: {since} {earliest}"
                    );
                    held.push(lease);
                    if held.len() > 5 {
                        let lease = held.swap_remove(picks as usize % 5);
                        match picks % 3 {
                            0 => lease.success(Duration::from_millis(1)),
                            1 => lease.failure(),
                            _ => drop(lease),
                        }
                    }
                }
                picks
            }
        };
        let pickers: Vec<_> = (0..PICKERS).map(|n| scope.spawn(picker(n))).collect();
        for change in 1..=CHANGES {
            cluster.set_algorithm(algorithm(change)).unwrap();
            begun.store(change, SeqCst);
            cluster.set(list(change)).unwrap();
            done.store(change, SeqCst);
            all.lock().unwrap().extend(cluster.endpoints());
            clock.advance(Duration::from_secs(1));
            cluster.tick();
        }
        stop.store(true, SeqCst);
        pickers.into_iter().map(|p| p.join().unwrap()).sum()
    });
    cluster.check_invariants();

    let all = all.into_inner().unwrap();
    assert!(
        all.iter().all(|e| e.load().active() == 0),
        "a lease was lost"
    );
    let counted: u64 = all.iter().map(|e| e.stats().picks).sum();
    assert_eq!(counted, picks);
}

#[test]
fn once_drained_an_endpoint_never_gets_a_request_again() {
    let cluster: Cluster<AtomicBool, _> =
        Cluster::with_clock(ClusterConfig::default(), ManualClock::new()).unwrap();
    cluster.add("stays", 1, AtomicBool::new(false)).unwrap();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..PICKERS {
            scope.spawn(|| {
                for picks in 0.. {
                    breathe(picks);
                    if stop.load(SeqCst) {
                        break;
                    }
                    let lease = cluster.pick(Request::default()).unwrap();
                    let drained = lease.data().load(SeqCst);
                    assert!(!drained, "picked after it was said to be drained");
                    lease.success(Duration::ZERO);
                }
            });
        }
        for round in 0..CHANGES / 2 {
            let name = format!("{round}");
            cluster.add(&name, 3, AtomicBool::new(false)).unwrap();
            thread::yield_now();
            cluster.drain(&name);
            let drained = loop {
                match cluster.drained().pop() {
                    Some(drained) => break drained,
                    None => thread::yield_now(),
                }
            };
            drained.data().store(true, SeqCst);
            assert_eq!(drained.load().active(), 0);
            cluster.remove(&name);
        }
        stop.store(true, SeqCst);
    });
    assert_eq!(cluster.stats().endpoints.len(), 1);
}
