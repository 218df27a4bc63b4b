//! `edit` on real files: what it changes, what it keeps, what it refuses.

use std::fs;
use std::path::{Path, PathBuf};

use book_roadmap::{Day, Error, Kind, Module, Progress, Roadmap, State, Status, edit};
use tempfile::TempDir;

fn roadmap() -> Roadmap {
    Roadmap::parse(include_str!("small.toml")).unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("progress.toml");
    if !text.is_empty() {
        fs::write(&path, text).unwrap();
    }
    (folder, path)
}

fn own(id: &str, needs: &[&str]) -> Module {
    Module {
        id: id.to_owned(),
        phase: "storage".to_owned(),
        title: "My own".to_owned(),
        kind: Kind::Challenge,
        status: Status::Here,
        hours: 2.0,
        needs: needs.iter().map(|&need| need.to_owned()).collect(),
        gives: "You can do it.".to_owned(),
        chapter: None,
        crates: Vec::new(),
        examples: Vec::new(),
        exercises: Vec::new(),
        experiment: None,
        measures: Vec::new(),
        readings: Vec::new(),
        questions: Vec::new(),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

const WRITTEN: &str = r#"# My way through the book.

[module.lru]
state = "in-progress" # since the holidays
hours = 3.5
started = "2026-11-20"
mood = "good"
notes = [
    "2026-11-20: begun", # a comment in a list
]

# What the book has no more.
[module.gone]
state = "done"
colour = 'red'

[[own]] # mine
id = "mine"
phase = "storage"
title = "Mine"
kind = "challenge"
status = "here"
hours = 1 # or two
gives = "You can."

[later-edition]
key = 1
"#;

#[test]
fn what_is_not_understood_and_all_comments_are_kept() {
    let (_folder, path) = file(WRITTEN);
    let (roadmap, today) = (roadmap(), day("2026-11-21"));
    edit(&path, &roadmap, |progress| {
        progress.done(&roadmap, "lru", today, true)?;
        progress.note(&roadmap, "lru", today, "a \"ghost\"\nlist")?;
        progress.measure(&roadmap, "lru.ns", " 4.2 ", today)?;
        progress.start(&roadmap, "numbers", today)?;
        let mut mine = progress.own[0].clone();
        (mine.hours, mine.needs) = (2.5, vec!["lru".to_owned()]);
        progress.replace(&roadmap, "mine", mine)
    })
    .unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let expected = r#"# My way through the book.

[module.lru]
state = "done" # since the holidays
hours = 3.5
started = "2026-11-20"
mood = "good"
notes = [
    "2026-11-20: begun", # a comment in a list
    """
2026-11-21: a "ghost"
list""",
]
finished = "2026-11-21"
verified = true

[module.lru.measured]
"lru.ns" = { value = "4.2", on = "2026-11-21" }

# What the book has no more.
[module.gone]
state = "done"
colour = 'red'

[module.numbers]
state = "in-progress"
started = "2026-11-21"

[[own]] # mine
id = "mine"
phase = "storage"
title = "Mine"
kind = "challenge"
status = "here"
hours = 2.5 # or two
gives = "You can."
needs = ["lru"]

[later-edition]
key = 1
"#;
    assert_eq!(text, expected);
}

#[test]
fn a_file_is_made_when_there_is_none_and_nothing_but_it_and_its_lock_stays() {
    let (folder, path) = file("");
    let (roadmap, today) = (roadmap(), day("2026-11-21"));
    assert_eq!(Progress::load(&path).unwrap(), Progress::default());
    let unmet = edit(&path, &roadmap, |progress| {
        progress.start(&roadmap, "lsm", today)
    });
    assert_eq!(
        unmet.unwrap(),
        ["numbers", "lru"],
        "a warning, and no refusal"
    );
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "[module.lsm]\nstate = \"in-progress\"\nstarted = \"2026-11-21\"\n"
    );
    assert_eq!(
        names(folder.path()),
        ["progress.toml", "progress.toml.lock"]
    );
    let state = Progress::load(&path).unwrap().state("lsm");
    assert_eq!(state, State::InProgress);
}

#[test]
fn a_damaged_file_is_never_written_over() {
    for damaged in [
        "[module.lru\n",
        "[module.lru]\nhours = -1",
        "own = 3",
        "[module.x]\nstate = 1",
    ] {
        let (folder, path) = file(damaged);
        let roadmap = roadmap();
        let change = |progress: &mut Progress| progress.start(&roadmap, "lru", day("2026-11-21"));
        let error = edit(&path, &roadmap, change).unwrap_err().to_string();
        let at = format!("{}:", path.canonicalize().unwrap().display());
        assert!(error.starts_with(&at), "{error}");
        assert!(error[at.len()..].starts_with(['1', '2']), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
        assert_eq!(
            names(folder.path()),
            ["progress.toml", "progress.toml.lock"]
        );
    }
}

#[test]
fn a_change_that_fails_changes_nothing() {
    let (_folder, path) = file(WRITTEN);
    let (roadmap, today) = (roadmap(), day("2026-11-21"));
    type Change<'a> = Box<dyn FnOnce(&mut Progress) -> Result<(), Error> + 'a>;
    let r = &roadmap;
    let changes: Vec<(&str, Change<'_>)> = vec![
        (
            "there is no module 'lur'; did you mean lru?",
            Box::new(|p| p.start(r, "lur", today).map(drop)),
        ),
        ("lru is not done yet", Box::new(|p| p.again(r, "lru"))),
        (
            "the note is empty",
            Box::new(|p| p.note(r, "lru", today, " \n")),
        ),
        (
            "NaN is no number of hours",
            Box::new(|p| p.set_hours(r, "lru", f64::NAN)),
        ),
        (
            "10001 is no number",
            Box::new(|p| p.set_hours(r, "lru", 10_001.0)),
        ),
        (
            "measures 'lru.n'; did you mean lru.ns",
            Box::new(|p| p.measure(r, "lru.n", "1", today).map(drop)),
        ),
        (
            "'4 ns' is not a number",
            Box::new(|p| p.measure(r, "lru.ns", "4 ns", today).map(drop)),
        ),
        (
            "'inf' is not a number",
            Box::new(|p| p.measure(r, "lru.ns", "inf", today).map(drop)),
        ),
        (
            "lru is a module of the book",
            Box::new(|p| p.remove(r, "lru")),
        ),
        (
            "lru is a module of the book",
            Box::new(|p| p.replace(r, "lru", own("x", &[]))),
        ),
        (
            "there is a module 'lru' already",
            Box::new(|p| p.add(r, own("lru", &[]))),
        ),
        (
            "there is a module 'lru' already",
            Box::new(|p| p.replace(r, "mine", own("lru", &[]))),
        ),
        (
            "new: it needs 'nothing', which is no module",
            Box::new(|p| p.add(r, own("new", &["nothing"]))),
        ),
        ("'N' is no id", Box::new(|p| p.add(r, own("N", &[])))),
        (
            "in a circle: mine needs new needs mine",
            Box::new(|p| {
                p.add(r, own("new", &["mine"]))?;
                p.replace(r, "mine", own("mine", &["new"]))
            }),
        ),
        (
            "mine cannot go while it is needed by new",
            Box::new(|p| {
                p.add(r, own("new", &["mine"]))?;
                p.remove(r, "mine")
            }),
        ),
        (
            "new: it needs 'mine', which is no module",
            Box::new(|p| {
                p.add(r, own("new", &["mine"]))?;
                p.replace(r, "mine", own("other", &[]))
            }),
        ),
        (
            "hours must be more than 0",
            Box::new(|p| {
                p.own[0].hours = 0.0; // past the methods
                Ok(())
            }),
        ),
    ];
    for (reason, change) in changes {
        let error = edit(&path, &roadmap, change).unwrap_err().to_string();
        assert!(error.contains(reason), "{reason}: {error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), WRITTEN, "{reason}");
    }
}

#[test]
fn a_fault_that_is_there_does_not_keep_other_changes_from_being_made() {
    let text = WRITTEN.replace(
        "phase = \"storage\"",
        "phase = \"a phase that the book had\"",
    );
    let (_folder, path) = file(&text);
    let (roadmap, today) = (roadmap(), day("2026-11-21"));
    edit(&path, &roadmap, |progress| {
        progress.start(&roadmap, "numbers", today)
    })
    .unwrap();
    assert_eq!(
        Progress::load(&path).unwrap().state("numbers"),
        State::InProgress
    );
    let add = |progress: &mut Progress| {
        let mut new = own("new", &[]);
        new.phase = "none".to_owned();
        progress.add(&roadmap, new)
    };
    let error = edit(&path, &roadmap, add).unwrap_err().to_string();
    assert!(
        error.contains("new: there is no phase 'none'") && !error.contains("mine"),
        "{error}"
    );
}

#[test]
fn a_check_against_the_roadmap_gives_lines_and_strangers() {
    let (_folder, path) = file(&WRITTEN.replace("\"storage\"", "\"nowhere\""));
    let error = Progress::check(&path, &roadmap()).unwrap_err().to_string();
    let expected = format!("{}:19: mine: there is no phase 'nowhere'", path.display());
    assert!(error.starts_with(&expected), "{error}");
    fs::write(&path, WRITTEN).unwrap();
    let progress = Progress::check(&path, &roadmap()).unwrap();
    assert_eq!(progress.strangers(&roadmap()), ["gone"]);
}

#[test]
fn what_is_written_as_text_is_refused_with_its_own_lines() {
    let roadmap = roadmap();
    let mut progress = Progress::default();
    let text = "id = \"mine\"\nphase = \"storage\"\ntitle = \"Mine\"\nkind = \"challenge\"\n\
                status = \"here\"\nhours = 1\nneeds = [\"lru\",\n  \"lur\"]\ngives = \"You can.\"\n";
    let file = Path::new("mine.toml");
    let mut put = |text: &str| progress.put_text(&roadmap, None, text, file);
    let error = put(text).unwrap_err().to_string();
    assert_eq!(
        error,
        "mine.toml:8: mine: it needs 'lur', which is no module"
    );
    let error = put(&text.replace("hours = 1", "hours = '1'"))
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "mine.toml:6: mine: invalid type: string \"1\", expected f64"
    );
    let error = put("").unwrap_err().to_string();
    assert_eq!(error, "mine.toml:1: missing field `id`");
    assert_eq!(put(&text.replace("lur", "numbers")).unwrap(), "mine");
    let renamed = text
        .replace("lur", "numbers")
        .replace("\"mine\"", "\"yours\"");
    progress.start(&roadmap, "mine", day("2026-11-21")).unwrap();
    progress
        .put_text(&roadmap, Some("mine"), &renamed, file)
        .unwrap();
    assert_eq!(progress.own.len(), 1);
    assert_eq!(
        progress.state("yours"),
        State::InProgress,
        "its record goes with it"
    );
}

#[test]
fn a_link_stays_a_link() {
    let (folder, path) = file("");
    let real = folder.path().join("real.toml");
    fs::write(&real, "# real\n").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&real, &path).unwrap();
    #[cfg(unix)]
    {
        let roadmap = roadmap();
        edit(&path, &roadmap, |p| {
            p.start(&roadmap, "lru", day("2026-11-21"))
        })
        .unwrap();
        assert!(path.symlink_metadata().unwrap().is_symlink());
        assert!(fs::read_to_string(&real).unwrap().contains("# real"));
    }
}

#[test]
fn comments_outlive_what_they_stood_above() {
    let text =
        "# about everything\n\n[module.lru]\nstate = \"done\" # gone\n\n# about mine\n[[own]]\n";
    let mine = WRITTEN.split_once("[[own]] # mine\n").unwrap().1;
    let (_folder, path) = file(&format!("{text}{mine}"));
    let roadmap = roadmap();
    edit(&path, &roadmap, |progress| {
        progress.reset(&roadmap, "lru")?;
        progress.remove(&roadmap, "mine")
    })
    .unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let kept = "# about everything\n# gone\n# about mine\n# or two\n";
    assert_eq!(text, format!("\n[later-edition]\nkey = 1\n\n{kept}"));
}

#[test]
fn a_file_of_comments_still_begins_with_them_and_notes_are_one_a_line() {
    let (_folder, path) = file("# mine\n\n# all of it");
    let (roadmap, today) = (roadmap(), day("2026-11-21"));
    for text in ["one", "two", "three"] {
        edit(&path, &roadmap, |progress| {
            progress.note(&roadmap, "lru", today, text)
        })
        .unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "# mine\n\n# all of it\n\n[module.lru]\nnotes = [\n    \"2026-11-21: one\",\n    \
         \"2026-11-21: two\",\n    \"2026-11-21: three\",\n]\n"
    );
}
