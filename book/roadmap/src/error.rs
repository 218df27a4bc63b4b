//! What can be wrong with the two files, or with what a reader asks of them.

use std::fmt;
use std::io;
use std::path::PathBuf;

use serde::Serialize;

/// Why something was refused. Whatever it is, no file was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system would not have it.
    #[error("cannot {doing} {}", path.display())]
    Io {
        /// What was tried: `read`, `lock`, `write`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What stands in a file, or would stand in it, is wrong.
    #[error("{}", lines(file, problems))]
    Invalid {
        /// The file.
        file: PathBuf,
        /// All that is wrong with it, in the order of its lines. Never empty.
        problems: Vec<Problem>,
    },
    /// There is no such module.
    #[error("there is no module '{id}'{}", perhaps(near))]
    UnknownModule {
        /// What was asked for.
        id: String,
        /// The ids that are most like it.
        near: Vec<String>,
    },
    /// There is no such measurement.
    #[error("no module measures '{key}'{}", perhaps(near))]
    UnknownMeasure {
        /// What was asked for.
        key: String,
        /// The keys that are most like it.
        near: Vec<String>,
    },
    /// A measurement is a number, and nothing else: its unit is the roadmap's.
    #[error("'{value}' is not a number: {key} is a number of {unit}, such as 4.2 or 1e6")]
    NotANumber {
        /// The measurement.
        key: String,
        /// Its unit.
        unit: String,
        /// What was given for it.
        value: String,
    },
    /// Hours are at least 0, and fewer than 10 000.
    #[error("{0} is no number of hours: give one from 0 to 10000")]
    BadHours(f64),
    /// A day is written `2026-11-21`.
    #[error("'{0}' is no day: write it as 2026-11-21")]
    BadDay(String),
    /// A note says something.
    #[error("the note is empty")]
    EmptyNote,
    /// It was done before.
    #[error("{id} is done already: `again {id}` marks it for review, `reset {id}` forgets it")]
    AlreadyDone {
        /// The module.
        id: String,
    },
    /// Only what was done can be gone over again.
    #[error("{id} is not done yet, so there is nothing to go over again")]
    NotDone {
        /// The module.
        id: String,
    },
    /// The book's own modules are not the reader's to change.
    #[error("{id} is a module of the book: only modules of your own can be changed or removed")]
    NotOwn {
        /// The module.
        id: String,
    },
    /// An id is of one module.
    #[error("there is a module '{id}' already: choose another id, or change it with `edit {id}`")]
    Taken {
        /// The id.
        id: String,
    },
    /// Other modules would lose what they need.
    #[error("{id} cannot go while it is needed by {}", by.join(", "))]
    Needed {
        /// The module.
        id: String,
        /// The modules that need it.
        by: Vec<String>,
    },
}

impl Error {
    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Io {
            doing,
            path: path.into(),
            source,
        }
    }

    /// The same error, of this file.
    pub(crate) fn in_file(self, path: impl Into<PathBuf>) -> Self {
        match self {
            Self::Invalid { problems, .. } => Self::Invalid {
                file: path.into(),
                problems,
            },
            other => other,
        }
    }
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where, counted from 1; nothing if no line is to blame, as when a file as a whole is.
    pub line: Option<usize>,
    /// The id of the module that it is about.
    pub module: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}", self.told())
    }
}

impl Problem {
    /// The problem without its line.
    fn told(&self) -> String {
        match &self.module {
            Some(module) => format!("{module}: {}", self.message),
            None => self.message.clone(),
        }
    }
}

/// A line for each problem, as compilers write them: `file:line: what`.
fn lines(file: &std::path::Path, problems: &[Problem]) -> String {
    let file = file.display();
    let line = |problem: &Problem| match problem.line {
        Some(line) => format!("{file}:{line}: {}", problem.told()),
        None => format!("{file}: {}", problem.told()),
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn perhaps(near: &[String]) -> String {
    match near {
        [] => String::new(),
        _ => format!("; did you mean {}?", near.join(", ")),
    }
}

/// The names most like `name`, the nearest first: three at most, and none that is all different.
pub(crate) fn near<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let likeness = |other: &str| {
        // The one favours a common beginning, the other counts what was mistyped.
        let beginning = strsim::jaro_winkler(name, other);
        beginning.max(strsim::normalized_damerau_levenshtein(name, other))
    };
    let mut near: Vec<(f64, &str)> = names
        .map(|other| (likeness(other), other))
        .filter(|(likeness, _)| *likeness > 0.65)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.truncate(3);
    near.into_iter()
        .map(|(_, other)| other.to_owned())
        .collect()
}
