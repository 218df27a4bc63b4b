//! Whether the curriculum is true: what it says is in the book is there, and each module says
//! enough to be learnt from.
//!
//! [`Roadmap::parse`] refuses what the rest of this crate could not work with. This here is what
//! readers rely on, and what breaks when somebody renames a heading.

mod repository;

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use crate::parse::{Lines, Source, invalid};
use crate::rules::{At, Fault};
use crate::{Error, Kind, Module, Roadmap, Status};

use repository::Repository;

/// How many of a hundred modules are for everybody, at least and at most.
const CORE: (usize, usize) = (65, 75);

/// Reads `book/roadmap.toml` of the repository at `root`, and checks it against the rest:
///
/// - chapters and their headings, crates, examples and exercises are there (of a module that is
///   planned, crates and examples need not be), and each exercise is in some module;
/// - what is here needs nothing that is planned, and has a chapter;
/// - what is core needs nothing that is a challenge;
/// - each module says what it gives, and has an experiment, a reading and a question;
/// - addresses are well formed;
/// - from 65 to 75 of a hundred modules are core.
///
/// # Errors
///
/// [`Error::Invalid`] with all that is wrong; [`Error::Io`] if a file cannot be read.
pub fn validate(root: &Path) -> Result<Roadmap, Error> {
    let path = root.join("book/roadmap.toml");
    let text = fs::read_to_string(&path).map_err(|source| Error::io("read", &path, source))?;
    let Source { roadmap, lines } = Source::parse(&text).map_err(|e| e.in_file(&path))?;
    let repository = Repository::at(root)?;
    let mut check = Check {
        roadmap: &roadmap,
        repository: &repository,
        faults: Vec::new(),
    };
    check.modules();
    check.whole();
    told(check.faults, &roadmap, &lines).map_err(|error| error.in_file(&path))?;
    Ok(roadmap)
}

fn told(faults: Vec<Fault>, roadmap: &Roadmap, lines: &Lines) -> Result<(), Error> {
    let modules: Vec<&Module> = roadmap.modules.iter().collect();
    let problems = faults.iter().map(|fault| lines.problem(fault, &modules));
    invalid(problems.collect())
}

struct Check<'a> {
    roadmap: &'a Roadmap,
    repository: &'a Repository,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn fault(&mut self, at: At, message: impl Into<String>) {
        let message = message.into();
        self.faults.push(Fault { at, message });
    }

    fn modules(&mut self) {
        for (index, module) in self.roadmap.modules.iter().enumerate() {
            self.says_enough(index, module);
            self.exists(index, module);
            self.needs(index, module);
        }
    }

    fn needs(&mut self, index: usize, module: &Module) {
        let needs = module.needs.iter().enumerate();
        for (item, need) in needs.filter_map(|(item, id)| Some((item, self.roadmap.module(id)?))) {
            let at = || At::module(index, "needs").item(item);
            let id = &need.id;
            if module.status == Status::Here && need.status == Status::Planned {
                let message = format!("it is here, and needs '{id}', which is planned");
                self.fault(at(), message);
            }
            if module.kind == Kind::Core && need.kind == Kind::Challenge {
                self.fault(
                    at(),
                    format!("it is core, and needs '{id}', which is a challenge"),
                );
            }
        }
    }

    fn says_enough(&mut self, index: usize, module: &Module) {
        let empty = |text: &str| text.trim().is_empty();
        let lacks = [
            ("title", empty(&module.title)),
            ("gives", empty(&module.gives)),
            ("experiment", module.experiment.as_deref().is_none_or(empty)),
            (
                "question",
                module.questions.is_empty() || module.questions.iter().any(|q| empty(q)),
            ),
            ("reading", module.readings.is_empty()),
            (
                "chapter",
                module.status == Status::Here && module.chapter.is_none(),
            ),
        ];
        for (field, _) in lacks.into_iter().filter(|(_, lacks)| *lacks) {
            self.fault(At::module(index, field), format!("it has no {field}"));
        }
        for (item, reading) in module.readings.iter().enumerate() {
            let at = At::module(index, "reading").item(item);
            if empty(&reading.title) || empty(&reading.author) || empty(&reading.question) {
                self.fault(
                    at.clone(),
                    "a reading has a title, an author and a question",
                );
            }
            let url = reading.url.as_deref().filter(|url| !is_address(url));
            if let Some(url) = url {
                self.fault(at, format!("'{url}' is no address of the web"));
            }
        }
    }

    /// Whether what the module names is there.
    fn exists(&mut self, index: usize, module: &Module) {
        if let Some(chapter) = &module.chapter
            && let Err(message) = self.repository.chapter(chapter)
        {
            self.fault(At::module(index, "chapter"), message);
        }
        for (item, exercise) in module.exercises.iter().enumerate() {
            if !self.repository.exercises.contains(exercise) {
                let message = format!("there is no exercise '{exercise}' in exercises.toml");
                self.fault(At::module(index, "exercises").item(item), message);
            }
        }
        if module.status == Status::Planned {
            return;
        }
        for (item, name) in module.crates.iter().enumerate() {
            if !self.repository.packages.contains(name) {
                let message = format!("there is no crate '{name}' in crates/ or examples/");
                self.fault(At::module(index, "crates").item(item), message);
            }
        }
        for (item, command) in module.examples.iter().enumerate() {
            if let Err(message) = self.repository.command(command) {
                self.fault(At::module(index, "examples").item(item), message);
            }
        }
    }

    fn whole(&mut self) {
        let modules = &self.roadmap.modules;
        let used: HashSet<&String> = modules.iter().flat_map(|it| &it.exercises).collect();
        let unused = |name: &&String| !used.contains(name);
        for name in self.repository.exercises.iter().filter(unused) {
            let message = format!("the exercise '{name}' of exercises.toml is in no module");
            self.fault(NOWHERE, message);
        }
        let core = modules
            .iter()
            .filter(|module| module.kind == Kind::Core)
            .count();
        let (all, (least, most)) = (modules.len(), CORE);
        if core * 100 < least * all || core * 100 > most * all {
            let message = format!(
                "{core} of {all} modules are core; from {least} to {most} of a hundred are to be"
            );
            self.fault(NOWHERE, message);
        }
    }
}

/// What no line is to blame for.
const NOWHERE: At = At {
    list: "",
    index: 0,
    field: "",
    item: 0,
};

/// Whether it is `http` or `https`, a host and a path, without what has to be escaped.
fn is_address(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let escaped = |c: char| !c.is_ascii_graphic() || "\"<>\\^`{|}".contains(c);
    host.contains('.') && host.split('.').all(label) && !url.contains(escaped)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_has_a_scheme_a_host_and_nothing_to_escape() {
        for url in [
            "https://a.org",
            "http://a-b.co.uk/c_d/~e?f=%20#g",
            "https://a.org/x(y)",
        ] {
            assert!(is_address(url), "{url}");
        }
        for url in [
            "",
            "a.org",
            "ftp://a.org",
            "https://",
            "https://localhost",
            "https://a..org",
            "https://a.org/b c",
            "https://a.org/ü",
            "https://a.org/<b>",
            "https:/a.org",
        ] {
            assert!(!is_address(url), "{url}");
        }
    }
}
