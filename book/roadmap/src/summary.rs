//! How far a reader is, in numbers.

use serde::Serialize;

use crate::{Kind, Module, Progress, Roadmap};

/// Sums over all modules, the reader's own among them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// For each phase, in the roadmap's order.
    pub phases: Vec<PhaseTally>,
    /// Over all modules.
    pub all: Tally,
    /// Over the modules for everybody.
    pub core: Tally,
    /// Over the modules for those who want more.
    pub challenge: Tally,
}

/// The sums of one phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseTally {
    /// The phase's id.
    pub id: String,
    /// Its sums.
    #[serde(flatten)]
    pub tally: Tally,
}

/// Sums over some modules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// How many modules are done, or were and wait for a review.
    pub done: usize,
    /// How many of those are done with their exercises passing.
    pub verified: usize,
    /// How many modules there are.
    pub total: usize,
    /// The hours that the reader has spent.
    pub hours: f64,
    /// The hours that all of it takes, by estimate.
    pub estimate: f64,
}

impl Summary {
    /// The sums of this reader.
    pub fn of(roadmap: &Roadmap, progress: &Progress) -> Self {
        let modules = progress.modules(roadmap);
        let over = |belongs: &dyn Fn(&Module) -> bool| {
            let mut tally = Tally::default();
            for module in modules.iter().filter(|module| belongs(module)) {
                tally.count(module, progress);
            }
            tally
        };
        let phase = |id: &String| PhaseTally {
            id: id.clone(),
            tally: over(&|module| module.phase == *id),
        };
        Self {
            phases: roadmap.phases.iter().map(|it| phase(&it.id)).collect(),
            all: over(&|_| true),
            core: over(&|module| module.kind == Kind::Core),
            challenge: over(&|module| module.kind == Kind::Challenge),
        }
    }
}

impl Tally {
    fn count(&mut self, module: &Module, progress: &Progress) {
        self.total += 1;
        self.estimate += module.hours;
        if let Some(record) = progress.records.get(&module.id) {
            self.hours += record.hours;
            self.done += usize::from(record.state.was_done());
            self.verified += usize::from(record.state.was_done() && record.verified);
        }
    }
}
