//! `cargo book roadmap` as a reader meets it: real processes, on a small repository.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const ROADMAP: &str = include_str!("../../roadmap/tests/small.toml");

/// A repository with the small roadmap, and its two exercises: one is solved, one is wrong.
fn repository() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("book/roadmap.toml", ROADMAP);
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
    for (name, six) in [("lru_loop", 6), ("lru_fifo", 7)] {
        write(
            &format!("book/exercises/{name}.rs"),
            &format!("pub fn six() -> u32 {{ {six} }}"),
        );
        write(
            &format!("book/exercises/tests/{name}.rs"),
            &format!(
                "#[path = \"../{name}.rs\"]\nmod exercise;\n\
                 #[test]\nfn is_six() {{ assert_eq!(exercise::six(), 6); }}\n"
            ),
        );
        list += &format!(
            "[[exercise]]\nname = \"{name}\"\nstub = \"{name}.rs\"\ntitle = \"{name}\"\n\
             kind = \"core\"\nwants = \"six\"\n"
        );
    }
    write("book/exercises/exercises.toml", &list);
    root
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_book-reader"));
    command
        .arg("roadmap")
        .args(arguments)
        .arg("--root")
        .arg(root);
    command.args(["--today", "2026-11-21"]);
    for name in ["BOOK_PROGRESS", "VISUAL", "EDITOR"] {
        command.env_remove(name);
    }
    command.env("CARGO_TARGET_DIR", root.join("target"));
    command
}

#[track_caller]
fn run(root: &Path, arguments: &[&str]) -> Output {
    command(root, arguments).output().unwrap()
}

/// What a command prints that succeeds, and has nothing to warn of.
#[track_caller]
fn said(root: &Path, arguments: &[&str]) -> String {
    let output = run(root, arguments);
    let (said, warned) = texts(&output);
    assert!(
        output.status.success() && warned.is_empty(),
        "{arguments:?}: {warned}"
    );
    said
}

/// What a command complains of that fails with code 1 and changes nothing.
#[track_caller]
fn refused(root: &Path, arguments: &[&str]) -> String {
    let before = progress(root);
    let output = run(root, arguments);
    let (_, complaint) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {complaint}");
    assert!(complaint.starts_with("error: "), "{complaint}");
    assert_eq!(progress(root), before, "{arguments:?}");
    complaint
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

fn progress(root: &Path) -> String {
    fs::read_to_string(root.join("progress.toml")).unwrap_or_default()
}

const MINE: [&str; 11] = [
    "add", "--id", "mine", "--title", "My own", "--phase", "storage", "--hours", "2", "--gives",
    "You can.",
];

#[test]
fn the_way_is_shown_with_bars_states_and_what_is_next() {
    let root = repository();
    said(root.path(), &["done", "numbers"]);
    said(root.path(), &["hours", "numbers", "3.5"]);
    said(root.path(), &["hours", "numbers", "+0.25"]);
    said(root.path(), &["start", "lru"]);
    let expected = "\
Foundations
  [##########----------] 1 of 2 done, 3.8 h spent of about 9.5 h
    numbers  Numbers                             done, not verified, 3.8 h
    lru      A cache that knows what to forget   in progress

Storage
  [--------------------] 0 of 2 done, about 32 h
    lsm      Never write in place                challenge
    later    Consensus                           planned

All
  [#####---------------] 1 of 4 done, 3.8 h spent of about 41.5 h
  core: 1 of 3; challenges: 0 of 1

Next
  lru: A cache that knows what to forget (about 5.5 h)
    read:      ARC, Megiddo and Modha, 2003
    exercises: lru_loop, lru_fifo
    done:      cargo book roadmap done lru
";
    let squeezed = |text: &str| {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        text.lines().map(words).collect::<Vec<_>>()
    };
    assert_eq!(squeezed(&said(root.path(), &[])), squeezed(expected));
}

#[test]
fn a_module_is_done_when_its_exercises_pass_or_on_ones_word() {
    let root = repository();
    let complaint = refused(root.path(), &["done", "lru"]);
    assert!(
        complaint.contains("lru is not done: lru_fifo failed."),
        "{complaint}"
    );
    let output = run(root.path(), &["done", "lru", "--anyway"]);
    assert!(output.status.success());
    assert_eq!(
        texts(&output).1,
        "warning: it needs what you have not done yet: numbers\n"
    );
    assert!(
        progress(root.path()).contains("verified = false"),
        "{}",
        progress(root.path())
    );
    fs::write(
        root.path().join("book/exercises/lru_fifo.rs"),
        "pub fn six() -> u32 { 6 }",
    )
    .unwrap();
    let output = run(root.path(), &["done", "lru"]);
    assert!(
        texts(&output).0.contains("✓ lru_loop"),
        "{:?}",
        texts(&output)
    );
    assert!(
        texts(&output)
            .0
            .ends_with("lru is done: its 2 exercises pass\n")
    );
    assert!(
        progress(root.path()).contains("verified = true"),
        "{}",
        progress(root.path())
    );
    let unverified = said(root.path(), &["done", "numbers"]);
    assert_eq!(
        unverified,
        "numbers is done, on your word: it has no exercises to verify it\n"
    );
}

#[test]
fn each_step_is_recorded_and_shown() {
    let root = repository();
    let output = run(root.path(), &["start", "lru"]);
    assert!(
        output.status.success(),
        "a need that is not done is no reason to refuse"
    );
    assert_eq!(
        texts(&output).1,
        "warning: it needs what you have not done yet: numbers\n"
    );
    said(root.path(), &["note", "lru", "scans", "hurt"]);
    assert_eq!(
        said(root.path(), &["measure", "lru.ns", "4.2"]),
        "lru: lru.ns = 4.2 ns\n"
    );
    said(root.path(), &["measure", "lru.hit-ratio", "-1e-3"]);
    let shown = said(root.path(), &["show", "lru"]);
    for line in [
        "lru: A cache that knows what to forget\n",
        "  phase       Foundations; core; here; about 5.5 h\n",
        "  needs       numbers\n",
        "  needed by   lsm\n",
        "  measure     lru.ns = 4.2 ns (2026-11-21): A hit.\n",
        "  measure     lru.hit-ratio = -1e-3 % (2026-11-21): Hits of a trace.\n",
        "  question    Why does a scan hurt?\n",
        "  state       in progress, begun 2026-11-21\n",
        "  note        2026-11-21: scans hurt\n",
    ] {
        assert!(shown.contains(line), "{line}{shown}");
    }
    said(root.path(), &["done", "numbers"]);
    said(root.path(), &["again", "numbers"]);
    assert!(progress(root.path()).contains("state = \"review\""));
    said(root.path(), &["reset", "numbers"]);
    said(root.path(), &["reset", "lru"]);
    let left = "[module.lru]\nnotes = [\"2026-11-21: scans hurt\"]\n\n[module.lru.measured]\n";
    assert!(
        progress(root.path()).starts_with(left),
        "{}",
        progress(root.path())
    );
}

#[test]
fn what_is_wrong_is_refused_with_the_reason() {
    let root = repository();
    for (arguments, reason) in [
        (
            &["start", "lur"][..],
            "there is no module 'lur'; did you mean lru",
        ),
        (
            &["done", "nothing-like-it"],
            "there is no module 'nothing-like-it'\n",
        ),
        (&["again", "lru"], "lru is not done yet"),
        (&["note", "lru", " "], "the note is empty"),
        (&["hours", "lru", "many"], "NaN is no number of hours"),
        (&["hours", "lru", "-1"], "-1 is no number of hours"),
        (
            &["measure", "lru.n", "1"],
            "no module measures 'lru.n'; did you mean lru.ns",
        ),
        (
            &["measure", "lru.ns", "fast"],
            "'fast' is not a number: lru.ns is a number of ns",
        ),
        (&["remove", "lru"], "lru is a module of the book"),
        (&["edit", "lru"], "lru is a module of the book"),
        (
            &["add", "--id", "x"],
            "a module also needs --title, --phase, --hours, --gives",
        ),
        (
            &["add", "--file", "/nowhere/mine.toml"],
            "cannot read /nowhere/mine.toml",
        ),
    ] {
        let complaint = refused(root.path(), arguments);
        assert!(complaint.contains(reason), "{reason}: {complaint}");
    }
    for usage in [
        &["start"][..],
        &["leap", "lru"],
        &["add"],
        &["export", "--format", "xml"],
    ] {
        assert_eq!(run(root.path(), usage).status.code(), Some(2), "{usage:?}");
    }
}

#[test]
fn a_damaged_file_is_named_with_its_line_and_left_alone() {
    let root = repository();
    let path = root.path().join("progress.toml");
    fs::write(&path, "[module.lru]\n\nhours = \"x\"\n").unwrap();
    for arguments in [
        &["start", "lru"][..],
        &[],
        &["show", "lru"],
        &["export"],
        &["validate"],
    ] {
        let complaint = refused(root.path(), arguments);
        let place = format!(
            "{}:3: lru: invalid type",
            path.canonicalize().unwrap().display()
        );
        assert!(complaint.contains(&place), "{arguments:?}: {complaint}");
    }
    fs::remove_file(&path).unwrap();
    let roadmap = root.path().join("book/roadmap.toml");
    fs::write(&roadmap, ROADMAP.replace("hours = 4\n", "hours = -4\n")).unwrap();
    let complaint = refused(root.path(), &["start", "lru"]);
    assert!(
        complaint.contains("book/roadmap.toml:11: numbers: hours must be"),
        "{complaint}"
    );
}

#[test]
fn the_files_path_can_be_chosen() {
    let root = repository();
    let elsewhere = root.path().join("elsewhere.toml");
    said(
        root.path(),
        &[
            "start",
            "numbers",
            "--progress",
            elsewhere.to_str().unwrap(),
        ],
    );
    assert!(
        fs::read_to_string(&elsewhere)
            .unwrap()
            .contains("[module.numbers]")
    );
    let mut command = command(root.path(), &["done", "numbers"]);
    assert!(
        command
            .env("BOOK_PROGRESS", &elsewhere)
            .status()
            .unwrap()
            .success()
    );
    assert!(
        fs::read_to_string(&elsewhere)
            .unwrap()
            .contains("state = \"done\"")
    );
    assert!(!root.path().join("progress.toml").exists());
}

#[test]
fn a_module_of_ones_own_is_added_changed_and_removed() {
    let root = repository();
    said(root.path(), &MINE);
    assert!(refused(root.path(), &MINE).contains("there is a module 'mine' already"));
    said(
        root.path(),
        &["edit", "mine", "--needs", "lru,lsm", "--hours", "3"],
    );
    let complaint = refused(root.path(), &["edit", "mine", "--needs", "lur"]);
    assert!(
        complaint.contains("mine: it needs 'lur', which is no module"),
        "{complaint}"
    );
    let shown = said(root.path(), &["show", "mine"]);
    assert!(
        shown.contains("your own; about 3 h") && shown.contains("lru, lsm"),
        "{shown}"
    );
    assert!(said(root.path(), &[]).contains("your own, challenge"));
    let file = root.path().join("second.toml");
    let text = "id = \"second\"\nphase = \"storage\"\ntitle = \"2\"\nkind = \"core\"\n\
                status = \"here\"\nhours = 1\nneeds = [\"mine\"]\ngives = \"You can.\"\n";
    fs::write(&file, text.replace("hours", "huors")).unwrap();
    let file = file.to_str().unwrap();
    let complaint = refused(root.path(), &["add", "--file", file]);
    assert!(
        complaint.contains("second.toml:6: second: unknown field `huors`"),
        "{complaint}"
    );
    fs::write(file, text).unwrap();
    said(root.path(), &["add", "--file", file]);
    let complaint = refused(root.path(), &["remove", "mine"]);
    assert!(
        complaint.contains("mine cannot go while it is needed by second"),
        "{complaint}"
    );
    said(root.path(), &["edit", "second", "--needs", ""]);
    said(root.path(), &["remove", "mine"]);
    assert!(
        !progress(root.path()).contains("mine"),
        "{}",
        progress(root.path())
    );
}

#[test]
fn an_editor_that_leaves_nonsense_loses_nothing() {
    let root = repository();
    said(root.path(), &MINE);
    let edit = |editor: &str| {
        let output = command(root.path(), &["edit", "mine"])
            .env("EDITOR", editor)
            .output()
            .unwrap();
        (output.status.code(), texts(&output))
    };
    let (code, (said, _)) = edit("true");
    assert_eq!((code, said.as_str()), (Some(0), "mine is as it was\n"));
    let (code, (said, _)) = edit("sed -i 's/^title.*/title = \"Another\"/'");
    assert_eq!((code, said.as_str()), (Some(0), "mine is changed\n"));
    assert!(progress(root.path()).contains("title = \"Another\""));
    let before = progress(root.path());
    let (code, (_, complaint)) = edit("sed -i 's/^hours.*/hours = \"long\"/'");
    assert_eq!(code, Some(1));
    assert!(
        complaint.contains(".toml:6: mine: invalid type: string \"long\""),
        "{complaint}"
    );
    let (_, kept) = complaint.split_once("your text is in ").unwrap();
    let kept = kept.split(": mend it").next().unwrap();
    assert!(
        fs::read_to_string(kept)
            .unwrap()
            .contains("hours = \"long\"")
    );
    fs::remove_file(kept).unwrap();
    assert_eq!(progress(root.path()), before);
    let (code, (_, complaint)) = edit("false");
    assert!(
        code == Some(1) && complaint.contains("'false' ended with"),
        "{complaint}"
    );
    // Somebody else changes it while the editor is open.
    let reader = env!("CARGO_BIN_EXE_book-reader");
    let other = format!(
        "{reader} roadmap edit mine --hours 9 --root {} #",
        root.path().display()
    );
    let both = format!("sed -i 's/Another/Third/' \"$1\"; {other}");
    let (code, (_, complaint)) = edit(&both);
    assert_eq!(code, Some(1));
    assert!(
        complaint.contains("changed by somebody else meanwhile"),
        "{complaint}"
    );
    assert!(progress(root.path()).contains("Another") && progress(root.path()).contains("9"));
    let (_, kept) = complaint.split_once("your text is in ").unwrap();
    fs::remove_file(kept.split(": mend it").next().unwrap()).unwrap();
}

#[test]
fn processes_that_change_the_file_at_once_lose_no_change() {
    let root = repository();
    fs::write(root.path().join("progress.toml"), "# mine\n").unwrap();
    let spawn = |number: usize| {
        let text = format!("note {number}.");
        let arguments = ["note", "lru", &text];
        command(root.path(), &arguments)
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let more = |_| {
        let arguments = ["hours", "lru", "+1"];
        command(root.path(), &arguments)
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..40).map(spawn).chain((0..40).map(more)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let text = progress(root.path());
    for number in 0..40 {
        assert!(
            text.contains(&format!("2026-11-21: note {number}.\"")),
            "{number}: {text}"
        );
    }
    assert!(
        text.contains("hours = 40.0") && text.starts_with("# mine\n"),
        "{text}"
    );
}

#[test]
fn the_whole_is_exported_to_read_and_for_programs() {
    let root = repository();
    said(root.path(), &["done", "numbers"]);
    said(root.path(), &["measure", "lru.ns", "4.2"]);
    said(root.path(), &["note", "lru", "two\nlines"]);
    let markdown = said(root.path(), &["export"]);
    for lines in [
        "## Foundations\n\nYou can think in numbers.\n\n",
        "- [x] **numbers**: Numbers (done, not verified, 2026-11-21)\n",
        "- [ ] **lru**: A cache that knows what to forget\n  - `lru.ns`: 4.2 ns (2026-11-21)\n",
        "  - 2026-11-21: two\n    lines\n",
    ] {
        assert!(markdown.contains(lines), "{lines}\n{markdown}");
    }
    let json = said(root.path(), &["export", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["roadmap"]["module"][1]["id"], "lru");
    assert_eq!(json["progress"]["modules"]["numbers"]["state"], "done");
    assert_eq!(json["progress"]["ready"], serde_json::json!(["lru"]));
}

#[test]
fn both_files_are_checked_and_all_faults_told() {
    let root = repository();
    fs::write(
        root.path().join("progress.toml"),
        "[module.gone]\nstate = \"done\"\n",
    )
    .unwrap();
    let output = run(root.path(), &["validate"]);
    let (said, complaint) = texts(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        complaint.contains("book/roadmap.toml:5: numbers: it has no experiment"),
        "{complaint}"
    );
    assert!(complaint.lines().count() > 5, "{complaint}");
    assert!(
        said.contains("1 record, 0 modules of your own, nothing wrong"),
        "{said}"
    );
    assert!(
        said.contains("kept, though the book has no such modules: gone"),
        "{said}"
    );
}

#[test]
fn the_books_own_roadmap_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("progress.toml");
    let said = said(&root, &["validate", "--progress", file.to_str().unwrap()]);
    assert!(said.contains("nothing wrong"), "{said}");
}
