//! Race `balance`: choosing an endpoint.
//!
//! - [`contender`]: what every chooser must be able to do to take part, and the checks that it does.
//! - [`book`], [`peers`]: the choosers.
//! - [`work`]: what they are put through.

mod book;
mod contender;
mod peers;
mod work;

use book::Book;
use contender::{Choice, Chooser};
use work::{Build, Picks};

use crate::harness::{Case, Contestant, Race};

/// The race.
pub fn race() -> Race {
    Race {
        name: "balance",
        about: "load balancing: the book's pickers against pingora's, weighted-rs, tower's p2c, hashring and maglev",
        notes: vec![
            "An operation is one pick. Threads share the picker, and do nothing else. Those of the peers that want to be \
             borrowed mutably for it (weighted-rs, tower) are behind a mutex, with one thread too, since that is how a server \
             would have to share them. weighted-rs's random choice cannot be sent to another thread, and is left out."
                .to_owned(),
            "Weights go from 1 to 10 and round again. Keys are hashed in the measured time, by whatever hash a picker takes \
             by itself. Rings have 160 points for each endpoint, tables 65 537 slots."
                .to_owned(),
            "tower's p2c is one ready service in front of another: what is timed is poll_ready and a call that is answered at \
             once, so it includes counting the request, which the book's picker leaves to its caller."
                .to_owned(),
        ],
        cases: cases(),
    }
}

const SIZES: [(usize, &str); 3] = [(3, "3"), (100, "100"), (10_000, "10k")];

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for threads in [1, 2] {
        for (size, name) in SIZES {
            cases.push(picks(
                "weighted",
                "an endpoint by weight",
                size,
                name,
                threads,
            ));
        }
        for (size, name) in SIZES {
            cases.push(picks("loaded", "an endpoint by load", size, name, threads));
        }
        for (size, name) in SIZES {
            cases.push(picks(
                "ring",
                "an endpoint by key, on a ring or by score",
                size,
                name,
                threads,
            ));
        }
        for (size, name) in SIZES {
            cases.push(picks(
                "table",
                "an endpoint by key, from a table",
                size,
                name,
                threads,
            ));
        }
    }
    for (size, name) in SIZES {
        for (workload, what) in [
            ("weighted", "schedule"),
            ("ring", "ring"),
            ("table", "table"),
        ] {
            let work = Build { size };
            cases.push(Case {
                name: format!("build-{workload}/{name}"),
                about: format!(
                    "building the {what} of {size} endpoints, from their names and weights"
                ),
                threads: 1,
                main: false,
                once: false,
                contestants: contestants(workload, size, Work::Build(work)),
            });
        }
    }
    cases
}

fn picks(workload: &str, about: &str, size: usize, name: &str, threads: u32) -> Case {
    let at_once = match threads {
        1 => "1-thread",
        _ => "2-threads",
    };
    Case {
        name: format!("{workload}-{name}/{at_once}"),
        about: format!("{about}, of {size}"),
        threads,
        main: true,
        once: false,
        contestants: contestants(workload, size, Work::Picks(Picks { size, threads })),
    }
}

#[derive(Clone, Copy)]
enum Work {
    Picks(Picks),
    Build(Build),
}

fn contestants(workload: &str, size: usize, work: Work) -> Vec<Contestant> {
    let mut all = match workload {
        "weighted" => vec![
            enter::<Book<book::Smooth>>(work),
            enter::<Book<book::Edf>>(work),
            enter::<Book<book::Interleaved>>(work),
            enter::<Book<book::Random>>(work),
            enter::<peers::PingoraRoundRobin>(work),
            enter::<peers::PingoraRandom>(work),
            enter::<peers::WeightedRsSmooth>(work),
            enter::<peers::WeightedRsRoundRobin>(work),
        ],
        "loaded" => vec![
            enter::<Book<book::PowerOfTwo>>(work),
            enter::<Book<book::PeakEwma>>(work),
            enter::<peers::TowerP2c>(work),
        ],
        "ring" => vec![
            enter::<Book<book::Ring>>(work),
            enter::<Book<book::Ketama>>(work),
            enter::<Book<book::Bounded>>(work),
            enter::<peers::PingoraKetama>(work),
            enter::<peers::HashRing>(work),
        ],
        _ => vec![
            enter::<Book<book::Maglev>>(work),
            enter::<peers::MaglevCrate>(work),
        ],
    };
    // It scores every endpoint for each pick.
    if workload == "ring" && size <= 100 {
        all.insert(3, enter::<Book<book::Rendezvous>>(work));
    }
    all
}

fn enter<C: Chooser>(work: Work) -> Contestant {
    Contestant {
        who: C::WHO,
        turn: Box::new(move |turn| match work {
            Work::Picks(picks) => picks.run::<C>(turn),
            Work::Build(build) => build.run::<C>(turn),
        }),
    }
}

/// How many of `total` picks may go elsewhere than they should.
fn tolerance(choice: Choice, total: usize) -> f64 {
    match choice {
        Choice::InTurn => 0.01 * total as f64,
        Choice::AtRandom | Choice::ByLoad | Choice::ByKey => 0.35 * total as f64,
    }
}
