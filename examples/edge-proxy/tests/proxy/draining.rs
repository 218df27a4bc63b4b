//! Leaving without losing anything.

use std::io::Write;
use std::net::TcpStream;

use crate::client::{Connection, get};
use crate::load::Load;
use crate::processes::{Backend, Proxy, backends, endpoints, eventually};

fn one_upstream(servers: &[Backend]) -> String {
    format!(
        "[upstreams.app]\n{}\n[[routes]]\nupstream = \"app\"\n",
        endpoints(servers)
    )
}

#[test]
fn sigterm_under_load_loses_no_request() {
    let servers = backends(3);
    for method in ["GET", "POST", "GET", "POST", "GET", "POST"] {
        let mut proxy = Proxy::start(&one_upstream(&servers));
        let load = Load::start(proxy.address, method, "/", 8);
        load.go_on(200);
        proxy.terminate();
        // The clients go on until they find nobody to connect to.
        let report = load.finish();
        report.all_well();
        assert!(proxy.ended().success());
    }
}

/// The hard case: the client sends just when the proxy would like to close an idle connection.
#[test]
fn a_request_on_an_idle_connection_is_answered_when_the_drain_has_begun() {
    let servers = backends(1);
    // The grace is half a second, in which a very busy machine may not get this far.
    let answered = (0..5).any(|_| {
        let mut proxy = Proxy::start_with("workers = 1", &one_upstream(&servers));
        let mut idle = Connection::open(proxy.address).unwrap();
        assert_eq!(idle.send("GET", "/", "", b"").unwrap().status, 200);
        proxy.terminate();
        eventually("the proxy accepts nobody", || {
            TcpStream::connect(proxy.address).err()
        });
        let reply = idle.send("POST", "/", "", b"body");
        assert!(proxy.ended().success());
        reply.is_ok_and(|reply| reply.status == 200 && reply.closes())
    });
    assert!(answered);
}

#[test]
fn a_request_that_is_being_answered_is_answered_to_its_end() {
    let servers = backends(1);
    let mut proxy = Proxy::start(&one_upstream(&servers));
    servers[0].fault("slow:1000");
    let mut client = Connection::open(proxy.address).unwrap();
    client
        .write(b"GET /bytes/100000 HTTP/1.1\r\nhost: a\r\n\r\n")
        .unwrap();
    eventually("the request has arrived", || {
        (servers[0].stat("active") == 1).then_some(())
    });
    proxy.terminate();
    eventually("the proxy accepts nobody", || {
        TcpStream::connect(proxy.address).err()
    });
    let reply = client.read().unwrap();
    assert_eq!((reply.status, reply.body.len()), (200, 100_000));
    assert!(reply.closes());
    assert!(proxy.ended().success());
}

#[test]
fn what_never_ends_is_cut_off_when_the_time_is_up() {
    let servers = backends(1);
    let mut proxy = Proxy::start_with("drain_timeout = \"200ms\"", &one_upstream(&servers));
    servers[0].fault("hang&hidden");
    let mut client = Connection::open(proxy.address).unwrap();
    client.write(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    eventually("the request has arrived", || {
        (servers[0].stat("active") == 1).then_some(())
    });
    proxy.terminate();
    proxy.ended();
    assert!(client.is_closed());
}

#[test]
fn an_idle_connection_does_not_hold_up_the_end() {
    let servers = backends(1);
    let mut proxy = Proxy::start_with("timeouts.header = \"500ms\"", &one_upstream(&servers));
    let mut idle = Connection::open(proxy.address).unwrap();
    assert_eq!(idle.send("GET", "/", "", b"").unwrap().status, 200);
    let mut silent = TcpStream::connect(proxy.address).unwrap();
    silent.write_all(b"GET").unwrap();
    assert_eq!(get(proxy.admin, "/healthz").unwrap().status, 200);
    proxy.terminate();
    assert!(proxy.ended().success());
    assert!(idle.is_closed());
}
