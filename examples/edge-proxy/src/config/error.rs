//! What is wrong with a configuration, and where.
//!
//! A message without a place sends its reader searching; so every error carries the file, the line,
//! the column and the field, in the order in which editors and compilers expect them:
//!
//! ```text
//! edge.toml:14:12: routes[1].upstream: there is no upstream "appp"; did you mean "app"?
//! ```

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a configuration was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file could not be read.
    #[error("{}: cannot be read: {source}", file.display())]
    Read {
        /// The file that was to be read.
        file: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file was read, and something in it is wrong: every such thing that was found, in the
    /// order of the file. Never empty.
    #[error("{}", lines(.0))]
    Invalid(Vec<Fault>),
}

impl ConfigError {
    /// The places that are wrong; none if the file could not even be read.
    pub fn faults(&self) -> &[Fault] {
        match self {
            ConfigError::Read { .. } => &[],
            ConfigError::Invalid(faults) => faults,
        }
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The file's name as the user gave it.
    pub file: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// Column in that line, in characters from 1.
    pub column: usize,
    /// The field as a path from the root, `routes[1].upstream`. Empty for what lies outside of any
    /// field, such as broken syntax.
    pub field: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

fn lines(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
    lines.join("\n")
}
