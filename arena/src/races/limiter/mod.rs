//! Race `limiter`: rate limiters.
//!
//! - [`contender`]: what every limiter must be able to do to take part, and the checks that it does.
//! - [`book`], [`peers`]: the limiters.
//! - [`work`]: what they are put through.

mod book;
mod contender;
mod peers;
mod work;

use contender::{Direct, Keyed};
use work::{Answer, Check, CheckKeys, Memory};

use crate::harness::{Case, Contestant, Race};

/// The race.
pub fn race() -> Race {
    Race {
        name: "limiter",
        about: "rate limiters: the book's against governor, ratelimit and leaky-bucket",
        notes: vec![
            "An operation is one question whether one more may pass, on a limiter that threads share. Every limiter reads a clock \
             for it: the book's and governor's the processor's counter, through quanta; ratelimit's and leaky-bucket's the \
             system's."
                .to_owned(),
            "Admitted: 10⁹ a second with as large a burst as there can be, so that all pass. Denied: one an hour, and it is \
             taken."
                .to_owned(),
            "Keys are numbers or dotted addresses, drawn uniformly from ten thousand. governor keeps every key that it has seen \
             until it is told to retain the recent ones; the book's forgets idle keys as it goes."
                .to_owned(),
        ],
        cases: cases(),
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for threads in [1, 2] {
        for answer in [Answer::Admitted, Answer::Denied] {
            let check = Check { threads, answer };
            cases.push(Case {
                name: format!("{}/{}", answer.name(), at_once(threads)),
                about: format!("one limiter, {}", answer.about()),
                threads,
                main: true,
                once: false,
                contestants: vec![
                    direct::<book::Gcra>(check),
                    direct::<book::FixedWindow>(check),
                    direct::<peers::Governor>(check),
                    direct::<peers::Ratelimit>(check),
                    direct::<peers::LeakyBucket>(check),
                ],
            });
        }
    }
    for threads in [1, 2] {
        for answer in [Answer::Admitted, Answer::Denied] {
            let check = CheckKeys { threads, answer };
            cases.push(Case {
                name: format!("keyed-{}/{}", answer.name(), at_once(threads)),
                about: format!("10⁴ keys that are numbers, {}", answer.about()),
                threads,
                main: true,
                once: false,
                contestants: vec![
                    keyed::<u64, book::Keyed<u64>>(check),
                    keyed::<u64, peers::GovernorKeyed<u64>>(check),
                ],
            });
            cases.push(Case {
                name: format!("addresses-{}/{}", answer.name(), at_once(threads)),
                about: format!("10⁴ keys that are dotted addresses, {}", answer.about()),
                threads,
                main: true,
                once: false,
                contestants: vec![
                    keyed::<String, book::Keyed<String>>(check),
                    keyed::<String, peers::GovernorKeyed<String>>(check),
                ],
            });
        }
    }
    cases.push(Case {
        name: "strangers/1-thread".to_owned(),
        about: "a million keys, each of which comes once, and is admitted; bytes that are allocated at the end"
            .to_owned(),
        threads: 1,
        main: false,
        once: false,
        contestants: vec![
            strangers::<book::Keyed<u64>>(),
            strangers::<peers::GovernorKeyed<u64>>(),
        ],
    });
    cases
}

fn at_once(threads: u32) -> &'static str {
    match threads {
        1 => "1-thread",
        _ => "2-threads",
    }
}

fn direct<L: Direct>(check: Check) -> Contestant {
    Contestant {
        who: L::WHO,
        turn: Box::new(move |turn| check.run::<L>(turn)),
    }
}

fn keyed<K: contender::Key, L: Keyed<K>>(check: CheckKeys) -> Contestant {
    Contestant {
        who: L::WHO,
        turn: Box::new(move |turn| check.run::<K, L>(turn)),
    }
}

fn strangers<L: Keyed<u64>>() -> Contestant {
    Contestant {
        who: L::WHO,
        turn: Box::new(move |turn| Memory.run::<L>(turn)),
    }
}
