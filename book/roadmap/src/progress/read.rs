//! `progress.toml` into [`Progress`].

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::{Progress, Record};
use crate::parse::Tables;
use crate::{Error, Module};

impl Progress {
    /// The progress in the file at `path`; none if there is no such file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be read, [`Error::Invalid`] with the lines if it is damaged.
    pub fn load(path: &Path) -> Result<Self, Error> {
        Self::parse(&text_at(path)?).map_err(|error| error.in_file(path))
    }

    /// The progress that `text` describes.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with all that is wrong.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut tables = Tables::parse(text).map_err(of_progress)?;
        let records = tables.map::<Record>("module");
        let own = tables.list::<Module>("own", "module");
        tables.finish().map_err(of_progress)?;
        Ok(Self { records, own })
    }
}

/// The text of the file at `path`, empty if there is none.
pub(crate) fn text_at(path: &Path) -> Result<String, Error> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        text => text.map_err(|source| Error::io("read", path, source)),
    }
}

fn of_progress(error: Error) -> Error {
    error.in_file("progress.toml")
}

/// Hours that can be summed.
pub(super) fn hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let hours = f64::deserialize(deserializer)?;
    checked(hours).map_err(D::Error::custom)
}

/// The hours, if a reader can have spent so many.
pub(super) fn checked(hours: f64) -> Result<f64, Error> {
    match (0.0..=10_000.0).contains(&hours) {
        true => Ok(hours),
        false => Err(Error::BadHours(hours)),
    }
}
