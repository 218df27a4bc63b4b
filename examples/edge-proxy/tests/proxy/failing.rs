//! Servers that fail in every way that servers do.

use std::time::{Duration, Instant};

use crate::client::{Connection, get, request};
use crate::load::Load;
use crate::processes::{Backend, Proxy, backends, endpoints, eventually, executed};

const RETRY: &str = "retry.budget = { retry_ratio = 0.5, min_retries_per_second = 100 }";

/// One upstream of these servers, with checks that notice in a fifth of a second who is away, and
/// ejections that last half a second.
fn upstream(servers: &[Backend], more: &str) -> String {
    format!(
        "[upstreams.app]\n{}\n\
         check = {{ interval = \"100ms\", timeout = \"500ms\" }}\n\
         balance.health = {{ healthy_after = 1, unhealthy_after = 2 }}\n\
         balance.outlier = {{ consecutive_failures = 5, base_ejection = \"500ms\" }}\n\
         {RETRY}\n{more}\n\
         [[routes]]\nupstream = \"app\"\n",
        endpoints(servers),
    )
}

/// Waits until the server has been given so many more requests.
fn is_used(server: &Backend) {
    let before = server.stat("requests");
    eventually("the server gets requests", || {
        (server.stat("requests") > before + 5).then_some(())
    });
}

#[test]
fn no_idempotent_request_is_lost_when_a_server_is_killed_under_load() {
    let mut servers = backends(3);
    let proxy = Proxy::start(&upstream(&servers, ""));
    let load = Load::start(proxy.address, "GET", "/", 8);
    load.go_on(200);
    servers[0].kill();
    load.go_on(500);
    servers[0].revive();
    is_used(&servers[0]);
    let report = load.stop();
    report.all_well();
    assert_eq!(report.backends.len(), 3, "{:?}", report.backends);
}

#[test]
fn no_other_request_is_done_twice_and_only_those_in_flight_are_lost_when_a_server_is_killed() {
    const CLIENTS: u64 = 8;
    let mut servers = backends(3);
    let proxy = Proxy::start(&upstream(&servers, ""));
    let load = Load::start(proxy.address, "POST", "/", CLIENTS as usize);
    load.go_on(200);
    servers[0].kill();
    load.go_on(500);
    let report = load.stop();

    assert!(
        report.lost.is_empty(),
        "each is answered, if only by 502: {:?}",
        report.lost
    );
    let failed = report.total() - report.status(200);
    assert!(
        failed <= CLIENTS,
        "{failed} of {} failed: {:?}",
        report.total(),
        report.statuses
    );
    let executed = executed(&servers);
    let twice: Vec<_> = executed.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let answered = report.ids.iter().filter(|(_, status)| **status == 200);
    for (id, _) in answered {
        assert!(
            executed.contains_key(id),
            "{id} was answered, but not executed"
        );
    }
}

#[test]
fn a_server_that_closes_without_an_answer_is_tried_once_for_a_post_and_not_again() {
    let servers = backends(2);
    let proxy = Proxy::start(&upstream(&servers, ""));
    for server in &servers {
        server.fault("close&hidden");
    }
    // With a body, without one, and on a connection that is open already.
    let mut client = Connection::open(proxy.address).unwrap();
    for (id, body) in [("once", &b"body"[..]), ("empty", b""), ("again", b"")] {
        let reply = client.send("POST", "/", &format!("x-id: {id}\r\n"), body);
        assert_eq!(reply.unwrap().status, 502);
        let executed = executed(&servers);
        assert_eq!(executed.get(id), Some(&1), "{executed:?}");
    }
    let reply = request(proxy.address, "GET", "/", "x-id: get\r\n", b"").unwrap();
    assert_eq!(reply.status, 502);
    assert!(proxy.metric("edge_retries_total", "app") >= 1.0);
}

#[test]
fn a_hung_server_costs_idempotent_requests_one_attempt_and_is_left_out() {
    let servers = backends(3);
    let more = "retry.attempts = 3\nretry.per_try_timeout = \"200ms\"";
    let proxy = Proxy::start(&upstream(&servers, more));
    let load = Load::start(proxy.address, "GET", "/", 4);
    load.go_on(100);
    servers[1].fault("hang");
    // It is noticed, by requests or by checks.
    eventually("the hung server is left out", || {
        let before = servers[1].stat("requests");
        load.go_on(200);
        (servers[1].stat("requests") == before).then_some(())
    });
    servers[1].fault("ok");
    is_used(&servers[1]);
    load.stop().all_well();
}

#[test]
fn a_slow_server_gets_504_to_what_is_not_idempotent_after_the_routes_timeout() {
    let servers = backends(1);
    let rest = upstream(&servers, "") + "timeout = \"300ms\"\n";
    let proxy = Proxy::start(&rest);
    assert_eq!(get(proxy.address, "/").unwrap().status, 200);
    servers[0].fault("slow:60000&hidden");
    let start = Instant::now();
    let reply = request(proxy.address, "POST", "/", "x-id: slow\r\n", b"body").unwrap();
    assert_eq!(reply.status, 504);
    let elapsed = start.elapsed();
    assert!(
        elapsed >= Duration::from_millis(300) && elapsed < Duration::from_secs(5),
        "{elapsed:?}"
    );
    // What the proxy gave up is given up behind it too.
    eventually("the server's request is cancelled", || {
        (servers[0].stat("active") == 0).then_some(())
    });
    assert!(servers[0].executed().is_empty());
}

#[test]
fn a_server_that_answers_500_is_ejected_and_comes_back() {
    let servers = backends(3);
    let proxy = Proxy::start(&upstream(&servers, ""));
    let load = Load::start(proxy.address, "GET", "/", 4);
    load.go_on(100);
    servers[2].fault("status:500&hidden");
    eventually("it is ejected", || {
        (proxy.metric("edge_endpoint_ejections_total", "app") >= 1.0).then_some(())
    });
    let before = servers[2].stat("requests");
    load.go_on(100);
    servers[2].fault("ok");
    is_used(&servers[2]);
    let report = load.stop();
    assert!(report.lost.is_empty(), "{:?}", report.lost);
    let failed = report.total() - report.status(200);
    // Five failures eject it, for half a second or longer; each client may have one under way.
    let ejections = proxy.metric("edge_endpoint_ejections_total", "app") as u64;
    assert!(
        failed <= 9 * (ejections + 1),
        "{failed} failed, {ejections} ejections"
    );
    assert!(before > 0);
}

#[test]
fn a_flapping_server_loses_nothing_and_executes_nothing_twice() {
    let servers = backends(3);
    let proxy = Proxy::start(&upstream(&servers, ""));
    servers[0].fault("flap:20&hidden");
    let load = Load::start(proxy.address, "POST", "/", 4);
    load.go_on(1000);
    let report = load.stop();
    assert!(report.lost.is_empty(), "{:?}", report.lost);
    assert!(
        report
            .statuses
            .keys()
            .all(|status| [200, 500].contains(status)),
        "{:?}",
        report.statuses
    );
    assert_eq!(report.total(), report.ids.len() as u64);
    let executed = executed(&servers);
    assert!(executed.values().all(|times| *times == 1));
    assert_eq!(executed.len() as u64, report.status(200));
}

#[test]
fn a_breaker_opens_when_all_fails_and_closes_when_it_is_well_again() {
    let servers = backends(1);
    let more = "breaker = { window = { count = 20 }, minimum_calls = 10, wait_in_open = \"300ms\", \
                permitted_half_open_calls = 2 }\nretry.attempts = 1";
    let proxy = Proxy::start(&upstream(&servers, more));
    assert_eq!(proxy.metric("edge_breaker_state", "state=\"closed\""), 1.0);
    servers[0].fault("status:500&hidden");
    // Open, it answers at once in the server's place.
    let refused = eventually("the breaker opens", || {
        get(proxy.address, "/")
            .ok()
            .filter(|reply| reply.status == 503)
    });
    assert!(
        refused.header("retry-after").parse::<u64>().is_ok(),
        "{refused:?}"
    );
    assert_eq!(refused.header("x-backend"), "");
    assert!(proxy.metric("edge_breaker_refused_total", "app") >= 1.0);
    assert!(proxy.metric("edge_breaker_opened_total", "app") >= 1.0);
    servers[0].fault("ok");
    eventually("the breaker closes", || {
        let _ = get(proxy.address, "/");
        (proxy.metric("edge_breaker_state", "state=\"closed\"") == 1.0).then_some(())
    });
    assert_eq!(get(proxy.address, "/").unwrap().status, 200);
}

#[test]
fn a_retry_budget_bounds_what_a_failing_upstream_is_asked() {
    let servers = backends(2);
    let more = "balance.panic_threshold = 100";
    let rest = upstream(&servers, more).replace(
        "retry_ratio = 0.5, min_retries_per_second = 100",
        "retry_ratio = 0.1, min_retries_per_second = 0",
    );
    let proxy = Proxy::start(&rest);
    for server in &servers {
        server.fault("close&hidden");
    }
    let mut connection = Connection::open(proxy.address).unwrap();
    for _ in 0..200 {
        let reply = connection.send("GET", "/", "", b"").unwrap();
        assert!(reply.status >= 502, "{reply:?}");
        if reply.closes() {
            connection = Connection::open(proxy.address).unwrap();
        }
    }
    let asked: u64 = servers.iter().map(|server| server.stat("requests")).sum();
    assert!(asked <= 200 + 20 + 2, "{asked} attempts for 200 requests");
    assert!(proxy.metric("edge_retries_over_budget_total", "app") > 0.0);
}
