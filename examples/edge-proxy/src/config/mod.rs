//! The configuration: a TOML file, checked as a whole before anything acts on it.
//!
//! A proxy's configuration is changed while the proxy runs, often in a hurry. Two things must then
//! be certain: a file with a mistake changes nothing, and its message leads to the mistake.
//!
//! ```text
//!   file ──▶ document ──▶ types ──▶ checks ──▶ Config
//!            with spans   (serde)   (names, sense)
//!               ▲            │          │
//!               └── place ◀──┴──────────┘   edge.toml:14:12: routes[1].upstream: …
//! ```
//!
//! - [`schema`](Config) has the fields and their defaults; they are plain types.
//! - `check` finds what types cannot say, all of it at once.
//! - `place` turns a field into a line and a column, and an offset into a field.
//! - [`watch`] loads the file again when it changes.
//!
//! # Invariants
//!
//! - A [`Config`] from [`load`] or [`parse`] is valid: what it refers to exists, and the crates that
//!   it configures accept their part of it.
//! - No text makes [`parse`] panic.

mod check;
mod error;
mod forms;
mod place;
mod schema;
mod values;
mod watch;

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::de::{DeTable, Deserializer};

pub use error::{ConfigError, Fault};
pub use schema::{
    Admin, Check, Config, Endpoint, Log, LogFormat, Pool, RateLimit, Retry, Route, Timeouts,
    Upstream,
};
pub use values::{Host, KeyBy, Rate};
pub use watch::{QUIET, Reloads, watch};

use place::Places;

/// Reads and checks the configuration in `file`.
///
/// # Errors
///
/// If the file cannot be read, or with all that is wrong in it.
pub fn load(file: impl AsRef<Path>) -> Result<Config, ConfigError> {
    let file = file.as_ref();
    let text = std::fs::read_to_string(file).map_err(|source| ConfigError::Read {
        file: file.to_owned(),
        source,
    })?;
    parse(&file.display().to_string(), &text)
}

// ANCHOR: parse
/// Reads and checks a configuration; `name` is the file's name in messages.
///
/// # Errors
///
/// With all that is wrong in it, each with its place. Of what has the wrong type only the first is
/// found, and only then is looked for what has no sense.
///
/// ```
/// let error = edge_proxy::config::parse("edge.toml", "listen = 8080").unwrap_err();
/// assert!(error.to_string().starts_with("edge.toml:1:10: listen: invalid type: integer `8080`"));
/// ```
pub fn parse(name: &str, text: &str) -> Result<Config, ConfigError> {
    let blame = |at: usize, field: String, message: &str| {
        let (line, column) = place::line_and_column(text, at);
        let (file, message) = (name.to_owned(), message.to_owned());
        Fault {
            file,
            line,
            column,
            field,
            message,
        }
    };
    let root = DeTable::parse(text).map_err(|error| {
        let fault = blame(start(error.span()), String::new(), error.message());
        ConfigError::Invalid(vec![fault])
    })?;
    let places = Places::new(root.clone());
    let config = Config::deserialize(Deserializer::from(root)).map_err(|error| {
        let at = start(error.span());
        let fault = blame(at, places.field_at(at), &with_hint(error.message()));
        ConfigError::Invalid(vec![fault])
    })?;
    let mut findings: Vec<(usize, Fault)> = Vec::new();
    for finding in check::check(&config) {
        let at = places.span_of(&finding.path).start;
        findings.push((at, blame(at, finding.field(), &finding.message)));
    }
    findings.sort_by_key(|(at, _)| *at);
    match findings.is_empty() {
        true => Ok(config),
        false => Err(ConfigError::Invalid(
            findings.into_iter().map(|(_, fault)| fault).collect(),
        )),
    }
}
// ANCHOR_END: parse

fn start(span: Option<Range<usize>>) -> usize {
    span.unwrap_or_default().start
}

/// Adds the closest of the known fields to serde's "unknown field `x`, expected one of `y`, …".
fn with_hint(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    match (message.starts_with("unknown "), quoted.next()) {
        (true, Some(unknown)) => message.to_owned() + &check::did_you_mean(unknown, quoted),
        _ => message.to_owned(),
    }
}
