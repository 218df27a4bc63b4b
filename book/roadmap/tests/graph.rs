//! The order of modules, what comes next, and what the page is told.

use book_roadmap::{Day, Module, Progress, Roadmap, Summary, View, graph};
use proptest::prelude::*;

fn roadmap() -> Roadmap {
    Roadmap::parse(include_str!("small.toml")).unwrap()
}

/// Modules `m0`, `m1`, … with these needs.
fn modules(needs: &[Vec<usize>]) -> Vec<Module> {
    let model = roadmap().modules[0].clone();
    let module = |(index, needs): (usize, &Vec<usize>)| Module {
        id: format!("m{index}"),
        needs: needs.iter().map(|need| format!("m{need}")).collect(),
        ..model.clone()
    };
    needs.iter().enumerate().map(module).collect()
}

fn ordered(needs: &[Vec<usize>]) -> Result<Vec<String>, Vec<String>> {
    let modules = modules(needs);
    let modules: Vec<&Module> = modules.iter().collect();
    graph::order(&modules).map(|order| order.into_iter().map(|it| it.id.clone()).collect())
}

#[test]
fn an_order_keeps_the_files_where_it_is_free() {
    assert_eq!(
        ordered(&[vec![], vec![], vec![0]]).unwrap(),
        ["m0", "m1", "m2"]
    );
    assert_eq!(
        ordered(&[vec![2], vec![], vec![], vec![0]]).unwrap(),
        ["m1", "m2", "m0", "m3"]
    );
}

#[test]
fn a_circle_is_named_without_those_that_hang_on_it() {
    assert_eq!(
        ordered(&[vec![1], vec![2, 3], vec![1], vec![]]).unwrap_err(),
        ["m1", "m2"]
    );
    assert_eq!(ordered(&[vec![0]]).unwrap_err(), ["m0"]);
}

proptest! {
    #[test]
    fn an_order_holds_all_needs_or_a_circle_is_one(
        needs in prop::collection::vec(prop::collection::vec(0usize..8, 0..3), 8)
    ) {
        let place = |order: &[String], module: usize| {
            order.iter().position(|id| *id == format!("m{module}")).unwrap()
        };
        match ordered(&needs) {
            Ok(order) => {
                prop_assert_eq!(order.len(), needs.len());
                for (module, needs) in needs.iter().enumerate() {
                    for &need in needs {
                        prop_assert!(place(&order, need) < place(&order, module));
                    }
                }
            }
            Err(circle) => {
                prop_assert!(!circle.is_empty());
                for (at, id) in circle.iter().enumerate() {
                    let next = &circle[(at + 1) % circle.len()];
                    let module: usize = id[1..].parse().unwrap();
                    let need: usize = next[1..].parse().unwrap();
                    prop_assert!(needs[module].contains(&need), "{} {}", id, next);
                }
            }
        }
    }
}

#[test]
fn what_comes_next_is_what_has_its_needs_done() {
    let (roadmap, mut progress) = (roadmap(), Progress::default());
    let today = Day::parse("2026-11-21").unwrap();
    assert_eq!(graph::ready(&roadmap, &progress), ["numbers"]);
    progress.start(&roadmap, "numbers", today).unwrap();
    assert_eq!(graph::ready(&roadmap, &progress), [""; 0], "it is begun");
    progress.done(&roadmap, "numbers", today, true).unwrap();
    assert_eq!(graph::ready(&roadmap, &progress), ["lru"]);
    progress.done(&roadmap, "lru", today, false).unwrap();
    progress.again(&roadmap, "lru").unwrap();
    assert_eq!(
        graph::ready(&roadmap, &progress),
        ["lsm"],
        "what is reviewed was done"
    );
    let mut own = roadmap.modules[0].clone();
    own.id = "mine".to_owned();
    progress.add(&roadmap, own).unwrap();
    assert_eq!(graph::ready(&roadmap, &progress), ["lsm", "mine"]);
    progress.reset(&roadmap, "numbers").unwrap();
    assert_eq!(graph::ready(&roadmap, &progress), ["numbers", "mine"]);
}

#[test]
fn sums_are_by_phase_kind_and_over_all() {
    let (roadmap, mut progress) = (roadmap(), Progress::default());
    let today = Day::parse("2026-11-21").unwrap();
    progress.done(&roadmap, "numbers", today, true).unwrap();
    progress.done(&roadmap, "lsm", today, false).unwrap();
    progress.set_hours(&roadmap, "lsm", 10.5).unwrap();
    let Summary {
        phases,
        all,
        core,
        challenge,
    } = Summary::of(&roadmap, &progress);
    assert_eq!((all.done, all.verified, all.total), (2, 1, 4));
    assert_eq!((all.hours, all.estimate), (10.5, 41.5));
    assert_eq!(
        (core.done, core.total, challenge.done, challenge.total),
        (1, 3, 1, 1)
    );
    assert_eq!(
        (
            phases[1].id.as_str(),
            phases[1].tally.done,
            phases[1].tally.total
        ),
        ("storage", 1, 2)
    );
}

#[test]
fn the_page_is_told_all_of_it() {
    let (roadmap, mut progress) = (roadmap(), Progress::default());
    let today = Day::parse("2026-11-21").unwrap();
    progress.done(&roadmap, "numbers", today, true).unwrap();
    progress.measure(&roadmap, "lru.ns", "4.2", today).unwrap();
    let json = serde_json::to_value(View::of(&roadmap, &progress)).unwrap();
    assert_eq!(json["modules"]["numbers"]["state"], "done");
    assert_eq!(json["modules"]["numbers"]["finished"], "2026-11-21");
    assert_eq!(json["modules"]["later"]["state"], "not-started");
    assert_eq!(json["modules"]["lru"]["measured"]["lru.ns"]["value"], "4.2");
    assert_eq!(json["ready"], serde_json::json!(["lru"]));
    assert_eq!(json["summary"]["phases"][0]["done"], 1);
    assert_eq!(json["phases"][1]["title"], "Storage");
    assert_eq!(json["own"], serde_json::json!([]));
}
