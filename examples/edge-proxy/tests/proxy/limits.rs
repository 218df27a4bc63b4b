//! What one client may take.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::client::{Connection, get, request};
use crate::load::Load;
use crate::processes::{Backend, PATIENCE, Proxy, backends, endpoints, eventually};

fn limited(servers: &[Backend], limit: &str) -> String {
    let endpoints = endpoints(servers);
    format!("[upstreams.app]\n{endpoints}\n[[routes]]\nupstream = \"app\"\nrate_limit = {limit}\n")
}

#[test]
fn each_key_has_a_limit_of_its_own_and_is_told_when_to_come_back() {
    let servers = backends(1);
    let limit = "{ by = \"header:x-api-key\", quota = \"3/h\" }";
    let proxy = Proxy::start(&limited(&servers, limit));
    let send = |key: &str| {
        request(
            proxy.address,
            "GET",
            "/",
            &format!("x-api-key: {key}\r\n"),
            b"",
        )
        .unwrap()
    };
    for left in [2, 1, 0] {
        let reply = send("a");
        assert_eq!(reply.status, 200);
        assert!(
            reply.header("ratelimit").contains(&format!("r={left}")),
            "{reply:?}"
        );
    }
    let denied = send("a");
    assert_eq!(denied.status, 429);
    let retry_after: u64 = denied.header("retry-after").parse().unwrap();
    assert!((1..=1200).contains(&retry_after), "{retry_after}");
    assert!(
        denied.header("ratelimit-policy").contains("q=3"),
        "{denied:?}"
    );
    assert_eq!(send("b").status, 200);
    assert_eq!(servers[0].stat("requests"), 4);
    assert_eq!(proxy.metric("edge_rate_limited_total", "app"), 1.0);
}

#[test]
fn without_the_header_the_client_itself_is_the_key() {
    let servers = backends(1);
    let limit = "{ by = \"header:x-api-key\", quota = \"1/h\" }";
    let proxy = Proxy::start(&limited(&servers, limit));
    assert_eq!(get(proxy.address, "/").unwrap().status, 200);
    assert_eq!(get(proxy.address, "/").unwrap().status, 429);
    assert_eq!(
        request(proxy.address, "GET", "/", "x-api-key: a\r\n", b"")
            .unwrap()
            .status,
        200
    );
}

#[test]
fn a_burst_passes_at_once_and_no_more() {
    let servers = backends(1);
    let proxy = Proxy::start(&limited(&servers, "{ quota = \"1/h\", burst = 20 }"));
    let load = Load::start(proxy.address, "GET", "/", 8);
    load.go_on(100);
    let report = load.stop();
    assert_eq!(report.status(200), 20, "{:?}", report.statuses);
    assert_eq!(report.status(429), report.total() - 20);
}

#[test]
fn a_head_that_comes_too_slowly_is_cut_off() {
    let servers = backends(1);
    let rest = limited(&servers, "{ quota = \"1000/s\" }");
    let proxy = Proxy::start_with("timeouts.header = \"300ms\"", &rest);
    let mut slow = TcpStream::connect(proxy.address).unwrap();
    slow.set_read_timeout(Some(PATIENCE)).unwrap();
    // A byte now and then: each is progress, but the head as a whole is late.
    slow.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx: ").unwrap();
    let mut answer = Vec::new();
    slow.set_nonblocking(true).unwrap();
    eventually("it is cut off", || {
        let _ = slow.write_all(b"x");
        let mut piece = [0; 1024];
        match slow.read(&mut piece) {
            Ok(0) => Some(()),
            Ok(len) => {
                answer.extend_from_slice(&piece[..len]);
                None
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => None,
            Err(_) => Some(()),
        }
    });
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
    assert_eq!(servers[0].stat("requests"), 0);
}

#[test]
fn an_idle_connection_is_closed_after_its_time() {
    let servers = backends(1);
    let rest = limited(&servers, "{ quota = \"1000/s\" }");
    let proxy = Proxy::start_with("timeouts.idle = \"200ms\"", &rest);
    let mut idle = Connection::open(proxy.address).unwrap();
    assert_eq!(idle.send("GET", "/", "", b"").unwrap().status, 200);
    assert!(idle.is_closed());
}

#[test]
fn connections_and_memory_return_to_where_they_were() {
    let servers = backends(2);
    let proxy = Proxy::start_with("", &limited(&servers, "{ quota = \"1000000/s\" }"));
    let load = Load::start(proxy.address, "POST", "/", 4);
    load.go_on(200);
    load.stop().all_well();
    let gone = || {
        eventually("all clients are gone", || {
            let active = proxy.metric("edge_active_connections", "");
            let requests = proxy.metric("edge_active_requests", "");
            (active == 0.0 && requests == 0.0).then_some(())
        });
    };
    gone();
    let before = proxy.memory();
    for _ in 0..5 {
        let load = Load::start(proxy.address, "POST", "/", 40);
        load.go_on(400);
        load.stop().all_well();
        gone();
    }
    let after = proxy.memory();
    assert!(
        after < before + (16 << 20),
        "from {before} to {after} bytes"
    );
    let idle: u64 = servers
        .iter()
        .map(|server| server.stat("connections"))
        .sum();
    assert!(
        idle <= 2 * 2 * 64 + 2,
        "{idle} connections are kept to the servers"
    );
}
