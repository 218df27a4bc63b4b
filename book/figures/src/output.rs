//! Where figures go, and whether the ones there are the ones that the code draws.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const FOLDER: &str = "book/src/figures";

/// A generated file of the book.
pub struct Figure {
    /// Its name in `book/src/figures/`.
    pub name: String,
    /// SVG or Markdown.
    pub contents: String,
}

/// Why the figures could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A record is not of its format.
    #[error("{} is not the record that was expected: {source}", path.display())]
    Record {
        /// The record.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// A trace could not be read.
    #[error(transparent)]
    Trace(#[from] book_traces::TraceError),
    /// A filter could not be made.
    #[error(transparent)]
    Bloom(#[from] bloom::BloomError),
    /// A store did not do what it was asked.
    #[error(transparent)]
    Store(#[from] bplustree::disk::StoreError),
    /// A database or a table did not do what it was asked.
    #[error(transparent)]
    Lsm(#[from] lsm::LsmError),
    /// A log did not do what it was asked.
    #[error(transparent)]
    Wal(#[from] wal::Error),
    /// A breaker was configured wrongly.
    #[error(transparent)]
    Breaker(#[from] circuit_breaker::ConfigError),
    /// A storm, or a backoff, was configured wrongly.
    #[error(transparent)]
    Resilience(#[from] resilience::ConfigError),
    /// A balancer's settings cannot be meant.
    #[error(transparent)]
    Balance(#[from] wrr_lb::ConfigError),
    /// A histogram could not be made, or has no cell for a value.
    #[error(transparent)]
    Histogram(#[from] histogram::HistogramError),
    /// A limiter could not be made.
    #[error(transparent)]
    Limiter(#[from] rate_limiter::ConfigError),
    /// A queue has no answer.
    #[error(transparent)]
    Queue(#[from] queueing::Error),
    /// The roadmap is not as it should be.
    #[error(transparent)]
    Roadmap(#[from] book_roadmap::Error),
    /// A partition cannot be simulated so.
    #[error(transparent)]
    Partition(#[from] partition::SimError),
    /// A model of a service is wrong.
    #[error(transparent)]
    Model(#[from] capacity::ModelError),
    /// Nothing follows from a model.
    #[error(transparent)]
    Plan(#[from] capacity::PlanError),
    /// The plotting library refused.
    #[error("cannot draw {name}: {why}")]
    Draw {
        /// The figure.
        name: String,
        /// What the library said.
        why: String,
    },
}

/// Writes those of `figures` that changed, removes files that nothing draws any more, and returns
/// the paths of both.
///
/// # Errors
///
/// [`FigureError::Io`].
pub fn write(root: &Path, figures: &[Figure]) -> Result<Vec<PathBuf>, FigureError> {
    let changed = stale(root, figures)?;
    for path in &changed {
        let figure = figures.iter().find(|figure| path.ends_with(&figure.name));
        match figure {
            Some(figure) => fs::write(root.join(path), &figure.contents),
            None => fs::remove_file(root.join(path)),
        }
        .map_err(|source| FigureError::Io {
            path: path.clone(),
            source,
        })?;
    }
    Ok(changed)
}

/// The paths, relative to `root`, of committed figures that differ from `figures`, are missing, or
/// are drawn by nothing.
///
/// # Errors
///
/// [`FigureError::Io`].
pub fn stale(root: &Path, figures: &[Figure]) -> Result<Vec<PathBuf>, FigureError> {
    let folder = Path::new(FOLDER);
    let io_error = |source| FigureError::Io {
        path: folder.to_owned(),
        source,
    };
    fs::create_dir_all(root.join(folder)).map_err(io_error)?;
    let mut left: BTreeSet<String> = BTreeSet::new();
    for entry in fs::read_dir(root.join(folder)).map_err(io_error)? {
        left.insert(
            entry
                .map_err(io_error)?
                .file_name()
                .to_string_lossy()
                .into_owned(),
        );
    }
    let mut stale = Vec::new();
    for figure in figures {
        left.remove(&figure.name);
        let path = folder.join(&figure.name);
        // A file that cannot be read is stale, whatever the reason.
        if fs::read_to_string(root.join(&path)).ok().as_ref() != Some(&figure.contents) {
            stale.push(path);
        }
    }
    stale.extend(left.into_iter().map(|name| folder.join(name)));
    Ok(stale)
}
