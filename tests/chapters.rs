//! SUMMARY.md, the files in book/src and book/lib.rs must name the same chapters: a chapter that
//! the library misses would be read but never proof-read.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_chapter_that_summary_lists_is_in_the_library() {
    let listed = listed_in_summary(&fs::read_to_string("book/src/SUMMARY.md").unwrap());
    let proof_read = included_in_library(&fs::read_to_string("book/lib.rs").unwrap());

    assert_eq!(
        missing(&listed, &proof_read),
        [""; 0],
        "listed in SUMMARY.md, missing in book/lib.rs"
    );
    assert_eq!(
        missing(&proof_read, &listed),
        [""; 0],
        "in book/lib.rs, not listed in SUMMARY.md"
    );
}

#[test]
fn every_chapter_file_is_listed_in_summary() {
    let listed = listed_in_summary(&fs::read_to_string("book/src/SUMMARY.md").unwrap());
    let files = chapter_files(Path::new("book/src"));

    assert_eq!(
        missing(&files, &listed),
        [""; 0],
        "in book/src, not listed in SUMMARY.md"
    );
    assert_eq!(
        missing(&listed, &files),
        [""; 0],
        "listed in SUMMARY.md, not in book/src"
    );
}

#[test]
fn a_chapter_that_the_library_misses_is_noticed() {
    let listed = listed_in_summary(
        "# Summary\n\n[Preface](preface.md)\n\n- [LRU](lru.md)\n- [Bloom](filters/bloom.md)\n- [Soon]()\n",
    );
    let proof_read = included_in_library("#[doc = include_str!(\"src/lru.md\")]\npub mod lru {}\n");

    assert_eq!(
        missing(&listed, &proof_read),
        ["filters/bloom.md", "preface.md"]
    );
}

/// The targets of the links in a SUMMARY.md; a draft chapter has none.
fn listed_in_summary(summary: &str) -> BTreeSet<String> {
    between_all(summary, "](", ")")
        .into_iter()
        .filter(|target| target.ends_with(".md"))
        .collect()
}

fn included_in_library(library: &str) -> BTreeSet<String> {
    between_all(library, "include_str!(\"src/", "\")")
        .into_iter()
        .collect()
}

/// The markdown files that are pages: not SUMMARY.md, and not the generated fragments in figures/.
fn chapter_files(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            if path.is_dir() && name != "figures" {
                folders.push(path);
            } else if name.ends_with(".md") && name != "SUMMARY.md" {
                found.insert(name);
            }
        }
    }
    found
}

fn missing<'a>(wanted: &'a BTreeSet<String>, there: &'a BTreeSet<String>) -> Vec<&'a str> {
    wanted.difference(there).map(String::as_str).collect()
}

fn between_all(text: &str, open: &str, close: &str) -> Vec<String> {
    let after_open = text.split(open).skip(1);
    after_open
        .filter_map(|rest| rest.split_once(close))
        .map(|(inside, _)| inside.to_owned())
        .collect()
}
