//! Every mistake in a configuration is found, and its message leads to the place.

use std::time::Duration;

use edge_proxy::config::{Config, ConfigError, Fault, KeyBy, parse};
use proptest::prelude::*;

const DEMO: &str = include_str!("../demo/edge.toml");

const SMALL: &str = r#"listen = "127.0.0.1:8080"
[upstreams.app]
endpoints = ["127.0.0.1:9001"]
[[routes]]
upstream = "app"
"#;

fn faults(text: &str) -> Vec<Fault> {
    match parse("edge.toml", text) {
        Ok(_) => Vec::new(),
        Err(error) => error.faults().to_vec(),
    }
}

/// What `parse` says when `SMALL` has `new` in place of `old`.
fn says(old: &str, new: &str) -> String {
    assert!(SMALL.contains(old), "{old}");
    match parse("edge.toml", &SMALL.replacen(old, new, 1)) {
        Ok(config) => format!("{config:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_demo_is_valid() {
    let config = parse("demo/edge.toml", DEMO).unwrap();
    let app = &config.upstreams["app"];
    assert_eq!(app.endpoints.len(), 3);
    assert_eq!(app.endpoints[2].weight.get(), 2);
    assert_eq!(app.retry.per_try_timeout, Some(Duration::from_secs(1)));
    let limit = config.routes[1].rate_limit.as_ref().unwrap();
    assert_eq!(limit.by, KeyBy::Header("x-api-key".parse().unwrap()));
    assert_eq!(
        (limit.quota.count.get(), limit.quota.per.as_secs()),
        (10, 1)
    );
}

#[test]
fn the_readmes_configuration_is_valid() {
    let readme = include_str!("../README.md");
    let block = readme.split("```toml\n").nth(1).unwrap();
    let text = block.split("```").next().unwrap();
    let config = parse("README.md", text).unwrap();
    assert_eq!(config.upstreams["app"].retry.max_buffered, 65536);
    assert_eq!(config.routes[0].max_body, 1 << 20);
}

#[test]
fn what_is_left_out_has_a_default() {
    let config = parse("edge.toml", SMALL).unwrap();
    assert_eq!(config.routes[0].path, "/");
    assert_eq!(config.upstreams["app"].retry.attempts.get(), 2);
    assert_eq!(config.drain_timeout, Duration::from_secs(30));
    assert!(config.admin.is_none() && config.workers.is_none());
}

#[test]
fn several_addresses_may_be_listened_on() {
    let text = SMALL.replacen(
        "\"127.0.0.1:8080\"",
        "[\"127.0.0.1:8080\", \"[::1]:8080\"]",
        1,
    );
    assert_eq!(parse("edge.toml", &text).unwrap().listen.len(), 2);
}

#[test]
fn an_upstream_that_is_not_there_is_named_with_the_closest_that_is() {
    assert_eq!(
        says("upstream = \"app\"", "\nupstream = \"appp\""),
        "edge.toml:6:12: routes[0].upstream: there is no upstream \"appp\"; did you mean \"app\"?",
    );
    assert_eq!(
        says("upstream = \"app\"", "upstream = \"shop\""),
        "edge.toml:5:12: routes[0].upstream: there is no upstream \"shop\"",
    );
}

#[test]
fn a_field_that_is_not_known_is_named_with_the_closest_that_is() {
    let message = says("[[routes]]", "reply.attempts = 3\n[[routes]]");
    let place = "edge.toml:4:1: upstreams.app.reply: unknown field `reply`, expected one of ";
    assert!(message.starts_with(place), "{message}");
    assert!(message.ends_with("; did you mean \"retry\"?"), "{message}");
}

#[test]
fn each_kind_of_mistake_has_its_line_column_and_field() {
    let table = [
        // Syntax.
        ("listen = ", "listen = =", "edge.toml:1:10: "),
        ("[upstreams.app]", "[upstreams.app", "edge.toml:2:15: "),
        // Types.
        (
            "\"127.0.0.1:8080\"",
            "8080",
            "edge.toml:1:10: listen: invalid type: integer",
        ),
        (
            "\"127.0.0.1:8080\"",
            "[\"127.0.0.1:8080\", \"localhost:80\"]",
            "edge.toml:1:29: listen[1]: \"localhost:80\" is not an address with a port",
        ),
        (
            "\"127.0.0.1:9001\"",
            "{ address = \"127.0.0.1:9001\", weight = 0 }",
            "edge.toml:3:53: upstreams.app.endpoints[0].weight: invalid value: integer `0`",
        ),
        (
            "\"127.0.0.1:9001\"",
            "{ weight = 1 }",
            "edge.toml:3:14: upstreams.app.endpoints[0]: missing field `address`",
        ),
        (
            "upstream = \"app\"",
            "",
            "edge.toml:4:1: routes[0]: missing field `upstream`",
        ),
        (
            "[[routes]]",
            "retry = { per_try_timeout = \"soon\" }\n[[routes]]",
            "edge.toml:4:29: upstreams.app.retry.per_try_timeout: ",
        ),
        (
            "upstream = \"app\"",
            "upstream = \"app\"\nrate_limit = { quota = \"many\" }",
            "edge.toml:6:24: routes[0].rate_limit.quota: \"many\" is not a rate such as \"100/s\"",
        ),
        (
            "upstream = \"app\"",
            "host = \"http://a\"\nupstream = \"app\"",
            "edge.toml:5:8: routes[0].host: \"http://a\" is not the name of a host",
        ),
        (
            "[[routes]]",
            "hash_by = \"x-user\"\n[[routes]]",
            "edge.toml:4:11: upstreams.app.hash_by: \"x-user\" is none of",
        ),
        // Sense.
        (
            "\"127.0.0.1:8080\"",
            "[\"127.0.0.1:8080\", \"127.0.0.1:8080\"]",
            "edge.toml:1:29: listen[1]: 127.0.0.1:8080 is there twice",
        ),
        (
            "[\"127.0.0.1:9001\"]",
            "[]",
            "edge.toml:3:13: upstreams.app.endpoints: there must be at least one endpoint",
        ),
        (
            "[\"127.0.0.1:9001\"]",
            "[\"127.0.0.1:9001\",\n \"127.0.0.1:9001\"]",
            "edge.toml:4:2: upstreams.app.endpoints[1]: 127.0.0.1:9001 is endpoints[0] already",
        ),
        (
            "upstream = \"app\"",
            "upstream = \"app\"\npath = \"api\"",
            "edge.toml:6:8: routes[0].path: \"api\" does not begin with '/'",
        ),
        (
            "upstream = \"app\"",
            "upstream = \"app\"\n[[routes]]\nupstream = \"app\"",
            "edge.toml:6:1: routes[1]: routes[0] has the same host and path",
        ),
        (
            "[[routes]]",
            "check.interval = \"0s\"\n[[routes]]",
            "edge.toml:4:18: upstreams.app.check.interval: must be more than zero",
        ),
        (
            "[[routes]]",
            "retry.budget.retry_ratio = -1.0\n[[routes]]",
            "edge.toml:4:28: upstreams.app.retry.budget.retry_ratio: -1 is not between 0 and 1000",
        ),
        (
            "[[routes]]",
            "[upstreams.app.balance.outlier]\nmax_ejected_percent = 120\n[[routes]]",
            "edge.toml:5:23: upstreams.app.balance.outlier.max_ejected_percent: 120 is not between",
        ),
        (
            "[[routes]]",
            "breaker = { window = { count = 0 } }\n[[routes]]",
            "edge.toml:4:22: upstreams.app.breaker.window: 0 is not between 1 and 1048576",
        ),
        (
            "[[routes]]",
            "balance.algorithm = \"magev\"\n[[routes]]",
            "edge.toml:4:21: upstreams.app.balance.algorithm: unknown variant `magev`, expected",
        ),
        (
            "[[routes]]",
            "balance.algorithm = { maglev = { table_size = 100 } }\n[[routes]]",
            "edge.toml:4:21: upstreams.app.balance.algorithm.table_size: 100 is not a prime",
        ),
        (
            "[upstreams.app]",
            "admin = { listen = \"127.0.0.1:8080\" }\n[upstreams.app]",
            "edge.toml:2:20: admin.listen: 127.0.0.1:8080 is also where clients connect",
        ),
        (
            "[upstreams.app]",
            "[upstreams.\"ä ö\"]\nendpoints = [\"127.0.0.1:1\"]\n[upstreams.app]",
            "edge.toml:2:1: upstreams.\"ä ö\": a name is made of ASCII letters",
        ),
    ];
    for (old, new, begins) in table {
        let message = says(old, new);
        assert!(
            message.starts_with(begins),
            "{new}\n  says {message}\n  not  {begins}"
        );
    }
}

#[test]
fn all_that_has_no_sense_is_told_at_once_in_the_order_of_the_file() {
    let text = SMALL
        .replace("[\"127.0.0.1:9001\"]", "[]")
        .replace("\"app\"", "\"web\"\npath = \"x\"");
    let fields: Vec<String> = faults(&text).into_iter().map(|fault| fault.field).collect();
    assert_eq!(
        fields,
        [
            "upstreams.app.endpoints",
            "routes[0].upstream",
            "routes[0].path"
        ]
    );
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = edge_proxy::config::load("/nowhere/edge.toml").unwrap_err();
    assert!(matches!(error, ConfigError::Read { .. }));
    assert!(
        error
            .to_string()
            .starts_with("/nowhere/edge.toml: cannot be read: ")
    );
}

/// The fault's place must be in the text.
fn is_placed(text: &str, fault: &Fault) -> bool {
    let line = text.split('\n').nth(fault.line - 1);
    line.is_some_and(|line| fault.column <= line.chars().count() + 1)
}

fn check(text: &str) -> Result<Option<Config>, TestCaseError> {
    match parse("edge.toml", text) {
        Ok(config) => Ok(Some(config)),
        Err(error) => {
            prop_assert!(!error.faults().is_empty());
            for fault in error.faults() {
                prop_assert!(is_placed(text, fault), "{fault}\n{text}");
            }
            Ok(None)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_panics(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn no_damage_to_a_valid_file_panics(at in 0..DEMO.len(), len in 0..40usize, new in "[\\[\\]{}=\"0-9a-zä.\n -]{0,8}") {
        let mut text = DEMO.to_owned();
        let end = (at + len).min(text.len());
        if text.is_char_boundary(at) && text.is_char_boundary(end) {
            text.replace_range(at..end, &new);
        }
        check(&text)?;
    }

    #[test]
    fn the_pieces_of_a_valid_file_in_any_order_do_not_panic(order in proptest::collection::vec(0..DEMO.lines().count(), 0..60)) {
        let lines: Vec<&str> = DEMO.lines().collect();
        let text: Vec<&str> = order.iter().map(|&line| lines[line]).collect();
        check(&text.join("\n"))?;
    }

    #[test]
    fn any_value_of_any_field_does_not_panic(line in 0..DEMO.lines().count(), value in "-?[0-9]{1,25}(\\.[0-9]{1,5}(e[0-9]{1,4})?)?|nan|inf|true|\"[ -~]{0,30}\"|\\[\\]|\\{\\}|\"[0-9]{1,20}(ns|us|ms|s|m|h|y)\"") {
        let mut lines: Vec<String> = DEMO.lines().map(str::to_owned).collect();
        if let Some((name, _)) = lines[line].split_once(" = ") {
            lines[line] = format!("{name} = {value}");
        }
        check(&lines.join("\n"))?;
    }
}
