//! What the curriculum and the pages of standards and decisions name is there: chapters, exercises,
//! headings, files, measures. A standard whose proof has been renamed would be a standard that
//! nobody can pass.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use book_roadmap::{Roadmap, validate};

const BOOK: &str = "book/src";
/// The parts of a decision record, in their order.
const PARTS: [&str; 7] = [
    "Status",
    "Context",
    "Decision",
    "Consequences",
    "Alternatives considered",
    "Evidence",
    "When to look at it again",
];

#[test]
fn what_the_roadmap_says_is_true() {
    if let Err(error) = validate(Path::new(".")) {
        panic!("{error}");
    }
}

#[test]
fn every_exercise_that_a_standard_names_is_there() {
    let (there, named) = (exercises(), exercises_in(&page("graduation.md")));
    assert!(named.len() > 50, "{} exercises are named", named.len());
    assert_eq!(difference(&named, &there), [""; 0], "no such exercises");
}

#[test]
fn every_exercise_proves_some_standard() {
    let (there, named) = (exercises(), exercises_in(&page("graduation.md")));
    let unused = difference(&there, &named);
    assert_eq!(unused, [""; 0], "not named in graduation.md");
}

#[test]
fn every_link_leads_to_a_page_and_a_heading() {
    let broken: Vec<String> = pages().iter().flat_map(|at| broken_links(at)).collect();
    assert_eq!(broken, [""; 0]);
}

#[test]
fn every_path_of_the_repository_that_is_named_exists() {
    let roots = ["crates/", "arena/", "book/", "examples/", "tests/", ".ci/"];
    let mut missing = Vec::new();
    for at in pages() {
        let text = fs::read_to_string(&at).unwrap();
        let paths = code_spans(&text).into_iter().filter(|span| {
            roots.iter().any(|root| span.starts_with(root)) && !span.contains(char::is_whitespace)
        });
        for path in paths.filter(|path| !Path::new(path).exists()) {
            missing.push(format!("{}: {path}", at.display()));
        }
    }
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_measure_that_is_to_be_recorded_is_in_the_roadmap() {
    let roadmap = Roadmap::read(Path::new("book/roadmap.toml")).unwrap();
    let measures = roadmap.modules.iter().flat_map(|module| &module.measures);
    let keys: BTreeSet<String> = measures.map(|measure| measure.key.clone()).collect();
    // An item as one line.
    let text = page("graduation.md").replace("\n  ", " ");
    let named: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.split_once("; record `"))
        .flat_map(|(_, rest)| code_spans(&format!("`{rest}")))
        .collect();
    assert!(named.len() > 15, "{} measures are named", named.len());
    assert_eq!(difference(&named, &keys), [""; 0], "no such measures");
}

#[test]
fn every_record_has_its_parts_and_is_in_the_index() {
    let index = page("decisions.md");
    for at in pages() {
        let name = at.file_name().unwrap().to_str().unwrap();
        if at.parent() != Some(&Path::new(BOOK).join("decisions")) || name == "template.md" {
            continue;
        }
        let text = fs::read_to_string(&at).unwrap();
        let parts: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("## ")).collect();
        assert_eq!(parts, PARTS, "{name}");
        assert!(text.starts_with(&format!("# {}: ", &name[..4])), "{name}");
        assert!(index.contains(&format!("(decisions/{name})")), "{name}");
    }
}

#[test]
fn what_is_not_there_is_noticed() {
    let text = "[`lru_loop`](lru.md#exercises), and `cargo book check lru_none`.";
    let named = exercises_in(text);
    let there = exercises();
    assert_eq!(difference(&named, &there), ["lru_none"]);

    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("a.md");
    let links = "[1](#here) [2](#there) [3](b.md) [4](https://example.org/c.md)";
    fs::write(
        &at,
        format!("# A `b` c?\n\n## Here\n\n{links} [5](#a-b-c)\n"),
    )
    .unwrap();
    let broken = broken_links(&at);
    assert_eq!(broken.len(), 2, "{broken:?}");
    assert!(broken[0].ends_with("a.md: #there") && broken[1].ends_with("a.md: b.md"));
}

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(BOOK).join(name)).unwrap()
}

/// The pages that this file is about.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(BOOK);
    let mut pages = vec![root.join("graduation.md"), root.join("decisions.md")];
    let records = fs::read_dir(root.join("decisions")).unwrap();
    pages.extend(records.map(|entry| entry.unwrap().path()));
    pages.sort();
    assert!(pages.len() > 10);
    pages
}

/// The names of all exercises.
fn exercises() -> BTreeSet<String> {
    let list = fs::read_to_string("book/exercises/exercises.toml").unwrap();
    values(&list, "\nname = \"").collect()
}

/// The names of exercises in a page: what links to a chapter's exercises, or follows the command.
fn exercises_in(text: &str) -> BTreeSet<String> {
    let linked = text.split("#exercises)").filter_map(|before| {
        let (_, link) = before.rsplit_once("[`")?;
        Some(link.split_once("`](")?.0)
    });
    let commands = text.split("cargo book check ").skip(1).filter_map(|after| {
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)));
        let name = &after[..end.unwrap_or(after.len())];
        name.contains('_').then_some(name)
    });
    linked.chain(commands).map(str::to_owned).collect()
}

/// The links of the page at `at` that lead to no page of the book or to no heading of it.
fn broken_links(at: &Path) -> Vec<String> {
    let text = fs::read_to_string(at).unwrap();
    let links = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    let leads_nowhere = |link: &str| {
        let (file, heading) = link.split_once('#').unwrap_or((link, ""));
        let target = match file {
            "" => at.to_owned(),
            _ => at.with_file_name(file),
        };
        let Ok(target) = fs::read_to_string(target) else {
            return true;
        };
        !heading.is_empty() && !headings(&target).contains(heading)
    };
    links
        .map(|(link, _)| link)
        .filter(|link| !link.starts_with("https://") && leads_nowhere(link))
        .map(|link| format!("{}: {link}", at.display()))
        .collect()
}

/// The ids that mdBook gives to a page's headings.
fn headings(text: &str) -> BTreeSet<String> {
    let mut fenced = false;
    let mut ids = BTreeSet::new();
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        if fenced || !line.starts_with('#') {
            continue;
        }
        let letters = line.trim_start_matches('#').trim().chars();
        let id = letters.filter_map(|c| match c {
            c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_ascii_lowercase()),
            c if c.is_whitespace() => Some('-'),
            _ => None,
        });
        ids.insert(id.collect());
    }
    ids
}

/// What stands between backticks.
fn code_spans(text: &str) -> Vec<String> {
    let odd = text.split('`').skip(1).step_by(2);
    odd.map(str::to_owned).collect()
}

fn values<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = String> + 'a {
    let after = text.split(before).skip(1);
    after.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
}

fn difference<'a>(these: &'a BTreeSet<String>, those: &'a BTreeSet<String>) -> Vec<&'a str> {
    these.difference(those).map(String::as_str).collect()
}
