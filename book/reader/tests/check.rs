//! `cargo book check` on three exercises: one is solved, one is wrong, and one does not compile.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn repository() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"book/exercises\"]\nresolver = \"3\"\n",
    );
    write(
        "book/exercises/Cargo.toml",
        "[package]\nname = \"book-exercises\"\nedition = \"2024\"\n[features]\nyours = []\n",
    );
    write("book/exercises/src/lib.rs", "");
    let mut list = String::new();
    for (name, kind, stub) in [
        ("solved", "core", "pub fn six() -> u32 { 6 }"),
        ("wrong", "core", "pub fn six() -> u32 { 7 }"),
        ("broken", "stretch", "pub fn six() -> u32 {"),
    ] {
        write(&format!("book/exercises/x/{name}.rs"), stub);
        write(
            &format!("book/exercises/tests/x_{name}.rs"),
            &format!(
                "#[cfg(feature = \"yours\")]\n#[path = \"../x/{name}.rs\"]\nmod exercise;\n\
                 #[test]\nfn is_six() {{ assert_eq!(exercise::six(), 6, \"not six\"); }}\n"
            ),
        );
        list += &format!(
            "[[exercise]]\nname = \"x_{name}\"\nchapter = \"x\"\nstub = \"x/{name}.rs\"\n\
             title = \"Title {name}\"\nkind = \"{kind}\"\nwants = \"six, {name}\"\n"
        );
    }
    write("book/exercises/exercises.toml", &list);
    root
}

fn check(root: &Path, names: &[&str]) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_book-reader"));
    command.arg("check").args(names).arg("--root").arg(root);
    let output = command
        .env("CARGO_TARGET_DIR", root.join("target"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output, said)
}

#[test]
fn all_are_listed_and_the_next_one_is_explained() {
    let root = repository();
    let (output, said) = check(root.path(), &[]);
    assert!(!output.status.success());
    assert!(
        said.starts_with(
            "✓ x_solved: Title solved\n✗ x_wrong: Title wrong\n✗ x_broken: Title broken (stretch)\n\n1 of 3 done.\n"
        ),
        "{said}"
    );
    let (_, next) = said
        .split_once("Next: Title wrong\n")
        .expect("the wrong one is next");
    for words in [
        "book/exercises/x/wrong.rs",
        "six, wrong",
        "cargo book check x_wrong",
        "not six",
    ] {
        assert!(next.contains(words), "{words} is missing:\n{next}");
    }
    assert!(!next.contains("test failed, to rerun"), "{next}");
}

#[test]
fn the_compilers_error_is_what_the_next_one_says_if_it_does_not_compile() {
    let root = repository();
    fs::write(
        root.path().join("book/exercises/x/wrong.rs"),
        "pub fn six() -> u32 { 6 }",
    )
    .unwrap();
    let (_, said) = check(root.path(), &[]);
    assert!(
        said.contains("2 of 3 done.") && said.contains("this file contains an unclosed delimiter"),
        "{said}"
    );
}

#[test]
fn one_can_be_checked_alone() {
    let root = repository();
    let (output, said) = check(root.path(), &["x_solved"]);
    assert!(
        output.status.success() && said.contains("✓ x_solved"),
        "{said}"
    );
    let (output, said) = check(root.path(), &["x_wrong"]);
    assert!(
        !output.status.success() && said.contains("not six"),
        "{said}"
    );
    let (output, _) = check(root.path(), &["x_wrnog"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "there is no such exercise");
    assert!(
        error.contains("there are: x_solved, x_wrong, x_broken"),
        "{error}"
    );
}
