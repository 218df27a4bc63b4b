//! A reader's own state: `progress.toml`.
//!
//! ```toml
//! [module.histogram]
//! state = "in-progress"        # absent: not started; "done"; "review" (again)
//! hours = 3.5
//! started = "2026-11-21"
//! finished = "2026-11-22"
//! verified = true              # done, with its exercises passing
//! notes = ["2026-11-21: the bound is relative"]
//! [module.histogram.measured]
//! "histogram.record" = { value = "4.2", on = "2026-11-21" }
//!
//! [[own]]                      # a module of the reader's own, with the fields of roadmap.toml's
//! id = "my-queue"
//! ```
//!
//! The file is the reader's: they may edit it by hand, comment it, and keep it in a repository of
//! their own. So what stands in it and is not understood, such as the record of a module that the
//! book has no more, is left as it is.

mod change;
mod comments;
mod own;
pub(crate) mod read;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Day, Module, Roadmap};

pub(crate) use own::new_faults;
pub(crate) use write::updated;

/// All that a reader has done.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Progress {
    /// What is known of each module, by its id; nothing of a module that was not touched.
    pub records: BTreeMap<String, Record>,
    /// The reader's own modules, in their order.
    pub own: Vec<Module>,
}

/// What a reader has done of one module.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Record {
    /// How far it is.
    pub state: State,
    /// The hours spent on it so far.
    #[serde(deserialize_with = "read::hours")]
    pub hours: f64,
    /// When it was begun.
    pub started: Option<Day>,
    /// When it was last done.
    pub finished: Option<Day>,
    /// Whether its exercises passed when it was done. If not, the reader has ticked it by hand.
    pub verified: bool,
    /// Each begins with its day.
    pub notes: Vec<String>,
    /// What was measured, by the keys of the roadmap.
    pub measured: BTreeMap<String, Measured>,
}

/// How far a module is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing was done yet.
    #[default]
    NotStarted,
    /// Begun.
    InProgress,
    /// Done.
    Done,
    /// Was done, and is to be gone over again.
    Review,
}

impl State {
    /// Whether it was done once: what needs it can be begun, even while it waits for a review.
    pub fn was_done(self) -> bool {
        matches!(self, Self::Done | Self::Review)
    }
}

/// A number that a reader has measured.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Measured {
    /// A number, as the reader wrote it; its unit is the roadmap's.
    pub value: String,
    /// When.
    pub on: Day,
}

impl Progress {
    /// How far the module of this id is.
    pub fn state(&self, id: &str) -> State {
        self.records
            .get(id)
            .map_or(State::NotStarted, |record| record.state)
    }

    /// All modules: the roadmap's, then the reader's own.
    pub fn modules<'a>(&'a self, roadmap: &'a Roadmap) -> Vec<&'a Module> {
        roadmap.modules.iter().chain(&self.own).collect()
    }

    /// The module of this id, the roadmap's or the reader's own.
    pub fn module<'a>(&'a self, roadmap: &'a Roadmap, id: &str) -> Option<&'a Module> {
        self.modules(roadmap)
            .into_iter()
            .find(|module| module.id == id)
    }

    /// Whether the module of this id is the reader's own.
    pub fn is_own(&self, id: &str) -> bool {
        self.own.iter().any(|module| module.id == id)
    }
}
