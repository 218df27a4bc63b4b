//! Every crate, copied out of the repository, passes its own tests there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::thread;

#[test]
#[ignore = "compiles and tests every crate anew; .ci/run runs it"]
fn every_crate_that_is_copied_out_passes_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap();
    let crates = fs::read_dir(root.join("crates")).unwrap();
    let crates: Vec<PathBuf> = crates.map(|entry| entry.unwrap().path()).collect();
    assert!(!crates.is_empty());
    // Two at a time: the tests of one run while the other is compiled.
    let next = Mutex::new(crates.iter());
    let work = || {
        while let Some(path) = { next.lock().unwrap().next() } {
            passes_when_copied(&root, path.file_name().unwrap().to_str().unwrap());
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
}

fn passes_when_copied(root: &Path, name: &str) {
    let there = tempfile::tempdir().unwrap();
    let mut copy = Command::new(env!("CARGO_BIN_EXE_book-reader"));
    let copied = copy.args(["copy", name]).arg(there.path());
    let advice = succeeded(name, copied.output().unwrap());
    assert!(advice.contains("[dependencies]\n"), "{advice}");

    let crate_there = there.path().join(name);
    // The versions that the book's own tests have passed with, not whichever are newest today.
    fs::copy(root.join("Cargo.lock"), crate_there.join("Cargo.lock")).unwrap();
    let mut cargo = Command::new("cargo");
    cargo.arg("test").current_dir(&crate_there);
    // What was compiled for one crate serves the next.
    cargo.env("CARGO_TARGET_DIR", root.join("target/copied"));
    // The workspace optimises what its tests spend their time in; out there it is all or nothing.
    cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "false");
    succeeded(name, cargo.output().unwrap());
    println!("{name} passes its tests");
}

/// What was printed, if all went well.
fn succeeded(name: &str, output: Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let printed = text(&output.stdout);
    assert!(
        output.status.success(),
        "{name} fails outside of the repository:\n{printed}\n{}",
        text(&output.stderr)
    );
    printed
}
