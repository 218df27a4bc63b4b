//! The command, as a reader types it.
#![cfg(feature = "cli")]

use std::path::PathBuf;
use std::process::{Command, Output};

fn capacity(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_capacity"))
        .args(arguments)
        .output()
        .unwrap()
}

fn model(name: &str) -> String {
    format!("{}/models/{name}.toml", env!("CARGO_MANIFEST_DIR"))
}

fn printed(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_model_is_printed_in_each_format() {
    let twitter = model("twitter");
    assert!(printed(&capacity(&[&twitter])).contains("= 200 M × 100/day"));
    let csv = printed(&capacity(&[&twitter, "--format", "csv"]));
    let fields = csv.lines().next().unwrap().split(',').count();
    assert_eq!(fields, 7);
    let json = printed(&capacity(&[&twitter, "--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["steps"][0]["shown"], "231 k/s");
    assert_eq!(json["inputs"][0]["path"], "horizon");
    assert!(printed(&capacity(&[&twitter, "--format", "md"])).starts_with("| |"));
    let wrong = capacity(&[&twitter, "--format", "xml"]);
    assert!(!wrong.status.success());
}

#[test]
fn what_if_and_set_and_tornado() {
    let twitter = model("twitter");
    let what_if = printed(&capacity(&[&twitter, "--what-if", "photos=2x"]));
    assert!(what_if.contains("58.4 PB"), "{what_if}");
    let set = printed(&capacity(&[&twitter, "--set", "posts.photo.share=40%"]));
    assert!(set.contains("58.4 PB"), "{set}");
    let tornado = printed(&capacity(&[&twitter, "--tornado"]));
    assert!(tornado.contains("users.daily"), "{tornado}");
    let stored = printed(&capacity(&[&twitter, "--tornado", "data stored"]));
    assert!(stored.contains("data stored"), "{stored}");
    let nothing = complaint(&capacity(&[&twitter, "--tornado", "happiness"]));
    assert!(nothing.contains("no step `happiness`"), "{nothing}");
}

#[test]
fn errors_name_file_line_and_field() {
    let missing = complaint(&capacity(&["no-such-file.toml"]));
    assert!(missing.contains("no-such-file.toml"), "{missing}");
    let wrong = complaint(&capacity(&[&model("twitter"), "--set", "users.peak=0.5"]));
    assert!(wrong.contains("`users.peak`"), "{wrong}");
}

#[test]
fn a_new_model_can_be_planned_and_is_not_overwritten() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("new-{}.toml", std::process::id()));
    let path = path.to_str().unwrap();
    printed(&capacity(&["--new", path]));
    assert!(printed(&capacity(&[path])).contains("My service"));
    complaint(&capacity(&["--new", path]));
    std::fs::remove_file(path).unwrap();
}
