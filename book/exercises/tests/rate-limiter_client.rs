//! What a client reads from its answers, by hand and against the crate's limiters.

use std::time::Duration;

use clock::{Clock, ManualClock, Nanos};
use rate_limiter::headers::Headers;
use rate_limiter::{FixedWindow, Gcra, Limiter, Quota};

#[cfg_attr(feature = "yours", path = "../rate-limiter/client.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/rate-limiter/client.rs")]
mod exercise;

use exercise::pause;

fn seconds(rate_limit: &str, retry_after: &str) -> u64 {
    let fields = [rate_limit, retry_after].map(|text| (!text.is_empty()).then_some(text));
    pause(fields[0], fields[1]).as_secs()
}

#[test]
fn one_policy_is_read() {
    assert_eq!(
        seconds(r#""default";r=50;t=30"#, ""),
        0,
        "there is some left"
    );
    assert_eq!(seconds(r#""default";r=0;t=30"#, ""), 30);
    assert_eq!(seconds(r#""default";t=30;r=0"#, ""), 30, "in any order");
    assert_eq!(
        seconds(r#""default"; pk=:YQ==: ; r=0; t=30"#, ""),
        30,
        "with more than that"
    );
    assert_eq!(seconds(r#""default";r=0"#, ""), 1, "it does not say when");
    assert_eq!(seconds("", "7"), 7);
    assert_eq!(seconds(r#""default";r=0;t=3"#, "7"), 7);
    assert_eq!(seconds("", ""), 0);
}

#[test]
fn of_several_policies_the_one_that_lasts_longest_counts() {
    let two = r#""minute";r=3;t=20, "day";r=0;t=50000"#;
    assert_eq!(seconds(two, ""), 50_000);
    assert_eq!(seconds(r#""day";r=0;t=50, "minute";r=0;t=20"#, ""), 50);
    assert_eq!(seconds(r#""minute";r=3;t=20,"day";r=9;t=50000"#, "2"), 2);
}

#[test]
fn a_name_is_only_a_name() {
    assert_eq!(seconds(r#""a;r=0;t=99";r=5;t=1"#, ""), 0);
    assert_eq!(seconds(r#""a, b;r=5";r=0;t=4"#, ""), 4);
    assert_eq!(seconds(r#""say \"r=0\", \\";r=0;t=6, "b";r=1"#, ""), 6);
    assert_eq!(seconds(r#""r";r=1;t=8"#, ""), 0);
    assert_eq!(
        seconds(r#""a\";r=0;t=99";r=5;t=1"#, ""),
        0,
        "the quote is escaped"
    );
}

#[test]
fn nonsense_is_not_obeyed_and_breaks_nothing() {
    for text in [
        "r=0;t=9;r",
        "\"",
        "\"\\",
        ";;;,,,",
        "\"x\";r=;t=9",
        "\"x\";r=-1;t=9",
        "\"x\";t=9",
        "ü;ö=0",
        "\"x\";r=zero;t=9",
    ] {
        let policy = format!("{text}, \"y\";r=1");
        let wait = pause(Some(text), Some("tomorrow"));
        assert!(wait <= Duration::from_secs(9), "{text}: {wait:?}");
        pause(Some(&policy), None);
    }
    assert_eq!(seconds("\"x\";r=zero;t=9", ""), 0);
    assert_eq!(seconds("\"x\";r=0;t=soon", ""), 1);
}

/// What a client that pauses as told gets in an hour: admitted, denied.
fn hour(limiter: &dyn Limiter, clock: &ManualClock) -> (u32, u32) {
    let (mut admitted, mut denied) = (0, 0);
    while clock.now() < Nanos::ZERO + Duration::from_secs(3_600) {
        let decision = limiter.check();
        let headers = Headers::new(&decision, &limiter.quota()).named("a, \"b\";r=0;t=9");
        let fields: Vec<_> = headers.fields().collect();
        let field = |name| {
            let field = fields.iter().find(|(field, _)| *field == name);
            field.map(|(_, value)| value.as_str())
        };
        *if decision.is_ok() {
            &mut admitted
        } else {
            &mut denied
        } += 1;
        clock.advance(pause(field("ratelimit"), field("retry-after")));
        clock.advance(Duration::from_millis(1)); // the request itself
    }
    (admitted, denied)
}

#[test]
fn who_is_alone_gets_nearly_all_of_it_and_is_never_denied() {
    for text in [
        "60/min burst 10",
        "60/min",
        "1000/h burst 30",
        "2/s burst 20",
    ] {
        let quota: Quota = text.parse().expect("a quota");
        let clock = ManualClock::new();
        let gcra = Gcra::with_clock(quota, clock.clone());
        let allowed = quota.rate() * 3_600.0;
        let (admitted, denied) = hour(&gcra, &clock);
        assert_eq!(denied, 0, "GCRA, {quota}");
        assert!(
            f64::from(admitted) > 0.9 * allowed,
            "{admitted} of {allowed}, GCRA, {quota}"
        );

        let clock = ManualClock::new();
        let window = FixedWindow::with_clock(quota, clock.clone()).expect("a window");
        let (admitted, denied) = hour(&window, &clock);
        assert_eq!(denied, 0, "fixed window, {quota}");
        assert!(
            f64::from(admitted) > 0.9 * allowed,
            "{admitted} of {allowed}, window, {quota}"
        );
    }
}
