//! `progress.toml` into [`Progress`].

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::own::faults;
use super::{Progress, Record};
use crate::parse::{Lines, Tables, invalid};
use crate::{Error, Module, Roadmap};

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
        read(text)
            .map(|(progress, _)| progress)
            .map_err(of_progress)
    }

    /// The progress in the file at `path`, if it also agrees with the roadmap: what the reader's
    /// own modules name is there.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load), for these faults too.
    pub fn check(path: &Path, roadmap: &Roadmap) -> Result<Self, Error> {
        let (progress, lines) = read(&text_at(path)?).map_err(|error| error.in_file(path))?;
        let own: Vec<&Module> = progress.own.iter().collect();
        let faults = faults(roadmap, &progress);
        let problems = faults.iter().map(|(fault, _)| lines.problem(fault, &own));
        invalid(problems.collect()).map_err(|error| error.in_file(path))?;
        Ok(progress)
    }

    /// What was recorded of modules that are not there: kept, since they may come back.
    pub fn strangers(&self, roadmap: &Roadmap) -> Vec<String> {
        let strange = |id: &&String| self.module(roadmap, id).is_none();
        self.records.keys().filter(strange).cloned().collect()
    }
}

fn read(text: &str) -> Result<(Progress, Lines), Error> {
    let mut tables = Tables::parse(text)?;
    let records = tables.map::<Record>("module");
    let own = tables.list::<Module>("own", "module");
    let lines = tables.finish()?;
    Ok((Progress { records, own }, lines))
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
