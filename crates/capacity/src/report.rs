//! A plan, printed: for a terminal, a page, a spreadsheet, a program.

use std::fmt::Write as _;
use std::str::FromStr;

use serde::Serialize;

use crate::{Change, Input, Plan, Section, Step, Swing};

/// How a plan is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// For a terminal: each number with its formula, and under it the arithmetic.
    Text,
    /// For a page: a table for each section.
    Markdown,
    /// For a spreadsheet: a line for each step, the values in base units.
    Csv,
    /// For a program: inputs and steps, the values in base units.
    Json,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Format::Text),
            "md" | "markdown" => Ok(Format::Markdown),
            "csv" => Ok(Format::Csv),
            "json" => Ok(Format::Json),
            _ => Err(format!(
                "{text} is not a format; there are text, md, csv and json"
            )),
        }
    }
}

impl Format {
    /// The plan in this format. `inputs` are the model's, for programs.
    pub fn print(self, plan: &Plan, inputs: &[Input]) -> String {
        match self {
            Format::Text => text(plan),
            Format::Markdown => markdown(plan),
            Format::Csv => csv(plan),
            Format::Json => json(plan, inputs),
        }
    }
}

/// The steps under each heading.
fn sections(plan: &Plan) -> Vec<(Section, Vec<&Step>)> {
    let mut sections: Vec<(Section, Vec<&Step>)> = Vec::new();
    for step in plan.steps() {
        match sections.last_mut() {
            Some((section, steps)) if *section == step.section => steps.push(step),
            _ => sections.push((step.section, vec![step])),
        }
    }
    sections
}

fn text(plan: &Plan) -> String {
    let width = |of: fn(&Step) -> usize| plan.steps().iter().map(of).max().unwrap_or(0);
    let name = width(|step| step.name.chars().count());
    let value = width(|step| step.shown().chars().count());
    let mut out = format!("{}\n", plan.title());
    for (section, steps) in sections(plan) {
        line(&mut out, &format!("\n{}", section.title()));
        for step in steps {
            let shown = step.shown();
            line(
                &mut out,
                &format!("  {:name$}  {shown:>value$}  = {}", step.name, step.names),
            );
            // A sum of one has nothing to compute.
            if step.numbers.trim_end_matches('x') != shown {
                line(
                    &mut out,
                    &format!("  {:name$}  {:value$}  = {}", "", "", step.numbers),
                );
            }
        }
    }
    if let Some(dearest) = dearest(plan) {
        line(&mut out, &format!("\n{dearest}"));
    }
    out
}

fn markdown(plan: &Plan) -> String {
    let mut out = String::from("| | | formula | in numbers |\n|---|--:|---|---|\n");
    for (section, steps) in sections(plan) {
        line(&mut out, &format!("| **{}** | | | |", section.title()));
        for step in steps {
            let shown = step.shown();
            let row = format!(
                "| {} | {shown} | {} | {} |",
                step.name, step.names, step.numbers
            );
            // Dollars would begin a formula of mathematics in some readers.
            line(&mut out, &unbroken(&row).replace('$', "\\$"));
        }
    }
    if let Some(dearest) = dearest(plan) {
        line(&mut out, &format!("\n{dearest}"));
    }
    out
}

/// With spaces that do not break a line between a number and its unit.
fn unbroken(row: &str) -> String {
    let mut out = String::with_capacity(row.len());
    let mut rest = row.chars().peekable();
    let mut last = ' ';
    while let Some(c) = rest.next() {
        let next = rest
            .peek()
            .is_some_and(|next| next.is_alphanumeric() || *next == '%');
        let within = c == ' ' && last.is_ascii_digit() && next;
        out.push(if within { '\u{a0}' } else { c });
        last = c;
    }
    out
}

/// What to look at first if the plan is too dear.
fn dearest(plan: &Plan) -> Option<String> {
    let parts = plan.dearest();
    let percent = |&(name, share): &(&str, f64)| format!("{name} {:.0} %", 100.0 * share);
    let parts: Vec<String> = parts.iter().map(percent).collect();
    (!parts.is_empty()).then(|| format!("Of the cost: {}.", parts.join(", ")))
}

fn csv(plan: &Plan) -> String {
    let mut out = String::from("section,name,value,unit,shown,formula,numbers\n");
    for step in plan.steps() {
        let (value, unit, shown) = (step.value.to_string(), step.dimension.base(), step.shown());
        let fields: [&str; 7] = [
            step.section.title(),
            &step.name,
            &value,
            unit,
            &shown,
            &step.names,
            &step.numbers,
        ];
        line(&mut out, &fields.map(quoted).join(","));
    }
    out
}

/// As RFC 4180 wants a field that has a comma or a quotation mark in it.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

fn json(plan: &Plan, inputs: &[Input]) -> String {
    let report = Json {
        title: plan.title(),
        inputs: inputs.iter().map(JsonInput::of).collect(),
        steps: plan.steps().iter().map(JsonStep::of).collect(),
        cost: plan
            .dearest()
            .into_iter()
            .map(|(part, share)| JsonPart { part, share })
            .collect(),
    };
    let text = serde_json::to_string_pretty(&report).expect("keys are strings, numbers are finite");
    text + "\n"
}

/// The report as JSON. Types of their own give its fields an order, which a `Value` has only if
/// nobody in the whole build has asked serde_json for another.
#[derive(Serialize)]
struct Json<'a> {
    title: &'a str,
    inputs: Vec<JsonInput<'a>>,
    steps: Vec<JsonStep<'a>>,
    cost: Vec<JsonPart<'a>>,
}

#[derive(Serialize)]
struct JsonInput<'a> {
    path: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonStep<'a> {
    section: &'a str,
    name: &'a str,
    value: f64,
    unit: &'a str,
    shown: String,
    formula: &'a str,
    numbers: &'a str,
}

#[derive(Serialize)]
struct JsonPart<'a> {
    part: &'a str,
    share: f64,
}

impl<'a> JsonInput<'a> {
    fn of(input: &'a Input) -> Self {
        JsonInput {
            path: &input.path,
            text: &input.text,
        }
    }
}

impl<'a> JsonStep<'a> {
    fn of(step: &'a Step) -> Self {
        JsonStep {
            section: step.section.title(),
            name: &step.name,
            value: step.value,
            unit: step.dimension.base(),
            shown: step.shown(),
            formula: &step.names,
            numbers: &step.numbers,
        }
    }
}

/// What a change of inputs did, for a terminal.
pub fn comparison(changes: &[Change]) -> String {
    let width = |of: fn(&Change) -> &str| {
        let lengths = changes.iter().map(|change| of(change).chars().count());
        lengths.max().unwrap_or(0)
    };
    let (name, before) = (width(|c| &c.name), width(|c| &c.before));
    let after = width(|c| &c.after);
    let mut out = String::new();
    for change in changes {
        let row = format!(
            "  {:name$}  {:>before$} → {:>after$}  ×{:.2}",
            change.name, change.before, change.after, change.ratio
        );
        line(&mut out, &row);
    }
    out
}

/// The swings of a result, for a terminal.
pub fn tornado_table(goal: &str, swings: &[Swing]) -> String {
    let width = |of: fn(&Swing) -> &str| {
        let lengths = swings.iter().map(|swing| of(swing).chars().count());
        lengths.max().unwrap_or(0).max(5)
    };
    let (name, text) = (width(|s| &s.input), width(|s| &s.text));
    let ratio = |ratio: Option<f64>| ratio.map_or("–".to_owned(), |ratio| format!("×{ratio:.2}"));
    let mut out = format!(
        "What an input does to {goal}\n\n  {:name$}  {:>text$}  {:>7}  {:>7}\n",
        "input", "", "halved", "doubled"
    );
    for swing in swings {
        let row = format!(
            "  {:name$}  {:>text$}  {:>7}  {:>7}",
            swing.input,
            swing.text,
            ratio(swing.halved),
            ratio(swing.doubled)
        );
        line(&mut out, &row);
    }
    out
}

fn line(out: &mut String, line: &str) {
    writeln!(out, "{}", line.trim_end()).expect("a string grows");
}
