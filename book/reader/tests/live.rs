//! Pages follow their sources, a broken chapter leaves the last good page, and a port that is taken
//! is explained.

mod common;

use std::fs;
use std::process::Command;

use common::{Reader, repository, wait_until};

#[test]
fn a_change_of_a_chapter_or_of_an_included_source_changes_the_page() {
    let root = repository();
    let chapter = root.path().join("book/src/one.md");
    let source = root.path().join("crates/tiny/src/lib.rs");
    let reader = Reader::serve(root.path(), &[]);

    fs::write(
        &chapter,
        "# One\n\n```rust,ignore\n{{#include ../../crates/tiny/src/lib.rs:answer}}\n```\n",
    )
    .unwrap();
    wait_until("the page shows the excerpt", || {
        reader.get("/one.html").body.contains("answer")
    });
    let changed = fs::read_to_string(&source).unwrap().replace("42", "4242");
    fs::write(&source, changed).unwrap();
    wait_until("the page shows the changed source", || {
        reader.get("/one.html").body.contains("4242")
    });
}

#[test]
fn a_broken_chapter_leaves_the_last_good_page() {
    let root = repository();
    let chapter = root.path().join("book/src/one.md");
    let mut reader = Reader::serve(root.path(), &[]);
    let good = reader.get("/one.html").body;

    fs::write(&chapter, "# Broken\n\n{{#include nowhere.rs}}\n").unwrap();
    let mut line = String::new();
    while !line.starts_with("Something changed") {
        line.clear();
        std::io::BufRead::read_line(&mut reader.output, &mut line).unwrap();
    }
    assert_eq!(reader.get("/one.html").body, good);
    fs::write(&chapter, "# Mended\n").unwrap();
    wait_until("the mended page is there", || {
        reader.get("/one.html").body.contains("Mended")
    });
    assert!(!reader.get("/one.html").body.contains("nowhere.rs"));
}

#[test]
fn build_fails_on_a_broken_chapter_and_names_its_line() {
    let root = repository();
    fs::write(
        root.path().join("book/src/one.md"),
        "# One\n\n{{#include ../../crates/tiny/src/lib.rs:question}}\n",
    )
    .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_book-reader"))
        .args(["build", "--root"])
        .arg(root.path())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        error.contains("book/src/one.md:3: ") && error.contains("no anchor 'question'"),
        "{error}"
    );
}

#[test]
fn a_port_that_is_taken_is_named_with_the_way_out() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let port = reader.port.to_string();
    let mut second = Command::new(env!("CARGO_BIN_EXE_book-reader"));
    let output = second
        .args(["serve", "--port", &port, "--root"])
        .arg(root.path())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        error.contains(&format!("port {port} is taken"))
            && error.contains("cargo book serve --port"),
        "{error}"
    );
    assert!(
        output.stdout.is_empty(),
        "nothing is built for a port that is taken"
    );
}
