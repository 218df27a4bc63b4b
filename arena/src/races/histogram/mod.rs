//! Race `histogram`: histograms of latencies.
//!
//! - [`contender`]: what every histogram must be able to do to take part, and the checks that it does.
//! - [`book`], [`peers`]: the histograms.
//! - [`work`]: what they are put through.

mod book;
mod contender;
mod peers;
mod work;

use contender::{Shared, Solo};
use work::Values;

use crate::harness::{Case, Contestant, Race, Turn};

/// The race.
pub fn race() -> Race {
    Race {
        name: "histogram",
        about: "histograms: the book's against hdrhistogram, Pelikan's histogram and DDSketch",
        notes: vec![
            "All have a relative error of a thousandth and room for values up to an hour of microseconds; hdrhistogram with \
             its usual counters of 64 bits. DDSketch takes floats, and grows with what it is given."
                .to_owned(),
            "Latencies are log-normal: a median of a millisecond, one in a thousand above 20.".to_owned(),
            "Shared recording is measured alone, without a reader. Of the book's SyncHistogram and hdrhistogram's Recorder \
             each thread has its own; the atomic ones are one histogram for all."
                .to_owned(),
        ],
        cases: cases(),
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for values in [Values::LogNormal, Values::Uniform] {
        let name = format!("record/{}", values.name());
        let about = format!("a value recorded; {}", values.about());
        cases.push(solo(name, about, Work::Record(values)));
    }
    cases.push(Case {
        name: "record-correct/stalls".to_owned(),
        about: format!(
            "a value recorded and what a tester missed who asks every 10 ms; {}",
            Values::Stalls.about()
        ),
        threads: 1,
        main: true,
        once: false,
        contestants: vec![
            contestant::<book::Histogram>(work::record_correct::<book::Histogram>),
            contestant::<peers::Hdr>(work::record_correct::<peers::Hdr>),
        ],
    });
    for (name, quantile) in [("p50", 0.5), ("p99", 0.99)] {
        let about = format!("{name} of a million latencies");
        cases.push(solo(
            format!("quantile/{name}"),
            about,
            Work::Quantile(quantile),
        ));
    }
    let about = "one of 16 machines' histograms added to their sum".to_owned();
    cases.push(solo("merge/16-machines".to_owned(), about, Work::Merge));
    for threads in [1, 2] {
        let at_once = if threads == 1 {
            "1-thread"
        } else {
            "2-threads"
        };
        cases.push(Case {
            name: format!("shared/{at_once}"),
            about: "a latency recorded where another thread can read it".to_owned(),
            threads,
            main: true,
            once: false,
            contestants: vec![
                shared::<book::Sync>(threads),
                shared::<book::Atomic>(threads),
                shared::<peers::HdrSync>(threads),
                shared::<peers::PelikanAtomic>(threads),
            ],
        });
    }
    let about = "bytes of a histogram of a million latencies".to_owned();
    let memory = solo("memory/million".to_owned(), about, Work::Memory);
    cases.push(Case {
        once: true,
        ..memory
    });
    cases
}

/// What a histogram of one thread is to do.
#[derive(Clone, Copy)]
enum Work {
    Record(Values),
    Quantile(f64),
    Merge,
    Memory,
}

impl Work {
    fn run<H: Solo>(self, turn: &mut Turn) {
        match self {
            Self::Record(values) => work::record::<H>(values, turn),
            Self::Quantile(quantile) => work::quantile::<H>(quantile, turn),
            Self::Merge => work::merge::<H>(turn),
            Self::Memory => work::memory::<H>(turn),
        }
    }
}

/// A case for all histograms of one thread.
fn solo(name: String, about: String, work: Work) -> Case {
    Case {
        name,
        about,
        threads: 1,
        main: true,
        once: false,
        contestants: vec![
            contestant::<book::Histogram>(move |turn| work.run::<book::Histogram>(turn)),
            contestant::<peers::Hdr>(move |turn| work.run::<peers::Hdr>(turn)),
            contestant::<peers::Pelikan>(move |turn| work.run::<peers::Pelikan>(turn)),
            contestant::<peers::DdSketch>(move |turn| work.run::<peers::DdSketch>(turn)),
        ],
    }
}

fn contestant<H: Solo>(turn: impl Fn(&mut Turn) + 'static) -> Contestant {
    Contestant {
        who: H::WHO,
        turn: Box::new(turn),
    }
}

fn shared<H: Shared>(threads: u32) -> Contestant {
    Contestant {
        who: H::WHO,
        turn: Box::new(move |turn| work::shared::<H>(threads, turn)),
    }
}
