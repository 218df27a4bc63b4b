//! `cargo book check`: runs the exercises' tests on the reader's own files, and says what is next.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use serde::Deserialize;

const FOLDER: &str = "book/exercises";

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// There is no such exercise.
    #[error("there is no exercise '{name}'; there are: {}", there_are.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What could be.
        there_are: Vec<String>,
    },
    /// The list of exercises cannot be read, or cargo not be run.
    #[error("cannot use {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The list of exercises cannot be understood.
    #[error("cannot understand {FOLDER}/exercises.toml")]
    List(#[from] toml::de::Error),
}

#[derive(Deserialize)]
struct List {
    exercise: Vec<Exercise>,
}

#[derive(Deserialize)]
struct Exercise {
    name: String,
    stub: String,
    title: String,
    wants: String,
    kind: String,
}

/// Checks all exercises of the repository at `root` in their order, or the one of that name, and
/// prints what came of it. The code is a failure if a test failed.
///
/// # Errors
///
/// See [`CheckError`].
pub fn check(root: &Path, name: Option<&str>) -> Result<ExitCode, CheckError> {
    let exercises = list(root)?;
    let passed = match name {
        Some(name) => check_one(root, find(&exercises, name)?)?,
        None => check_all(root, &exercises.iter().collect::<Vec<_>>())?.is_empty(),
    };
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Checks the exercises of these names, prints what came of it, and returns the names of those
/// that failed.
///
/// # Errors
///
/// See [`CheckError`].
pub fn check_these(root: &Path, names: &[String]) -> Result<Vec<String>, CheckError> {
    let exercises = list(root)?;
    let these: Result<Vec<&Exercise>, CheckError> =
        names.iter().map(|name| find(&exercises, name)).collect();
    check_all(root, &these?)
}

fn find<'a>(exercises: &'a [Exercise], name: &str) -> Result<&'a Exercise, CheckError> {
    let found = exercises.iter().find(|exercise| exercise.name == name);
    found.ok_or_else(|| CheckError::Unknown {
        name: name.to_owned(),
        there_are: exercises
            .iter()
            .map(|exercise| exercise.name.clone())
            .collect(),
    })
}

fn list(root: &Path) -> Result<Vec<Exercise>, CheckError> {
    let path = root.join(FOLDER).join("exercises.toml");
    let text = fs::read_to_string(&path).map_err(|source| CheckError::Io { path, source })?;
    Ok(toml::from_str::<List>(&text)?.exercise)
}

fn check_one(root: &Path, exercise: &Exercise) -> Result<bool, CheckError> {
    let output = test(root, exercise)?;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    let passed = output.status.success();
    println!("{} {}: {}", mark(passed), exercise.name, exercise.title);
    if !passed {
        point_to(exercise);
    }
    Ok(passed)
}

/// The names of those that failed.
fn check_all(root: &Path, exercises: &[&Exercise]) -> Result<Vec<String>, CheckError> {
    let mut next: Option<(&Exercise, Output)> = None;
    let mut failed = Vec::new();
    for exercise in exercises {
        show_under_way(&exercise.name);
        let output = test(root, exercise)?;
        let kind = match exercise.kind.as_str() {
            "stretch" => " (stretch)",
            _ => "",
        };
        let passed = output.status.success();
        println!(
            "{} {}: {}{kind}",
            mark(passed),
            exercise.name,
            exercise.title
        );
        if !passed {
            failed.push(exercise.name.clone());
            next.get_or_insert((exercise, output));
        }
    }
    let passed = exercises.len() - failed.len();
    println!("\n{passed} of {} done.", exercises.len());
    if let Some((exercise, output)) = &next {
        println!("\nNext: {}", exercise.title);
        point_to(exercise);
        println!("  its test says:\n{}", complaint(output));
    }
    Ok(failed)
}

/// On a terminal, the line begins with what is tested just now; the result is then written over it.
fn show_under_way(name: &str) {
    let mut terminal = io::stdout();
    if terminal.is_terminal() {
        print!("  {name}\r");
        // A terminal that does not show it yet is no reason to stop.
        let _ = terminal.flush();
    }
}

fn point_to(exercise: &Exercise) {
    println!("  write:    {FOLDER}/{}", exercise.stub);
    println!("  wanted:   {}", exercise.wants);
    println!("  its test: {FOLDER}/tests/{}.rs", exercise.name);
    println!("  again:    cargo book check {}", exercise.name);
}

/// The exercise's own test, on the reader's file: the feature `yours` chooses it instead of the
/// solution.
fn test(root: &Path, exercise: &Exercise) -> Result<Output, CheckError> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "test",
        "--quiet",
        "--package",
        "book-exercises",
        "--features",
        "yours",
        "--test",
        &exercise.name,
    ]);
    cargo.env("RUST_BACKTRACE", "0").current_dir(root);
    cargo.output().map_err(|source| CheckError::Io {
        path: "cargo".into(),
        source,
    })
}

/// What the first test that failed has to say, or the compiler if it did not come so far; a dozen
/// lines of it.
fn complaint(output: &Output) -> String {
    let tests = String::from_utf8_lossy(&output.stdout);
    let cargo = String::from_utf8_lossy(&output.stderr);
    let from = |text: &str, telling: fn(&str) -> bool| {
        let lines = text.lines().skip_while(|line| !telling(line)).take(12);
        lines
            .map(|line| format!("    {line}\n"))
            .collect::<String>()
    };
    let panic = from(&tests, |line| line.contains("panicked at"));
    match panic.is_empty() {
        true => from(&cargo, |line| line.starts_with("error")),
        false => panic,
    }
}

fn mark(passed: bool) -> &'static str {
    let coloured = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    match (passed, coloured) {
        (true, true) => "\x1b[32m✓\x1b[0m",
        (true, false) => "✓",
        (false, true) => "\x1b[31m✗\x1b[0m",
        (false, false) => "✗",
    }
}
