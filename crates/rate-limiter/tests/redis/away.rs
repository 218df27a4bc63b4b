//! A Redis that is not there, hangs, or says no.

use std::sync::Arc;
use std::time::Duration;

use clock::ManualClock;
use rate_limiter::redis::{AsyncRedisLimiter, OnUnavailable, RedisConfig, RedisLimiter, Stats};
use rate_limiter::{ConfigError, Denied, Quota};

use crate::server::Server;
use crate::{config, number, once};

const BACK_OFF: Duration = Duration::from_millis(500);

fn limiter(
    server: &Server,
    on_unavailable: OnUnavailable,
) -> (RedisLimiter<ManualClock>, ManualClock) {
    let clock = ManualClock::new();
    let config = config(server, on_unavailable);
    let limiter = RedisLimiter::with_clock(&config, once(4), clock.clone()).expect("config");
    (limiter, clock)
}

fn counts(stats: Stats) -> (u64, u64, u64, bool) {
    (stats.decided, stats.fallbacks, stats.failures, stats.away)
}

#[test]
fn fail_open_admits_all_while_redis_is_away_and_limits_again_when_it_is_back() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (limiter, clock) = limiter(&server, OnUnavailable::Open);
    assert_eq!(limiter.check_key("anna").expect("the first").remaining(), 3);
    assert_eq!(counts(limiter.stats()), (1, 0, 0, false));

    server.stop();
    for _ in 0..10 {
        assert!(limiter.check_key("anna").is_ok());
    }
    // It was tried once, not ten times.
    assert_eq!(counts(limiter.stats()), (1, 10, 1, true));
    // What can never be is not admitted even so.
    assert_eq!(
        limiter.check_key_n("anna", 5),
        Err(Denied::Never { asked: 5, burst: 4 })
    );

    clock.advance(BACK_OFF);
    assert!(limiter.check_key("anna").is_ok());
    assert!(limiter.check_key("anna").is_ok());
    assert_eq!(
        counts(limiter.stats()),
        (1, 12, 2, true),
        "tried once again"
    );

    server.restart();
    assert!(limiter.check_key("anna").is_ok());
    assert_eq!(
        counts(limiter.stats()),
        (1, 13, 2, true),
        "not before the back-off has passed"
    );
    clock.advance(BACK_OFF);
    let admitted = (0..6).filter(|_| limiter.check_key("anna").is_ok()).count();
    assert_eq!(
        admitted, 4,
        "the new server knows nothing of what was before"
    );
    assert_eq!(counts(limiter.stats()), (7, 13, 2, false));
}

#[test]
fn fail_closed_denies_all_and_says_when_redis_is_tried_again() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (limiter, clock) = limiter(&server, OnUnavailable::Closed);
    assert!(limiter.check_key("anna").is_ok());
    server.stop();
    assert_eq!(limiter.check_key("ben"), Err(Denied::RetryAfter(BACK_OFF)));
    clock.advance(Duration::from_millis(200));
    let left = Duration::from_millis(300);
    assert_eq!(limiter.check_key("ben"), Err(Denied::RetryAfter(left)));
    server.restart();
    clock.advance(left);
    assert!(limiter.check_key("ben").is_ok());
    assert_eq!(counts(limiter.stats()), (2, 2, 1, false));
}

#[test]
fn the_local_fallback_admits_this_machines_share() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (limiter, clock) = limiter(
        &server,
        OnUnavailable::Local {
            machines: number(2),
        },
    );
    let admitted = |key| (0..6).filter(|_| limiter.check_key(key).is_ok()).count();
    assert_eq!(admitted("anna"), 4);
    server.stop();
    assert_eq!((admitted("anna"), admitted("ben")), (2, 2));
    // One an hour for both machines: one in two hours for this one.
    clock.advance(Duration::from_secs(7200) - Duration::from_nanos(1));
    assert_eq!(admitted("anna"), 0);
    clock.advance(Duration::from_nanos(1));
    assert_eq!(admitted("anna"), 1);
    server.restart();
    clock.advance(BACK_OFF);
    assert_eq!(admitted("carl"), 4);
}

#[test]
fn a_program_starts_without_its_redis() {
    let Some(mut server) = Server::start() else {
        return;
    };
    server.stop();
    let (limiter, clock) = limiter(&server, OnUnavailable::Open);
    assert_eq!(limiter.stats(), Stats::default());
    assert!(limiter.check_key("anna").is_ok());
    assert_eq!(counts(limiter.stats()), (0, 1, 1, true));
    server.restart();
    clock.advance(BACK_OFF);
    assert!(limiter.check_key("anna").is_ok());
    assert_eq!(counts(limiter.stats()), (1, 1, 1, false));
}

#[test]
fn a_redis_that_hangs_costs_one_request_its_timeout_and_a_late_answer_is_nobodys() {
    let Some(server) = Server::start() else {
        return;
    };
    let clock = ManualClock::new();
    let config = RedisConfig {
        connect_timeout: Duration::from_millis(20),
        call_timeout: Duration::from_millis(20),
        ..config(&server, OnUnavailable::Open)
    };
    let limiter = RedisLimiter::with_clock(&config, once(4), clock.clone()).expect("config");
    // A machine so busy that an answer takes 20 ms is possible: ask until it is not.
    let decide = |key: &str, n| {
        crate::server::until("redis decides", || {
            let before = limiter.stats().decided;
            let decision = limiter.check_key_n(key, n);
            clock.advance(BACK_OFF);
            (limiter.stats().decided > before).then_some(decision)
        })
    };
    assert!(decide("anna", 0).is_ok());
    let before = limiter.stats();
    server.hang();
    for _ in 0..100 {
        assert!(limiter.check_key_n("anna", 4).is_ok());
    }
    assert_eq!(limiter.stats().failures, before.failures + 1);
    clock.advance(BACK_OFF); // now it is the connection that gets no answer
    assert!(limiter.check_key_n("anna", 4).is_ok());
    assert_eq!(limiter.stats().failures, before.failures + 2);
    server.go_on();
    // Ben has all; had the answer for Anna been taken for his, he would not.
    assert_eq!(
        decide("ben", 0).expect("nothing is asked for").remaining(),
        4
    );
}

#[test]
fn an_error_reply_is_about_one_key_and_redis_is_not_left_alone_for_it() {
    let Some(server) = Server::start() else {
        return;
    };
    let (limiter, _) = limiter(&server, OnUnavailable::Closed);
    let mut connection = server.connection();
    let list = redis::cmd("LPUSH")
        .arg("rate-limiter:anna")
        .arg(1)
        .query(&mut connection);
    let _: u32 = list.expect("redis answers");
    assert_eq!(limiter.check_key("anna"), Err(Denied::RetryAfter(BACK_OFF)));
    assert!(limiter.check_key("ben").is_ok());
    assert_eq!(counts(limiter.stats()), (1, 1, 1, false));
}

#[test]
fn a_primary_that_became_a_replica_is_asked_again_over_a_new_connection() {
    let Some(server) = Server::start() else {
        return;
    };
    let (limiter, _) = limiter(&server, OnUnavailable::Open);
    let mut connection = server.connection();
    let mut connections = |command: &[&str]| -> u64 {
        let mut replica_of = redis::cmd("REPLICAOF");
        let () = replica_of
            .arg(command)
            .query(&mut connection)
            .expect("redis answers");
        let stats: redis::InfoDict = redis::cmd("INFO")
            .query(&mut connection)
            .expect("it answers");
        stats.get("total_connections_received").expect("a number")
    };
    assert!(limiter.check_key("anna").is_ok());
    let before = connections(&["127.0.0.1", "1"]);
    assert!(limiter.check_key("anna").is_ok());
    assert_eq!(counts(limiter.stats()), (1, 1, 1, false));
    connections(&["NO", "ONE"]);
    assert_eq!(
        limiter.check_key("anna").expect("the second").remaining(),
        2
    );
    assert_eq!(counts(limiter.stats()), (2, 1, 1, false));
    assert!(connections(&["NO", "ONE"]) > before);
}

#[tokio::test]
async fn the_async_limiter_falls_back_and_recovers_alike() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let clock = ManualClock::new();
    let config = config(
        &server,
        OnUnavailable::Local {
            machines: number(4),
        },
    );
    let limiter = AsyncRedisLimiter::with_clock(&config, once(4), clock.clone()).expect("config");
    let admitted = async |key| {
        let mut admitted = 0;
        for _ in 0..6 {
            admitted += u32::from(limiter.check_key(key).await.is_ok());
        }
        admitted
    };
    assert_eq!(admitted("anna").await, 4);
    server.stop();
    assert_eq!(admitted("anna").await, 1);
    assert_eq!(counts(limiter.stats()), (6, 6, 1, true));
    clock.advance(BACK_OFF);
    assert_eq!(admitted("ben").await, 1);
    assert_eq!(counts(limiter.stats()), (6, 12, 2, true));
    server.restart();
    clock.advance(BACK_OFF);
    assert_eq!(admitted("anna").await, 4);
    assert_eq!(counts(limiter.stats()), (12, 12, 2, false));
}

#[tokio::test]
async fn tasks_wait_together_for_a_server_that_hangs_and_none_tries_again_in_turn() {
    // The system makes connections to it, and nobody answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = silent.local_addr().expect("it is bound").port();
    let config = RedisConfig {
        url: format!("redis://127.0.0.1:{port}"),
        connect_timeout: Duration::from_millis(20),
        on_unavailable: OnUnavailable::Open,
        ..RedisConfig::default()
    };
    let limiter = AsyncRedisLimiter::with_clock(&config, once(1), ManualClock::new());
    let limiter = Arc::new(limiter.expect("config"));
    let ask = async |limiter: Arc<AsyncRedisLimiter<ManualClock>>| {
        limiter.check_key("anna").await.is_ok()
    };
    let tasks: Vec<_> = (0..20)
        .map(|_| tokio::spawn(ask(Arc::clone(&limiter))))
        .collect();
    for task in tasks {
        assert!(task.await.expect("no panic"));
    }
    assert_eq!(counts(limiter.stats()), (0, 20, 20, true));
    silent.set_nonblocking(true).expect("a socket");
    let connections = std::iter::from_fn(|| silent.accept().ok()).count();
    assert_eq!(connections, 1);
}

#[test]
fn a_configuration_that_cannot_be_is_refused_with_the_name_of_the_field() {
    let refuse = |config: RedisConfig, quota: Quota| -> ConfigError {
        RedisLimiter::new(&config, quota).err().expect("refused")
    };
    let good = RedisConfig::default;
    let url = RedisConfig {
        url: "http://u:secret@host".to_owned(),
        ..good()
    };
    let message = refuse(url, once(1)).to_string();
    assert!(
        message.starts_with("url: ") && !message.contains("secret"),
        "{message}"
    );
    let timeout = RedisConfig {
        call_timeout: Duration::ZERO,
        ..good()
    };
    assert!(timeout.validate().is_err());
    assert!(
        refuse(timeout, once(1))
            .to_string()
            .starts_with("call_timeout: is zero")
    );
    let message = refuse(good(), once(3000)).to_string();
    assert!(message.starts_with("burst: "), "{message}");
    assert!(good().validate().is_ok());
}

#[cfg(feature = "serde")]
#[test]
fn a_configuration_is_read_from_a_file() {
    let text = "url = 'redis://10.0.0.7'\ncall_timeout = '20ms'\non_unavailable.local.machines = 4";
    let config: RedisConfig = toml::from_str(text).expect("it is right");
    let local = OnUnavailable::Local {
        machines: number(4),
    };
    assert_eq!(
        (config.on_unavailable, config.call_timeout),
        (local, Duration::from_millis(20))
    );
    let error =
        toml::from_str::<RedisConfig>("on_unavailable = 'ajar'").expect_err("no such choice");
    assert!(error.to_string().contains("ajar"), "{error}");
    assert!(
        toml::from_str::<RedisConfig>("timeout = '1s'").is_err(),
        "no such field"
    );
}
