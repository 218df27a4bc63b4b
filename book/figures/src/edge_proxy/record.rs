//! What was recorded of the demo while it was broken on purpose.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::FigureError;

const RECORD: &str = "book/figures/data/edge-proxy.json";

/// The record.
#[derive(Debug, Serialize, Deserialize)]
pub struct Breaks {
    pub(super) date: String,
    pub(super) sessions: Vec<Session>,
    pub(super) scenes: Vec<Scene>,
}

/// What somebody typed, and what they saw.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Session {
    pub name: String,
    /// In the order in which they were typed.
    pub lines: Vec<Typed>,
}

/// A command and its output.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Typed {
    /// Nothing if the output is what the proxy wrote in its own terminal.
    pub command: Option<String>,
    pub output: String,
}

/// A load on the demo, and what became of it, over time.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Scene {
    pub name: String,
    /// The length of a step, in milliseconds.
    pub step: u64,
    /// What was done, and when.
    pub events: Vec<Event>,
    /// What each server was asked.
    pub servers: Vec<Lane>,
    /// What the clients got.
    pub clients: Lane,
    /// The longest that a client waited in each step, in milliseconds.
    pub slowest: Vec<u64>,
    /// Requests by what became of them: a status, or `none`.
    pub outcomes: BTreeMap<String, u64>,
    /// Requests that the proxy sent once more.
    pub retries: u64,
    /// The steps in which the breaker was not closed.
    pub breaker: Vec<bool>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Event {
    /// Milliseconds from the beginning.
    pub at: u64,
    pub what: String,
}

/// Requests in each step.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Lane {
    pub name: String,
    pub good: Vec<u64>,
    pub bad: Vec<u64>,
    /// The steps in which it was left out.
    pub out: Vec<bool>,
}

impl Breaks {
    /// Reads the record of the repository at `root`; none if there is none.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`] and [`FigureError::Record`].
    pub fn load(root: &Path) -> Result<Option<Self>, FigureError> {
        if !root.join(RECORD).exists() {
            return Ok(None);
        }
        let json = fs::read_to_string(root.join(RECORD)).map_err(io)?;
        let record = serde_json::from_str(&json).map_err(|source| FigureError::Record {
            path: RECORD.into(),
            source,
        })?;
        Ok(Some(record))
    }

    /// Writes the record into the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`].
    pub fn save(&self, root: &Path) -> Result<(), FigureError> {
        let json = serde_json::to_string(self).map_err(|source| FigureError::Record {
            path: RECORD.into(),
            source,
        })?;
        fs::write(root.join(RECORD), json + "\n").map_err(io)
    }
}

fn io(source: std::io::Error) -> FigureError {
    FigureError::Io {
        path: RECORD.into(),
        source,
    }
}
