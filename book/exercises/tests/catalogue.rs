//! exercises.toml names exactly the exercises that are there, each with stub, test and solution.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn exercises() -> Vec<toml::Table> {
    let file: toml::Table = fs::read_to_string("exercises.toml")
        .unwrap()
        .parse()
        .unwrap();
    let listed = file["exercise"].as_array().unwrap();
    listed
        .iter()
        .map(|exercise| exercise.as_table().unwrap().clone())
        .collect()
}

fn text<'a>(exercise: &'a toml::Table, field: &str) -> &'a str {
    exercise
        .get(field)
        .and_then(|value| value.as_str())
        .unwrap_or_else(|| panic!("{field} is missing in {exercise}"))
}

#[test]
fn each_exercise_has_its_three_files_and_its_words() {
    for exercise in exercises() {
        let (name, stub) = (text(&exercise, "name"), text(&exercise, "stub"));
        let (chapter, short) = name.split_once('_').unwrap();
        assert_eq!(text(&exercise, "chapter"), chapter);
        assert_eq!(stub, format!("{chapter}/{short}.rs"));
        for file in [
            stub.to_owned(),
            format!("solutions/{stub}"),
            format!("tests/{name}.rs"),
        ] {
            assert!(Path::new(&file).is_file(), "{name} has no {file}");
        }
        assert!(!text(&exercise, "title").is_empty() && !text(&exercise, "wants").is_empty());
        assert!(
            ["core", "stretch"].contains(&text(&exercise, "kind")),
            "{name}"
        );
    }
}

#[test]
fn each_test_is_of_a_listed_exercise() {
    let listed: BTreeSet<String> = exercises()
        .iter()
        .map(|exercise| text(exercise, "name").to_owned())
        .collect();
    let tests = fs::read_dir("tests")
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let found: BTreeSet<String> = tests
        .filter(|path| path.extension().is_some_and(|ext| ext == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "catalogue")
        .collect();
    assert_eq!(found, listed);
}
