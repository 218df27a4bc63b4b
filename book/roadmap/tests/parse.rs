//! Faults of `roadmap.toml` and `progress.toml`: all of them, each with its line.

use book_roadmap::{Error, Progress, Roadmap};

const GOOD: &str = include_str!("small.toml");

/// What is said of a text, a line each.
fn said(text: &str) -> Vec<String> {
    match Roadmap::parse(text) {
        Ok(_) => Vec::new(),
        Err(Error::Invalid { problems, .. }) => problems.iter().map(ToString::to_string).collect(),
        Err(other) => panic!("{other}"),
    }
}

/// What is said of the good text when `old` is replaced; `LINE` in what is expected is the line of
/// the first difference.
#[track_caller]
fn refused(old: &str, new: &str, expected: &[&str]) {
    assert!(GOOD.contains(old), "{old}");
    let text = GOOD.replacen(old, new, 1);
    let differs = GOOD
        .lines()
        .zip(text.lines())
        .position(|(a, b)| a != b)
        .unwrap();
    let line = (differs + 1).to_string();
    let expected: Vec<String> = expected
        .iter()
        .map(|it| it.replace("LINE", &line))
        .collect();
    assert_eq!(said(&text), expected);
}

#[test]
fn what_is_well_formed_is_read_whole() {
    let roadmap = Roadmap::parse(GOOD).unwrap();
    let ids: Vec<_> = roadmap
        .modules
        .iter()
        .map(|module| module.id.as_str())
        .collect();
    assert_eq!(ids, ["numbers", "lru", "lsm", "later"]);
    assert_eq!(roadmap.phases.len(), 2);
    assert_eq!(roadmap.module("lru").unwrap().measures[1].unit, "%");
    assert_eq!(roadmap.modules_of("storage").count(), 2);
}

#[test]
fn a_field_that_is_unknown_missing_or_of_the_wrong_type_has_its_line() {
    refused(
        "hours = 4\n",
        "hours = 4\nhuors = 5\n",
        &[
            "line 12: numbers: unknown field `huors`, expected one of `id`, `phase`, `title`, `kind`, \
           `status`, `hours`, `needs`, `gives`, `chapter`, `crates`, `examples`, `exercises`, \
           `experiment`, `measure`, `reading`, `questions`",
        ],
    );
    refused(
        "hours = 4\n",
        "hours = \"four\"\n",
        &["line LINE: numbers: invalid type: string \"four\", expected f64"],
    );
    refused(
        "kind = \"core\"",
        "kind = \"cor\"",
        &["line LINE: numbers: unknown variant `cor`, expected `core` or `challenge`"],
    );
    refused(
        "title = \"Numbers\"\n",
        "",
        &["line 5: numbers: missing field `title`"],
    );
    refused("[[phase]]", "[phase]", &["line 14: duplicate key"]);
}

#[test]
fn all_errors_of_syntax_are_told_at_once() {
    let said = said("[[phase]]\nid = \n[[module]]\nid = \"a\ntitle = 'b'\n");
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("line 2: ") && said[1].starts_with("line 4: "),
        "{said:?}"
    );
}

#[test]
fn ids_are_unique_and_well_formed() {
    refused(
        "id = \"lru\"",
        "id = \"numbers\"",
        &[
            "line LINE: numbers: 'numbers' is there already",
            "line 26: numbers: it needs itself",
            "line 56: lsm: it needs 'lru', which is no module",
        ],
    );
    refused(
        "id = \"storage\"",
        "id = \"foundations\"",
        &[
            "line LINE: 'foundations' is there already",
            "line 49: lsm: there is no phase 'storage'; there are: foundations, foundations",
            "line 62: later: there is no phase 'storage'; there are: foundations, foundations",
        ],
    );
    for id in ["", "Lru", "1ru", "l/ru", "l.ru", "-lru", "l ru", "lrü"] {
        let found = said(&GOOD.replacen("id = \"lsm\"", &format!("id = \"{id}\""), 1));
        let one = format!("{id}: '{id}' is no id");
        assert!(
            found.iter().any(|line| line.contains(&one)),
            "{id}: {found:?}"
        );
    }
    refused(
        "key = \"lru.ns\"",
        "key = \"lru.hit-ratio\"",
        &["line 36: lru: measure: 'lru.hit-ratio' is there already"],
    );
}

#[test]
fn needs_are_there_and_do_not_go_round() {
    refused(
        "    \"lru\",\n",
        "    \"lur\",\n",
        &["line LINE: lsm: it needs 'lur', which is no module"],
    );
    refused(
        "    \"lru\",\n",
        "    \"lsm\",\n",
        &["line LINE: lsm: it needs itself"],
    );
    refused(
        "    \"lru\",\n",
        "    \"numbers\",\n",
        &["line LINE: lsm: it needs 'numbers' twice"],
    );
    refused(
        "needs = [\"numbers\"]",
        "needs = [\"later\"]",
        &[
            "line LINE: lru: modules need each other in a circle: lru needs later needs lsm needs lru",
        ],
    );
    refused(
        "hours = 4",
        "hours = 0",
        &["line LINE: numbers: hours must be more than 0, not 0"],
    );
    refused(
        "hours = 4",
        "hours = nan",
        &["line LINE: numbers: hours must be more than 0, not NaN"],
    );
}

#[test]
fn faults_of_several_modules_are_told_at_once() {
    let text = GOOD
        .replace("hours = 4", "hours = true")
        .replace("status = \"here\"", "stat = 1");
    assert_eq!(said(&text).len(), 3, "{:?}", said(&text));
    assert_eq!(
        said("phase = 3"),
        ["line 1: 'phase' is to be a list of tables: write [[phase]]"]
    );
    assert_eq!(said(""), ["line 1: there is no [[phase]]"]);
    assert_eq!(
        said("[[phaze]]\nid = 1"),
        ["line 1: unknown field `phaze`, expected phase or module"]
    );
}

#[test]
fn an_error_is_written_as_compilers_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roadmap.toml");
    std::fs::write(&path, GOOD.replace("hours = 4", "hours = 0")).unwrap();
    let error = Roadmap::read(&path).unwrap_err().to_string();
    let expected = format!(
        "{}:11: numbers: hours must be more than 0, not 0",
        path.display()
    );
    assert_eq!(error, expected);
    let missing = Roadmap::read(&folder.path().join("none.toml")).unwrap_err();
    assert!(missing.to_string().starts_with("cannot read "), "{missing}");
}

#[test]
fn faults_of_progress_have_their_lines() {
    let said = |text| Progress::parse(text).unwrap_err().to_string();
    assert_eq!(
        said("[module.lru]\nstate = \"doing\"\n"),
        "progress.toml:2: lru: unknown variant `doing`, expected one of `not-started`, \
         `in-progress`, `done`, `review`"
    );
    assert_eq!(
        said("[module.lru]\n\nstarted = \"2026-02-30\"\n[module.lsm]\nhours = \"x\"\n"),
        "progress.toml:3: lru: '2026-02-30' is no day: write it as 2026-11-21\n\
         progress.toml:5: lsm: invalid type: string \"x\", expected f64"
    );
    assert!(
        said("[module.lru]\nhours = -1\n").starts_with("progress.toml:2: lru: -1 is no number of")
    );
    assert!(said("[module.lru\n").starts_with("progress.toml:1: "));
    assert!(said("[[own]]\nid = \"x\"\n").starts_with("progress.toml:1: x: missing field"));
    assert!(said("module = 3\n").starts_with("progress.toml:1: 'module' is to be a table"));
}
