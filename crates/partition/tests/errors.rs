//! What cannot be meant is refused, with the name of what is wrong.

use std::time::Duration;

use partition::{Op, Policy, SimError, Simulation, Workload};

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn refused(simulation: Simulation) -> String {
    simulation
        .run(&Workload::default())
        .expect_err("it cannot be meant")
        .to_string()
}

fn refused_workload(workload: Workload) -> String {
    let result = Simulation::new(1).run(&workload);
    result.expect_err("it cannot be meant").to_string()
}

#[test]
fn sites() {
    assert!(refused(Simulation::new(1).sites([])).contains("0 sites"));
    assert!(refused(Simulation::new(1).sites(["a", "b", "a"])).contains("two sites called `a`"));
    let names: Vec<String> = (0..17).map(|n| n.to_string()).collect();
    let many = Simulation::new(1).sites(names.iter().map(String::as_str));
    assert!(refused(many).contains("17 sites"));
}

#[test]
fn names() {
    let cut = Simulation::new(1).cut(secs(1)..secs(2), &[&["Rome"]]);
    let error = cut.run(&Workload::default()).unwrap_err();
    let site = "Rome".to_owned();
    assert_eq!(error, SimError::UnknownSite { place: "cut", site });
    assert!(refused(Simulation::new(1).clock_ahead("Rome", secs(1))).contains("clock_ahead"));
    assert!(refused(Simulation::new(1).link("Rome", "Tokyo", secs(0)..=secs(1))).contains("link"));
    let twice = Simulation::new(1).cut(secs(1)..secs(2), &[&["Tokyo"], &["Tokyo"]]);
    assert!(refused(twice).contains("two groups"));
    let elsewhere = Workload::script([(secs(1), "Rome", Op::Read(0))]);
    assert!(refused_workload(elsewhere).contains("script"));
}

#[test]
fn quorums() {
    for (read, write) in [(0, 2), (2, 0), (4, 2), (2, usize::MAX)] {
        let policy = Policy::Quorum { read, write };
        assert!(refused(Simulation::new(1).policy(policy)).contains("between 1 and"));
    }
}

#[test]
fn times() {
    let backwards = |from, until| Simulation::new(1).cut(secs(from)..secs(until), &[&["Tokyo"]]);
    assert!(refused(backwards(2, 1)).contains("cut"));
    assert!(refused(backwards(2, 2)).contains("cut"));
    assert!(refused(backwards(2, u64::MAX)).contains("longer than a day"));
    let delay = Simulation::new(1).delay(secs(2)..=secs(1));
    assert!(refused(delay).contains("wrong way round"));
    assert!(refused(Simulation::new(1).timeout(Duration::MAX)).contains("timeout"));
    assert!(refused(Simulation::new(1).gossip(Duration::ZERO)).contains("gossip"));
    let busy = Simulation::new(1).gossip(Duration::from_nanos(1));
    assert!(refused(busy).contains("gossip"));
    let long = Simulation::new(1)
        .gossip(Duration::from_micros(1))
        .cut(secs(1)..secs(80_000), &[&["Tokyo"]]);
    assert!(refused(long).contains("gossip"));
}

#[test]
fn workloads() {
    let base = Workload::default;
    let every = Duration::ZERO;
    assert!(refused_workload(Workload { every, ..base() }).contains("every"));
    let every = Duration::from_nanos(1);
    assert!(refused_workload(Workload { every, ..base() }).contains("every"));
    let lasts = Duration::MAX;
    assert!(refused_workload(Workload { lasts, ..base() }).contains("lasts"));
    let lasts = secs(80_000);
    assert!(refused_workload(Workload { lasts, ..base() }).contains("every"));
    assert!(refused_workload(Workload { carts: 0, ..base() }).contains("carts"));
    let carts = usize::MAX;
    assert!(refused_workload(Workload { carts, ..base() }).contains("carts"));
    let far = Workload::script([(secs(1), "Tokyo", Op::Read(usize::MAX))]);
    assert!(refused_workload(far).contains("carts"));
    let late = Workload::script([(Duration::MAX, "Tokyo", Op::Read(0))]);
    assert!(refused_workload(late).contains("at"));
    let reads = u32::MAX;
    assert!(refused_workload(Workload { reads, ..base() }).contains("hundred"));
}

#[test]
fn nothing_at_all_is_a_history_too() {
    let history = Simulation::new(1).run(&Workload::script([])).unwrap();
    let summary = history.summary();
    assert_eq!((summary.asked, summary.availability()), (0, 1.0));
    assert_eq!(summary.percentile(99.0), Duration::ZERO);
    assert!(partition::timeline(&[]).starts_with("<svg"));
    assert!(partition::timeline(&[("nothing", &history)]).ends_with("</svg>\n"));
}
