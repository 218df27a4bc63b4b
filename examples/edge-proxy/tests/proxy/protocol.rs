//! What HTTP allows, and what it does not.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;

use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::client::{Connection, get, request};
use crate::processes::{Backend, PATIENCE, Proxy, backends, endpoints, eventually};

fn one_upstream(servers: &[Backend]) -> String {
    format!(
        "[upstreams.app]\n{}\n[[routes]]\nupstream = \"app\"\n",
        endpoints(servers)
    )
}

/// What comes back for these bytes, until the other side closes.
fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    // An error is a reset after the answer: what had come counts.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request with these headers and an empty chunked body, followed by one that must stay hidden.
fn smuggle(proxy: &Proxy, headers: &str) -> String {
    let hidden = "GET /hidden HTTP/1.1\r\nhost: a\r\nx-id: hidden\r\n\r\n";
    let first = format!("POST / HTTP/1.1\r\nhost: a\r\n{headers}\r\n0\r\n\r\n{hidden}");
    let answer = raw(proxy.address, first.as_bytes());
    assert_eq!(
        answer.matches("HTTP/1.1 ").count(),
        1,
        "{headers:?}: {answer:?}"
    );
    answer
}

#[test]
fn requests_whose_end_is_in_doubt_are_refused() {
    let servers = backends(1);
    let proxy = Proxy::start(&one_upstream(&servers));
    for headers in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: xchunked\r\n",
        "content-length: -1\r\n",
        "content-length: 5, 6\r\n",
        "content-length: +5\r\n",
        "transfer-encoding : chunked\r\n",
    ] {
        let answer = smuggle(&proxy, headers);
        assert!(
            answer.starts_with("HTTP/1.1 400"),
            "{headers:?}: {answer:?}"
        );
    }
    assert_eq!(servers[0].stat("requests"), 0);
    assert_eq!(get(proxy.address, "/").unwrap().status, 200);
}

/// RFC 9112, section 6.3: of both lengths `transfer-encoding` counts, and the connection must close.
/// The server behind sees one length only, the one that was used.
#[test]
fn a_request_with_both_lengths_is_the_last_of_its_connection_and_hides_nothing() {
    let servers = backends(1);
    let proxy = Proxy::start(&one_upstream(&servers));
    for headers in [
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
    ] {
        let answer = smuggle(&proxy, &format!("{headers}x-id: seen\r\n"));
        let refused = answer.starts_with("HTTP/1.1 400");
        assert!(
            refused || answer.contains("connection: close"),
            "{headers:?}: {answer:?}"
        );
    }
    let executed = servers[0].executed();
    assert!(executed.keys().all(|id| id == "seen"), "{executed:?}");
}

#[test]
fn bytes_that_are_no_request_get_400_and_the_connection_ends() {
    let servers = backends(1);
    let proxy = Proxy::start(&one_upstream(&servers));
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nx y: z\r\n\r\n",
    ] {
        let answer = raw(proxy.address, bytes);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
            "{bytes:?}: {answer:?}"
        );
    }
    assert_eq!(servers[0].stat("requests"), 0);
}

#[test]
fn headers_of_the_connection_go_no_further_and_who_is_asking_is_told() {
    let servers = backends(1);
    let proxy = Proxy::start(&one_upstream(&servers));
    let headers = "connection: keep-alive, x-secret\r\nx-secret: 1\r\nkeep-alive: 5\r\nte: trailers\r\n\
                   x-forwarded-for: 1.2.3.4\r\nx-kept: yes\r\n";
    let reply = request(proxy.address, "GET", "/headers?a=b", headers, b"").unwrap();
    let seen = reply.text();
    assert!(seen.starts_with("GET /headers?a=b HTTP/1.1"), "{seen}");
    for gone in [
        "x-secret",
        "keep-alive:",
        "proxy-authorization",
        "connection:",
    ] {
        assert!(!seen.contains(gone), "{gone} in {seen}");
    }
    assert!(seen.contains("x-kept: yes"), "{seen}");
    assert!(seen.contains("host: test"), "{seen}");
    assert!(
        seen.contains("x-forwarded-for:") && seen.contains("127.0.0.1"),
        "{seen}"
    );
}

#[test]
fn routes_go_by_host_and_by_whole_segments_of_the_path() {
    let servers = backends(3);
    let mut rest = String::new();
    for server in &servers {
        rest += &format!(
            "[upstreams.{}]\nendpoints = [\"{}\"]\n",
            server.name, server.address
        );
    }
    rest += "[[routes]]\npath = \"/api\"\nupstream = \"b1\"\n\
             [[routes]]\nhost = \"*.example.com\"\nupstream = \"b2\"\n\
             [[routes]]\nhost = \"www.example.com\"\nupstream = \"b3\"\n";
    let proxy = Proxy::start(&rest);
    let ask = |host: &str, path: &str| {
        let mut connection = Connection::open(proxy.address).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n");
        connection.write(head.as_bytes()).unwrap();
        let reply = connection.read().unwrap();
        (reply.status, reply.header("x-backend").to_owned())
    };
    let is = |backend: &str| (200, backend.to_owned());
    assert_eq!(ask("any", "/api"), is("b1"));
    assert_eq!(ask("any", "/api/x?y"), is("b1"));
    assert_eq!(ask("any", "/apis").0, 404);
    assert_eq!(ask("any", "/").0, 404);
    assert_eq!(ask("a.example.com:8080", "/x"), is("b2"));
    assert_eq!(ask("WWW.example.com", "/"), is("b3"));
    assert_eq!(ask("example.com", "/").0, 404);
}

#[test]
fn a_large_body_is_streamed_both_ways_and_never_in_memory() {
    const SIZE: usize = 200 << 20;
    let servers = backends(1);
    let proxy = Proxy::start(&format!("{}max_body = {SIZE}\n", one_upstream(&servers)));
    assert_eq!(get(proxy.address, "/").unwrap().status, 200);
    let before = proxy.memory();
    let mut stream = TcpStream::connect(proxy.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: {SIZE}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let writing = thread::spawn(move || {
        let piece: Vec<u8> = (0..=255).cycle().take(64 << 10).collect();
        for _ in 0..SIZE / piece.len() {
            writer.write_all(&piece).unwrap();
        }
    });
    let (mut received, mut most) = (0, 0);
    let mut piece = vec![0; 64 << 10];
    while received < SIZE {
        let len = stream.read(&mut piece).unwrap();
        assert!(len > 0, "the answer ends after {received} bytes");
        received += len;
        if received % (16 << 20) < len {
            most = proxy.memory().max(most);
        }
    }
    writing.join().unwrap();
    assert!(
        most < before + (24 << 20),
        "memory from {before} to {most} bytes"
    );
    let reply = get(proxy.address, "/bytes/50000000").unwrap();
    assert_eq!(reply.body.len(), 50_000_000);
}

#[test]
fn a_body_that_is_too_large_is_refused_however_it_is_sent() {
    let servers = backends(1);
    let proxy = Proxy::start(&format!("{}max_body = 1000\n", one_upstream(&servers)));
    let fits = request(proxy.address, "POST", "/", "x-id: fits\r\n", &[0; 1000]).unwrap();
    assert_eq!((fits.status, fits.body.len()), (200, 1000));
    let mut announced = Connection::open(proxy.address).unwrap();
    announced
        .write(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1001\r\n\r\n")
        .unwrap();
    assert_eq!(announced.read().unwrap().status, 413);
    let mut chunked = Connection::open(proxy.address).unwrap();
    let head = "POST / HTTP/1.1\r\nhost: a\r\nx-id: chunked\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("1f4\r\n{}\r\n", "x".repeat(500));
    chunked
        .write((head.to_owned() + &chunk + &chunk + &chunk).as_bytes())
        .unwrap();
    assert_eq!(chunked.read().unwrap().status, 413);
    assert_eq!(servers[0].executed().keys().collect::<Vec<_>>(), ["fits"]);
}

#[test]
fn a_slow_reader_slows_down_the_server_and_fills_no_memory() {
    let servers = backends(1);
    let proxy = Proxy::start(&one_upstream(&servers));
    assert_eq!(get(proxy.address, "/").unwrap().status, 200);
    let before = proxy.memory();
    let mut slow = Connection::open(proxy.address).unwrap();
    slow.write(b"GET /bytes/500000000 HTTP/1.1\r\nhost: a\r\n\r\n")
        .unwrap();
    eventually("the answer is under way", || {
        (servers[0].stat("active") == 1).then_some(())
    });
    // Others are served meanwhile.
    for _ in 0..200 {
        assert_eq!(get(proxy.address, "/").unwrap().status, 200);
    }
    let after = proxy.memory();
    assert!(
        after < before + (24 << 20),
        "memory from {before} to {after} bytes"
    );
    drop(slow);
    eventually("the server's answer is cancelled", || {
        (servers[0].stat("active") == 0).then_some(())
    });
}

/// Sends requests over one HTTP/2 connection, all at once, and gives the answers.
fn over_http2(
    address: SocketAddr,
    requests: Vec<Request<Full<Bytes>>>,
) -> Vec<(StatusCode, Bytes)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let answers = requests.into_iter().map(|request| {
            let mut sender = sender.clone();
            tokio::spawn(async move {
                let response = sender.send_request(request).await.unwrap();
                assert_eq!(response.version(), Version::HTTP_2);
                let status = response.status();
                (
                    status,
                    response.into_body().collect().await.unwrap().to_bytes(),
                )
            })
        });
        let answers: Vec<_> = answers.collect();
        let mut all = Vec::new();
        for answer in answers {
            all.push(answer.await.unwrap());
        }
        all
    })
}

fn http2_requests() -> Vec<Request<Full<Bytes>>> {
    let request = |number: usize| {
        let body = vec![b'x'; number * 100];
        let request = Request::post(format!("http://a.test/{number}"));
        request
            .header("x-id", format!("h2-{number}"))
            .body(Full::from(body))
            .unwrap()
    };
    (1..=50).map(request).collect()
}

#[test]
fn http2_clients_are_served_by_http1_servers_and_by_http2_servers() {
    for servers in [vec![Backend::start("b1")], vec![Backend::start_http2("b1")]] {
        let http2 = servers[0].http2;
        let more = format!("http2 = {http2}\n[[routes]]");
        let proxy = Proxy::start(&one_upstream(&servers).replace("[[routes]]", &more));
        let answers = over_http2(proxy.address, http2_requests());
        for (number, (status, body)) in (1..).zip(&answers) {
            assert_eq!((*status, body.len()), (StatusCode::OK, number * 100));
        }
        assert_eq!(servers[0].executed().len(), 50);
        // And HTTP/1.1 on the same port.
        let reply = request(proxy.address, "POST", "/", "", b"body").unwrap();
        assert_eq!((reply.status, reply.text().as_str()), (200, "body"));
    }
}

#[test]
fn an_answer_to_head_has_no_body_and_the_connection_goes_on() {
    let servers = backends(1);
    let proxy = Proxy::start(&one_upstream(&servers));
    let mut connection = Connection::open(proxy.address).unwrap();
    for _ in 0..2 {
        let reply = connection.send("HEAD", "/", "", b"").unwrap();
        assert_eq!((reply.status, reply.body.len()), (200, 0));
        assert_eq!(
            connection.send("GET", "/", "", b"").unwrap().text(),
            "hello from b1\n"
        );
    }
}

#[test]
fn requests_may_be_pipelined_and_are_answered_in_order() {
    let servers = backends(2);
    let proxy = Proxy::start(&one_upstream(&servers));
    let mut connection = Connection::open(proxy.address).unwrap();
    let requests: String = (1..=5)
        .map(|len| format!("GET /bytes/{len} HTTP/1.1\r\nhost: a\r\n\r\n"))
        .collect();
    connection.write(requests.as_bytes()).unwrap();
    for len in 1..=5 {
        assert_eq!(connection.read().unwrap().body.len(), len);
    }
}

#[test]
fn what_is_counted_is_what_happened() {
    let servers = backends(1);
    let proxy = Proxy::start(&one_upstream(&servers));
    for _ in 0..10 {
        assert_eq!(get(proxy.address, "/").unwrap().status, 200);
    }
    servers[0].fault("status:404");
    assert_eq!(get(proxy.address, "/").unwrap().status, 404);
    assert_eq!(proxy.metric("edge_requests_total", "status=\"2xx\""), 10.0);
    assert_eq!(proxy.metric("edge_requests_total", "status=\"4xx\""), 1.0);
    assert_eq!(
        proxy.metric("edge_request_duration_seconds_count", ""),
        11.0
    );
    assert!(proxy.metric("edge_upstream_connections_reused_total", "app") >= 1.0);
    let opened = proxy.metric("edge_upstream_connections_opened_total", "app");
    assert!(
        (1.0..=2.0).contains(&opened),
        "{opened} connections for 11 requests"
    );
    assert_eq!(proxy.metric("edge_endpoint_healthy", "app"), 1.0);
}

#[test]
fn each_request_is_a_line_of_the_log_if_that_is_wanted() {
    let servers = backends(1);
    let log = "log = { access = true, format = \"json\" }";
    let proxy = Proxy::start_with(log, &one_upstream(&servers));
    for (path, status) in [("/a?secret=1", 200), ("/b", 404)] {
        servers[0].fault(if status == 200 { "ok" } else { "status:404" });
        assert_eq!(get(proxy.address, path).unwrap().status, status);
    }
    let lines = eventually("both lines are there", || {
        let log = proxy.log();
        let access = log
            .lines()
            .filter(|line| line.contains("\"target\":\"access\""));
        let access: Vec<String> = access.map(str::to_owned).collect();
        (access.len() == 2).then_some(access)
    });
    assert!(
        lines[0].contains("\"path\":\"/a\"") && lines[0].contains("\"status\":200"),
        "{lines:?}"
    );
    assert!(
        lines[1].contains("\"path\":\"/b\"") && lines[1].contains("\"status\":404"),
        "{lines:?}"
    );
    assert!(
        lines
            .iter()
            .all(|line| line.starts_with('{') && line.ends_with('}')),
        "{lines:?}"
    );
    assert!(!proxy.log().contains("secret"), "queries may hold secrets");
}

#[test]
fn an_empty_body_over_http2_is_an_empty_body() {
    let servers = backends(1);
    let proxy = Proxy::start(&one_upstream(&servers));
    let request = Request::get("http://a.test/headers")
        .body(Full::default())
        .unwrap();
    let answers = over_http2(proxy.address, vec![request]);
    let text = String::from_utf8_lossy(&answers[0].1).into_owned();
    assert!(text.starts_with("GET /headers HTTP/1.1"), "{text}");
    assert!(text.contains("host: a.test"), "{text}");
    assert!(!text.contains("transfer-encoding"), "{text}");
}
