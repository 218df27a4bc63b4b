#![allow(dead_code, unused)]
#[path = "../harness/mod.rs"]
mod harness;
#[path = "../report.rs"]
mod report;
#[path = "../table.rs"]
mod table;
mod races {
    pub mod lru {
        #[path = "/tmp/wt/race5/arena/src/races/lru/keys.rs"]
        pub mod keys;
    }
    pub mod ordered {
        #[path = "/tmp/wt/race5/arena/src/races/ordered/keys.rs"]
        pub mod keys;
        use crate::harness::{Case, Contestant};
        pub fn case(name: &str, about: &str, contestants: Vec<Contestant>) -> Case {
            Case { name: name.to_owned(), about: about.to_owned(), threads: 1, main: false, once: false, contestants }
        }
    }
    #[path = "/tmp/wt/race5/arena/src/races/lsm/mod.rs"]
    pub mod lsm;
}
use std::time::Duration;
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut race = races::lsm::race();
    if args.get(1).map(String::as_str) == Some("--turn") {
        let spec: harness::Spec = serde_json::from_str(&args[2]).unwrap();
        harness::take(&race, &spec).unwrap();
        return;
    }
    // lsmonly ROUNDS QUICK FILTER...
    let rounds: u32 = args[0].parse().unwrap();
    let quick = args[1] == "quick";
    race.retain(&args[2..]);
    let settings = harness::Settings {
        rounds, seed: 1, quick,
        budget: harness::Budget { warm_up: Duration::from_millis(5), measure: Duration::from_millis(20) },
        date: "now".into(), command: "x".into(),
    };
    let report = harness::run(&race, &settings).unwrap();
    println!("{}", table::render(&report));
    std::fs::create_dir_all("/tmp/race5-out").unwrap();
    std::fs::write(format!("/tmp/race5-out/{}.json", std::process::id()), serde_json::to_string_pretty(&report).unwrap()).unwrap();
}
