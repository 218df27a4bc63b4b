//! Quotas in a configuration file.
#![cfg(feature = "serde")]

use std::num::NonZeroU32;
use std::time::Duration;

use rate_limiter::Quota;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct Config {
    limit: Quota,
}

fn read(text: &str) -> Result<Quota, String> {
    let config: Result<Config, _> = toml::from_str(text);
    config
        .map(|config| config.limit)
        .map_err(|error| error.to_string())
}

#[test]
fn a_quota_is_a_text_or_a_table() {
    let number = |n| NonZeroU32::new(n).unwrap();
    let expected = Quota::new(number(100), Duration::from_secs(1))
        .unwrap()
        .with_burst(number(20));
    assert_eq!(read("limit = '100/s burst 20'"), Ok(expected));
    assert_eq!(
        read("limit = { count = 100, per = '1s', burst = 20 }"),
        Ok(expected)
    );
    let written = toml::to_string(&Config { limit: expected }).unwrap();
    assert_eq!(written.trim(), r#"limit = "100/s burst 20""#);
}

#[test]
fn errors_say_where_and_what() {
    for (text, what) in [
        ("limit = '0/s'", "count: 0"),
        ("limit = '100'", "no / between"),
        ("limit = { count = 0, per = 's' }", "count: 0"),
        ("limit = { count = 1, per = 'soon' }", "per: not a time"),
        ("limit = { count = 1, per = 's', burst = 0 }", "burst: 0"),
        (
            "limit = { count = 1, per = 's', bust = 2 }",
            "count, per (\"1s\") and perhaps burst",
        ),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(what), "{error}");
        assert!(error.contains("line 1"), "{error}");
    }
}
