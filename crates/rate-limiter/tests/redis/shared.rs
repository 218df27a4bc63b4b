//! One limit for several: threads, tasks, processes.

use std::process::{Command, Stdio};
use std::sync::Arc;

use rate_limiter::redis::{AsyncRedisLimiter, OnUnavailable, RedisConfig, RedisLimiter};

use crate::server::{Server, until};
use crate::{config, once, patient};

/// Where a process that the test below starts finds the server.
const URL: &str = "RATE_LIMITER_TEST_REDIS";

#[test]
fn two_processes_admit_together_exactly_the_burst() {
    if let Ok(url) = std::env::var(URL) {
        return one_of_two(url);
    }
    let Some(server) = Server::start() else {
        return;
    };
    let myself = std::env::current_exe().expect("this test");
    let name = "shared::two_processes_admit_together_exactly_the_burst";
    let processes: Vec<_> = (0..2)
        .map(|_| {
            Command::new(&myself)
                .args([name, "--exact", "--nocapture"])
                .env(URL, server.url())
                .stdout(Stdio::piped())
                .spawn()
                .expect("this test again")
        })
        .collect();
    // They begin when both are there.
    let mut connection = server.connection();
    until("both are there", || {
        let there: Option<u32> = redis::cmd("GET").arg("there").query(&mut connection).ok()?;
        (there == Some(2)).then_some(())
    });
    let () = redis::cmd("SET")
        .arg("go")
        .arg(1)
        .query(&mut connection)
        .expect("redis answers");

    let admitted: Vec<u32> = processes
        .into_iter()
        .map(|process| {
            let output = process.wait_with_output().expect("our own child");
            assert!(output.status.success());
            let output = String::from_utf8(output.stdout).expect("text");
            let (_, count) = output.split_once("admitted=").expect("it says how many");
            let count = count.split_whitespace().next().expect("a number");
            count.parse().expect("a number")
        })
        .collect();
    assert_eq!(admitted.iter().sum::<u32>(), 500, "{admitted:?}");
}

/// What each of the two does: asks for more than half, and says how many it got.
fn one_of_two(url: String) {
    let client = redis::Client::open(url.as_str()).expect("a URL");
    let mut connection = client.get_connection().expect("the server is up");
    let () = redis::cmd("INCR")
        .arg("there")
        .query(&mut connection)
        .expect("redis answers");
    until("the other one is there", || {
        redis::cmd("GET")
            .arg("go")
            .query::<Option<u32>>(&mut connection)
            .ok()?
    });
    let config = RedisConfig {
        url,
        ..patient(OnUnavailable::Closed)
    };
    let limiter = RedisLimiter::new(&config, once(500)).expect("config");
    let admitted = (0..400)
        .filter(|_| limiter.check_key("both").is_ok())
        .count();
    println!("admitted={admitted} ");
}

#[test]
fn threads_and_tasks_share_the_limit_too() {
    let Some(server) = Server::start() else {
        return;
    };
    let config = config(&server, OnUnavailable::Closed);
    let limiter = RedisLimiter::new(&config, once(100)).expect("config");
    let threads: usize = std::thread::scope(|scope| {
        let ask = || (0..20).filter(|_| limiter.check_key("all").is_ok()).count();
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(ask)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .sum()
    });
    assert_eq!(threads, 60);

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let tasks = runtime.block_on(async {
        let limiter = Arc::new(AsyncRedisLimiter::new(&config, once(100)).expect("config"));
        let tasks: Vec<_> = (0..60)
            .map(|_| {
                let limiter = Arc::clone(&limiter);
                tokio::spawn(async move { limiter.check_key("all").await.is_ok() })
            })
            .collect();
        let mut admitted = 0;
        for task in tasks {
            admitted += usize::from(task.await.expect("no panic"));
        }
        assert_eq!(limiter.stats().decided, 60);
        admitted
    });
    assert_eq!(tasks, 40);
    assert_eq!(limiter.stats().decided, 60);
}

#[test]
fn limits_with_different_prefixes_share_nothing() {
    let Some(server) = Server::start() else {
        return;
    };
    let with_prefix = |prefix: &str| {
        let mut config = config(&server, OnUnavailable::Closed);
        config.prefix = prefix.to_owned();
        RedisLimiter::new(&config, once(1)).expect("config")
    };
    let (login, search) = (with_prefix("login:"), with_prefix("search:"));
    assert!(login.check_key("anna").is_ok());
    assert!(search.check_key("anna").is_ok());
    assert!(login.check_key("anna").is_err());
}
