//! A model's file: its values before they have types, and the lines where they stand.
//!
//! Inputs are changed here, as text, and the whole is read again. So `--set` obeys the rules of the
//! file, and an input that is doubled is checked as though somebody had written it.

use std::collections::{BTreeMap, BTreeSet};

use toml::Value;
use toml::de::{DeTable, DeValue};

use super::error::nearest;
use super::{Model, ModelError, check};
use crate::{Dimension, Parsed};

/// A model's file, read but not yet understood.
#[derive(Clone, Debug)]
pub struct Source {
    table: toml::Table,
    /// Where each path begins, counted from 1.
    pub(super) lines: BTreeMap<String, usize>,
    /// Paths whose values are not the file's any more.
    changed: BTreeSet<String>,
}

/// A number of the model, as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Where it is: `objects.post.with.photo.share`.
    pub path: String,
    /// What the file says: `20 %`.
    pub text: String,
}

impl Input {
    /// The path as reports print it: `photo.share`.
    ///
    /// ```
    /// # use capacity::Source;
    /// let source = Source::parse("[objects.post.with.photo]\nshare = \"20 %\"")?;
    /// assert_eq!(source.inputs()[0].short(), "photo.share");
    /// # Ok::<(), capacity::ModelError>(())
    /// ```
    pub fn short(&self) -> &str {
        let tail = self.path.rmatch_indices('.').nth(1);
        tail.map_or(&self.path, |(dot, _)| &self.path[dot + 1..])
    }
}

impl Source {
    /// Reads a file's text.
    ///
    /// # Errors
    ///
    /// [`ModelError::Syntax`]; whether it is a model, [`Source::model`] says.
    pub fn parse(text: &str) -> Result<Source, ModelError> {
        let line_of = |byte: usize| {
            1 + text.as_bytes()[..byte]
                .iter()
                .filter(|b| **b == b'\n')
                .count()
        };
        let syntax = |error: toml::de::Error| ModelError::Syntax {
            line: error
                .span()
                .map_or(1, |span| line_of(span.start.min(text.len()))),
            why: error.message().to_owned(),
        };
        let spans = DeTable::parse(text).map_err(syntax)?;
        let mut lines = BTreeMap::new();
        note_lines(spans.get_ref(), "", &line_of, &mut lines);
        let table = text.parse().map_err(syntax)?;
        let changed = BTreeSet::new();
        Ok(Source {
            table,
            lines,
            changed,
        })
    }

    /// What the file says.
    ///
    /// # Errors
    ///
    /// [`ModelError`], about the first field that is missing, unknown, of another unit or
    /// impossible.
    pub fn model(&self) -> Result<Model, ModelError> {
        check::numbers(self)?;
        let value = Value::Table(self.table.clone());
        let model: Model = serde_path_to_error::deserialize(value).map_err(|e| self.explain(&e))?;
        check::model(&model).map_err(|(field, why)| ModelError::Value {
            line: self.line(&field),
            field,
            why,
        })?;
        Ok(model)
    }

    /// Every number that the file has, in the order of its lines.
    pub fn inputs(&self) -> Vec<Input> {
        let mut inputs = Vec::new();
        collect(&self.table, "", &mut inputs);
        inputs.sort_by_key(|input| self.lines.get(&input.path).copied().unwrap_or(usize::MAX));
        inputs
    }

    /// The line of a field, or of the nearest table around it; none if its value was set from
    /// outside.
    pub fn line(&self, path: &str) -> Option<usize> {
        if self.changed.contains(path) {
            return None;
        }
        let mut path = path;
        loop {
            if let Some(&line) = self.lines.get(path) {
                return Some(line);
            }
            path = path.rsplit_once('.')?.0;
        }
    }

    // ANCHOR: set
    /// Writes `text` in the place of the input that `name` means. A name may leave out parts of the
    /// path, and a plural's s: `posts.photo.share` is `objects.post.with.photo.share`.
    ///
    /// # Errors
    ///
    /// [`ModelError::NoSuchInput`] if the name fits none or several.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), ModelError> {
        let path = self.resolve(name)?;
        self.write(&path, text);
        Ok(())
    }

    /// Multiplies the input that `name` means. The name of a part alone is its share, that of an
    /// object its writes, and `users` are those of a day.
    ///
    /// # Errors
    ///
    /// As [`Source::set`].
    pub fn scale(&mut self, name: &str, factor: f64) -> Result<(), ModelError> {
        let path = self
            .resolve(name)
            .or_else(|error| self.principal(name).ok_or(error))?;
        let inputs = self.inputs();
        if let Some(input) = inputs.into_iter().find(|input| input.path == path) {
            self.write(&path, &scaled(&input.text, factor));
        }
        Ok(())
    }
    // ANCHOR_END: set

    pub(super) fn table_at(&self, path: &str) -> Option<&toml::Table> {
        let mut table = &self.table;
        for name in path.split('.') {
            table = table.get(name)?.as_table()?;
        }
        Some(table)
    }

    fn write(&mut self, path: &str, text: &str) {
        let (tables, field) = path.rsplit_once('.').unwrap_or(("", path));
        let mut table = &mut self.table;
        for name in tables.split('.').filter(|name| !name.is_empty()) {
            match table.get_mut(name) {
                Some(Value::Table(inner)) => table = inner,
                // `resolve` found the path in the table.
                _ => return,
            }
        }
        self.changed.insert(path.to_owned());
        table.insert(field.to_owned(), Value::String(text.to_owned()));
    }

    /// serde's error with the line of its field, and without serde's words.
    fn explain(&self, error: &serde_path_to_error::Error<toml::de::Error>) -> ModelError {
        let path = match error.path().to_string() {
            path if path == "." => String::new(),
            path => path,
        };
        let message = error.inner().message();
        let inner = |name: &str| match path.as_str() {
            "" => name.to_owned(),
            _ => format!("{path}.{name}"),
        };
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        if message.starts_with("missing field") {
            let field = inner(quoted.first().unwrap_or(&"?"));
            return ModelError::Missing {
                line: self.line(&field),
                field,
            };
        }
        if message.starts_with("unknown field") {
            // The path ends with the field itself, for serde had begun to read it.
            let unknown = quoted.first().copied().unwrap_or_default();
            let field = match path.rsplit('.').next() == Some(unknown) {
                true => path.clone(),
                false => inner(unknown),
            };
            let expected = quoted.iter().skip(1);
            return ModelError::Unknown {
                line: self.line(&field),
                suggestion: nearest(unknown, expected.clone().copied()).map(str::to_owned),
                expected: expected.map(|&name| name.to_owned()).collect(),
                field,
            };
        }
        ModelError::Value {
            line: self.line(&path),
            field: path,
            why: message.to_owned(),
        }
    }
}

fn note_lines(
    table: &DeTable<'_>,
    path: &str,
    line_of: &impl Fn(usize) -> usize,
    lines: &mut BTreeMap<String, usize>,
) {
    for (key, value) in table {
        let path = join(path, key.get_ref());
        lines.insert(path.clone(), line_of(key.span().start));
        if let DeValue::Table(inner) = value.get_ref() {
            note_lines(inner, &path, line_of, lines);
        }
    }
}

fn collect(table: &toml::Table, path: &str, inputs: &mut Vec<Input>) {
    for (key, value) in table {
        let path = join(path, key);
        let text = match value {
            Value::Table(inner) => {
                collect(inner, &path, inputs);
                continue;
            }
            Value::String(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            _ => continue,
        };
        if Parsed::read(&text, Dimension::Count).is_ok() && path != "title" {
            inputs.push(Input { path, text });
        }
    }
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

/// The quantity with its number multiplied and its unit as it is.
fn scaled(text: &str, factor: f64) -> String {
    let (number, unit) = Parsed::split(text);
    let (sign, dollar) = match text.trim_start().strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest.trim_start().starts_with('$')),
        None => ("", text.trim_start().starts_with('$')),
    };
    let dollar = if dollar { "$" } else { "" };
    format!("{sign}{dollar}{} {unit}", number.abs() * factor)
}
