//! From a model to machines: every number that follows from it, with the formula that gave it.
//!
//! A plan is a list of steps, each computed from inputs and earlier steps:
//!
//! ```text
//! post reads           = users.daily × post.reads              = 200 M × 100/day      = 231 k/s
//! requests             = post reads + post writes              = 231 k/s + 4 630/s    = 236 k/s
//! requests at the peak = requests × users.peak                 = 236 k/s × 3          = 708 k/s
//! ```
//!
//! The load is in `load.rs`: requests, storage, bandwidth. What carries it is in `machines.rs`:
//! caches, stores, servers, and their cost.
//!
//! # Invariants
//!
//! A step's formula names only inputs and steps above it, so a plan can be checked from top to
//! bottom with a pencil. Every value is finite.

mod load;
mod machines;

use crate::{Dimension, Model, Quantity, Term, Unit, show};

/// What follows from a model.
#[derive(Clone, Debug)]
pub struct Plan {
    title: String,
    steps: Vec<Step>,
}

/// A number that follows from others.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Under which heading it is printed.
    pub section: Section,
    /// What it is called, in the formulas of later steps too.
    pub name: String,
    /// In the base of its dimension.
    pub value: f64,
    /// What it counts.
    pub dimension: Dimension,
    /// The formula in names.
    pub names: String,
    /// The formula in numbers.
    pub numbers: String,
}

impl Step {
    /// The value as people write it.
    pub fn shown(&self) -> String {
        show(self.value, self.dimension)
    }
}

/// A heading of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Section {
    /// How much is asked.
    Requests,
    /// How much is kept.
    Storage,
    /// How much is sent.
    Bandwidth,
    /// How much memory answers most of it.
    Cache,
    /// How many machines that takes.
    Machines,
    /// What they cost, at the horizon.
    Cost,
}

impl Section {
    /// As it is printed.
    pub fn title(self) -> &'static str {
        match self {
            Section::Requests => "Requests",
            Section::Storage => "Storage",
            Section::Bandwidth => "Bandwidth",
            Section::Cache => "Cache",
            Section::Machines => "Machines",
            Section::Cost => "Cost",
        }
    }
}

/// Why there is no plan for a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A number that no `f64` holds, or that is none.
    #[error(
        "{name} = {numbers} cannot be computed; an input of {names} is far from what can be meant"
    )]
    OutOfRange {
        /// The step.
        name: String,
        /// Its formula in names.
        names: String,
        /// Its formula in numbers.
        numbers: String,
    },
}

impl Plan {
    /// What follows from `model`.
    ///
    /// # Errors
    ///
    /// [`PlanError::OutOfRange`] if inputs of a size that nobody means are multiplied.
    // ANCHOR: plan
    pub fn new(model: &Model) -> Result<Plan, PlanError> {
        let mut plan = Builder::default();
        let requests = load::requests(&mut plan, model);
        let storage = load::storage(&mut plan, model, &requests);
        let bandwidth = load::bandwidth(&mut plan, model, &requests);
        let cache = machines::cache(&mut plan, model, &requests, &storage);
        let machines = machines::machines(&mut plan, model, &requests, &storage, &cache);
        machines::cost(&mut plan, model, &storage, &bandwidth, &machines);
        plan.finish(&model.title)
    }
    // ANCHOR_END: plan

    /// The model's title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// All steps; a formula names only steps that are before it.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The step of that name, if the model leads to one.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// The parts of the monthly cost with their shares of it, the dearest first. Empty if the model
    /// has no prices.
    pub fn dearest(&self) -> Vec<(&str, f64)> {
        let Some(total) = self.step("cost").filter(|total| total.value > 0.0) else {
            return Vec::new();
        };
        let part = |step: &&Step| step.section == Section::Cost && step.name.starts_with("cost of");
        let mut parts: Vec<(&str, f64)> = self
            .steps
            .iter()
            .filter(part)
            .map(|step| {
                (
                    step.name.trim_start_matches("cost of "),
                    step.value / total.value,
                )
            })
            .collect();
        parts.sort_by(|a, b| b.1.total_cmp(&a.1));
        parts
    }
}

/// The steps so far.
#[derive(Default)]
struct Builder {
    steps: Vec<Step>,
    error: Option<PlanError>,
}

impl Builder {
    // ANCHOR: step
    /// Gives a formula's result a name, by which later formulas call it.
    fn step<U: Unit>(&mut self, section: Section, name: &str, formula: Term<U>) -> Term<U> {
        let value: Quantity<U> = formula.value();
        if !value.get().is_finite() {
            self.error.get_or_insert_with(|| PlanError::OutOfRange {
                name: name.to_owned(),
                names: formula.names().to_owned(),
                numbers: formula.numbers().to_owned(),
            });
        }
        self.steps.push(Step {
            section,
            name: name.to_owned(),
            value: value.get(),
            dimension: U::DIMENSION,
            names: formula.names().to_owned(),
            numbers: formula.numbers().to_owned(),
        });
        Term::named(name, value)
    }
    // ANCHOR_END: step

    fn finish(self, title: &str) -> Result<Plan, PlanError> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(Plan {
                title: title.to_owned(),
                steps: self.steps,
            }),
        }
    }
}
