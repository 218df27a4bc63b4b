//! What the types cannot say: what no service can have.

use super::{Model, ModelError, Object, Source};
use crate::{Dimension, Parsed, Quantity, Ratio};

/// The path of a field, and what is wrong with it.
type Complaint = (String, String);

/// No number is less than nothing, except for growth; and none is beyond reason.
pub(super) fn numbers(source: &Source) -> Result<(), ModelError> {
    for input in source.inputs() {
        let number = Parsed::read(&input.text, Dimension::Count).map_or(0.0, |read| read.value);
        let text = &input.text;
        if number < 0.0 && !input.path.ends_with(".growth") {
            return Err(ModelError::Value {
                line: source.line(&input.path),
                why: format!("\"{text}\" is less than nothing; write a positive number"),
                field: input.path,
            });
        }
    }
    Ok(())
}

// ANCHOR: check
/// The first thing that no service can have.
pub(super) fn model(model: &Model) -> Result<(), Complaint> {
    some("horizon", model.horizon)?;
    some("users.daily", model.users.daily)?;
    at_least_one("users.peak", model.users.peak)?;
    if let Some(growth) = model.users.growth.filter(|growth| growth.get() <= -1.0) {
        let why = format!("{growth} a year leaves nobody; write more than -100 %");
        return Err(("users.growth".to_owned(), why));
    }
    if model.objects.is_empty() {
        let why = "there are no objects; add [objects.NAME] with a size, and reads or writes";
        return Err(("objects".to_owned(), why.to_owned()));
    }
    for (name, of_object) in &model.objects {
        for part in std::iter::once(name).chain(of_object.with.keys()) {
            named(&format!("objects.{name}"), part)?;
        }
        object(&format!("objects.{name}"), of_object)?;
    }
    machines(model)
}
// ANCHOR_END: check

/// Formulas call an object by its name, which must not be taken for something else there.
fn named(path: &str, name: &str) -> Result<(), Complaint> {
    const TAKEN: [&str; 6] = ["horizon", "users", "servers", "storage", "cache", "network"];
    let letters = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let why = if TAKEN.contains(&name) {
        format!("`{name}` is a part of every model; give the object another name")
    } else if name.is_empty() || !name.chars().all(letters) {
        format!("the name \"{name}\" cannot stand in a formula; use letters and digits")
    } else {
        return Ok(());
    };
    Err((path.to_owned(), why))
}

fn object(path: &str, object: &Object) -> Result<(), Complaint> {
    let of = |field: &str| format!("{path}.{field}");
    if object.reads.is_none() && object.writes.is_none() && object.existing.is_none() {
        let why = "nobody reads or writes it; add reads, writes or existing";
        return Err((path.to_owned(), why.to_owned()));
    }
    some(&of("size"), object.size)?;
    for (field, ratio) in [("fan_out", object.fan_out), ("copies", object.copies)] {
        ratio.map_or(Ok(()), |ratio| at_least_one(&of(field), ratio))?;
    }
    object.keep.map_or(Ok(()), |keep| some(&of("keep"), keep))?;
    object.hot.map_or(Ok(()), |hot| share(&of("hot"), hot))?;
    for (name, part) in &object.with {
        let of = |field: &str| format!("{path}.with.{name}.{field}");
        share(&of("share"), part.share)?;
        let copies = part.copies;
        copies.map_or(Ok(()), |copies| at_least_one(&of("copies"), copies))?;
    }
    Ok(())
}

fn machines(model: &Model) -> Result<(), Complaint> {
    if let Some(servers) = &model.servers {
        some("servers.handles", servers.handles)?;
        utilisation(servers.utilisation)?;
        zones(
            servers.zones.map_or(1.0, Quantity::get),
            servers.zones_lost.map(Quantity::get),
        )?;
    }
    if let Some(storage) = &model.storage {
        let copies = storage.copies;
        copies.map_or(Ok(()), |copies| at_least_one("storage.copies", copies))?;
        storage
            .disk
            .map_or(Ok(()), |disk| some("storage.disk", disk))?;
        let handles = storage.handles;
        handles.map_or(Ok(()), |handles| some("storage.handles", handles))?;
        if let Some(full) = storage.full {
            some("storage.full", full)?;
            share("storage.full", full)?;
        }
    }
    if let Some(cache) = &model.cache {
        share("cache.hit", cache.hit)?;
        some("cache.memory", cache.memory)?;
    }
    let link = model.network.as_ref().and_then(|network| network.link);
    link.map_or(Ok(()), |link| some("network.link", link))
}

fn some<U>(field: &str, quantity: Quantity<U>) -> Result<(), Complaint> {
    if quantity.get() > 0.0 {
        return Ok(());
    }
    Err((
        field.to_owned(),
        "it cannot be nothing; write what it is".to_owned(),
    ))
}

fn at_least_one(field: &str, ratio: Ratio) -> Result<(), Complaint> {
    if ratio.get() >= 1.0 {
        return Ok(());
    }
    Err((
        field.to_owned(),
        format!("{ratio} is less than one; write 1 or more"),
    ))
}

fn share(field: &str, ratio: Ratio) -> Result<(), Complaint> {
    if ratio.get() <= 1.0 {
        return Ok(());
    }
    let percent = 100.0 * ratio.get();
    let why = format!("{percent:.0} % is more than all of them; a share is at most 100 %");
    Err((field.to_owned(), why))
}

/// A server that is always busy has a queue that never ends.
fn utilisation(ratio: Ratio) -> Result<(), Complaint> {
    let why = match ratio.get() {
        0.0 => "a server that may do nothing cannot serve; write 60 %, for example".to_owned(),
        ..1.0 => return Ok(()),
        _ => {
            format!("{ratio} leaves no time to spare: queues grow for ever; write less than 100 %")
        }
    };
    Err(("servers.utilisation".to_owned(), why))
}

fn zones(zones: f64, lost: Option<f64>) -> Result<(), Complaint> {
    let complain = |field: &str, why: String| Err((format!("servers.{field}"), why));
    if zones < 1.0 || zones.fract() != 0.0 {
        return complain(
            "zones",
            format!("{zones} is not a number of zones; write 1, 2 or 3"),
        );
    }
    match lost {
        Some(lost) if lost.fract() != 0.0 || lost >= zones => {
            let why = format!("of {zones} zones at most {} can be lost", zones - 1.0);
            complain("zones_lost", why)
        }
        _ => Ok(()),
    }
}
