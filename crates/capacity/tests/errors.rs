//! Whatever is wrong with a model, the message names its field and line, and says what to do.

use capacity::{ModelError, Plan, PlanError, Source};

/// The smallest model; each test spoils one line of it.
const MODEL: &str = r#"title = "Small"
horizon = "5 years"
[users]
daily = "1 M"
peak = "3x"
[objects.post]
reads = "10/day"
writes = "1/day"
size = "500 B"
[objects.post.with.photo]
share = "20 %"
size = "200 KB"
[servers]
handles = "1 k/s"
utilisation = "60 %"
zones = 3
[storage]
full = "70 %"
[cache]
hit = "90 %"
memory = "1 GB"
"#;

fn error(model: &str) -> ModelError {
    let source = match Source::parse(model) {
        Ok(source) => source,
        Err(error) => return error,
    };
    source.model().expect_err("the model is wrong")
}

/// The error when `line` is written instead of the line that begins with its key.
#[track_caller]
fn spoiled(number: usize, line: &str) -> ModelError {
    let lines = MODEL.lines().enumerate();
    let lines: Vec<&str> = lines
        .map(|(i, old)| if i + 1 == number { line } else { old })
        .collect();
    error(&lines.join("\n"))
}

#[track_caller]
fn assert_names(error: &ModelError, field: &str, line: usize, says: &str) {
    let message = error.to_string();
    assert_eq!(error.field(), Some(field), "{message}");
    assert_eq!(error.line(), Some(line), "{message}");
    assert!(message.contains(says), "{says:?} is not in: {message}");
    assert!(
        message.contains(field) && message.starts_with(&format!("line {line}: ")),
        "{message}"
    );
}

#[test]
fn the_model_itself_is_right() {
    let source = Source::parse(MODEL).unwrap();
    Plan::new(&source.model().unwrap()).unwrap();
}

#[test]
fn a_wrong_unit_names_what_it_is_and_what_is_wanted() {
    let error = spoiled(7, "reads = \"200 KB\"");
    assert_names(
        &error,
        "objects.post.reads",
        7,
        "is a size in bytes, and a rate is wanted",
    );
    let error = spoiled(9, "size = 500");
    assert_names(&error, "objects.post.size", 9, "without a unit");
    let error = spoiled(9, "size = \"500 b\"");
    assert_names(&error, "objects.post.size", 9, "a number of bits");
    let error = spoiled(9, "size = true");
    assert_names(
        &error,
        "objects.post.size",
        9,
        "a size in bytes, such as \"500 B\"",
    );
    let error = spoiled(4, "daily = \"1 Mio\"");
    assert_names(&error, "users.daily", 4, "\"Mio\"");
}

#[test]
fn a_missing_field_names_its_table() {
    assert_names(
        &spoiled(4, ""),
        "users.daily",
        3,
        "write `daily = …` under [users]",
    );
    assert_names(
        &spoiled(9, ""),
        "objects.post.size",
        6,
        "under [objects.post]",
    );
    assert_names(&spoiled(14, ""), "servers.handles", 13, "under [servers]");
    assert_names(
        &spoiled(11, ""),
        "objects.post.with.photo.share",
        10,
        "missing",
    );
    let error = spoiled(2, "");
    assert_eq!(
        (error.field(), error.line()),
        (Some("horizon"), None),
        "{error}"
    );
    let nothing = self::error("");
    assert_eq!(nothing.field(), Some("title"), "{nothing}");
}

#[test]
fn an_unknown_field_suggests_the_one_that_was_meant() {
    let error = spoiled(4, "dialy = \"1 M\"");
    assert_names(&error, "users.dialy", 4, "did you mean `daily`?");
    let error = spoiled(11, "shares = \"20 %\"");
    assert_names(
        &error,
        "objects.post.with.photo.shares",
        11,
        "did you mean `share`?",
    );
    let error = spoiled(13, "[serverz]");
    assert_names(&error, "serverz", 13, "did you mean `servers`?");
    let error = spoiled(16, "colour = \"red\"");
    assert_names(
        &error,
        "servers.colour",
        16,
        "there may be handles, utilisation, zones",
    );
}

#[test]
fn what_cannot_be_is_refused() {
    for (number, line, field, says) in [
        (2, "horizon = \"0 years\"", "horizon", "cannot be nothing"),
        (4, "daily = 0", "users.daily", "cannot be nothing"),
        (4, "daily = \"-5 M\"", "users.daily", "less than nothing"),
        (
            4,
            "daily = \"1e40\"",
            "users.daily",
            "too large to be meant",
        ),
        (4, "daily = nan", "users.daily", ""),
        (4, "daily = inf", "users.daily", ""),
        (5, "peak = \"50 %\"", "users.peak", "less than one"),
        (
            5,
            "peak = 3\ngrowth = \"-100 %\"",
            "users.growth",
            "leaves nobody",
        ),
        (
            7,
            "reads = \"-1/day\"",
            "objects.post.reads",
            "less than nothing",
        ),
        (
            9,
            "size = \"0 B\"",
            "objects.post.size",
            "cannot be nothing",
        ),
        (
            11,
            "share = \"120 %\"",
            "objects.post.with.photo.share",
            "at most 100 %",
        ),
        (
            14,
            "handles = \"0/s\"",
            "servers.handles",
            "cannot be nothing",
        ),
        (
            15,
            "utilisation = 1",
            "servers.utilisation",
            "queues grow for ever",
        ),
        (
            15,
            "utilisation = \"0 %\"",
            "servers.utilisation",
            "cannot serve",
        ),
        (16, "zones = 2.5", "servers.zones", "not a number of zones"),
        (
            16,
            "zones_lost = 1",
            "servers.zones_lost",
            "at most 0 can be lost",
        ),
        (18, "full = \"101 %\"", "storage.full", "at most 100 %"),
        (20, "hit = \"101 %\"", "cache.hit", "at most 100 %"),
        (21, "memory = \"0 B\"", "cache.memory", "cannot be nothing"),
    ] {
        let error = spoiled(number, line);
        let at = if line.contains("growth") {
            number + 1
        } else {
            number
        };
        assert_names(&error, field, at, says);
    }
}

#[test]
fn an_object_that_nobody_reads_or_writes_is_refused() {
    let model = MODEL
        .replace("reads = \"10/day\"", "")
        .replace("writes = \"1/day\"", "");
    assert_names(
        &error(&model),
        "objects.post",
        6,
        "add reads, writes or existing",
    );
    let model = MODEL.replace("objects.post", "objects.\"a / b\"");
    assert!(
        error(&model)
            .to_string()
            .contains("cannot stand in a formula")
    );
}

#[test]
fn what_is_not_toml_names_the_line() {
    let error = spoiled(7, "reads = 100/day");
    assert!(
        matches!(error, ModelError::Syntax { line: 7, .. }),
        "{error}"
    );
    assert!(
        error.to_string().starts_with("line 7: this is not TOML"),
        "{error}"
    );
}

#[test]
fn a_value_from_outside_has_no_line() {
    let mut source = Source::parse(MODEL).unwrap();
    source.set("photo.share", "200 %").unwrap();
    let error = source.model().unwrap_err();
    assert_eq!(error.line(), None, "{error}");
    assert_eq!(error.field(), Some("objects.post.with.photo.share"));
}

#[test]
fn a_name_that_fits_several_inputs_or_none_lists_them() {
    let mut source = Source::parse(MODEL).unwrap();
    let error = source.set("size", "1 B").unwrap_err().to_string();
    assert!(
        error.contains("objects.post.size, objects.post.with.photo.size"),
        "{error}"
    );
    let error = source.scale("videos", 2.0).unwrap_err().to_string();
    assert!(error.contains("no input `videos`"), "{error}");
    source.set("post.size", "1 B").unwrap();
    source.set("storage.copies", "3x").unwrap();
    assert_eq!(
        source
            .model()
            .unwrap()
            .storage
            .unwrap()
            .copies
            .unwrap()
            .get(),
        3.0
    );
    source.set("storage.colour", "red").unwrap();
    assert!(matches!(source.model(), Err(ModelError::Unknown { .. })));
}

#[test]
fn a_product_beyond_all_numbers_names_its_step() {
    let mut source = Source::parse(MODEL).unwrap();
    source.set("users.growth", "1e29").unwrap();
    source.set("horizon", "1e6 years").unwrap();
    let error = Plan::new(&source.model().unwrap()).unwrap_err();
    let PlanError::OutOfRange { name, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(name, "users");
    assert!(error.to_string().contains("users.growth"), "{error}");
}
