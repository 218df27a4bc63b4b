//! What a reader can do to a module. Each either changes the progress or fails and leaves it.

use super::{Measured, Progress, Record, State, read};
use crate::error::near;
use crate::{Day, Error, Measure, Module, Roadmap};

impl Progress {
    /// Begins a module. Returns what it needs and is not done yet: a reason to warn, not to refuse.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownModule`], or [`Error::AlreadyDone`].
    pub fn start(&mut self, roadmap: &Roadmap, id: &str, today: Day) -> Result<Vec<String>, Error> {
        let unmet = self.unmet(roadmap, id)?;
        if self.state(id).was_done() {
            return Err(Error::AlreadyDone { id: id.to_owned() });
        }
        let record = self.record(id);
        record.state = State::InProgress;
        record.started.get_or_insert(today);
        Ok(unmet)
    }

    /// A module is done, its exercises `verified` or not. Returns what it needs and is not done
    /// yet.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownModule`].
    pub fn done(
        &mut self,
        roadmap: &Roadmap,
        id: &str,
        today: Day,
        verified: bool,
    ) -> Result<Vec<String>, Error> {
        let unmet = self.unmet(roadmap, id)?;
        let record = self.record(id);
        record.state = State::Done;
        record.started.get_or_insert(today);
        record.finished = Some(today);
        record.verified = verified;
        Ok(unmet)
    }

    /// A module that was done is to be gone over again.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownModule`], or [`Error::NotDone`].
    pub fn again(&mut self, roadmap: &Roadmap, id: &str) -> Result<(), Error> {
        self.known(roadmap, id)?;
        if !self.state(id).was_done() {
            return Err(Error::NotDone { id: id.to_owned() });
        }
        self.record(id).state = State::Review;
        Ok(())
    }

    /// Forgets how far a module is, its hours and its days. Notes and measurements stay: they
    /// cannot be had again.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownModule`].
    pub fn reset(&mut self, roadmap: &Roadmap, id: &str) -> Result<(), Error> {
        // What the book has no more may go as well.
        if !self.records.contains_key(id) {
            self.known(roadmap, id)?;
        }
        if let Some(old) = self.records.remove(id) {
            let (notes, measured) = (old.notes, old.measured);
            let kept = Record {
                notes,
                measured,
                ..Record::default()
            };
            if kept != Record::default() {
                self.records.insert(id.to_owned(), kept);
            }
        }
        Ok(())
    }

    /// Adds a note, with its day.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownModule`], or [`Error::EmptyNote`].
    pub fn note(
        &mut self,
        roadmap: &Roadmap,
        id: &str,
        today: Day,
        text: &str,
    ) -> Result<(), Error> {
        self.known(roadmap, id)?;
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::EmptyNote);
        }
        self.record(id).notes.push(format!("{today}: {text}"));
        Ok(())
    }

    /// Sets the hours spent on a module so far.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownModule`], or [`Error::BadHours`].
    pub fn set_hours(&mut self, roadmap: &Roadmap, id: &str, hours: f64) -> Result<(), Error> {
        self.known(roadmap, id)?;
        self.record(id).hours = read::checked(hours)?;
        Ok(())
    }

    /// Records a measurement, in the module that asks for it, which is returned.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownMeasure`], or [`Error::NotANumber`].
    pub fn measure(
        &mut self,
        roadmap: &Roadmap,
        key: &str,
        value: &str,
        today: Day,
    ) -> Result<(String, Measure), Error> {
        let (module, measure) = self.find_measure(roadmap, key)?;
        let (id, measure) = (module.id.clone(), measure.clone());
        let value = value.trim();
        if !value.parse().is_ok_and(f64::is_finite) {
            return Err(Error::NotANumber {
                key: measure.key,
                unit: measure.unit,
                value: value.to_owned(),
            });
        }
        let measured = Measured {
            value: value.to_owned(),
            on: today,
        };
        self.record(&id).measured.insert(key.to_owned(), measured);
        Ok((id, measure))
    }

    fn find_measure<'a>(
        &'a self,
        roadmap: &'a Roadmap,
        key: &str,
    ) -> Result<(&'a Module, &'a Measure), Error> {
        let modules = self.modules(roadmap);
        let measures = || {
            let pairs = modules.iter();
            pairs.flat_map(|module| {
                module
                    .measures
                    .iter()
                    .map(move |measure| (*module, measure))
            })
        };
        let found = measures().find(|(_, measure)| measure.key == key);
        found.ok_or_else(|| Error::UnknownMeasure {
            key: key.to_owned(),
            near: near(key, measures().map(|(_, measure)| measure.key.as_str())),
        })
    }

    /// The module of this id, the roadmap's or the reader's own.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownModule`] with the ids most like it.
    pub fn known<'a>(&'a self, roadmap: &'a Roadmap, id: &str) -> Result<&'a Module, Error> {
        self.module(roadmap, id).ok_or_else(|| {
            let ids = self.modules(roadmap);
            let ids = ids.iter().map(|module| module.id.as_str());
            Error::UnknownModule {
                id: id.to_owned(),
                near: near(id, ids),
            }
        })
    }

    fn unmet(&self, roadmap: &Roadmap, id: &str) -> Result<Vec<String>, Error> {
        Ok(crate::graph::unmet(self.known(roadmap, id)?, self))
    }

    fn record(&mut self, id: &str) -> &mut Record {
        self.records.entry(id.to_owned()).or_default()
    }
}
