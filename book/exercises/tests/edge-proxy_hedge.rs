//! Requests to fast, slow and broken servers: what the client gets, and what the servers are told.

#[cfg_attr(feature = "yours", path = "../edge-proxy/hedge.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/edge-proxy/hedge.rs")]
mod exercise;

use std::time::Duration;

use clock::ManualClock;
use exercise::{Answer, Edge, Reply};
use resilience::{Budget, BudgetConfig};
use wrr_lb::Algorithm;
use wrr_lb::cluster::{Cluster, ClusterConfig, EndpointStats};

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// So many servers, asked in turns; late after 10 ms; so many second requests a second, and a share.
fn edge(servers: &[&str], reserve: u32, retry_ratio: f64) -> Edge {
    let clock = ManualClock::new();
    let config = ClusterConfig {
        algorithm: Algorithm::RoundRobin,
        ..ClusterConfig::default()
    };
    let cluster = Cluster::with_clock(config, clock.clone()).unwrap();
    cluster
        .set(servers.iter().map(|name| (*name, 1, ())))
        .unwrap();
    let config = BudgetConfig {
        retry_ratio,
        min_retries_per_second: reserve,
        ..BudgetConfig::default()
    };
    Edge {
        cluster,
        budget: Budget::with_clock(config, clock).unwrap(),
        delay: ms(10),
    }
}

/// `a` takes so long and does well or not, all others take 3 ms and do well.
fn slow_a(takes: u64, ok: bool) -> impl Fn(&str) -> Reply {
    move |name| match name {
        "a" => Reply {
            takes: ms(takes),
            ok,
        },
        _ => Reply {
            takes: ms(3),
            ok: true,
        },
    }
}

fn stats(edge: &Edge, name: &str) -> EndpointStats {
    let stats = edge.cluster.stats();
    assert!(
        stats.endpoints.iter().all(|server| server.active == 0),
        "nobody is busy any more"
    );
    stats
        .endpoints
        .into_iter()
        .find(|server| server.name == name)
        .unwrap()
}

/// Picks, successes and failures.
fn told(edge: &Edge, name: &str) -> (u64, u64, u64) {
    let stats = stats(edge, name);
    (stats.picks, stats.successes, stats.failures)
}

fn answer(server: &str, after: u64, ok: bool) -> Option<Answer> {
    Some(Answer {
        server: server.to_owned(),
        after: ms(after),
        ok,
    })
}

/// Asks until `a` was among those who were asked; gives that answer.
fn ask_a_first(edge: &Edge, method: &str, call: impl Fn(&str) -> Reply) -> Option<Answer> {
    loop {
        let before = stats(edge, "a").picks;
        let answer = edge.ask(method, &call);
        if stats(edge, "a").picks > before {
            return answer;
        }
    }
}

#[test]
fn who_answers_in_time_is_asked_alone() {
    let edge = edge(&["a", "b"], 10, 0.0);
    for _ in 0..10 {
        let answer = edge.ask("GET", slow_a(10, true)).unwrap();
        assert!(answer.ok && answer.after <= ms(10));
    }
    assert_eq!(told(&edge, "a"), (5, 5, 0));
    assert_eq!(told(&edge, "b"), (5, 5, 0));
    assert_eq!(edge.budget.stats().retries, 0);
}

#[test]
fn who_is_late_is_overtaken_and_told_nothing() {
    let edge = edge(&["a", "b"], 10, 0.0);
    assert_eq!(
        ask_a_first(&edge, "GET", slow_a(500, true)),
        answer("b", 13, true)
    );
    assert_eq!(
        told(&edge, "a"),
        (1, 0, 0),
        "it was cancelled, and did neither well nor badly"
    );
    assert_eq!(edge.budget.stats().retries, 1);
}

#[test]
fn the_first_may_still_win() {
    let edge = edge(&["a", "b"], 10, 0.0);
    let before = told(&edge, "b");
    assert_eq!(
        ask_a_first(&edge, "GET", slow_a(12, true)),
        answer("a", 12, true)
    );
    let after = told(&edge, "b");
    assert_eq!(
        after.0 - before.0,
        1 + (after.1 - before.1),
        "its last request was cancelled"
    );
    assert_eq!(told(&edge, "a"), (1, 1, 0));
}

#[test]
fn what_changes_something_is_asked_once() {
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let edge = edge(&["a", "b"], 10, 0.0);
        assert_eq!(
            ask_a_first(&edge, method, slow_a(500, true)),
            answer("a", 500, true),
            "{method}"
        );
        assert_eq!(edge.budget.stats().retries, 0);
    }
}

#[test]
fn a_bad_answer_waits_for_a_good_one() {
    let edge = edge(&["a", "b"], 10, 0.0);
    assert_eq!(
        ask_a_first(&edge, "GET", slow_a(11, false)),
        answer("b", 13, true)
    );
    assert_eq!(told(&edge, "a"), (1, 0, 1), "it answered, badly");

    let edge = self::edge(&["a", "b"], 10, 0.0);
    let bad = |name: &str| Reply {
        takes: ms(if name == "a" { 20 } else { 1 }),
        ok: false,
    };
    assert_eq!(
        ask_a_first(&edge, "GET", bad),
        answer("a", 20, false),
        "the later of two bad ones"
    );
    assert_eq!(told(&edge, "a"), (1, 0, 1));

    // A bad answer in time is an answer: hedging is about lateness, not about failure.
    let edge = self::edge(&["a", "b"], 10, 0.0);
    assert_eq!(
        ask_a_first(&edge, "GET", slow_a(5, false)),
        answer("a", 5, false)
    );
    assert_eq!(edge.budget.stats().retries, 0);
}

#[test]
fn when_all_are_late_the_budget_bounds_the_load() {
    let edge = edge(&["a", "b", "c"], 0, 0.05);
    for _ in 0..1000 {
        edge.ask("GET", |_| Reply {
            takes: ms(500),
            ok: true,
        })
        .unwrap();
    }
    let picks: u64 = ["a", "b", "c"]
        .iter()
        .map(|name| stats(&edge, name).picks)
        .sum();
    assert_eq!(edge.budget.stats().retries, 50);
    assert!(picks >= 1050, "{picks}");
}

#[test]
fn a_lonely_server_is_asked_once_and_nothing_is_taken_from_the_budget() {
    let edge = edge(&["a"], 10, 0.0);
    assert_eq!(edge.ask("GET", slow_a(500, true)), answer("a", 500, true));
    assert_eq!(edge.budget.stats().retries, 0);
    assert_eq!(told(&edge, "a").1, 1);
    assert_eq!(self::edge(&[], 10, 0.0).ask("GET", slow_a(5, true)), None);
}

#[test]
fn the_winner_is_judged_by_its_own_time() {
    let clock = ManualClock::new();
    let config = ClusterConfig {
        algorithm: Algorithm::PeakEwma { decay: ms(10_000) },
        seed: Some(1),
        ..ClusterConfig::default()
    };
    let cluster = Cluster::with_clock(config, clock.clone()).unwrap();
    cluster.set([("a", 1, ()), ("b", 1, ())]).unwrap();
    let budget = Budget::with_clock(BudgetConfig::default(), clock.clone()).unwrap();
    let edge = Edge {
        cluster,
        budget,
        delay: ms(10),
    };
    edge.ask("GET", slow_a(500, true));
    edge.ask("GET", slow_a(500, true));
    let servers = edge.cluster.endpoints();
    let b = servers.iter().find(|server| server.name() == "b").unwrap();
    assert_eq!(b.stats().successes, 2);
    assert_eq!(
        b.load().latency_ewma(clock::Clock::now(&clock)),
        ms(3),
        "not since the client asked"
    );
}
