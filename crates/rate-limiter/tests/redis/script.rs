//! What the script decides, and what it leaves in Redis.

use std::cell::RefCell;
use std::time::Duration;

use clock::Nanos;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rate_limiter::gcra::GcraRule;
use rate_limiter::redis::{OnUnavailable, RedisLimiter, decide_at};
use rate_limiter::{Denied, Quota};

use crate::server::{Server, until};
use crate::{config, number, once};

/// Some day, in µs since 1970.
const DAY: u64 = 1_763_700_000_000_000;

/// The table that throttled and redis-cell test themselves with, see `tests/data`: case, now in ms,
/// volume, remaining, reset and retry in ms (-1: none), limited.
const TABLE: &str = include_str!("../data/gcra.tsv");

#[test]
fn the_script_decides_as_the_published_table_says() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut connection = server.connection();
    let quota = Quota::per_second(number(1)).with_burst(number(5));
    let mut cases = 0;
    for line in TABLE
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
    {
        let fields = line
            .split('\t')
            .map(|field| field.parse().expect("a number"));
        let fields: Vec<i64> = fields.collect();
        let [_, now, volume, remaining, reset, retry, limited] = fields[..] else {
            panic!("seven columns: {line}");
        };
        let micros = DAY + now as u64 * 1000;
        let decision = decide_at(&mut connection, "table", quota, micros, volume as u32);
        let decision = decision.expect("redis answers");
        assert_eq!(decision.is_err(), limited == 1, "{line}");
        match decision {
            Ok(admitted) => {
                assert_eq!(i64::from(admitted.remaining()), remaining, "{line}");
                assert_eq!(admitted.reset_after().as_millis() as i64, reset, "{line}");
            }
            Err(denied) => {
                let wait = denied
                    .retry_after()
                    .map_or(-1, |wait| wait.as_millis() as i64);
                assert_eq!(wait, retry, "{line}");
            }
        }
        cases += 1;
    }
    assert_eq!(cases, 16);
}

#[test]
fn a_clock_that_is_set_back_makes_nobody_wait_for_longer_than_a_burst_takes() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut connection = server.connection();
    let quota = Quota::per_minute(number(1)).with_burst(number(3));
    let mut decide =
        |micros, n| decide_at(&mut connection, "anna", quota, micros, n).expect("redis answers");
    assert!(decide(DAY, 3).is_ok());
    let minute = Duration::from_secs(60);
    assert_eq!(
        decide(DAY - 86_400_000_000, 1),
        Err(Denied::RetryAfter(minute))
    );
    assert_eq!(
        decide(DAY - 86_400_000_000, 3),
        Err(Denied::RetryAfter(3 * minute))
    );
}

#[test]
fn lua_and_rust_decide_alike_to_the_nanosecond() {
    let Some(server) = Server::start() else {
        return;
    };
    let connection = RefCell::new(server.connection());
    let case = RefCell::new(0);
    // Intervals of seconds at least, so that the keys live for longer than a case takes: their
    // expiry is in real time, and the rest is not. Some are no whole microseconds.
    let quotas = (1u32..20, 100u64..1000, 1u32..20);
    let steps = prop::collection::vec((0u64..100_000_000, 0u32..25), 1..30);
    let mut runner = TestRunner::new(Config::with_cases(64));
    let result = runner.run(&(quotas, steps), |((count, secs, burst), steps)| {
        let quota = Quota::new(number(count), Duration::from_secs(secs)).expect("a quota");
        let quota = quota.with_burst(number(burst));
        let rule = GcraRule::new(quota);
        *case.borrow_mut() += 1;
        let key = format!("case {}", case.borrow());
        let (mut micros, mut tat) = (DAY, Nanos::ZERO);
        for (later, n) in steps {
            micros += later;
            let expected = rule.decide(tat, Nanos(micros * 1000), n);
            let decision = decide_at(&mut connection.borrow_mut(), &key, quota, micros, n);
            let decision = decision.expect("redis answers");
            if let Ok((next, _)) = expected {
                tat = next;
            }
            let expected = expected.map(|(_, admitted)| admitted);
            prop_assert_eq!(
                decision.map(|a| (a.remaining(), a.reset_after())),
                expected.map(|a| (a.remaining(), a.reset_after()))
            );
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_key_expires_when_it_says_nothing_any_more() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut connection = server.connection();
    let mut pttl = |key: &str| -> i64 {
        redis::cmd("PTTL")
            .arg(key)
            .query(&mut connection)
            .expect("redis answers")
    };
    // 10 s each: after three, the time to live is between 29 and 30 s, however slow this machine
    // is.
    let slow = Quota::per_minute(number(6));
    let limiter = RedisLimiter::new(&config(&server, OnUnavailable::Closed), slow).expect("config");
    let admitted = limiter.check_key_n("anna", 3).expect("a burst is six");
    assert_eq!(admitted.reset_after(), Duration::from_secs(30));
    let left = pttl("rate-limiter:anna");
    assert!((20_000..=30_002).contains(&left), "{left}");
    // What is denied, or asks for nothing, leaves it as it is.
    assert!(limiter.check_key_n("anna", 4).is_err());
    assert!(limiter.check_key_n("anna", 0).is_ok());
    assert!(limiter.check_key_n("ben", 0).is_ok());
    assert!(pttl("rate-limiter:anna") <= left);
    assert_eq!(pttl("rate-limiter:ben"), -2, "no such key");

    let fast = Quota::per_second(number(50));
    let limiter = RedisLimiter::new(&config(&server, OnUnavailable::Closed), fast).expect("config");
    limiter.check_key("carl").expect("the first");
    until("redis forgets the key", || {
        (pttl("rate-limiter:carl") == -2).then_some(())
    });
    assert_eq!(
        limiter.check_key("carl").expect("as if new").remaining(),
        49
    );
}

#[test]
fn time_is_the_servers_and_room_comes_back_with_it() {
    let Some(server) = Server::start() else {
        return;
    };
    // A clock that stands still, to show that it is not the one which counts.
    let clock = clock::ManualClock::new();
    let quota = Quota::per_second(number(20)).with_burst(number(1));
    let config = config(&server, OnUnavailable::Closed);
    let limiter = RedisLimiter::with_clock(&config, quota, clock).expect("config");
    assert!(limiter.check_key("anna").is_ok());
    until("50 ms have passed at the server", || {
        limiter.check_key("anna").ok()
    });
    assert_eq!(limiter.stats().fallbacks, 0);
}

#[test]
fn a_server_that_forgot_the_script_is_told_it_again() {
    let Some(server) = Server::start() else {
        return;
    };
    let limiter = RedisLimiter::new(&config(&server, OnUnavailable::Closed), once(3));
    let limiter = limiter.expect("config");
    assert_eq!(limiter.check_key("anna").expect("the first").remaining(), 2);
    let mut connection = server.connection();
    let flush: () = redis::cmd("SCRIPT")
        .arg("FLUSH")
        .query(&mut connection)
        .expect("it answers");
    let () = flush;
    assert_eq!(
        limiter.check_key("anna").expect("the second").remaining(),
        1
    );
    assert_eq!(limiter.stats().failures, 0);
}
