//! Why an operation could not be measured.

use std::io;
use std::path::PathBuf;

/// What was tried, and what the system said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LatencyError {
    /// The directory that was given with `--dir` holds no file of ours.
    #[error("cannot make a file to measure in {}: {source}; choose another --dir", dir.display())]
    Directory { dir: PathBuf, source: io::Error },
    /// The system refused something that was to be measured.
    #[error("{doing}: {source}")]
    System {
        doing: &'static str,
        source: io::Error,
    },
    /// A thread that took part in a measurement has ended before it.
    #[error("the other thread of the measurement has ended too early")]
    Partner,
    /// An operation took longer than a histogram can count: months.
    #[error("a time is too long to be counted")]
    TooLong,
    /// The report could not be written as JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl LatencyError {
    /// To be used with `map_err`: names what was done when the system refused.
    pub fn system<E: Into<io::Error>>(doing: &'static str) -> impl FnOnce(E) -> LatencyError {
        move |source| LatencyError::System {
            doing,
            source: source.into(),
        }
    }
}
