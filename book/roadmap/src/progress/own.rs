//! Modules of the reader's own.
//!
//! They have the fields of the book's modules and live in `progress.toml`. They may need the
//! book's modules and each other; the book's need none of them, so that a reader who removes one
//! breaks nothing but what is theirs.

use std::path::Path;

use super::Progress;
use crate::parse::{Lines, Tables};
use crate::rules::{self, Fault};
use crate::{Error, Module, Problem, Roadmap};

impl Progress {
    /// Adds a module of the reader's own.
    ///
    /// # Errors
    ///
    /// [`Error::Taken`] if there is a module of this id, [`Error::Invalid`] if it does not fit in.
    pub fn add(&mut self, roadmap: &Roadmap, module: Module) -> Result<(), Error> {
        if self.module(roadmap, &module.id).is_some() {
            return Err(Error::Taken { id: module.id });
        }
        let mut after = self.clone();
        after.own.push(module);
        self.take(roadmap, after, &Lines::default())
    }

    /// Puts `module` in the place of the reader's own module `id`; its record stays, under the new
    /// id if that changed.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownModule`], [`Error::NotOwn`], [`Error::Taken`], or [`Error::Invalid`] if it
    /// does not fit in, as when others need the old id.
    pub fn replace(&mut self, roadmap: &Roadmap, id: &str, module: Module) -> Result<(), Error> {
        let after = self.replaced(roadmap, id, module)?;
        self.take(roadmap, after, &Lines::default())
    }

    /// Removes a module of the reader's own, and its record.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownModule`], [`Error::NotOwn`], or [`Error::Needed`] by other modules.
    pub fn remove(&mut self, roadmap: &Roadmap, id: &str) -> Result<(), Error> {
        let place = self.place(roadmap, id)?;
        let needs_it = |module: &&Module| module.needs.iter().any(|need| need == id);
        let by: Vec<String> = self
            .own
            .iter()
            .filter(needs_it)
            .map(|module| module.id.clone())
            .collect();
        if !by.is_empty() {
            let id = id.to_owned();
            return Err(Error::Needed { id, by });
        }
        self.own.remove(place);
        self.records.remove(id);
        Ok(())
    }

    /// Adds the module that `text` describes, in the fields of a `[[module]]` without its header;
    /// or puts it in the place of the module `instead_of`. Returns its id.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add) and [`replace`](Self::replace), with the lines of `text`, which is
    /// said to be in `file`.
    pub fn put_text(
        &mut self,
        roadmap: &Roadmap,
        instead_of: Option<&str>,
        text: &str,
        file: &Path,
    ) -> Result<String, Error> {
        let (module, lines) = parsed(text).map_err(|error| error.in_file(file))?;
        let id = module.id.clone();
        let after = match instead_of {
            Some(old) => self.replaced(roadmap, old, module)?,
            None if self.module(roadmap, &id).is_some() => return Err(Error::Taken { id }),
            None => {
                let mut after = self.clone();
                after.own.push(module);
                after
            }
        };
        self.take(roadmap, after, &lines)
            .map_err(|error| error.in_file(file))?;
        Ok(id)
    }

    fn replaced(&self, roadmap: &Roadmap, id: &str, module: Module) -> Result<Self, Error> {
        let place = self.place(roadmap, id)?;
        if module.id != id && self.module(roadmap, &module.id).is_some() {
            return Err(Error::Taken { id: module.id });
        }
        let mut after = self.clone();
        if let Some(record) = after.records.remove(id) {
            after.records.insert(module.id.clone(), record);
        }
        after.own[place] = module;
        Ok(after)
    }

    /// Becomes `after`, which differs in one module, if that brings no new fault. `lines` are those
    /// of this module.
    fn take(&mut self, roadmap: &Roadmap, after: Self, lines: &Lines) -> Result<(), Error> {
        let changed = after
            .own
            .iter()
            .position(|module| !self.own.contains(module));
        let faults = new_faults(roadmap, self, &after);
        if faults.is_empty() {
            *self = after;
            return Ok(());
        }
        let problem = |(mut fault, module): (Fault, &Module)| {
            let index = fault.at.index;
            fault.at.index = 0;
            Problem {
                line: lines.line(&fault.at).filter(|_| Some(index) == changed),
                module: Some(module.id.clone()),
                message: fault.message,
            }
        };
        Err(Error::Invalid {
            file: "progress.toml".into(),
            problems: faults.into_iter().map(problem).collect(),
        })
    }

    fn place(&self, roadmap: &Roadmap, id: &str) -> Result<usize, Error> {
        let place = self.own.iter().position(|module| module.id == id);
        place.ok_or_else(|| match self.known(roadmap, id) {
            Ok(_) => Error::NotOwn { id: id.to_owned() },
            Err(unknown) => unknown,
        })
    }
}

fn parsed(text: &str) -> Result<(Module, Lines), Error> {
    let mut tables = Tables::parse(text)?;
    let module = tables.whole();
    let lines = tables.finish()?;
    // Without a module there was a problem, which `finish` has returned.
    module
        .map(|module| (module, lines))
        .ok_or_else(|| Error::Invalid {
            file: "module.toml".into(),
            problems: Vec::new(),
        })
}

/// What is wrong with the reader's own modules in `after` and was not in `before`: a fault that
/// came with a newer roadmap must not keep a reader from noting what they have done.
pub(crate) fn new_faults<'a>(
    roadmap: &Roadmap,
    before: &Progress,
    after: &'a Progress,
) -> Vec<(Fault, &'a Module)> {
    let old = faults(roadmap, before);
    let said = |(fault, module): &(Fault, &Module)| {
        old.iter()
            .any(|(f, m)| f.message == fault.message && m.id == module.id)
    };
    let mut new = faults(roadmap, after);
    new.retain(|fault| !said(fault));
    new
}

/// What is wrong with the reader's own modules; the faults' places are those among `own`.
pub(super) fn faults<'a>(roadmap: &Roadmap, progress: &'a Progress) -> Vec<(Fault, &'a Module)> {
    let books = roadmap.modules.len();
    let of_own = |mut fault: Fault| {
        fault.at.index = fault.at.index.checked_sub(books)?;
        let module = progress.own.get(fault.at.index)?;
        Some((fault, module))
    };
    let found = rules::faults(&roadmap.phases, &progress.modules(roadmap));
    let found = found.into_iter().filter(|fault| fault.at.list == "module");
    found.filter_map(of_own).collect()
}
