//! TOML into modules, with the line of every fault.
//!
//! A reader who has made three mistakes wants to hear of three. So each `[[phase]]` and each
//! `[[module]]` is read by itself: a fault in one does not hide those in the next. There are three
//! steps, and each reports all that it finds, but the next one is not taken before the last has
//! found nothing, since it would only repeat it in other words:
//!
//! ```text
//!   text ─ syntax ─▶ tables ─ fields and types ─▶ modules ─ ids, needs, circles ─▶ Roadmap
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::rules::{self, At, Fault};
use crate::{Error, Module, Phase, Problem, Roadmap};

impl Roadmap {
    /// The curriculum that `text` describes.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with all that is wrong: syntax, unknown or missing fields, wrong types,
    /// ids that are not unique, phases or needs that are not there, modules that need each other in
    /// a circle.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Source::parse(text).map(|source| source.roadmap)
    }

    /// The curriculum in the file at `path`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be read, else as [`parse`](Self::parse).
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|source| Error::io("read", path, source))?;
        Self::parse(&text).map_err(|error| error.in_file(path))
    }
}

/// The curriculum, and where in its text everything stands.
pub(crate) struct Source {
    pub roadmap: Roadmap,
    pub lines: Lines,
}

impl Source {
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut tables = Tables::parse(text)?;
        let phases: Vec<Phase> = tables.list("phase", "phase");
        let modules: Vec<Module> = tables.list("module", "module");
        tables.refuse_others(&["phase", "module"]);
        tables.refuse_none("phase", phases.len());
        tables.refuse_none("module", modules.len());
        let lines = tables.finish()?;
        let borrowed: Vec<&Module> = modules.iter().collect();
        let problems: Vec<Problem> = rules::faults(&phases, &borrowed)
            .into_iter()
            .map(|fault| lines.problem(&fault, &borrowed))
            .collect();
        invalid(problems)?;
        let roadmap = Roadmap { phases, modules };
        Ok(Self { roadmap, lines })
    }
}

/// An error, if there are problems.
pub(crate) fn invalid(mut problems: Vec<Problem>) -> Result<(), Error> {
    if problems.is_empty() {
        return Ok(());
    }
    problems.sort_by_key(|problem| problem.line);
    Err(Error::Invalid {
        file: "roadmap.toml".into(),
        problems,
    })
}

/// A text's tables, while they are being read, and what has been found wrong so far.
pub(crate) struct Tables<'t> {
    breaks: Breaks,
    /// Of the text, in bytes.
    length: usize,
    table: DeTable<'t>,
    problems: Vec<Problem>,
    lines: Lines,
}

impl<'t> Tables<'t> {
    /// The tables of a text.
    ///
    /// # Errors
    ///
    /// All errors of its syntax.
    pub fn parse(text: &'t str) -> Result<Self, Error> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let breaks = Breaks::of(text);
        let problem = |error: &toml::de::Error| Problem {
            line: error.span().map(|span| breaks.line_at(span.start)),
            module: None,
            message: one_line(error.message()),
        };
        invalid(errors.iter().map(problem).collect())?;
        Ok(Self {
            breaks,
            length: text.len(),
            table: table.into_inner(),
            problems: Vec::new(),
            lines: Lines::default(),
        })
    }

    /// The elements of the array `key`; what is known of their lines is kept under `list`.
    pub fn list<T: DeserializeOwned>(&mut self, key: &str, list: &'static str) -> Vec<T> {
        let Some(value) = self.table.remove(key) else {
            return Vec::new();
        };
        let line = self.breaks.line_at(value.span().start);
        let DeValue::Array(elements) = value.into_inner() else {
            let message = format!("'{key}' is to be a list of tables: write [[{key}]]");
            self.problem(line, None, message);
            return Vec::new();
        };
        let mut read = Vec::new();
        for element in elements {
            self.lines.add(list, &self.breaks, &element);
            let id = element
                .get_ref()
                .get("id")
                .and_then(|id| id.get_ref().as_str());
            let id = id.map(str::to_owned);
            read.extend(self.value(id, element));
        }
        read
    }

    /// The tables of the table `key`, by their names.
    pub fn map<T: DeserializeOwned>(&mut self, key: &str) -> BTreeMap<String, T> {
        let Some(value) = self.table.remove(key) else {
            return BTreeMap::new();
        };
        let line = self.breaks.line_at(value.span().start);
        let DeValue::Table(tables) = value.into_inner() else {
            self.problem(
                line,
                None,
                format!("'{key}' is to be a table: write [{key}.ID]"),
            );
            return BTreeMap::new();
        };
        let mut read = BTreeMap::new();
        for (name, value) in tables {
            let name = name.into_inner().into_owned();
            if let Some(value) = self.value(Some(name.clone()), value) {
                read.insert(name, value);
            }
        }
        read
    }

    /// All that is left, as one value.
    pub fn whole<T: DeserializeOwned>(&mut self) -> Option<T> {
        let table = std::mem::take(&mut self.table);
        let end = self.length;
        let id = table
            .get("id")
            .and_then(|id| id.get_ref().as_str())
            .map(str::to_owned);
        let value = Spanned::new(0..end, DeValue::Table(table));
        self.lines.add("module", &self.breaks, &value);
        self.value(id, value)
    }

    fn value<T: DeserializeOwned>(
        &mut self,
        id: Option<String>,
        value: Spanned<DeValue<'_>>,
    ) -> Option<T> {
        let line = self.breaks.line_at(value.span().start);
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some(value),
            Err(error) => {
                let line = error
                    .span()
                    .map_or(line, |span| self.breaks.line_at(span.start));
                self.problem(line, id, one_line(error.message()));
                None
            }
        }
    }

    /// A problem for each top-level key that is none of these.
    pub fn refuse_others(&mut self, known: &[&str]) {
        for (key, _) in std::mem::take(&mut self.table) {
            let line = self.breaks.line_at(key.span().start);
            let message = format!(
                "unknown field `{}`, expected {}",
                key.get_ref(),
                known.join(" or ")
            );
            self.problem(line, None, message);
        }
    }

    /// A problem if the list `key` was left out.
    fn refuse_none(&mut self, key: &str, count: usize) {
        if count == 0 && self.problems.is_empty() {
            self.problem(1, None, format!("there is no [[{key}]]"));
        }
    }

    fn problem(&mut self, line: usize, module: Option<String>, message: String) {
        self.problems.push(Problem {
            line: Some(line),
            module,
            message,
        });
    }

    /// Where everything stands, if nothing was wrong.
    pub fn finish(self) -> Result<Lines, Error> {
        invalid(self.problems)?;
        Ok(self.lines)
    }
}

/// Where the fields of phases and modules stand.
#[derive(Debug, Default)]
pub(crate) struct Lines(BTreeMap<&'static str, Vec<Entry>>);

#[derive(Debug)]
struct Entry {
    line: usize,
    /// For each field the lines of its items; of what is no list, its own.
    fields: BTreeMap<String, Vec<usize>>,
}

impl Lines {
    fn add(&mut self, list: &'static str, breaks: &Breaks, element: &Spanned<DeValue<'_>>) {
        let mut fields = BTreeMap::new();
        for (key, value) in element.get_ref().as_table().into_iter().flatten() {
            let items = value.get_ref().as_array().into_iter().flatten();
            let mut lines: Vec<usize> = items
                .map(|item| breaks.line_at(item.span().start))
                .collect();
            if lines.is_empty() {
                lines.push(breaks.line_at(value.span().start));
            }
            fields.insert(key.get_ref().to_string(), lines);
        }
        let line = breaks.line_at(element.span().start);
        self.0.entry(list).or_default().push(Entry { line, fields });
    }

    /// The line of a field; of its element if it has no such field.
    pub fn line(&self, at: &At) -> Option<usize> {
        let entry = self.0.get(at.list)?.get(at.index)?;
        let items = entry.fields.get(at.field);
        let line = items.and_then(|items| items.get(at.item).or(items.first()));
        Some(line.copied().unwrap_or(entry.line))
    }

    pub fn problem(&self, fault: &Fault, modules: &[&Module]) -> Problem {
        let module = match fault.at.list {
            "module" => modules.get(fault.at.index).map(|module| module.id.clone()),
            _ => None,
        };
        Problem {
            line: self.line(&fault.at),
            module,
            message: fault.message.clone(),
        }
    }
}

/// Where the lines of a text end. Each field's line is asked for, so it must not take a look at the
/// whole text.
pub(crate) struct Breaks(Vec<usize>);

impl Breaks {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(byte, _)| byte).collect())
    }

    /// The line, counted from 1, of a byte of the text.
    fn line_at(&self, byte: usize) -> usize {
        1 + self.0.partition_point(|end| *end < byte)
    }
}

fn one_line(message: &str) -> String {
    message.lines().collect::<Vec<_>>().join("; ")
}
