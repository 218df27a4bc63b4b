//! What the curriculum is made of: phases of modules, and what each module needs and gives.

use serde::{Deserialize, Serialize};

/// The whole curriculum, in the order in which it is read.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Roadmap {
    /// The phases, from the foundations to the capstone.
    #[serde(rename = "phase")]
    pub phases: Vec<Phase>,
    /// The modules; each names its phase.
    #[serde(rename = "module")]
    pub modules: Vec<Module>,
}

/// A stretch of the way: modules that belong together.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Lower-case letters, digits and hyphens; unique among phases.
    pub id: String,
    /// A few words.
    pub title: String,
    /// A sentence: what its reader can do afterwards.
    pub about: String,
}

/// What can be learnt in some evenings.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// Lower-case letters, digits and hyphens; unique among modules.
    pub id: String,
    /// The id of its phase.
    pub phase: String,
    /// A few words.
    pub title: String,
    /// For everybody, or for those who want more.
    pub kind: Kind,
    /// Whether the book has it yet.
    pub status: Status,
    /// How long it takes, in hours, by estimate.
    pub hours: f64,
    /// The ids of the modules that come before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// A sentence: what its reader can do afterwards.
    pub gives: String,
    /// The page below `book/src`, perhaps with a heading: `numbers.md#percentiles`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chapter: Option<String>,
    /// The names of its crates, folders of `crates/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crates: Vec<String>,
    /// Commands that run its examples.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// The names of its exercises, as in `exercises.toml`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exercises: Vec<String>,
    /// What to do on one's own machine, and what to look for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experiment: Option<String>,
    /// What to write down from it.
    #[serde(default, rename = "measure", skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// What to read beside it.
    #[serde(default, rename = "reading", skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading>,
    /// The graduation questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
}

/// For whom a module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Everybody.
    Core,
    /// Those who want more.
    Challenge,
}

/// Whether the book has a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Its chapter and crates are here.
    Here,
    /// It can be learnt from its readings until its chapter is written.
    Planned,
}

/// A number that the reader measures and keeps.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Unique in the whole roadmap: lower-case letters, digits, hyphens and dots.
    pub key: String,
    /// What it is, and how to measure it.
    pub what: String,
    /// Such as `ns`, `%` or `requests/s`.
    pub unit: String,
}

/// A book, a paper or a source, and why to read it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Its title, for a book with the chapter.
    pub title: String,
    /// Who wrote it, and when.
    pub author: String,
    /// What it is.
    pub kind: ReadingKind,
    /// Where it is, if it is on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The question that it answers.
    pub question: String,
}

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadingKind {
    /// A book, or a chapter of one.
    Book,
    /// A paper.
    Paper,
    /// The source of a program.
    Source,
    /// Documentation, a specification, an article or a talk.
    Article,
}

impl Roadmap {
    /// The module of this id.
    pub fn module(&self, id: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.id == id)
    }

    /// The phase of this id.
    pub fn phase(&self, id: &str) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.id == id)
    }

    /// The modules of a phase, in their order.
    pub fn modules_of<'a>(&'a self, phase: &'a str) -> impl Iterator<Item = &'a Module> {
        self.modules
            .iter()
            .filter(move |module| module.phase == phase)
    }
}
