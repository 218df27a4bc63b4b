//! The arithmetic of quorums, and the simulation of them.

#[cfg_attr(feature = "yours", path = "../growing/quorum.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/growing/quorum.rs")]
mod exercise;

use std::time::Duration;

use exercise::{Can, Quorum, fastest};
use partition::{Op, Policy, Simulation, Workload};

fn quorum(sites: usize, read: usize, write: usize) -> Quorum {
    Quorum { sites, read, write }
}

fn can(read: bool, change: bool) -> Can {
    Can { read, change }
}

#[test]
fn at_most_one_side_of_a_majority_goes_on() {
    let three = quorum(3, 2, 2).when_cut(&[1, 2]);
    assert_eq!(three, [can(false, false), can(true, true)]);
    let five = quorum(5, 3, 3).when_cut(&[2, 2, 1]);
    assert_eq!(five, [can(false, false); 3]);
    let uncut = quorum(5, 3, 3).when_cut(&[5]);
    assert_eq!(uncut, [can(true, true)]);
}

#[test]
fn a_change_has_to_ask_as_well() {
    let few_writers = quorum(5, 4, 2).when_cut(&[3, 2]);
    assert_eq!(few_writers, [can(false, false); 2], "it cannot ask four");
    let few_readers = quorum(5, 2, 4).when_cut(&[3, 2]);
    assert_eq!(few_readers, [can(true, false); 2]);
}

#[test]
fn so_many_may_be_lost() {
    assert_eq!(quorum(3, 2, 2).may_lose(), (1, 1));
    assert_eq!(quorum(4, 3, 3).may_lose(), (1, 1), "no more than of three");
    assert_eq!(quorum(5, 2, 4).may_lose(), (3, 1));
    assert_eq!(quorum(5, 4, 2).may_lose(), (1, 1));
    assert_eq!(quorum(1, 1, 1).may_lose(), (0, 0));
}

#[test]
fn quorums_that_overlap_miss_nothing() {
    assert!(!quorum(3, 2, 2).may_miss());
    assert!(!quorum(3, 1, 3).may_miss());
    assert!(quorum(3, 1, 2).may_miss());
    assert!(quorum(4, 2, 2).may_miss());
}

/// Asks the simulation whether a change works on each side of a cut.
#[test]
fn the_simulation_agrees_about_changes() {
    let names = ["A", "B", "C", "D", "E"];
    for (read, write) in [(3, 3), (2, 4), (4, 2), (1, 5), (5, 1), (1, 1)] {
        for small in 1..=4 {
            let at = Duration::from_secs;
            let changes = Workload::script([
                (at(2), "A", Op::Add(0, "tea".into())),
                (at(2), "E", Op::Add(1, "tea".into())),
            ]);
            let history = Simulation::new(1)
                .sites(names)
                .policy(Policy::Quorum { read, write })
                .cut(at(1)..at(9), &[&names[..small]])
                .run(&changes)
                .expect("it can be meant");
            let answered: Vec<bool> = history.records.iter().map(|it| it.is_answered()).collect();
            let expected = quorum(5, read, write).when_cut(&[small, 5 - small]);
            let expected: Vec<bool> = expected.iter().map(|can| can.change).collect();
            assert_eq!(expected, answered, "{read}+{write}, {small} cut off");
        }
    }
}

#[test]
fn a_round_waits_for_the_slowest_that_it_needs() {
    let from_dublin = [150, 0, 70, 90, 210];
    let majority = quorum(5, 3, 3);
    assert_eq!(majority.latency(&from_dublin, 100), 90.0, "70 and itself");
    assert_eq!(majority.latency(&from_dublin, 0), 180.0, "twice");
    assert_eq!(majority.latency(&from_dublin, 50), 135.0);
    assert_eq!(quorum(5, 1, 5).latency(&from_dublin, 90), 21.0);
}

#[test]
fn who_reads_a_lot_asks_few() {
    let from_dublin = [150, 0, 70, 90, 210];
    assert_eq!(fastest(&from_dublin, 100), quorum(5, 1, 5));
    assert_eq!(
        fastest(&[0, 80, 80], 0),
        quorum(3, 1, 3),
        "80 or 80, or 160"
    );
    assert_eq!(fastest(&[0, 80, 300], 50), quorum(3, 2, 2));
    assert_eq!(fastest(&[0], 50), quorum(1, 1, 1));
}

#[test]
fn the_fastest_is_the_one_that_trying_finds() {
    let mut state = 5_u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    for _ in 0..500 {
        let count = 1 + next(7) as usize;
        let mut round_trips: Vec<u64> = (0..count).map(|_| next(6) * 40).collect();
        round_trips[next(count as u64) as usize] = 0;
        let reads = next(101);
        let all = (1..=count).flat_map(|read| (1..=count).map(move |write| (read, write)));
        let mut tried: Vec<Quorum> = all
            .map(|(read, write)| quorum(count, read, write))
            .collect();
        tried.retain(|it| it.read + it.write > count);
        tried.sort_by(|one, other| {
            let (one, other) = (
                one.latency(&round_trips, reads),
                other.latency(&round_trips, reads),
            );
            one.total_cmp(&other) // stable: the smallest read comes first
        });
        let found = fastest(&round_trips, reads);
        assert_eq!(found, tried[0], "{round_trips:?}, {reads} % reads");
    }
}
