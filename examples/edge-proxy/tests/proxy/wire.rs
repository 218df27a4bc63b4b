//! Servers that do on the wire what no HTTP library would do for a test.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use crate::client::{Connection, request};
use crate::processes::{PATIENCE, Proxy, eventually};

/// A server that gives each connection, with its number from 0, to `serve`, on a thread of its own.
fn server(serve: impl Fn(usize, TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let (serve, stream) = (Arc::clone(&serve), stream.unwrap());
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            thread::spawn(move || serve(number, stream));
        }
    });
    address
}

/// Reads the head of a message; none if none comes any more.
fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

fn answer(stream: &mut TcpStream, text: &str) {
    let length = text.len();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{text}");
    let _ = stream.write_all(answer.as_bytes());
}

/// One worker, so that each request finds the connection of the one before.
fn proxy(server: SocketAddr, more: &str) -> Proxy {
    Proxy::start(&format!(
        "[upstreams.app]\nendpoints = [\"{server}\"]\n{more}\n[[routes]]\nupstream = \"app\"\n"
    ))
}

#[test]
fn after_an_upgrade_bytes_pass_both_ways_until_both_have_ended() {
    let server = server(|_, mut stream| {
        let head = read_head(&mut stream).unwrap().to_ascii_lowercase();
        assert!(head.contains("connection: upgrade\r\n") && head.contains("upgrade: echo\r\n"));
        let switch = b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\
                       upgrade: echo\r\n\r\nfirst";
        stream.write_all(switch).unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        stream.write_all(&all.to_ascii_uppercase()).unwrap();
    });
    let proxy = proxy(server, "");
    let mut client = TcpStream::connect(proxy.address).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    let ask = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\nearly ";
    client.write_all(ask).unwrap();
    let head = read_head(&mut client).unwrap().to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    assert!(head.contains("upgrade: echo\r\n"), "{head}");
    client.write_all(b"and late").unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = String::new();
    client.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "firstEARLY AND LATE");
}

#[test]
fn a_kept_connection_that_the_server_closes_on_the_next_request_costs_a_get_nothing() {
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let server = server(move |_, mut stream| {
        count.fetch_add(1, Ordering::Relaxed);
        read_head(&mut stream);
        answer(&mut stream, "one");
        // It takes the next request, and is gone.
        read_head(&mut stream);
    });
    // Not even a retry is needed.
    let proxy = proxy(server, "retry.attempts = 1");
    let mut client = Connection::open(proxy.address).unwrap();
    for round in 1..=5 {
        let reply = client.send("GET", "/", "", b"").unwrap();
        assert_eq!(
            (reply.status, &*reply.text()),
            (200, "one"),
            "round {round}"
        );
    }
    assert_eq!(connections.load(Ordering::Relaxed), 5);
    assert_eq!(proxy.metric("edge_retries_total", "app"), 0.0);
}

#[test]
fn a_post_is_not_sent_on_a_kept_connection_that_the_server_has_closed() {
    let (closed, has_closed) = mpsc::channel();
    let closed = std::sync::Mutex::new(closed);
    let server = server(move |_, mut stream| {
        read_head(&mut stream);
        answer(&mut stream, "one");
        drop(stream);
        closed.lock().unwrap().send(()).unwrap();
    });
    let proxy = proxy(server, "retry.attempts = 1");
    let mut client = Connection::open(proxy.address).unwrap();
    for round in 1..=5 {
        let reply = client.send("POST", "/", "", b"").unwrap();
        assert_eq!(
            (reply.status, &*reply.text()),
            (200, "one"),
            "round {round}"
        );
        // On this machine, what is closed here is closed there.
        has_closed.recv_timeout(PATIENCE).unwrap();
    }
}

#[test]
fn what_a_server_sends_beyond_its_answer_is_nobodys_answer() {
    let server = server(|number, mut stream| {
        while read_head(&mut stream).is_some() {
            // In one piece, so that the proxy has both when it reads the first.
            let two = [format!("answer {number}"), "poison".to_owned()];
            let two = two.map(|text| {
                let length = text.len();
                format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{text}")
            });
            let _ = stream.write_all(two.concat().as_bytes());
        }
    });
    let proxy = proxy(server, "");
    let mut client = Connection::open(proxy.address).unwrap();
    for number in 0..5 {
        let reply = client.send("GET", "/", "", b"").unwrap();
        assert_eq!(reply.text(), format!("answer {number}"));
    }
}

#[test]
fn a_byte_that_nobody_asked_for_closes_an_idle_connection() {
    let (go, gone) = mpsc::channel::<()>();
    let gone = std::sync::Mutex::new(gone);
    let server = server(move |_, mut stream| {
        read_head(&mut stream);
        answer(&mut stream, "one");
        gone.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        stream.write_all(b"x").unwrap();
        // Until the proxy closes it.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let proxy = proxy(server, "");
    let reply = request(proxy.address, "GET", "/", "", b"").unwrap();
    assert_eq!(reply.text(), "one");
    let open = || proxy.metric("edge_upstream_connections", "app");
    assert_eq!(open(), 1.0);
    go.send(()).unwrap();
    eventually("the connection is closed", || (open() == 0.0).then_some(()));
}

#[test]
fn what_is_not_http_becomes_502_that_says_so_and_no_more() {
    let server = server(|_, mut stream| {
        read_head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\nx");
        read_head(&mut stream);
    });
    let proxy = proxy(server, "");
    let reply = request(proxy.address, "POST", "/", "", b"").unwrap();
    assert_eq!(reply.status, 502);
    assert_eq!(
        reply.header("proxy-status"),
        "edge-proxy; error=http_protocol_error"
    );
    assert!(!reply.text().contains(&server.port().to_string()));
}

#[test]
fn an_answer_that_is_cut_off_is_not_made_to_look_whole() {
    let server = server(|_, mut stream| {
        read_head(&mut stream);
        let cut = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n";
        let _ = stream.write_all(cut);
    });
    let proxy = proxy(server, "");
    let mut client = Connection::open(proxy.address).unwrap();
    assert!(client.send("GET", "/", "", b"").is_err());
}

#[test]
fn a_server_that_answers_before_it_has_read_all_is_heard() {
    let server = server(|_, mut stream| {
        read_head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno");
        // Until the proxy gives up the connection, which cannot be used again.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let proxy = proxy(server, "");
    let mut client = Connection::open(proxy.address).unwrap();
    let head = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n";
    client.write(head.as_bytes()).unwrap();
    let reply = client.read().unwrap();
    assert_eq!((reply.status, &*reply.text()), (403, "no"));
    eventually("the connection to the server is given up", || {
        (proxy.metric("edge_upstream_connections", "app") == 0.0).then_some(())
    });
}
