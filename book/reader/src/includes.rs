//! What chapters include must be there.
//!
//! mdBook shows the directive itself when a file is missing, and nothing at all when an anchor is.
//! In a book whose code is included source, renaming a function's anchor would empty the page that
//! explains it; so each include is checked before the build.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// The includes that lead nowhere, of which there is at least one.
#[derive(Debug)]
pub struct BrokenIncludes(Vec<Broken>);

#[derive(Debug)]
struct Broken {
    chapter: PathBuf,
    line: usize,
    wrong: String,
}

impl std::error::Error for BrokenIncludes {}

impl fmt::Display for BrokenIncludes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.0.iter().map(
            |Broken {
                 chapter,
                 line,
                 wrong,
             }| format!("{}:{line}: {wrong}", chapter.display()),
        );
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// Checks each include of each chapter in `source`; paths in the error are relative to `root`.
///
/// # Errors
///
/// [`BrokenIncludes`], all of them.
pub fn check(root: &Path, source: &Path) -> Result<(), BrokenIncludes> {
    let directive =
        Regex::new(r"(^|[^\\])\{\{\s*#(?:rustdoc_include|include|playground)\s+([^\s}:]+)(?::([^\s}]*))?[^}]*\}\}")
            .expect("the expression is valid");
    let mut broken = Vec::new();
    for chapter in markdown_files(source) {
        let Ok(text) = fs::read_to_string(&chapter) else {
            continue;
        };
        let folder = chapter.parent().unwrap_or(source);
        for (index, line) in text.lines().enumerate() {
            for found in directive.captures_iter(line) {
                let place = found.get(3).map_or("", |place| place.as_str());
                if let Err(wrong) = check_one(folder, &found[2], place) {
                    let chapter = chapter.strip_prefix(root).unwrap_or(&chapter).to_owned();
                    broken.push(Broken {
                        chapter,
                        line: index + 1,
                        wrong,
                    });
                }
            }
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(BrokenIncludes(broken))
    }
}

/// `place` is what follows the file's name: an anchor, or a range of lines.
fn check_one(folder: &Path, file: &str, place: &str) -> Result<(), String> {
    let text = fs::read_to_string(folder.join(file))
        .map_err(|error| format!("cannot include {file}: {error}"))?;
    let lines = place
        .split(':')
        .all(|number| number.chars().all(|digit| digit.is_ascii_digit()));
    let anchored = |mark: &str| {
        let wanted = format!("{mark}: {place}");
        // In Markdown it is in a comment, which ends behind it.
        let before_end = |line: &str| line.trim_end().trim_end_matches("-->").trim_end().len();
        text.lines()
            .any(|line| line[..before_end(line)].ends_with(&wanted))
    };
    match lines || (anchored("ANCHOR") && anchored("ANCHOR_END")) {
        true => Ok(()),
        false => Err(format!("{file} has no anchor '{place}'")),
    }
}

fn markdown_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(chapter: &str) -> Result<(), String> {
        let root = tempfile::tempdir().unwrap();
        fs::write(
            root.path().join("list.rs"),
            "// ANCHOR: get\nfn get() {}\n// ANCHOR_END: get\n",
        )
        .unwrap();
        fs::write(
            root.path().join("README.md"),
            "<!-- ANCHOR: table -->\n| |\n<!-- ANCHOR_END: table -->\n",
        )
        .unwrap();
        fs::write(root.path().join("chapter.md"), chapter).unwrap();
        check(root.path(), root.path()).map_err(|broken| broken.to_string())
    }

    #[test]
    fn an_include_that_leads_somewhere_passes() {
        assert_eq!(
            checked("{{#include list.rs}}\n{{#include list.rs:get}}\n{{#include list.rs:1:2}}\n"),
            Ok(())
        );
        assert_eq!(checked("{{#include README.md:table}}\n"), Ok(()));
        assert_eq!(checked("as text: \\{{#include nowhere.rs}}\n"), Ok(()));
    }

    #[test]
    fn one_that_leads_nowhere_is_named_with_its_line() {
        let error =
            checked("\n{{#include list.rs:got}}\n{{#include nowhere.rs:get}}\n").unwrap_err();
        assert!(
            error.contains("chapter.md:2: list.rs has no anchor 'got'"),
            "{error}"
        );
        assert!(
            error.contains("chapter.md:3: cannot include nowhere.rs"),
            "{error}"
        );
    }
}
