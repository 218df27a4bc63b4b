//! Race `breaker`: circuit breakers.
//!
//! - [`contender`]: what every breaker must be able to do to take part, and the check that it does.
//! - [`book`], [`peers`]: the breakers.
//! - [`work`]: what they are put through.

mod book;
mod contender;
mod peers;
mod work;

use contender::Breaker;
use work::Calls;

use crate::harness::{Case, Contestant, Race};

/// The race.
pub fn race() -> Race {
    Race {
        name: "breaker",
        about: "circuit breakers: the book's against recloser and failsafe",
        notes: vec![
            "An operation is one call through the breaker of a function that does nothing: what is timed is the asking, and the \
             recording of the outcome. Threads share one breaker, and do nothing else."
                .to_owned(),
            "All open when half of the calls fail. The book's count window and recloser's hold the last 100 calls; the book's \
             time window and failsafe's those of the last second. failsafe's other policy counts consecutive failures, and keeps \
             no window at all; its success-rate policy is an exponentially weighted mean. No breaker measures how long a call \
             takes."
                .to_owned(),
        ],
        cases: cases(),
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for threads in [1, 2] {
        let at_once = match threads {
            1 => "one thread",
            _ => "two threads on one breaker",
        };
        for (workload, failing, about) in [
            ("closed", 0, "a call that succeeds, circuit closed"),
            ("failing", 10, "one call in ten fails, circuit closed"),
        ] {
            let calls = Calls {
                threads,
                failing,
                open: false,
            };
            cases.push(case(workload, about, at_once, calls, workload == "closed"));
        }
        let calls = Calls {
            threads,
            failing: 0,
            open: true,
        };
        let about = "a call that is refused, circuit open";
        cases.push(case("open", about, at_once, calls, false));
    }
    cases
}

fn case(workload: &str, about: &str, at_once: &str, calls: Calls, main: bool) -> Case {
    let threads = calls.threads;
    let plural = if threads == 1 { "" } else { "s" };
    Case {
        name: format!("{workload}/{threads}-thread{plural}"),
        about: format!("{about}; {at_once}"),
        threads,
        main,
        once: false,
        contestants: vec![
            enter::<book::Count>(calls),
            enter::<book::Time>(calls),
            enter::<peers::Recloser>(calls),
            enter::<peers::SuccessRate>(calls),
            enter::<peers::Consecutive>(calls),
        ],
    }
}

fn enter<B: Breaker>(calls: Calls) -> Contestant {
    Contestant {
        who: B::WHO,
        turn: Box::new(move |turn| calls.run::<B>(turn)),
    }
}
