//! Which of the inputs matters: each one halved and doubled, the others as they are.
//!
//! Most of a model's inputs are guesses. The tornado says which of the guesses is worth measuring:
//! one whose doubling doubles the bill, and not one whose doubling changes nothing.

use crate::{ModelError, Plan, Source};

/// What an input does to a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Swing {
    /// The input's path, as reports print it.
    pub input: String,
    /// What the model says.
    pub text: String,
    /// The result with half of the input, as a multiple of the plan's; nothing if half of it is
    /// impossible.
    pub halved: Option<f64>,
    /// The same with twice the input: twice a share of 60 % is impossible.
    pub doubled: Option<f64>,
}

impl Swing {
    /// How far the result swings, in doublings.
    pub fn width(&self) -> f64 {
        let doublings = |ratio: Option<f64>| ratio.map_or(0.0, |ratio| ratio.log2().abs());
        doublings(self.halved).max(doublings(self.doubled))
    }
}

// ANCHOR: tornado
/// The swing of `goal` by each input, the widest first.
///
/// # Errors
///
/// [`ModelError`] if the model itself is wrong, and [`ModelError::NoSuchInput`] if its plan has no
/// step of the name `goal`.
pub fn tornado(source: &Source, goal: &str) -> Result<Vec<Swing>, ModelError> {
    let base = value(source, goal)?.ok_or_else(|| ModelError::NoSuchInput {
        name: goal.to_owned(),
        candidates: Vec::new(),
    })?;
    let with = |path: &str, factor: f64| {
        let mut changed = source.clone();
        changed.scale(path, factor).ok()?;
        let value = value(&changed, goal).ok()??;
        (base != 0.0).then(|| value / base)
    };
    let mut swings: Vec<Swing> = source
        .inputs()
        .into_iter()
        .map(|input| Swing {
            halved: with(&input.path, 0.5),
            doubled: with(&input.path, 2.0),
            input: input.short().to_owned(),
            text: input.text,
        })
        .collect();
    swings.sort_by(|a, b| b.width().total_cmp(&a.width()));
    Ok(swings)
}
// ANCHOR_END: tornado

fn value(source: &Source, goal: &str) -> Result<Option<f64>, ModelError> {
    let plan = Plan::new(&source.model()?);
    Ok(plan
        .ok()
        .and_then(|plan| plan.step(goal).map(|step| step.value)))
}

/// A step of two plans.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// Its value before, as people write it.
    pub before: String,
    /// Its value after.
    pub after: String,
    /// After divided by before.
    pub ratio: f64,
}

/// The steps that both plans have, and that differ.
pub fn changes(before: &Plan, after: &Plan) -> Vec<Change> {
    let pairs = before.steps().iter();
    let pairs = pairs.filter_map(|step| Some((step, after.step(&step.name)?)));
    pairs
        .filter(|(before, after)| before.value != after.value)
        .map(|(before, after)| Change {
            name: before.name.clone(),
            before: before.shown(),
            after: after.shown(),
            ratio: after.value / before.value,
        })
        .collect()
}
