//! From a field to its place in the file, and back.
//!
//! Two kinds of error need a place. The reader of types (serde) knows *where* in the text it failed
//! but not in which field; the checks that follow know *which field* is wrong but see plain values,
//! which have forgotten where they came from. Both ask the same tree: the document as it was parsed,
//! each key and value with the range of bytes that it was read from.
//!
//! ```text
//!   bytes 212..218 ──field_at──▶ routes[1].upstream
//!                  ◀──span_of───
//! ```
//!
//! So the configuration itself stays made of plain types, and types of other crates may be part of
//! it without knowing about files.

use std::fmt::Write;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One step on the way from the root to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// Into a table.
    Key(&'a str),
    /// Into an array.
    Index(usize),
}

impl<'a> From<&'a str> for Step<'a> {
    fn from(key: &'a str) -> Self {
        Step::Key(key)
    }
}

impl<'a> From<&'a String> for Step<'a> {
    fn from(key: &'a String) -> Self {
        Step::Key(key)
    }
}

impl From<usize> for Step<'_> {
    fn from(index: usize) -> Self {
        Step::Index(index)
    }
}

/// A path as it is written: `routes[1].upstream`.
pub(super) fn written(path: &[Step<'_>]) -> String {
    let mut field = String::new();
    for step in path {
        // Writing to a String does not fail.
        let _ = match step {
            Step::Index(index) => write!(field, "[{index}]"),
            Step::Key(key) if is_bare(key) && field.is_empty() => write!(field, "{key}"),
            Step::Key(key) if is_bare(key) => write!(field, ".{key}"),
            Step::Key(key) if field.is_empty() => write!(field, "{key:?}"),
            Step::Key(key) => write!(field, ".{key:?}"),
        };
    }
    field
}

/// Whether TOML lets a key stand without quotes.
pub(super) fn is_bare(key: &str) -> bool {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !key.is_empty() && key.bytes().all(bare)
}

/// A parsed document that remembers where everything was.
pub(super) struct Places<'a> {
    root: Spanned<DeTable<'a>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(root: Spanned<DeTable<'a>>) -> Self {
        Places { root }
    }

    // ANCHOR: span_of
    /// Where the value of a field is; if the file does not have it (a default was wrong, or a field
    /// is missing), where the innermost table is that should.
    pub(super) fn span_of(&self, path: &[Step<'_>]) -> Range<usize> {
        let Some((&Step::Key(first), rest)) = path.split_first() else {
            return self.root.span();
        };
        let Some(mut value) = entry(self.root.get_ref(), first) else {
            return self.root.span();
        };
        for step in rest {
            let inner = match (step, value.get_ref()) {
                (Step::Key(key), DeValue::Table(table)) => entry(table, key),
                (Step::Index(index), DeValue::Array(array)) => array.get(*index),
                _ => None,
            };
            match inner {
                Some(inner) => value = inner,
                None => break,
            }
        }
        value.span()
    }
    // ANCHOR_END: span_of

    /// The innermost field whose key or value covers `at`; empty if there is none.
    pub(super) fn field_at(&self, at: usize) -> String {
        let mut search = Search {
            at,
            path: Vec::new(),
            best: None,
        };
        search.table(self.root.get_ref());
        search.best.map(|(_, field)| field).unwrap_or_default()
    }
}

/// Line and column, from 1, of byte `at` of `text`. The column counts characters, because that is
/// what an editor shows.
pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let start = before.iter().rposition(|&byte| byte == b'\n');
    let in_line = &before[start.map_or(0, |newline| newline + 1)..];
    // Bytes 10xx_xxxx continue a character that has been counted.
    let column = in_line.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() + 1;
    (line, column)
}

fn entry<'t, 'a>(table: &'t DeTable<'a>, key: &str) -> Option<&'t Spanned<DeValue<'a>>> {
    let found = table.iter().find(|(name, _)| name.get_ref() == key);
    found.map(|(_, value)| value)
}

/// A walk over all fields that keeps the one with the shortest range round a byte.
struct Search<'t> {
    at: usize,
    path: Vec<Step<'t>>,
    best: Option<(usize, String)>,
}

impl<'t> Search<'t> {
    fn table(&mut self, table: &'t DeTable<'_>) {
        for (key, value) in table {
            self.path.push(Step::Key(key.get_ref()));
            self.offer(key.span());
            self.value(value);
            self.path.pop();
        }
    }

    fn value(&mut self, value: &'t Spanned<DeValue<'_>>) {
        self.offer(value.span());
        match value.get_ref() {
            DeValue::Table(table) => self.table(table),
            DeValue::Array(array) => {
                for (index, element) in array.iter().enumerate() {
                    self.path.push(Step::Index(index));
                    self.value(element);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    fn offer(&mut self, span: Range<usize>) {
        let covers = span.start <= self.at && self.at <= span.end;
        // Of equally short ones the later, which is the inner.
        if covers && self.best.as_ref().is_none_or(|(len, _)| span.len() <= *len) {
            self.best = Some((span.len(), written(&self.path)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a = 1\n[t.\"ü.x\"]\n b = 2\n[[r]]\nc = { d = [1, 22] }\n";

    fn places() -> Places<'static> {
        Places::new(DeTable::parse(TEXT).unwrap())
    }

    #[test]
    fn each_value_is_found_by_its_field_and_each_field_by_its_place() {
        let d1 = [
            "r".into(),
            Step::Index(0),
            "c".into(),
            "d".into(),
            Step::Index(1),
        ];
        let b = ["t".into(), "ü.x".into(), "b".into()];
        for (path, text) in [(&["a".into()][..], "1"), (&b[..], "2"), (&d1[..], "22")] {
            let span = places().span_of(path);
            assert_eq!(&TEXT[span.clone()], text, "{}", written(path));
            assert_eq!(places().field_at(span.start), written(path));
        }
        assert_eq!(written(&d1), "r[0].c.d[1]");
        assert_eq!(written(&b), "t.\"ü.x\".b");
    }

    #[test]
    fn a_field_that_is_not_there_is_where_its_table_is() {
        let span = places().span_of(&["t".into(), "ü.x".into(), "missing".into()]);
        assert_eq!(&TEXT[span], "[t.\"ü.x\"]");
    }

    #[test]
    fn columns_count_characters() {
        let at = TEXT.find(".x\"").unwrap();
        assert_eq!(line_and_column(TEXT, at), (2, 6));
        assert_eq!(line_and_column(TEXT, usize::MAX), (6, 1));
        assert_eq!(line_and_column("", 0), (1, 1));
    }
}
