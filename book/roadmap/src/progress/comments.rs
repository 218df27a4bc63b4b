//! Comments are never lost, even when what they stood beside goes.
//!
//! In TOML's tree a comment hangs on the table or value that follows it, or that it stands beside,
//! and is removed with it. So the comments are counted before a change and after it, and those that
//! are missing are put at the end of the file.

use toml_edit::{Decor, DocumentMut, Item, RawString, Table, TableLike, Value};

/// All comments, each from its `#` to the end of its line.
pub(super) fn comments(document: &DocumentMut) -> Vec<String> {
    let mut found = Found(Vec::new());
    found.table(document.as_table());
    found.text(Some(document.trailing()));
    found.0
}

/// Puts those of `comments` that are not in the document at its end.
pub(super) fn restore(document: &mut DocumentMut, mut comments: Vec<String>) {
    for there in self::comments(document) {
        if let Some(place) = comments.iter().position(|comment| *comment == there) {
            comments.remove(place);
        }
    }
    if !comments.is_empty() {
        let before = document.trailing().as_str().unwrap_or_default();
        let text = format!("{before}\n{}\n", comments.join("\n"));
        document.set_trailing(text);
    }
}

struct Found(Vec<String>);

impl Found {
    /// What stands between values is white space and comments.
    fn text(&mut self, text: Option<&RawString>) {
        let lines = text.and_then(RawString::as_str).unwrap_or_default().lines();
        let comments = lines
            .map(str::trim_start)
            .filter(|line| line.starts_with('#'));
        self.0.extend(comments.map(str::to_owned));
    }

    fn decor(&mut self, decor: &Decor) {
        self.text(decor.prefix());
        self.text(decor.suffix());
    }

    fn table(&mut self, table: &Table) {
        self.decor(table.decor());
        self.fields(table);
    }

    fn fields(&mut self, table: &dyn TableLike) {
        for (name, item) in table.iter() {
            if let Some(key) = table.key(name) {
                self.decor(key.leaf_decor());
                self.decor(key.dotted_decor());
            }
            match item {
                Item::None => {}
                Item::Value(value) => self.value(value),
                Item::Table(table) => self.table(table),
                Item::ArrayOfTables(tables) => tables.iter().for_each(|table| self.table(table)),
            }
        }
    }

    fn value(&mut self, value: &Value) {
        self.decor(value.decor());
        match value {
            Value::Array(array) => {
                array.iter().for_each(|value| self.value(value));
                self.text(Some(array.trailing()));
            }
            Value::InlineTable(table) => {
                self.fields(table);
                self.text(Some(table.trailing()));
            }
            _ => {}
        }
    }
}
