//! What every module must keep, be it the book's or the reader's own: what the rest of this crate
//! relies on.

use std::collections::HashSet;

use crate::graph;
use crate::{Module, Phase};

/// Something that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub at: At,
    pub message: String,
}

/// A field of a phase or a module, and of a list the item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At {
    /// `phase` or `module`.
    pub list: &'static str,
    /// Which of them.
    pub index: usize,
    pub field: &'static str,
    pub item: usize,
}

impl At {
    pub fn module(index: usize, field: &'static str) -> Self {
        Self {
            list: "module",
            index,
            field,
            item: 0,
        }
    }

    pub fn item(self, item: usize) -> Self {
        Self { item, ..self }
    }
}

/// All that is wrong with these, in their order.
pub(crate) fn faults(phases: &[Phase], modules: &[&Module]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut phase_ids = HashSet::new();
    for (index, phase) in phases.iter().enumerate() {
        let at = At {
            list: "phase",
            ..At::module(index, "id")
        };
        if let Some(message) = bad_id(&phase.id, "").or_else(|| repeated(&mut phase_ids, &phase.id))
        {
            faults.push(Fault { at, message });
        }
    }
    let ids: HashSet<&str> = modules.iter().map(|module| module.id.as_str()).collect();
    let (mut seen, mut keys) = (HashSet::new(), HashSet::new());
    for (index, module) in modules.iter().enumerate() {
        let mut fault = |field, item, message| {
            let at = At::module(index, field).item(item);
            faults.push(Fault { at, message });
        };
        if let Some(message) = bad_id(&module.id, "").or_else(|| repeated(&mut seen, &module.id)) {
            fault("id", 0, message);
        }
        if !phase_ids.contains(module.phase.as_str()) {
            let there_are: Vec<_> = phases.iter().map(|phase| phase.id.as_str()).collect();
            let (phase, there_are) = (&module.phase, there_are.join(", "));
            fault(
                "phase",
                0,
                format!("there is no phase '{phase}'; there are: {there_are}"),
            );
        }
        if !(module.hours.is_finite() && module.hours > 0.0) {
            fault(
                "hours",
                0,
                format!("hours must be more than 0, not {}", module.hours),
            );
        }
        for (item, need) in module.needs.iter().enumerate() {
            if *need == module.id {
                fault("needs", item, "it needs itself".to_owned());
            } else if !ids.contains(need.as_str()) {
                fault(
                    "needs",
                    item,
                    format!("it needs '{need}', which is no module"),
                );
            } else if module.needs[..item].contains(need) {
                fault("needs", item, format!("it needs '{need}' twice"));
            }
        }
        for (item, measure) in module.measures.iter().enumerate() {
            let bad = bad_id(&measure.key, ".").or_else(|| repeated(&mut keys, &measure.key));
            if let Some(message) = bad {
                fault("measure", item, format!("measure: {message}"));
            }
        }
    }
    faults.extend(circle(modules));
    faults
}

/// A circle, reported at the first of its modules in the file.
fn circle(modules: &[&Module]) -> Option<Fault> {
    let circle = graph::order(modules).err()?;
    if circle.len() < 2 {
        return None; // "it needs itself" has been said
    }
    let index = modules
        .iter()
        .position(|module| circle.contains(&module.id))?;
    let first = circle.iter().position(|id| *id == modules[index].id)?;
    let mut way: Vec<&str> = circle.iter().map(String::as_str).collect();
    way.rotate_left(first);
    way.push(way[0]);
    Some(Fault {
        at: At::module(index, "needs"),
        message: format!(
            "modules need each other in a circle: {}",
            way.join(" needs ")
        ),
    })
}

fn repeated<'a>(seen: &mut HashSet<&'a str>, id: &'a str) -> Option<String> {
    (!seen.insert(id)).then(|| format!("'{id}' is there already"))
}

/// Ids are lower-case letters, digits and hyphens, and what is in `also`, since they become parts
/// of addresses and file names.
fn bad_id(id: &str, also: &str) -> Option<String> {
    let allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || also.contains(c);
    let good = id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(allowed);
    let and = if also.is_empty() { "" } else { " and dots" };
    (!good || id.len() > 64).then(|| {
        format!(
            "'{id}' is no id: it begins with a lower-case letter and is made of at most 64 \
             lower-case letters, digits, hyphens{and}"
        )
    })
}
