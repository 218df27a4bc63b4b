//! What each policy does when a link is cut, in cases that can be followed by hand.

use std::time::Duration;

use partition::{Op, Outcome, Policy, Reads, Simulation, Verdict, Workload};

const LEADER: Policy = Policy::Leader {
    reads: Reads::Leader,
};
const LOCAL_READS: Policy = Policy::Leader {
    reads: Reads::Local,
};
const QUORUM: Policy = Policy::Quorum { read: 2, write: 2 };
const ALL: [Policy; 5] = [
    LEADER,
    LOCAL_READS,
    QUORUM,
    Policy::LastWriterWins,
    Policy::Merge,
];

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn millis(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn add(item: &str) -> Op {
    Op::Add(0, item.into())
}

fn remove(item: &str) -> Op {
    Op::Remove(0, item.into())
}

/// Dublin is alone from 4 s to 8 s, and customers come all the time.
fn cut(seed: u64, policy: Policy) -> Simulation {
    Simulation::new(seed)
        .policy(policy)
        .cut(secs(4)..secs(8), &[&["Dublin"]])
}

#[test]
fn a_quorum_refuses_the_minority_and_nobody_else() {
    let workload = Workload {
        carts: 100, // so that hardly anybody meets anybody
        ..Workload::default()
    };
    let history = cut(3, QUORUM).run(&workload).unwrap();
    for record in &history.records {
        let is_cut_off = record.site == 0 && (secs(4)..secs(7)).contains(&record.invoked);
        let is_quiet = record.returned < secs(4) || record.invoked > secs(8);
        if is_cut_off {
            assert!(!record.is_answered(), "{record:?}");
        } else if record.site != 0 || is_quiet {
            assert!(record.is_answered(), "{record:?}");
        }
    }
    assert_eq!(history.linearizable(), Verdict::Linearizable);
}

#[test]
fn without_its_leader_even_a_majority_is_refused() {
    let history = cut(3, LEADER).run(&Workload::default()).unwrap();
    let cut_off = history.records.iter().filter(|it| {
        (secs(4)..secs(7)).contains(&it.invoked) // and told before the mend
    });
    for record in cut_off {
        assert_eq!(record.is_answered(), record.site == 0, "{record:?}");
    }
    assert_eq!(history.linearizable(), Verdict::Linearizable);
}

#[test]
fn a_leaders_change_without_an_answer_may_have_been_made() {
    // The request arrives before the link is cut, and the reply does not.
    let workload = Workload::script([(millis(1000), "Tokyo", add("tea"))]);
    let history = Simulation::new(1)
        .policy(LEADER)
        .delay(millis(40)..=millis(40))
        .cut(millis(1050)..secs(3), &[&["Tokyo"]])
        .run(&workload)
        .unwrap();
    assert_eq!(history.records[0].outcome, Outcome::Unknown);
    assert!(history.settled[0].contains("tea"), "it was made");
}

#[test]
fn the_last_writer_wins_and_the_other_was_told_that_all_is_well() {
    let workload = Workload::script([
        (secs(5), "Dublin", add("kettle")),
        (secs(6), "Tokyo", add("tea")),
    ]);
    let history = cut(1, Policy::LastWriterWins).run(&workload).unwrap();
    assert_eq!(history.records[0].outcome, Outcome::Done);
    assert_eq!(history.lost_updates(), [0]);
    assert!(history.has_converged());
    let merged = cut(1, Policy::Merge).run(&workload).unwrap();
    assert_eq!(merged.lost_updates(), []);
    assert_eq!(merged.settled[0].len(), 2);
}

#[test]
fn with_seed_1_the_last_writer_wins_loses_updates_and_is_not_linearizable() {
    let history = cut(1, Policy::LastWriterWins)
        .run(&Workload::default())
        .unwrap();
    let summary = history.summary();
    assert_eq!(summary.answered, summary.asked);
    assert!(summary.lost > 0 && summary.stale > 0, "{summary}");
    assert_eq!(summary.verdict, Verdict::Violated);
}

#[test]
fn a_clock_that_is_ahead_wins_without_any_cut() {
    // Tokyo's clock is an hour ahead: whatever others write during this hour is lost at once.
    let workload = Workload::script([
        (secs(1), "Tokyo", add("tea")),
        (secs(2), "Dublin", add("kettle")),
        (secs(3), "Dublin", Op::Read(0)),
    ]);
    let right = Simulation::new(1).policy(Policy::LastWriterWins);
    let wrong = right.clone().clock_ahead("Tokyo", secs(3600));
    assert_eq!(right.run(&workload).unwrap().lost_updates(), []);
    let history = wrong.run(&workload).unwrap();
    assert_eq!(history.lost_updates(), [1]);
    assert_eq!(
        history.stale_reads(),
        [2],
        "not even its own writer sees it"
    );
}

#[test]
fn a_concurrent_addition_outlives_a_removal() {
    let workload = Workload::script([
        (secs(1), "Dublin", add("kettle")),
        (secs(5), "Dublin", remove("kettle")),
        (secs(5), "Tokyo", add("kettle")),
    ]);
    let history = cut(1, Policy::Merge).run(&workload).unwrap();
    assert!(history.settled[0].contains("kettle"));
    assert_eq!(history.lost_updates(), []);
}

#[test]
fn what_the_last_writer_did_not_know_comes_back() {
    // Tokyo has not heard of the removal, writes later, and brings the kettle back.
    let workload = Workload::script([
        (secs(1), "Dublin", add("kettle")),
        (secs(5), "Dublin", remove("kettle")),
        (secs(6), "Tokyo", add("tea")),
    ]);
    let history = cut(1, Policy::LastWriterWins).run(&workload).unwrap();
    assert!(history.settled[0].contains("kettle"));
    assert_eq!(history.lost_updates(), [1]);
    let merged = cut(1, Policy::Merge).run(&workload).unwrap();
    assert!(!merged.settled[0].contains("kettle"));
}

#[test]
fn a_quorum_pays_one_round_trip_or_two_and_a_local_answer_none() {
    let one_way = millis(40);
    let latencies = |policy| {
        let workload = Workload {
            every: secs(1), // so that nobody meets anybody
            carts: 100,
            ..Workload::default()
        };
        let simulation = Simulation::new(5).policy(policy).delay(one_way..=one_way);
        let summary = simulation.run(&workload).unwrap().summary();
        (summary.percentile(0.0), summary.percentile(100.0))
    };
    let two_hops = millis(1);
    assert_eq!(
        latencies(QUORUM),
        (2 * one_way + two_hops, 4 * one_way + two_hops)
    );
    assert_eq!(latencies(LEADER), (two_hops, 2 * one_way + two_hops));
    assert_eq!(latencies(Policy::Merge), (two_hops, two_hops));
    assert_eq!(latencies(Policy::LastWriterWins), (two_hops, two_hops));
}

#[test]
fn while_all_is_well_local_reads_are_stale_and_fast_or_fresh_and_slow() {
    let run = |policy| {
        let workload = Workload {
            carts: 1,
            every: millis(100),
            ..Workload::default()
        };
        let history = Simulation::new(2).policy(policy).run(&workload).unwrap();
        let reads = history.records.iter().filter(|it| it.op.is_read());
        let slowest = reads.map(|read| read.latency()).max().unwrap();
        (history.stale_reads().len(), slowest)
    };
    let (stale, slowest) = run(LOCAL_READS);
    assert!(stale > 0 && slowest < millis(2), "{stale} {slowest:?}");
    let (stale, slowest) = run(LEADER);
    assert!(stale == 0 && slowest > millis(60), "{stale} {slowest:?}");
}

#[test]
fn quorums_that_do_not_overlap_are_not_linearizable() {
    let found = (0..20).any(|seed| {
        let policy = Policy::Quorum { read: 1, write: 1 };
        let history = cut(seed, policy).run(&Workload::default()).unwrap();
        history.linearizable() == Verdict::Violated
    });
    assert!(found, "none of twenty seeds shows it");
}

#[test]
fn the_same_seed_gives_the_same_history_and_another_one_does_not() {
    for policy in ALL {
        let run = |seed| cut(seed, policy).run(&Workload::default()).unwrap();
        assert_eq!(run(9), run(9), "{policy}");
        assert_ne!(run(9), run(10), "{policy}");
    }
}

#[test]
fn every_policy_gets_the_same_operations_at_the_same_times() {
    let asked = |policy| {
        let history = cut(4, policy).run(&Workload::default()).unwrap();
        let records = history.records.into_iter();
        let asked = records.map(|it| (it.invoked, it.site, it.op));
        asked.collect::<Vec<_>>()
    };
    let first = asked(LEADER);
    assert!(ALL.into_iter().all(|policy| asked(policy) == first));
}

#[test]
fn a_single_site_needs_nobody() {
    for policy in [LEADER, Policy::majority(1), Policy::Merge] {
        let simulation = Simulation::new(1).sites(["home"]).policy(policy);
        let summary = simulation.run(&Workload::default()).unwrap().summary();
        assert_eq!(summary.availability(), 1.0);
        assert_eq!(summary.verdict, Verdict::Linearizable);
        assert_eq!(summary.percentile(99.0), millis(1));
    }
}
