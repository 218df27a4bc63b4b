//! [`Progress`] into `progress.toml`, without disturbing the rest of it.
//!
//! The file is the reader's, with their comments, their order, and perhaps with fields that only a
//! later edition of the book understands. So it is not written anew: only the fields that differ
//! are set, in the text that is there.

use std::path::Path;

use toml_edit::{
    Array, ArrayOfTables, DocumentMut, InlineTable, Item, RawString, Table, TableLike, Value, value,
};

use super::{Progress, Record, State, comments};
use crate::{Error, Module, Problem};

/// `text`, which says `before`, changed so that it says `after`.
///
/// # Errors
///
/// [`Error::Invalid`] if what came of it would not read back as `after`: better refused than lost.
pub(crate) fn updated(text: &str, before: &Progress, after: &Progress) -> Result<String, Error> {
    let mut document: DocumentMut = text.parse().map_err(|_| unwritable())?;
    // A file of nothing but comments begins with them, and they stay there.
    let mut head = String::new();
    if document.is_empty() && !text.trim().is_empty() {
        head = format!("{}\n\n", text.trim_end_matches(['\n', '\r']));
        document = DocumentMut::new();
    }
    let comments = comments::comments(&document);
    for (id, record) in &after.records {
        let old = before.records.get(id);
        if old != Some(record) {
            set_record(&mut document, id, old, record).ok_or_else(unwritable)?;
        }
    }
    for id in before
        .records
        .keys()
        .filter(|id| !after.records.contains_key(*id))
    {
        remove_record(&mut document, id);
    }
    if before.own != after.own {
        set_own(&mut document, &before.own, &after.own).ok_or_else(unwritable)?;
    }
    comments::restore(&mut document, comments);
    let text = head + &document.to_string();
    match Progress::parse(&text) {
        Ok(read) if read == *after => Ok(text),
        _ => Err(unwritable()),
    }
}

fn unwritable() -> Error {
    let problem = Problem {
        line: None,
        module: None,
        message: "cannot be changed without changing what else stands in it: make the change by \
                  hand, or write its tables as [module.ID] and [[own]]"
            .to_owned(),
    };
    Error::Invalid {
        file: Path::new("progress.toml").into(),
        problems: vec![problem],
    }
}

fn set_record(
    document: &mut DocumentMut,
    id: &str,
    old: Option<&Record>,
    record: &Record,
) -> Option<()> {
    let modules = document
        .entry("module")
        .or_insert_with(implicit_table)
        .as_table_like_mut()?;
    let table = modules
        .entry(id)
        .or_insert_with(|| Item::Table(Table::new()))
        .as_table_like_mut()?;
    let was = old.map(fields).unwrap_or_default();
    for (name, new) in fields(record) {
        let same = was
            .iter()
            .any(|(n, old)| *n == name && same(old.as_ref(), new.as_ref()));
        if same {
            continue;
        }
        match new {
            Some(new) if name == "notes" => set_notes(table, &record.notes, new),
            Some(new) => set(table, name, new),
            None => {
                table.remove(name);
            }
        }
    }
    set_measured(table, old, record)
}

fn same(a: Option<&Value>, b: Option<&Value>) -> bool {
    a.map(Value::to_string) == b.map(Value::to_string)
}

/// The fields of a record but for its measurements; nothing where the field is to be absent.
fn fields(record: &Record) -> Vec<(&'static str, Option<Value>)> {
    let state = match record.state {
        State::NotStarted => None,
        State::InProgress => Some("in-progress"),
        State::Done => Some("done"),
        State::Review => Some("review"),
    };
    let verified = (record.verified || record.state.was_done()).then_some(record.verified);
    let notes = (!record.notes.is_empty()).then(|| record.notes.iter().collect::<Array>());
    vec![
        ("state", state.map(Value::from)),
        ("hours", (record.hours != 0.0).then(|| record.hours.into())),
        ("started", record.started.map(|day| day.to_string().into())),
        (
            "finished",
            record.finished.map(|day| day.to_string().into()),
        ),
        ("verified", verified.map(Value::from)),
        ("notes", notes.map(Value::Array)),
    ]
}

/// Sets a field, and keeps the comment that stands beside it.
fn set(table: &mut dyn TableLike, name: &str, mut new: Value) {
    match table.get_mut(name) {
        Some(item) => {
            if let Some(old) = item.as_value() {
                *new.decor_mut() = old.decor().clone();
            }
            *item = Item::Value(new);
        }
        None => {
            table.insert(name, value(new));
        }
    }
}

/// A note is most often added: then those that are there stay as they are written.
fn set_notes(table: &mut dyn TableLike, notes: &[String], all: Value) {
    let array = table.get_mut("notes").and_then(Item::as_array_mut);
    let written = array.filter(|array| {
        let old = array.iter().map(Value::as_str);
        array.len() < notes.len()
            && old.eq(notes
                .iter()
                .take(array.len())
                .map(|note| Some(note.as_str())))
    });
    let Some(array) = written else {
        set(table, "notes", all);
        return;
    };
    // More than one note is one a line.
    for note in array.iter_mut() {
        let before = note.decor().prefix().and_then(RawString::as_str);
        if before.is_none_or(|before| before.trim().is_empty()) {
            note.decor_mut().set_prefix("\n    ");
        }
    }
    // What stands behind the last comma, be it a comment, stays between the notes.
    let trailing = array
        .trailing()
        .as_str()
        .filter(|trailing| trailing.contains('#'));
    let trailing = trailing.unwrap_or_default().trim_end_matches(['\n', '\r']);
    let mut before = format!("{trailing}\n    ");
    for note in &notes[array.len()..] {
        array.push_formatted(Value::from(note.as_str()).decorated(&before, ""));
        before = "\n    ".to_owned();
    }
    array.set_trailing("\n");
    array.set_trailing_comma(true);
}

fn set_measured(table: &mut dyn TableLike, old: Option<&Record>, record: &Record) -> Option<()> {
    let empty = Default::default();
    let old = old.map_or(&empty, |record| &record.measured);
    if *old == record.measured {
        return Some(());
    }
    let measured = table
        .entry("measured")
        .or_insert_with(|| Item::Table(Table::new()));
    let measured = measured.as_table_like_mut()?;
    for (key, new) in &record.measured {
        if old.get(key) != Some(new) {
            let mut inline = InlineTable::new();
            inline.insert("value", new.value.as_str().into());
            inline.insert("on", new.on.to_string().into());
            set(measured, key, Value::InlineTable(inline));
        }
    }
    for key in old.keys().filter(|key| !record.measured.contains_key(*key)) {
        measured.remove(key);
    }
    Some(())
}

/// Removes what we know of a record; its table stays if it holds anything else.
fn remove_record(document: &mut DocumentMut, id: &str) {
    let Some(modules) = document.get_mut("module").and_then(Item::as_table_like_mut) else {
        return;
    };
    if let Some(table) = modules.get_mut(id).and_then(Item::as_table_like_mut) {
        for (name, _) in fields(&Record::default()) {
            table.remove(name);
        }
        table.remove("measured");
        if table.is_empty() {
            modules.remove(id);
        }
    }
}

/// `own` differs: modules were removed, changed or added. Those that stayed keep their text.
fn set_own(document: &mut DocumentMut, before: &[Module], after: &[Module]) -> Option<()> {
    let own = document
        .entry("own")
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let own = own.as_array_of_tables_mut()?;
    // Modules keep their places; one that was renamed is one removed and one put in its place.
    let kept = |module: &&Module| after.iter().any(|other| other.id == module.id);
    let mut texts: Vec<(&Module, Table)> = before
        .iter()
        .zip(own.iter().cloned())
        .filter(|(module, _)| kept(module))
        .collect();
    own.clear();
    for module in after {
        let old = texts.iter().position(|(old, _)| old.id == module.id);
        let table = match old.map(|place| texts.remove(place)) {
            Some((old, table)) => changed(table, old, module)?,
            None => table_of(module)?,
        };
        own.push(table);
    }
    if own.is_empty() {
        document.remove("own");
    }
    Some(())
}

fn changed(mut table: Table, old: &Module, new: &Module) -> Option<Table> {
    let (was, is) = (table_of(old)?, table_of(new)?);
    for (name, item) in is.iter() {
        if was.get(name).map(Item::to_string) == Some(item.to_string()) {
            continue;
        }
        match item.as_value() {
            Some(new) => set(&mut table, name, new.clone()),
            None => {
                table.insert(name, item.clone());
            }
        }
    }
    for (name, _) in was.iter().filter(|(name, _)| !is.contains_key(name)) {
        table.remove(name);
    }
    Some(table)
}

/// The module as TOML writes it, without places of its own, so that it stands where it is put.
fn table_of(module: &Module) -> Option<Table> {
    let text = toml::to_string(module).ok()?;
    let document: DocumentMut = text.parse().ok()?;
    let mut table = document.as_table().clone();
    forget_places(&mut table);
    Some(table)
}

fn forget_places(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => forget_places(inner),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(forget_places),
            _ => {}
        }
    }
}

fn implicit_table() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}
