//! The book's pages, made by mdBook as a library.
//!
//! The settings are those of `book.toml`, so mdBook's own commands give the same pages. Two things
//! differ: the mermaid preprocessor is built in instead of being called as a command, and a page
//! that would be broken is an error, where mdBook would warn and go on.

use std::path::Path;

use mdbook_driver::MDBook;

use crate::includes::{self, BrokenIncludes};

/// Why the book could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// A chapter includes what is not there.
    #[error(transparent)]
    Includes(#[from] BrokenIncludes),
    /// mdBook refused: `book.toml`, `SUMMARY.md`, the theme or a chapter is not as it should be.
    #[error("mdBook cannot build the book")]
    Mdbook(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Builds the pages of the book in the repository at `root` into the folder `dest`, with a script
/// that reloads them at a word from the web socket `live_reload`, if there is one.
///
/// # Errors
///
/// See [`BookError`]. What is in `dest` is then of no use.
pub fn build(root: &Path, dest: &Path, live_reload: Option<&str>) -> Result<(), BookError> {
    let failed = |error| BookError::Mdbook(Box::from(error));
    let mut book = MDBook::load(root).map_err(failed)?;
    includes::check(root, &book.source_dir())?;
    book.config.build.build_dir = dest.to_owned();
    if let Some(endpoint) = live_reload {
        book.config
            .set("output.html.live-reload-endpoint", endpoint)
            .map_err(failed)?;
        book.config
            .set("output.html.site-url", "/")
            .map_err(failed)?;
    }
    book.with_preprocessor(mdbook_mermaid::Mermaid);
    book.build().map_err(failed)
}
