//! `capacity MODEL.toml`: prints the plan that follows from a model.

#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use capacity::{Format, Plan, Source, changes, comparison, tornado, tornado_table};
use clap::Parser;

/// From users to machines: what a service needs, with every formula.
#[derive(Parser)]
#[command(name = "capacity", version)]
struct Options {
    /// The model; see `models/` for two, and `--new` for one of your own.
    #[arg(required_unless_present = "new")]
    model: Option<PathBuf>,
    /// How to print the plan: text, md, csv or json.
    #[arg(long, default_value = "text", value_parser = str::parse::<Format>)]
    format: Format,
    /// Write another value in the model's place: `posts.photo.share=40%`.
    #[arg(long, value_name = "INPUT=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
    /// Multiply inputs and print what changes: `photos=2x`.
    #[arg(long, value_name = "INPUT=FACTOR", value_parser = multiple)]
    what_if: Vec<(String, f64)>,
    /// Halve and double each input, and print what that does to a step: cost, or the one you name.
    #[arg(long, value_name = "STEP", num_args = 0..=1, default_missing_value = "cost")]
    tornado: Option<String>,
    /// Write a commented model to fill in; nothing that is there is overwritten.
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    new: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(output) => {
            // A pipe that is closed early is no failure.
            let _ = std::io::Write::write_all(&mut std::io::stdout(), output.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<String, String> {
    if let Some(path) = &options.new {
        return new(path);
    }
    let path = options.model.as_deref().unwrap_or(Path::new(""));
    let in_file = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| in_file(&error))?;
    let mut source = Source::parse(&text).map_err(|error| in_file(&error))?;
    for (name, value) in &options.set {
        source
            .set(name, value)
            .map_err(|error| format!("--set {name}={value}: {error}"))?;
    }
    let plan = plan(&source).map_err(|error| in_file(&error))?;
    if !options.what_if.is_empty() {
        let mut other = source.clone();
        for (name, factor) in &options.what_if {
            other
                .scale(name, *factor)
                .map_err(|error| format!("--what-if {name}: {error}"))?;
        }
        let other = self::plan(&other).map_err(|error| format!("--what-if: {error}"))?;
        let changes = changes(&plan, &other);
        return Ok(match changes.is_empty() {
            true => "Nothing changes.\n".to_owned(),
            false => comparison(&changes),
        });
    }
    if let Some(goal) = &options.tornado {
        let steps = || {
            plan.steps()
                .iter()
                .map(|step| step.name.as_str())
                .collect::<Vec<_>>()
        };
        if plan.step(goal).is_none() {
            return Err(format!(
                "the plan has no step `{goal}`; there are {}",
                steps().join(", ")
            ));
        }
        let swings = tornado(&source, goal).map_err(|error| in_file(&error))?;
        return Ok(tornado_table(goal, &swings));
    }
    Ok(options.format.print(&plan, &source.inputs()))
}

fn plan(source: &Source) -> Result<Plan, String> {
    let model = source.model().map_err(|error| error.to_string())?;
    Plan::new(&model).map_err(|error| error.to_string())
}

fn new(path: &Path) -> Result<String, String> {
    let template = include_str!("../models/yours.toml");
    let file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path);
    file.and_then(|mut file| std::io::Write::write_all(&mut file, template.as_bytes()))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(format!(
        "wrote {}; fill it in, then run `capacity {0}`\n",
        path.display()
    ))
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write INPUT=VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn multiple(text: &str) -> Result<(String, f64), String> {
    let (name, value) = assignment(text)?;
    let factor: capacity::Ratio = value
        .parse()
        .map_err(|e: capacity::QuantityError| e.to_string())?;
    Ok((name, factor.get()))
}
