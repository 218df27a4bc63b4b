//! What ends the program with exit code 1.

use std::fmt;
use std::io;

use lsm::LsmError;

pub enum Failure {
    Db(LsmError),
    /// Standard output is gone.
    Output(io::Error),
    /// Standard input cannot be read.
    Input(io::Error),
    /// `verify` has found so many.
    Damaged(usize),
    /// What `get` looks for is not there.
    NotFound,
    /// What `load` was given is no entry.
    Line(u64),
    /// A key in the arguments has an escape that there is none.
    Escape(String),
}

impl From<LsmError> for Failure {
    fn from(error: LsmError) -> Self {
        Failure::Db(error)
    }
}

/// All input and output but this is by the library.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Db(error) => error.fmt(f),
            Failure::Output(error) => write!(f, "cannot write to standard output: {error}"),
            Failure::Input(error) => write!(f, "cannot read standard input: {error}"),
            Failure::Damaged(1) => f.write_str("one damage found"),
            Failure::Damaged(count) => write!(f, "{count} damages found"),
            Failure::NotFound => f.write_str("there is no such key"),
            Failure::Line(number) => write!(f, "line {number} has no tab between key and value"),
            Failure::Escape(text) => write!(f, "no escape is like that in {text:?}"),
        }
    }
}
