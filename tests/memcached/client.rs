//! A real client talks to a real server.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use memcache::Client;

use crate::process::Server;

fn connect(server: &Server) -> Client {
    let url = format!("memcache://{}?protocol=ascii&timeout=30", server.address);
    memcache::connect(url).unwrap()
}

/// Says `requests`, and returns the first `lines` lines of the answer: fewer, if it breaks off.
fn say(server: &Server, requests: &[u8], lines: usize) -> Vec<String> {
    let mut stream = TcpStream::connect(server.address).unwrap();
    let patience = Some(Duration::from_secs(30));
    stream.set_read_timeout(patience).unwrap();
    // Who is not served may be hung up on before all is said.
    let _ = stream.write_all(requests);
    let answers = BufReader::new(stream).lines().take(lines);
    answers.map_while(Result::ok).collect()
}

#[test]
fn a_client_finds_what_it_stored() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &["--sync", "os"]);
    let client = connect(&server);

    client.set("name", "Ada", 0).unwrap();
    assert_eq!(client.get::<String>("name").unwrap().unwrap(), "Ada");
    assert_eq!(client.get::<String>("nobody").unwrap(), None);
    // The client does not tell whether it was stored.
    client.add("name", "Bob", 0).unwrap();
    assert_eq!(client.get::<String>("name").unwrap().unwrap(), "Ada");
    client.replace("name", "Lovelace", 0).unwrap();
    client.prepend("name", "Ada ").unwrap();
    client.append("name", "!").unwrap();
    let (value, flags): (Vec<u8>, u32) = client.get("name").unwrap().unwrap();
    assert_eq!((&value[..], flags), (&b"Ada Lovelace!"[..], 0));

    client.add("other", "x", 0).unwrap();
    let found: HashMap<String, String> = client.gets(&["name", "nobody", "other"]).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found["other"], "x");

    assert!(client.delete("other").unwrap());
    assert!(!client.delete("other").unwrap());
    client.flush().unwrap();
    assert_eq!(client.get::<String>("name").unwrap(), None);
    assert!(!client.version().unwrap().is_empty());
}

#[test]
fn a_client_counts_and_compares() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &["--sync", "os"]);
    let client = connect(&server);

    client.set("n", 40, 0).unwrap();
    assert_eq!(client.increment("n", 2).unwrap(), 42);
    assert_eq!(client.decrement("n", 50).unwrap(), 0);
    assert!(client.increment("nobody", 1).is_err());

    let (_, _, unique): (Vec<u8>, u32, Option<u64>) = client.get("n").unwrap().unwrap();
    assert!(client.cas("n", 5, 0, unique.unwrap()).unwrap());
    assert!(!client.cas("n", 6, 0, unique.unwrap()).unwrap());
    assert_eq!(client.get::<u64>("n").unwrap(), Some(5));
}

#[test]
fn items_whose_time_is_over_are_gone() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &["--sync", "os"]);
    let client = connect(&server);
    let long_ago = 1_000_000_000; // 2001
    client.set("past", "x", long_ago).unwrap();
    client.set("hour", "x", 3600).unwrap();
    client.set("ever", "x", 0).unwrap();
    assert_eq!(client.get::<String>("past").unwrap(), None);
    assert!(client.touch("hour", 7200).unwrap());
    assert!(client.touch("ever", long_ago).unwrap());
    assert!(!client.touch("ever", 0).unwrap());
    let found: HashMap<String, String> = client.gets(&["past", "hour", "ever"]).unwrap();
    assert_eq!(found.into_keys().collect::<Vec<_>>(), ["hour"]);
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let check = |client: &Client, stored: u64| {
        for n in 0..stored {
            let value = client.get::<u64>(&format!("key-{n}")).unwrap();
            assert_eq!(value, (n % 7 != 0).then_some(n));
        }
    };
    for (round, sync) in (0..).zip(["every", "interval", "os"]) {
        let server = Server::start(dir.path(), &["--sync", sync]);
        let client = connect(&server);
        check(&client, round * 40);
        for n in round * 40..(round + 1) * 40 {
            client.set(&format!("key-{n}"), n, 0).unwrap();
            if n % 7 == 0 {
                assert!(client.delete(&format!("key-{n}")).unwrap());
            }
        }
        if round == 0 {
            client.set("rounds", 0, 0).unwrap();
        }
        assert_eq!(client.increment("rounds", 1).unwrap(), round + 1);
        server.kill();
    }
    let server = Server::start(dir.path(), &[]);
    let client = connect(&server);
    check(&client, 120);
    assert_eq!(client.get::<u64>("rounds").unwrap(), Some(3));
}

#[test]
fn a_client_too_many_is_told_so_and_a_place_becomes_free() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &["--sync", "os", "--connections", "2"]);
    let mut talkers: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.write_all(b"version\r\n").unwrap();
            assert!(stream.read(&mut [0; 100]).unwrap() > 0);
            stream
        })
        .collect();
    assert_eq!(
        say(&server, b"", 1),
        ["SERVER_ERROR too many open connections"]
    );
    talkers[0].write_all(b"quit\r\n").unwrap();
    assert_eq!(talkers[0].read(&mut [0; 100]).unwrap(), 0);
    // Its thread ends a moment after its socket.
    while say(&server, b"verbosity 1\r\n", 1) != ["OK"] {}
}

#[test]
fn a_client_that_sends_no_whole_request_is_hung_up_on() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &["--sync", "os", "--patience", "1"]);
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(b"set a 0 0 1000000\r\nonly this").unwrap();
    assert_eq!(stream.read(&mut [0; 100]).unwrap(), 0);
}

#[test]
fn stats_tell_what_was_done() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &["--sync", "os"]);
    let lines = say(
        &server,
        b"set a 0 0 1 noreply\r\nx\r\nget a b\r\nstats\r\n",
        13,
    );
    assert_eq!(lines[..3], ["VALUE a 0 1", "x", "END"]);
    for stat in [
        "STAT cmd_get 2",
        "STAT get_hits 1",
        "STAT get_misses 1",
        "STAT cmd_set 1",
    ] {
        assert!(lines.iter().any(|line| line == stat), "{lines:?}");
    }
}

#[test]
fn one_directory_serves_one_server() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &["--sync", "os"]);
    let second = std::panic::catch_unwind(|| Server::start(dir.path(), &[]));
    assert!(second.is_err());
    server.kill();
    drop(Server::start(dir.path(), &[]));
}
