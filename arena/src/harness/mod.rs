//! How a race is run, whatever is raced.
//!
//! A race is a list of [`Case`]s, and a case a list of [`Contestant`]s that do the same work. The
//! machine is noisy: it slows down for seconds at a time, so two absolute times are comparable only
//! if they were taken close together. Hence *rounds*: in each round every contestant takes one
//! short *turn* at every case, in an order that is shuffled anew, and what is compared is the ratio
//! of two turns of the same round. The report has the median of those ratios and their spread.
//!
//! ```text
//! round 0   get-hit:  moka  ours  lru  …      put:  lru  moka  ours  …
//! round 1   get-hit:  lru  moka  ours  …      put:  ours  lru  moka  …        ratio of round r = peer's turn r / our turn r
//! ```
//!
//! Each turn is a process of its own. That keeps one contestant's heap, threads and warm caches
//! from the next one's, draws a new memory layout every time (which the median then evens out), and
//! lets a turn count its allocations.

mod criterion;
mod machine;
mod memory;
mod rounds;
mod stats;
mod turn;

pub use machine::locked_version;
pub use memory::growth;
pub use rounds::{Settings, run};
pub use turn::{Budget, Spec, Turn, take};

/// A comparison of one crate of the book with its peers.
pub struct Race {
    /// The name on the command line and of the result file.
    pub name: &'static str,
    /// What is raced, in a sentence.
    pub about: &'static str,
    /// What holds for every case, in sentences.
    pub notes: Vec<String>,
    /// The cases, in the order in which to show them.
    pub cases: Vec<Case>,
}

/// One workload, and those who do it.
pub struct Case {
    /// `workload/variant`, unique in the race.
    pub name: String,
    /// What an operation is, and on what state.
    pub about: String,
    /// Threads that work at once.
    pub threads: u32,
    /// Whether the chapter's claim rests on it.
    pub main: bool,
    /// Whether one round suffices, because nothing in it varies: a count of bytes.
    pub once: bool,
    /// Who takes part. Ratios are against the first.
    pub contestants: Vec<Contestant>,
}

/// One implementation, ready to do one case's work.
pub struct Contestant {
    /// Who it is.
    pub who: Identity,
    /// Takes one turn: sets up, checks that the contestant does what it should, and measures with
    /// the [`Turn`]'s methods.
    pub turn: Box<dyn Fn(&mut Turn)>,
}

/// Who a contestant is.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// Unique in the race: `moka::sync`.
    pub name: &'static str,
    /// The crate that it comes from.
    pub package: &'static str,
    /// Policy and structure, in a few words.
    pub what: &'static str,
    /// Whether it is one of the book's.
    pub ours: bool,
}

impl Race {
    /// The case and the contestant of these names.
    pub fn find(&self, case: &str, contestant: &str) -> Option<&Contestant> {
        let case = self.cases.iter().find(|candidate| candidate.name == case)?;
        case.contestants
            .iter()
            .find(|candidate| candidate.who.name == contestant)
    }

    /// Keeps what has one of `filters` in its `case/variant contestant`. A case's reference stays
    /// as long as one peer does.
    pub fn retain(&mut self, filters: &[String]) {
        if filters.is_empty() {
            return;
        }
        for case in &mut self.cases {
            let chosen = |who: &Identity| {
                let name = format!("{} {}", case.name, who.name);
                filters.iter().any(|filter| name.contains(filter.as_str()))
            };
            if case
                .contestants
                .iter()
                .any(|contestant| chosen(&contestant.who))
            {
                let reference = case.contestants[0].who.name;
                case.contestants.retain(|contestant| {
                    contestant.who.name == reference || chosen(&contestant.who)
                });
            } else {
                case.contestants.clear();
            }
        }
        self.cases.retain(|case| !case.contestants.is_empty());
    }
}
