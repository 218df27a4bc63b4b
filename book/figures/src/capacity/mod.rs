//! The figures of the chapter on capacity: plans of the shipped models, and what was measured.

mod curves;
mod graph;
mod measured;
mod tornado;

use std::path::Path;

use capacity::{Format, ModelError, Plan, Source};

use crate::{Figure, FigureError};

const TWITTER: &str = include_str!("../../../../crates/capacity/models/twitter.toml");
const SHOP: &str = include_str!("../../../../crates/capacity/models/shop.toml");

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let twitter = Source::parse(TWITTER)?;
    let shop = Source::parse(SHOP)?;
    Ok(vec![
        report("capacity-twitter.md", &twitter)?,
        report("capacity-shop.md", &shop)?,
        graph::figure(&plan(&twitter)?, &twitter),
        tornado::figure(&twitter)?,
        curves::day(&plan(&shop)?)?,
        curves::growth(&twitter)?,
        measured::table(root, &twitter)?,
    ])
}

fn report(name: &str, source: &Source) -> Result<Figure, FigureError> {
    Ok(Figure {
        name: name.to_owned(),
        contents: Format::Markdown.print(&plan(source)?, &source.inputs()),
    })
}

fn plan(source: &Source) -> Result<Plan, FigureError> {
    Ok(Plan::new(&source.model()?)?)
}

/// The plan of `source` with one input written anew.
fn plan_with(source: &Source, input: &str, text: &str) -> Result<Plan, FigureError> {
    let mut source = source.clone();
    source.set(input, text)?;
    plan(&source)
}

/// A step's value, in its base unit.
fn value(plan: &Plan, step: &str) -> Result<f64, FigureError> {
    let found = plan.step(step).map(|step| step.value);
    Ok(found.ok_or_else(|| ModelError::NoSuchInput {
        name: step.to_owned(),
        candidates: Vec::new(),
    })?)
}
