//! What can be wrong with a model. Each message names the field, its line, and what to do.

use std::fmt;

/// What is wrong with a model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelError {
    /// The file is not TOML.
    Syntax {
        /// Counted from 1.
        line: usize,
        /// What the parser says.
        why: String,
    },
    /// A field that must be there is not.
    Missing {
        /// Its path, such as `objects.post.size`.
        field: String,
        /// Where its table begins, if it is there.
        line: Option<usize>,
    },
    /// A field that no model has.
    Unknown {
        /// Its path.
        field: String,
        /// Where it stands; nowhere if it was set from outside.
        line: Option<usize>,
        /// The field that may have been meant.
        suggestion: Option<String>,
        /// All that might be there.
        expected: Vec<String>,
    },
    /// A field whose value is not of the wanted kind, or cannot be.
    Value {
        /// Its path.
        field: String,
        /// Where it stands; nowhere if it was set from outside.
        line: Option<usize>,
        /// What is wrong, and what to write.
        why: String,
    },
    /// A name, given from outside, that no field has, or several have.
    NoSuchInput {
        /// The name.
        name: String,
        /// The fields that it may mean.
        candidates: Vec<String>,
    },
}

impl ModelError {
    /// The path of the field that it is about.
    pub fn field(&self) -> Option<&str> {
        match self {
            ModelError::Missing { field, .. }
            | ModelError::Unknown { field, .. }
            | ModelError::Value { field, .. } => Some(field),
            ModelError::NoSuchInput { name, .. } => Some(name),
            ModelError::Syntax { .. } => None,
        }
    }

    /// The line of the file to look at, counted from 1.
    pub fn line(&self) -> Option<usize> {
        match self {
            ModelError::Syntax { line, .. } => Some(*line),
            ModelError::Missing { line, .. }
            | ModelError::Unknown { line, .. }
            | ModelError::Value { line, .. } => *line,
            ModelError::NoSuchInput { .. } => None,
        }
    }
}

impl std::error::Error for ModelError {}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line() {
            write!(f, "line {line}: ")?;
        }
        match self {
            ModelError::Syntax { why, .. } => write!(f, "this is not TOML: {why}"),
            ModelError::Missing { field, .. } => {
                let (table, name) = field.rsplit_once('.').unwrap_or(("", field));
                match table {
                    "" => write!(f, "`{name}` is missing; write it at the top of the model"),
                    _ => write!(
                        f,
                        "`{field}` is missing; write `{name} = …` under [{table}]"
                    ),
                }
            }
            ModelError::Unknown {
                field,
                suggestion,
                expected,
                ..
            } => {
                write!(f, "`{field}` is not a field of a model; ")?;
                match suggestion {
                    Some(suggestion) => write!(f, "did you mean `{suggestion}`?"),
                    None => write!(f, "there may be {}", expected.join(", ")),
                }
            }
            ModelError::Value { field, why, .. } => write!(f, "`{field}`: {why}"),
            ModelError::NoSuchInput { name, candidates } if candidates.is_empty() => {
                write!(f, "the model has no input `{name}`")
            }
            ModelError::NoSuchInput { name, candidates } => write!(
                f,
                "`{name}` is not one input of the model; write one of {}",
                candidates.join(", ")
            ),
        }
    }
}

/// The one of `known` that is nearest to `word`, if it is near enough for a slip.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = 1 + word.chars().count() / 4;
    known
        .map(|known| (distance(word, known), known))
        .filter(|&(distance, _)| distance <= most)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
}

/// Letters to insert, remove, change, or swap with their neighbour (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // Row i, column j: from the first i letters of one to the first j of the other.
    let mut rows: Vec<Vec<usize>> = (0..=a.len()).map(|i| vec![i; b.len() + 1]).collect();
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
