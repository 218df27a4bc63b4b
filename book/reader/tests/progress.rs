//! The reader's progress as the roadmap's page sees it and changes it, and each protection of it,
//! attacked.

mod common;

use std::fs;
use std::path::PathBuf;

use common::{Reader, Response, repository};
use serde_json::{Value, json};
use tempfile::TempDir;

const PATH: &str = "/roadmap/progress";

const ROADMAP: &str = r#"
[[phase]]
id = "base"
title = "Base"
about = "It stands."

[[module]]
id = "one"
phase = "base"
title = "One"
kind = "core"
status = "here"
hours = 2
gives = "You can do one."
[[module.measure]]
key = "one.time"
what = "how long it takes"
unit = "ms"

[[module]]
id = "two"
phase = "base"
title = "Two"
kind = "core"
status = "here"
hours = 3
needs = ["one"]
gives = "You can do two."
[[module.measure]]
key = "two.time"
what = "how long it takes"
unit = "ms"
"#;

/// A small repository with a roadmap, and where its progress goes.
fn roadmap() -> (TempDir, PathBuf) {
    let root = repository();
    fs::write(root.path().join("book/roadmap.toml"), ROADMAP).unwrap();
    let progress = root.path().join("progress.toml");
    (root, progress)
}

fn show(reader: &Reader) -> Response {
    reader.ask("GET", PATH, &reader.headers(&reader.token()), "")
}

fn post(reader: &Reader, change: &Value) -> Response {
    let token = reader.token();
    reader.ask("POST", PATH, &reader.headers(&token), &change.to_string())
}

/// The progress that an answer shows.
fn view(response: &Response) -> Value {
    assert_eq!(response.status, 200, "{response:?}");
    serde_json::from_str(&response.body).unwrap()
}

fn done() -> Value {
    json!({ "module": "one", "state": "done" })
}

#[test]
fn what_a_page_ticks_is_in_the_answer_in_the_file_and_in_the_next_question() {
    let (root, path) = roadmap();
    let reader = Reader::serve(root.path(), &[]);
    let before = view(&show(&reader));
    assert_eq!(before["modules"]["one"]["state"], "not-started");
    assert_eq!(before["ready"], json!(["one"]));
    assert!(!path.exists(), "who only looks writes nothing");

    let after = view(&post(&reader, &done()));
    assert_eq!(after["modules"]["one"]["state"], "done");
    assert_eq!(after["ready"], json!(["two"]));
    assert_eq!(after["summary"]["all"]["done"], 1);
    view(&post(&reader, &json!({ "module": "one", "hours": 1.5 })));
    view(&post(
        &reader,
        &json!({ "module": "one", "note": "<b>so</b>" }),
    ));
    let measure = json!({ "module": "one", "measure": "one.time", "value": "4.20" });
    let last = view(&post(&reader, &measure));

    assert_eq!(view(&show(&reader)), last);
    let one = &last["modules"]["one"];
    assert_eq!(one["hours"], 1.5);
    assert!(one["notes"][0].as_str().unwrap().ends_with(": <b>so</b>"));
    assert_eq!(one["measured"]["one.time"]["value"], "4.20");
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("[module.one]") && text.contains("state = \"done\""),
        "{text}"
    );
}

#[test]
fn a_tick_is_not_verified_and_does_not_take_a_verification_back() {
    let (root, path) = roadmap();
    fs::write(&path, "[module.two]\nstate = \"done\"\nverified = true\n").unwrap();
    let reader = Reader::serve(root.path(), &[]);
    assert_eq!(
        view(&post(&reader, &done()))["modules"]["one"]["verified"],
        false
    );
    let again = json!({ "module": "two", "state": "done" });
    assert_eq!(
        view(&post(&reader, &again))["modules"]["two"]["verified"],
        true
    );
}

#[test]
fn a_tick_can_be_taken_back_and_the_hours_stay() {
    let (root, _) = roadmap();
    let reader = Reader::serve(root.path(), &[]);
    view(&post(&reader, &done()));
    view(&post(&reader, &json!({ "module": "one", "hours": 7 })));
    for state in ["review", "in-progress", "not-started"] {
        let one =
            &view(&post(&reader, &json!({ "module": "one", "state": state })))["modules"]["one"];
        assert_eq!(
            (&one["state"], &one["hours"]),
            (&json!(state), &json!(7.0)),
            "{state}"
        );
    }
    let review = post(&reader, &json!({ "module": "one", "state": "review" }));
    assert_eq!(review.status, 422, "what was not done cannot be done again");
}

#[test]
fn what_a_terminal_or_an_editor_changes_shows_at_the_next_question() {
    let (root, path) = roadmap();
    let reader = Reader::serve(root.path(), &[]);
    view(&post(&reader, &done()));
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        format!("# Mine.\n{text}\n[module.two]\nstate = \"in-progress\"\n"),
    )
    .unwrap();
    assert_eq!(
        view(&show(&reader))["modules"]["two"]["state"],
        "in-progress"
    );
    view(&post(&reader, &json!({ "module": "two", "state": "done" })));
    assert!(fs::read_to_string(&path).unwrap().starts_with("# Mine.\n"));
}

#[test]
fn a_damaged_file_is_named_with_its_line_and_left_as_it_is() {
    let (root, path) = roadmap();
    let damaged = "[module.one]\nstate = \"half\"\n";
    fs::write(&path, damaged).unwrap();
    let reader = Reader::serve(root.path(), &[]);
    for response in [show(&reader), post(&reader, &done())] {
        assert_eq!(response.status, 409);
        let (body, name) = (&response.body, "progress.toml");
        assert!(
            body.contains(name) && body.contains('2') && body.contains("half"),
            "{body}"
        );
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
}

#[test]
fn the_file_may_be_elsewhere() {
    let (root, path) = roadmap();
    let elsewhere = root.path().join("mine/progress.toml");
    fs::create_dir(elsewhere.parent().unwrap()).unwrap();
    let reader = Reader::serve(root.path(), &["--progress", elsewhere.to_str().unwrap()]);
    view(&post(&reader, &done()));
    assert!(elsewhere.exists() && !path.exists());
}

#[test]
fn a_book_without_a_roadmap_says_so() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let response = show(&reader);
    assert_eq!(response.status, 500);
    assert!(response.body.contains("roadmap.toml"), "{response:?}");
}

#[test]
fn a_change_that_cannot_be_meant_is_refused_with_the_reason_and_changes_nothing() {
    let (root, path) = roadmap();
    let reader = Reader::serve(root.path(), &[]);
    view(&post(&reader, &done()));
    let before = fs::read_to_string(&path).unwrap();
    let cases = [
        (
            json!({ "module": "ome", "state": "done" }),
            "did you mean one",
        ),
        (
            json!({ "module": "one", "state": "perfect" }),
            "in-progress",
        ),
        (json!({ "module": "one", "hours": -1 }), "hours"),
        (json!({ "module": "one", "hours": "many" }), "hours"),
        (json!({ "module": "one", "note": "  " }), "empty"),
        (
            json!({ "module": "one", "measure": "one.tim", "value": "1" }),
            "one.time",
        ),
        (
            json!({ "module": "one", "measure": "two.time", "value": "1" }),
            "one.time",
        ),
        (
            json!({ "module": "one", "measure": "one.time", "value": "fast" }),
            "ms",
        ),
        (json!({ "module": "one", "measure": "one.time" }), "value"),
        (json!({ "module": "one" }), "state"),
        (
            json!({ "module": "one", "state": "done", "hours": 1 }),
            "One of",
        ),
        (json!({ "state": "done" }), "module"),
        (
            json!({ "module": "one", "state": "done", "path": "/etc/passwd" }),
            "path",
        ),
    ];
    for (change, reason) in cases {
        let response = post(&reader, &change);
        assert_eq!(response.status, 422, "{change}: {response:?}");
        assert!(
            response.body.contains(reason),
            "{change}: {}",
            response.body
        );
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
}

#[test]
fn a_foreign_page_can_neither_change_progress_nor_see_it_even_if_it_knew_the_token() {
    let (root, path) = roadmap();
    let reader = Reader::serve(root.path(), &[]);
    let token = reader.token();
    let with = |method: &str, name: &'static str, value: &'static str| {
        let mut headers = reader.headers(&token);
        headers.retain(|(other, _)| *other != name);
        if !value.is_empty() {
            headers.push((name, value));
        }
        let body = if method == "POST" {
            done().to_string()
        } else {
            String::new()
        };
        reader.ask(method, PATH, &headers, &body).status
    };
    for method in ["GET", "POST"] {
        assert_eq!(with(method, "host", "evil.example"), 421, "{method}");
        assert_eq!(
            with(method, "origin", "http://evil.example"),
            403,
            "{method}"
        );
        assert_eq!(with(method, "origin", "null"), 403, "{method}");
        assert_eq!(
            with(method, "origin", "http://127.0.0.1:1"),
            403,
            "{method}"
        );
        assert_eq!(
            with(method, "sec-fetch-site", "cross-site"),
            403,
            "{method}"
        );
        assert_eq!(with(method, "sec-fetch-site", "same-site"), 403, "{method}");
        assert_eq!(with(method, "sec-fetch-site", "none"), 403, "{method}");
        assert_eq!(with(method, "x-book-token", ""), 403, "{method}");
        assert_eq!(
            with(method, "x-book-token", "0123456789abcdef"),
            403,
            "{method}"
        );
    }
    assert_eq!(with("POST", "origin", ""), 403, "a change names its origin");
    assert_eq!(with("POST", "content-type", "text/plain"), 415);
    assert_eq!(with("POST", "content-type", ""), 415);
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        assert_eq!(
            with(method, "sec-fetch-site", "same-origin"),
            405,
            "{method}"
        );
    }
    let (host, site) = (reader.host(), ("sec-fetch-site", "cross-site"));
    let image = [("host", host.as_str()), ("x-book-token", &token), site];
    let seen = reader.ask("GET", PATH, &image, "").status;
    assert_eq!(
        seen, 403,
        "a question that names no origin may be anybody's"
    );
    assert!(!path.exists(), "nothing of that was written");

    assert_eq!(
        with("GET", "origin", ""),
        200,
        "a browser names none for a page's own question"
    );
    assert_eq!(with("POST", "sec-fetch-site", "same-origin"), 200);
    assert!(path.exists());
}

#[test]
fn a_body_too_long_or_no_json_is_refused() {
    let (root, path) = roadmap();
    let reader = Reader::serve(root.path(), &[]);
    let long = json!({ "module": "one", "note": "x".repeat(65 << 10) });
    assert_eq!(post(&reader, &long).status, 413);
    let token = reader.token();
    let broken = reader.ask("POST", PATH, &reader.headers(&token), "{\"module\":");
    assert_eq!(broken.status, 400);
    assert!(!path.exists());
}

#[test]
fn ticks_that_come_at_once_are_all_there_in_the_end() {
    let (root, path) = roadmap();
    let reader = Reader::serve(root.path(), &[]);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (reader, module) = (&reader, ["one", "two"][number % 2]);
            scope.spawn(move || {
                view(&post(
                    reader,
                    &json!({ "module": module, "note": format!("note {number}") }),
                ));
            });
        }
    });
    let text = fs::read_to_string(&path).unwrap();
    let missing = (0..8).filter(|number| !text.contains(&format!("note {number}")));
    assert_eq!(missing.collect::<Vec<_>>(), [0; 0], "{text}");
}
