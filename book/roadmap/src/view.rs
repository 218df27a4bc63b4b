//! What the page shows of a reader's progress, as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Module, Phase, Progress, Record, Roadmap, Summary, graph};

/// All that the page needs beside the roadmap, which it was made from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View {
    /// The roadmap's phases.
    pub phases: Vec<Phase>,
    /// For each module, the roadmap's and the reader's own, what is known of it: a module that was
    /// not begun has an empty record.
    pub modules: BTreeMap<String, Record>,
    /// The reader's own modules.
    pub own: Vec<Module>,
    /// The modules that can be begun now.
    pub ready: Vec<String>,
    /// The sums.
    pub summary: Summary,
}

impl View {
    /// What the page shows to this reader.
    pub fn of(roadmap: &Roadmap, progress: &Progress) -> Self {
        let record = |id: &String| progress.records.get(id).cloned().unwrap_or_default();
        let modules = progress.modules(roadmap);
        let modules = modules
            .iter()
            .map(|module| (module.id.clone(), record(&module.id)));
        Self {
            phases: roadmap.phases.clone(),
            modules: modules.collect(),
            own: progress.own.clone(),
            ready: graph::ready(roadmap, progress),
            summary: Summary::of(roadmap, progress),
        }
    }
}
