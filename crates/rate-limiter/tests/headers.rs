//! Header fields, as the draft's examples have them.

use std::num::NonZeroU32;
use std::time::Duration;

use rate_limiter::headers::Headers;
use rate_limiter::{Admitted, Denied, Quota};

fn number(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn policies_are_written_as_in_the_drafts_examples() {
    let examples = [
        (
            "default",
            Quota::new(number(100), seconds(10)),
            r#""default";q=100;w=10"#,
        ),
        (
            "permin",
            Quota::new(number(50), seconds(60)),
            r#""permin";q=50;w=60"#,
        ),
        (
            "perhr",
            Quota::new(number(1000), seconds(3600)),
            r#""perhr";q=1000;w=3600"#,
        ),
        (
            "daily",
            Quota::new(number(5000), seconds(86400)),
            r#""daily";q=5000;w=86400"#,
        ),
    ];
    for (name, quota, expected) in examples {
        let headers = Headers::new(&Ok(Admitted::new(1, seconds(1))), &quota.unwrap()).named(name);
        assert_eq!(headers.policy(), expected);
    }
}

#[test]
fn states_are_written_as_in_the_drafts_examples() {
    let quota = Quota::per_minute(number(100));
    let state = |remaining, reset, name| {
        let decision = Ok(Admitted::new(remaining, seconds(reset)));
        Headers::new(&decision, &quota).named(name).state()
    };
    assert_eq!(state(50, 30, "default"), r#""default";r=50;t=30"#);
    assert_eq!(
        state(999, 21600, "problemPolicy"),
        r#""problemPolicy";r=999;t=21600"#
    );
}

#[test]
fn who_is_denied_is_told_when_to_come_back_in_whole_seconds_rounded_up() {
    let quota = Quota::per_minute(number(100));
    for (wait, expected) in [
        (Duration::from_nanos(0), "1"),
        (Duration::from_nanos(1), "1"),
        (seconds(5), "5"),
        (seconds(5) + Duration::from_nanos(1), "6"),
    ] {
        let headers = Headers::new(&Err(Denied::RetryAfter(wait)), &quota);
        let fields: Vec<_> = headers.fields().collect();
        assert_eq!(fields[2], ("retry-after", expected.to_string()), "{wait:?}");
    }
    let headers = Headers::new(&Err(Denied::RetryAfter(seconds(5))), &quota);
    assert_eq!(headers.state(), r#""default";r=0;t=5"#);
}

#[test]
fn who_can_never_be_admitted_is_not_told_to_come_back() {
    let never = Err(Denied::Never { asked: 9, burst: 5 });
    let headers = Headers::new(&never, &Quota::per_second(number(5)));
    assert!(headers.fields().all(|(name, _)| name != "retry-after"));
    assert_eq!(headers.state(), r#""default";r=0"#);
}

#[test]
fn the_older_fields_say_the_same() {
    let decision = Ok(Admitted::new(7, Duration::from_millis(1500)));
    let headers = Headers::new(&decision, &Quota::per_minute(number(10)));
    let fields: Vec<_> = headers.older_fields().collect();
    let expected = [("limit", "10"), ("remaining", "7"), ("reset", "2")];
    let expected = expected.map(|(name, value)| (format!("x-ratelimit-{name}"), value.to_string()));
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(name, value)| (name.to_string(), value))
        .collect();
    assert_eq!(fields, expected);
}

#[test]
fn what_the_draft_cannot_say_is_left_out_or_a_parameter_of_its_own() {
    let quota = Quota::new(number(10), Duration::from_millis(1500)).unwrap();
    let headers = Headers::new(
        &Ok(Admitted::new(1, seconds(1))),
        &quota.with_burst(number(3)),
    );
    assert_eq!(headers.policy(), r#""default";q=10;burst=3"#);
}

#[test]
fn a_name_cannot_break_out_of_its_field() {
    let quota = Quota::per_second(number(1));
    let headers = Headers::new(&Ok(Admitted::new(0, seconds(1))), &quota).named("a\"\\\r\nb: ü");
    assert_eq!(headers.state(), r#""a\"\\__b: _";r=0;t=1"#);
}
