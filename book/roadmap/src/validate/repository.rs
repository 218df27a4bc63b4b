//! What the repository has that a curriculum can name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{Error, Problem};

/// The repository's crates and exercises; its chapters are read when they are asked for.
pub(super) struct Repository {
    root: PathBuf,
    /// The folders of `crates/` and `examples/`.
    pub packages: BTreeSet<String>,
    /// The names in `exercises.toml`.
    pub exercises: BTreeSet<String>,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    exercise: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl Repository {
    pub fn at(root: &Path) -> Result<Self, Error> {
        let path = root.join("book/exercises/exercises.toml");
        let text = fs::read_to_string(&path).map_err(|source| Error::io("read", &path, source))?;
        let list: List = toml::from_str(&text).map_err(|error| Error::Invalid {
            file: path,
            problems: vec![Problem {
                line: None,
                module: None,
                message: error.message().to_owned(),
            }],
        })?;
        Ok(Self {
            root: root.to_owned(),
            packages: ["crates", "examples"]
                .iter()
                .flat_map(|folder| folders(&root.join(folder)))
                .collect(),
            exercises: list
                .exercise
                .into_iter()
                .map(|exercise| exercise.name)
                .collect(),
        })
    }

    /// Whether there is this page below `book/src`, and in it the heading behind a `#`.
    pub fn chapter(&self, chapter: &str) -> Result<(), String> {
        let (page, heading) = match chapter.split_once('#') {
            Some((page, heading)) => (page, Some(heading)),
            None => (chapter, None),
        };
        let path = self.root.join("book/src").join(page);
        if !page.ends_with(".md") || page.starts_with('/') || page.contains("..") {
            return Err(format!("'{page}' is no page: write it as lru.md#build-it"));
        }
        let text = fs::read_to_string(path);
        let text = text.map_err(|_| format!("there is no page book/src/{page}"))?;
        match heading {
            Some(heading) if !anchors(&text).contains(heading) => {
                Err(format!("book/src/{page} has no heading '#{heading}'"))
            }
            _ => Ok(()),
        }
    }

    /// Whether the package and the example that a `cargo run` names are there.
    pub fn command(&self, command: &str) -> Result<(), String> {
        let words: Vec<&str> = command
            .split_whitespace()
            .take_while(|word| *word != "--")
            .collect();
        let after = |names: &[&str]| {
            let mut pairs = words.windows(2);
            pairs
                .find(|pair| names.contains(&pair[0]))
                .map(|pair| pair[1])
        };
        let package = after(&["-p", "--package"]);
        if let Some(package) = package.filter(|name| !self.packages.contains(*name)) {
            return Err(format!(
                "there is no crate '{package}' in crates/ or examples/"
            ));
        }
        let Some(example) = after(&["--example"]) else {
            return Ok(());
        };
        let folder = match package {
            Some(package) => self.root.join("crates").join(package),
            None => self.root.clone(),
        };
        let folder = folder.join("examples");
        let there = folder.join(example).join("main.rs").is_file()
            || folder.join(format!("{example}.rs")).is_file();
        match there {
            true => Ok(()),
            false => Err(format!("there is no example '{example}'")),
        }
    }
}

/// The names of the folders in `folder` that hold a package.
fn folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

/// The ids that mdBook gives to a page's headings: their letters and digits in lower case, hyphens
/// for spaces, and a number behind one that is there already. A heading may say its own, `{#id}`.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut fence: Option<&str> = None;
    for line in page.lines() {
        let start = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => anchors.extend(anchor(line, &anchors)),
            _ => {}
        }
    }
    anchors
}

fn anchor(line: &str, taken: &BTreeSet<String>) -> Option<String> {
    let title = line.trim_start_matches('#');
    let depth = line.len() - title.len();
    if !(1..=6).contains(&depth) || !title.starts_with(' ') {
        return None;
    }
    if let Some((_, attributes)) = title.rsplit_once(" {#") {
        let id = attributes.split([' ', '}']).next();
        return id.map(str::to_owned);
    }
    let id: String = without_targets(title)
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            '_' | '-' => Some(c),
            c if c.is_alphanumeric() => Some(c),
            c if c.is_whitespace() => Some('-'),
            _ => None,
        })
        .collect();
    let numbered = (1..).map(|number| format!("{id}-{number}"));
    std::iter::once(id.clone())
        .chain(numbered)
        .find(|id| !taken.contains(id))
}

/// The title with the texts of its links, and without what they point to.
fn without_targets(title: &str) -> String {
    let mut parts = title.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once(')').map_or("", |(_, rest)| rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_the_ids_that_mdbook_gives_them() {
        let page = "# A cache, *that* knows `get_or`\n```text\n# no heading\n```\n## The idea\n\
                    text\n## The idea\n#hash\n### See [the *book*](a.md#b) of 2\n## Own {#mine}\n\
                    ## What's -- up? {#x .y}\n";
        let expected = [
            "a-cache-that-knows-get_or",
            "mine",
            "see-the-book-of-2",
            "the-idea",
            "the-idea-1",
            "x",
        ];
        assert_eq!(anchors(page), expected.map(str::to_owned).into());
    }
}
