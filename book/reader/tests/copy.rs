//! Every crate, copied out of the repository, passes its own tests there.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
#[ignore = "compiles and tests every crate anew; .ci/run runs it"]
fn every_crate_that_is_copied_out_passes_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap();
    let mut tested = 0;
    for name in fs::read_dir(root.join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
    {
        let there = tempfile::tempdir().unwrap();
        let copied = Command::new(env!("CARGO_BIN_EXE_book-reader"))
            .arg("copy")
            .arg(&name)
            .arg(there.path())
            .output()
            .unwrap();
        let advice = String::from_utf8_lossy(&copied.stdout);
        assert!(
            copied.status.success() && advice.contains("[dependencies]\n"),
            "{copied:?}"
        );

        let crate_there = there.path().join(&name);
        // The versions that the book's own tests have passed with, not whichever are newest today.
        fs::copy(root.join("Cargo.lock"), crate_there.join("Cargo.lock")).unwrap();
        let mut cargo = Command::new("cargo");
        cargo.arg("test").current_dir(&crate_there);
        // What was compiled for one crate serves the next.
        cargo.env("CARGO_TARGET_DIR", root.join("target/copied"));
        // The workspace optimises what its tests spend their time in; out there it is all or nothing.
        cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "false");
        let status = cargo.status().unwrap();
        assert!(
            status.success(),
            "{} fails outside of the repository",
            name.display()
        );
        tested += 1;
    }
    assert!(tested > 0);
}
