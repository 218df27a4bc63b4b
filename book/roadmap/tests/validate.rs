//! `validate` on a small repository, with one thing after the other made untrue.

use std::fs;
use std::path::Path;

use book_roadmap::validate;
use tempfile::TempDir;

/// A repository whose roadmap is true: two core modules of three, and one of them planned.
fn repository() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "book/src/lru.md", "# Caches\n\n## Build it\n");
    write(root.path(), "crates/lru/Cargo.toml", "");
    write(root.path(), "crates/lru/examples/fill.rs", "");
    write(root.path(), "examples/proxy/Cargo.toml", "");
    write(root.path(), "examples/replay.rs", "");
    write(
        root.path(),
        "book/exercises/exercises.toml",
        "[[exercise]]\nname = \"lru_loop\"\nstub = \"lru/loop.rs\"\n[[exercise]]\nname = \"lru_fifo\"\n",
    );
    write(root.path(), "book/roadmap.toml", ROADMAP);
    root
}

const ROADMAP: &str = r#"
[[phase]]
id = "all"
title = "All"
about = "Everything."

[[module]]
id = "lru"
phase = "all"
title = "Caches"
kind = "core"
status = "here"
hours = 4
gives = "You can choose a policy."
chapter = "lru.md#build-it"
crates = ["lru", "proxy"]
examples = [
    "cargo run --release --example replay -- --example none",
    "cargo run -p proxy -- demo",
    "cargo run -p lru --example fill",
]
exercises = ["lru_loop", "lru_fifo"]
experiment = "Replay a trace."
questions = ["Why does a scan hurt?"]
[[module.reading]]
title = "ARC"
author = "Megiddo and Modha, 2003"
kind = "paper"
url = "https://www.usenix.org/conference/fast-03/arc"
question = "What does a ghost list tell?"

[[module]]
id = "trees"
phase = "all"
title = "Trees"
kind = "challenge"
status = "here"
hours = 4
needs = ["lru"]
gives = "You can index."
chapter = "lru.md"
experiment = "Split a node."
questions = ["Why B?"]
[[module.reading]]
title = "Ubiquitous"
author = "Comer, 1979"
kind = "paper"
question = "Why ubiquitous?"

[[module]]
id = "raft"
phase = "all"
title = "Consensus"
kind = "core"
status = "planned"
hours = 4
needs = ["lru"]
gives = "You can agree."
crates = ["raft"]
examples = ["cargo run -p raft"]
experiment = "Cut a cable."
questions = ["Why odd?"]
[[module.reading]]
title = "Raft"
author = "Ongaro, 2014"
kind = "paper"
question = "What is a term?"
"#;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn said(root: &Path) -> String {
    match validate(root) {
        Ok(_) => String::new(),
        Err(error) => error
            .to_string()
            .replace(&format!("{}/", root.display()), ""),
    }
}

/// What is said when `old` is replaced: that line, for the module.
#[track_caller]
fn refused(old: &str, new: &str, line: usize, expected: &str) {
    let root = repository();
    assert!(ROADMAP.contains(old), "{old}");
    write(
        root.path(),
        "book/roadmap.toml",
        &ROADMAP.replacen(old, new, 1),
    );
    let expected = match line {
        0 => format!("book/roadmap.toml: {expected}"),
        _ => format!("book/roadmap.toml:{line}: {expected}"),
    };
    assert_eq!(said(root.path()), expected);
}

#[test]
fn a_true_roadmap_is_accepted() {
    assert_eq!(said(repository().path()), "");
}

#[test]
fn what_is_named_is_there() {
    refused(
        "lru.md#build-it",
        "lur.md",
        15,
        "lru: there is no page book/src/lur.md",
    );
    refused(
        "#build-it",
        "#build",
        15,
        "lru: book/src/lru.md has no heading '#build'",
    );
    refused(
        "lru.md#build-it",
        "../lru.md",
        15,
        "lru: '../lru.md' is no page: write it as lru.md#build-it",
    );
    refused(
        "\"proxy\"]",
        "\"prox\"]",
        16,
        "lru: there is no crate 'prox' in crates/ or examples/",
    );
    refused(
        "--example replay",
        "--example play",
        18,
        "lru: there is no example 'play'",
    );
    refused(
        "-p lru --ex",
        "-p raft --ex",
        20,
        "lru: there is no crate 'raft' in crates/ or examples/",
    );
    refused("fill\"", "spill\"", 20, "lru: there is no example 'spill'");
    let root = repository();
    let more = ROADMAP.replace("\"lru_fifo\"]", "\"lru_fifo\", \"lru_lfu\"]");
    write(root.path(), "book/roadmap.toml", &more);
    let expected = "book/roadmap.toml:22: lru: there is no exercise 'lru_lfu' in exercises.toml";
    assert_eq!(said(root.path()), expected);
    refused(
        "\"lru_loop\", ",
        "",
        0,
        "the exercise 'lru_loop' of exercises.toml is in no module",
    );
}

#[test]
fn what_is_here_needs_nothing_that_is_planned() {
    refused(
        "status = \"here\"",
        "status = \"planned\"",
        39,
        "trees: it is here, and needs 'lru', which is planned",
    );
}

#[test]
fn what_is_core_needs_no_challenge() {
    refused(
        "needs = [\"lru\"]\ngives = \"You can agree.\"",
        "needs = [\"lru\", \"trees\"]\ngives = \"You can agree.\"",
        57,
        "raft: it is core, and needs 'trees', which is a challenge",
    );
}

#[test]
fn each_module_says_enough() {
    refused(
        "experiment = \"Replay a trace.\"",
        "",
        7,
        "lru: it has no experiment",
    );
    refused(
        "\"Replay a trace.\"",
        "' '",
        23,
        "lru: it has no experiment",
    );
    refused(
        "questions = [\"Why does a scan hurt?\"]",
        "",
        7,
        "lru: it has no question",
    );
    refused(
        "\"You can choose a policy.\"",
        "''",
        14,
        "lru: it has no gives",
    );
    refused("chapter = \"lru.md\"\n", "", 32, "trees: it has no chapter");
    refused(
        "Comer, 1979",
        "",
        44,
        "trees: a reading has a title, an author and a question",
    );
    refused(
        "https://www",
        "www",
        25,
        "lru: 'www.usenix.org/conference/fast-03/arc' is no address of the web",
    );
    let root = repository();
    let (before, _) = ROADMAP.rsplit_once("[[module.reading]]").unwrap();
    write(root.path(), "book/roadmap.toml", before);
    assert_eq!(
        said(root.path()),
        "book/roadmap.toml:50: raft: it has no reading"
    );
}

#[test]
fn about_seventy_of_a_hundred_modules_are_core() {
    let all = "3 of 3 modules are core; from 65 to 75 of a hundred are to be";
    refused("challenge", "core", 0, all);
    let (core, challenge) = (
        "Consensus\"\nkind = \"core",
        "Consensus\"\nkind = \"challenge",
    );
    refused(core, challenge, 0, &all.replacen('3', "1", 1));
}

#[test]
fn all_is_told_at_once_and_a_missing_list_is_an_error() {
    let root = repository();
    let text = ROADMAP
        .replace("lru.md#build-it", "a.md")
        .replace("challenge", "core");
    write(root.path(), "book/roadmap.toml", &text);
    assert_eq!(said(root.path()).lines().count(), 2);
    fs::remove_file(root.path().join("book/exercises/exercises.toml")).unwrap();
    assert!(said(root.path()).starts_with("cannot read book/exercises/exercises.toml"));
}
