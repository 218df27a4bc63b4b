//! Servers that speak HTTP badly, or in ways that are rare.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::client::{Connection, Reply, get, request};
use crate::processes::{Backend, Proxy};

/// A server that answers each request with the same bytes, whatever they are.
struct Script {
    address: SocketAddr,
    requests: Arc<AtomicU64>,
}

impl Script {
    /// After an answer, the connection is closed or kept.
    fn start(answer: impl Into<Vec<u8>>, closes: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (answer, requests) = (answer.into(), Arc::<AtomicU64>::default());
        let counter = Arc::clone(&requests);
        // They end with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, counter) = (answer.clone(), Arc::clone(&counter));
                thread::spawn(move || serve(stream.unwrap(), &answer, closes, &counter));
            }
        });
        Script { address, requests }
    }

    fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }

    fn proxy(&self) -> Proxy {
        let endpoint = format!("endpoints = [\"{}\"]", self.address);
        let rest = format!("[upstreams.app]\n{endpoint}\n[[routes]]\nupstream = \"app\"\n");
        Proxy::start(&rest)
    }
}

/// Until the client is gone. Requests have no bodies, and end with an empty line.
fn serve(mut stream: TcpStream, answer: &[u8], closes: bool, requests: &AtomicU64) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
        if head.ends_with(b"\r\n\r\n") {
            head.clear();
            requests.fetch_add(1, Ordering::SeqCst);
            if stream.write_all(answer).is_err() || closes {
                return;
            }
        }
    }
}

fn answered(answer: &str, closes: bool) -> Reply {
    let server = Script::start(answer, closes);
    get(server.proxy().address, "/").unwrap()
}

#[test]
fn every_way_to_end_a_body_is_understood() {
    for (answer, closes) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", false),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
            false,
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n05\r\nhello\r\n0\r\nx: y\r\n\r\n",
            false,
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n\
             5\r\nhello\r\n0\r\n\r\n",
            false,
        ),
        ("HTTP/1.1 200 OK\r\n\r\nhello", true),
        ("HTTP/1.0 200 OK\r\n\r\nhello", true),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
            false,
        ),
        (
            "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
            false,
        ),
        (
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello",
            true,
        ),
        ("HTTP/1.1 200 \r\ncontent-length: 5\r\n\r\nhello", false),
    ] {
        let reply = answered(answer, closes);
        assert_eq!(
            (reply.status, reply.text().as_str()),
            (200, "hello"),
            "{answer:?}"
        );
    }
}

#[test]
fn an_answer_whose_end_is_in_doubt_is_not_passed_on() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\ncontent-length: 5, 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, xchunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 OK\r\n\r\n",
        "HTTP/2.7 200 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx y: z\r\n\r\n",
        "\0\0\0\0",
        "",
    ] {
        let reply = answered(answer, true);
        assert_eq!(reply.status, 502, "{answer:?}: {}", reply.text());
    }
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(1 << 20));
    assert_eq!(answered(&long, true).status, 502);
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(10_000));
    assert_eq!(answered(&many, true).status, 502);
}

/// With both lengths `transfer-encoding` counts; either way the next answer is not made of the rest
/// of this one.
#[test]
fn what_follows_an_answer_is_not_taken_for_the_next() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nx: injected\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n\
         5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nx: injected\r\ncontent-length: 5\r\n\r\nhello",
    ] {
        let server = Script::start(answer, false);
        let proxy = server.proxy();
        let mut client = Connection::open(proxy.address).unwrap();
        for _ in 0..3 {
            let reply = client.send("GET", "/", "", b"").unwrap();
            assert_eq!(reply.header("x"), "", "{answer:?}");
            assert!([200, 502].contains(&reply.status), "{reply:?}");
            if reply.closes() {
                client = Connection::open(proxy.address).unwrap();
            }
        }
    }
}

#[test]
fn an_answer_that_is_cut_off_is_not_passed_on_as_a_whole_one() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n",
    ] {
        let server = Script::start(answer, true);
        let proxy = server.proxy();
        let result = get(proxy.address, "/");
        let whole = result.is_ok_and(|reply| reply.status == 200);
        assert!(!whole, "{answer:?}");
        assert_eq!(get(proxy.admin, "/healthz").unwrap().status, 200);
    }
}

#[test]
fn no_get_fails_on_a_connection_that_its_server_has_closed_meanwhile() {
    let server = Script::start("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", true);
    let proxy = server.proxy();
    let mut client = Connection::open(proxy.address).unwrap();
    for _ in 0..200 {
        assert_eq!(client.send("GET", "/", "", b"").unwrap().status, 200);
    }
    assert!(
        (200..=400).contains(&server.requests()),
        "{}",
        server.requests()
    );
}

#[test]
fn no_post_is_sent_twice_over_connections_that_its_server_closes() {
    let server = Script::start("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", true);
    let proxy = server.proxy();
    let mut client = Connection::open(proxy.address).unwrap();
    for _ in 0..200 {
        // 502 is right where the server might have seen it.
        let status = client.send("POST", "/", "", b"").unwrap().status;
        assert!([200, 502].contains(&status), "{status}");
    }
    assert!(server.requests() <= 200, "{}", server.requests());
}

#[test]
fn a_client_that_expects_100_is_told_to_continue_and_its_body_arrives() {
    let server = Backend::start("b1");
    let endpoint = format!("endpoints = [\"{}\"]", server.address);
    let rest = format!("[upstreams.app]\n{endpoint}\n[[routes]]\nupstream = \"app\"\n");
    let proxy = Proxy::start(&rest);
    let mut client = Connection::open(proxy.address).unwrap();
    let head = "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n";
    client.write(head.as_bytes()).unwrap();
    assert_eq!(client.read_interim().unwrap(), 100);
    client.write(b"body").unwrap();
    assert_eq!(client.read().unwrap().text(), "body");
    // One that does not wait is served as well.
    let reply = request(
        proxy.address,
        "POST",
        "/",
        "expect: 100-continue\r\n",
        b"now",
    )
    .unwrap();
    assert_eq!(reply.text(), "now");
}
