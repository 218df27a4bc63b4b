//! Each protection of the Run button, attacked.

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;

use common::{Reader, repository, snippet, wait_until};

const HELLO: &str = "fn main() { println!(\"hello\"); }";

/// Whether a process of this command line is there, and not just its entry until somebody asks for
/// its end.
fn is_running(words: &str) -> bool {
    let processes = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .map(|entry| entry.path());
    processes
        .filter_map(|process| fs::read_to_string(process.join("cmdline")).ok())
        .any(|line| line.replace('\0', " ").trim() == words)
}

/// A snippet that leaves a `sleep` of so many seconds in the background: a number that no other
/// test uses identifies it.
fn sleeper(seconds: u32, then: &str) -> String {
    format!(
        "fn main() {{ let _ = std::process::Command::new(\"sleep\").arg(\"{seconds}\").spawn().unwrap(); {then} }}"
    )
}

#[test]
fn a_page_of_the_book_runs_its_snippet() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    assert_eq!(
        reader
            .run("fn main() { println!(\"{}\", tiny::answer()); }")
            .result(),
        "42\n"
    );
    assert!(
        reader
            .run("fn main() { let n: u32 = \"seven\"; }")
            .result()
            .contains("error[E0308]")
    );
    assert!(
        reader
            .run("fn main() { panic!(\"on purpose\"); }")
            .result()
            .contains("on purpose")
    );
}

#[test]
fn only_loopback_is_listened_on() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let sockets = fs::read_to_string(format!("/proc/{}/net/tcp", reader.id())).unwrap();
    let port = format!(":{:04X} ", reader.port);
    let listening: Vec<&str> = sockets
        .lines()
        .filter(|line| line.contains(&port) && line.contains(" 0A "))
        .collect();
    assert_eq!(listening.len(), 1, "{sockets}");
    assert!(
        listening[0].contains(&format!(" 0100007F{port}")),
        "{listening:?}"
    );
}

#[test]
fn a_foreign_host_gets_nothing_dns_rebinding_included() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let evil = format!("evil.example:{}", reader.port);
    for path in ["/one.html", "/", "/run.js", "/__livereload"] {
        let response = reader.ask("GET", path, &[("host", &evil)], "");
        assert_eq!(response.status, 421, "{path}");
        assert!(!response.body.contains("book-token"), "{path}");
    }
    let token = reader.token();
    let origin = format!("http://{evil}");
    let headers = [
        ("host", evil.as_str()),
        ("origin", &origin),
        ("content-type", "application/json"),
        ("x-book-token", &token),
    ];
    assert_eq!(
        reader
            .ask("POST", "/run/evaluate", &headers, &snippet(HELLO))
            .status,
        421
    );
    assert_eq!(
        reader
            .ask("GET", "/one.html", &[("host", "127.0.0.1")], "")
            .status,
        421,
        "without our port"
    );
}

#[test]
fn a_foreign_page_cannot_run_code_even_if_it_knew_the_token() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let token = reader.token();
    let with = |name: &'static str, value: &'static str| {
        let mut headers = reader.headers(&token);
        headers.retain(|(other, _)| *other != name);
        if !value.is_empty() {
            headers.push((name, value));
        }
        reader
            .ask("POST", "/run/evaluate", &headers, &snippet(HELLO))
            .status
    };
    assert_eq!(with("origin", "http://evil.example"), 403);
    assert_eq!(with("origin", "null"), 403);
    assert_eq!(with("origin", ""), 403);
    assert_eq!(
        with("origin", "http://127.0.0.1:1"),
        403,
        "another server on this machine"
    );
    assert_eq!(with("sec-fetch-site", "cross-site"), 403);
    assert_eq!(with("sec-fetch-site", "same-site"), 403);
    assert_eq!(
        with("content-type", "text/plain"),
        415,
        "what a form can send without asking first"
    );
    assert_eq!(with("content-type", ""), 415);
    assert_eq!(with("sec-fetch-site", "same-origin"), 200);
}

#[test]
fn a_foreign_page_cannot_listen_for_changes() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let (host, own) = (reader.host(), format!("http://{}", reader.host()));
    let status = |origin: &str| {
        let headers = [
            ("host", host.as_str()),
            ("origin", origin),
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ];
        let mut connection = TcpStream::connect(&host).unwrap();
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        write!(connection, "GET /__livereload HTTP/1.1\r\n{headers}\r\n").unwrap();
        let mut line = String::new();
        BufReader::new(connection).read_line(&mut line).unwrap();
        line.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(status("http://evil.example"), "403");
    assert_eq!(status("null"), "403");
    assert_eq!(status(&own), "101");
}

#[test]
fn nothing_runs_without_the_token() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let token = reader.token();
    let zeros = "0".repeat(token.len());
    for wrong in ["", "x", &zeros, &token[1..], &token.to_uppercase()] {
        let response = reader.ask(
            "POST",
            "/run/evaluate",
            &reader.headers(wrong),
            &snippet(HELLO),
        );
        assert_eq!(response.status, 403, "{wrong}");
    }
    assert_eq!(
        reader
            .ask("GET", "/run/evaluate", &reader.headers(&token), "")
            .status,
        405
    );
    assert_eq!(
        reader
            .ask(
                "POST",
                "/run/evaluate",
                &reader.headers(&token),
                &snippet(HELLO)
            )
            .status,
        200
    );
}

#[test]
fn the_token_is_in_pages_only_and_pages_cannot_be_framed_or_read_by_others() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let token = reader.token();
    for entry in fs::read_dir(root.path().join("book/src"))
        .unwrap()
        .flatten()
    {
        let path = format!("/{}", entry.file_name().to_string_lossy());
        assert!(!reader.get(&path).body.contains(&token), "{path}");
    }
    assert!(!reader.get("/nowhere.html").body.contains(&token));
    let page = reader.get("/one.html");
    for header in [
        "frame-ancestors 'self'",
        "x-frame-options: sameorigin",
        "nosniff",
        "connect-src 'self'",
    ] {
        assert!(
            page.head.contains(header),
            "{header} is missing in {}",
            page.head
        );
    }
    assert!(!page.head.contains("access-control-allow"), "{}", page.head);
    let scripts = page
        .body
        .split("src=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    for script in scripts.filter(|path| path.ends_with(".js")) {
        assert!(
            !reader.get(&format!("/{script}")).body.contains(&token),
            "{script}"
        );
    }
}

#[test]
fn no_path_leads_out_of_the_pages() {
    let root = repository();
    fs::write(root.path().join("secret.txt"), "a secret").unwrap();
    let reader = Reader::serve(root.path(), &[]);
    for path in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "//etc/passwd",
        "/..\\secret.txt",
    ] {
        let response = reader.get(path);
        assert!(
            !response.body.contains("a secret") && !response.body.contains("root:"),
            "{path}: {response:?}"
        );
    }
}

#[test]
fn an_endless_loop_is_stopped_and_its_children_are_gone() {
    let root = repository();
    let reader = Reader::serve(root.path(), &["--run-millis", "300"]);
    let result = reader.run(&sleeper(98_761, "loop {}")).result();
    assert!(result.contains("it ran for longer than 0.3 s"), "{result}");
    wait_until("the sleeper is gone", || !is_running("sleep 98761"));
}

#[test]
fn what_was_printed_before_the_time_was_over_is_shown() {
    let root = repository();
    let reader = Reader::serve(root.path(), &["--run-millis", "500"]);
    let result = reader
        .run("fn main() { println!(\"so far\"); loop {} }")
        .result();
    assert!(result.starts_with("so far\n"), "{result}");
}

#[test]
fn endless_output_is_stopped() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let result = reader
        .run("fn main() { loop { println!(\"again and again\"); } }")
        .result();
    assert!(
        result.contains("it printed more than 64 kB") && result.len() < 70_000,
        "{} bytes",
        result.len()
    );
    let result = reader
        .run("fn main() { loop { eprintln!(\"again and again\"); } }")
        .result();
    assert!(
        result.contains("it printed more than 64 kB") && result.len() < 70_000,
        "{} bytes",
        result.len()
    );
}

#[test]
fn memory_has_an_end() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let result = reader
        .run("fn main() { let mut all = vec![]; loop { all.push(vec![1u8; 1 << 26]); } }")
        .result();
    assert!(
        result.contains("memory allocation of 67108864 bytes failed")
            && result.contains("[stopped: a snippet may have 1024 MB of memory]"),
        "{result}"
    );
}

#[test]
fn many_threads_are_not_taken_for_much_memory() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let threads = "fn main() {
        let threads: Vec<_> = (0..100).map(|n| std::thread::spawn(move || vec![n; 1000].len())).collect();
        println!(\"{}\", threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>());
    }";
    assert_eq!(reader.run(threads).result(), "100000\n");
}

#[test]
fn a_snippet_that_a_signal_ends_says_so() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let result = reader.run("fn main() { std::process::abort() }").result();
    assert!(result.contains("[stopped: by signal 6]"), "{result}");
}

#[test]
fn what_a_snippet_leaves_in_the_background_is_gone_when_it_ends() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    assert_eq!(
        reader.run(&sleeper(98_762, "println!(\"done\");")).result(),
        "done\n"
    );
    wait_until("the sleeper is gone", || !is_running("sleep 98762"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_daemon_that_has_left_its_process_group_is_gone_too() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    // The line that it reads tells the snippet that its child has left the group.
    let daemon = r#"fn main() {
        let mut setsid = std::process::Command::new("setsid");
        setsid.args(["sh", "-c", "echo up; exec sleep 98768"]).stdout(std::process::Stdio::piped());
        let mut output = std::io::BufReader::new(setsid.spawn().unwrap().stdout.unwrap());
        std::io::BufRead::read_line(&mut output, &mut String::new()).unwrap();
    }"#;
    // It holds the snippet's error output open; that must not make the snippet last as long as it
    // does.
    assert!(!reader.run(daemon).result().contains("stopped"));
    wait_until("the daemon is gone", || !is_running("sleep 98768"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_reader_that_is_killed_takes_its_snippets_along() {
    let root = repository();
    let reader = Reader::serve(root.path(), &["--run-millis", "600000"]);
    let token = reader.token();
    let program = root.path().join("target/book-run/target/debug");
    let runs = || {
        (0..2).any(|slot| is_running(&program.join(format!("snippet{slot}")).display().to_string()))
    };
    let _connection = reader.send(
        "POST",
        "/run/evaluate",
        &reader.headers(&token),
        &snippet("fn main() { loop {} }"),
    );
    wait_until("the snippet runs", runs);
    drop(reader); // With a signal that it cannot catch.
    wait_until("the snippet is gone", || !runs());
}

#[test]
fn two_readers_of_one_repository_do_not_run_each_others_snippets() {
    let root = repository();
    let readers = [
        Reader::serve(root.path(), &[]),
        Reader::serve(root.path(), &[]),
    ];
    std::thread::scope(|scope| {
        for (number, reader) in readers.iter().enumerate() {
            scope.spawn(move || {
                for round in 0..3 {
                    let code = format!("fn main() {{ println!(\"{number} {round}\") }}");
                    assert_eq!(reader.run(&code).result(), format!("{number} {round}\n"));
                }
            });
        }
    });
}

#[test]
fn a_reader_that_goes_away_stops_the_snippet() {
    let root = repository();
    let reader = Reader::serve(root.path(), &["--run-millis", "600000"]);
    let token = reader.token();
    let connection = reader.send(
        "POST",
        "/run/evaluate",
        &reader.headers(&token),
        &snippet(&sleeper(98_763, "loop {}")),
    );
    wait_until("the snippet runs", || is_running("sleep 98763"));
    drop(connection);
    wait_until("the sleeper is gone", || !is_running("sleep 98763"));
}

#[test]
fn one_more_than_there_are_slots_is_told_to_wait() {
    let root = repository();
    let reader = Reader::serve(
        root.path(),
        &[
            "--slots",
            "1",
            "--run-millis",
            "600000",
            "--wait-millis",
            "100",
        ],
    );
    let token = reader.token();
    wait_until("the crates are compiled and the slot is free", || {
        reader.run(HELLO).status == 200
    });
    let connection = reader.send(
        "POST",
        "/run/evaluate",
        &reader.headers(&token),
        &snippet(&sleeper(98_764, "loop {}")),
    );
    wait_until("the snippet runs", || is_running("sleep 98764"));
    let response = reader.run(HELLO);
    assert_eq!(response.status, 503);
    assert!(response.body.contains("Try again"), "{response:?}");
    drop(connection);
    wait_until("the slot is free again", || reader.run(HELLO).status == 200);
}

#[test]
fn as_many_as_there_are_slots_run_at_once() {
    let root = repository();
    let reader = Reader::serve(root.path(), &["--slots", "2", "--run-millis", "600000"]);
    let token = reader.token();
    let first = reader.send(
        "POST",
        "/run/evaluate",
        &reader.headers(&token),
        &snippet(&sleeper(98_765, "loop {}")),
    );
    let second = reader.send(
        "POST",
        "/run/evaluate",
        &reader.headers(&token),
        &snippet(&sleeper(98_766, "loop {}")),
    );
    wait_until("both run", || {
        is_running("sleep 98765") && is_running("sleep 98766")
    });
    drop((first, second));
}

#[test]
fn a_snippet_does_not_see_the_readers_environment() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let names = reader
        .run("fn main() { for (name, _) in std::env::vars() { println!(\"{name}\"); } }")
        .result();
    let mut names: Vec<&str> = names.lines().collect();
    names.sort();
    assert_eq!(names, ["HOME", "PATH", "TMPDIR"]);
}

#[test]
fn a_body_too_long_to_be_a_snippet_is_refused() {
    let root = repository();
    let reader = Reader::serve(root.path(), &[]);
    let token = reader.token();
    let long = snippet(&format!("fn main() {{}} // {}", "x".repeat(300 << 10)));
    assert_eq!(
        reader
            .ask("POST", "/run/evaluate", &reader.headers(&token), &long)
            .status,
        413
    );
    assert_eq!(
        reader
            .ask(
                "POST",
                "/run/evaluate",
                &reader.headers(&token),
                "{\"code\":"
            )
            .status,
        400
    );
}

#[test]
fn the_end_of_the_reader_is_the_end_of_its_snippets() {
    let root = repository();
    let reader = Reader::serve(root.path(), &["--run-millis", "600000"]);
    let token = reader.token();
    let _connection = reader.send(
        "POST",
        "/run/evaluate",
        &reader.headers(&token),
        &snippet(&sleeper(98_767, "loop {}")),
    );
    wait_until("the snippet runs", || is_running("sleep 98767"));
    let id = rustix::process::Pid::from_raw(reader.id() as i32).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    wait_until("the sleeper is gone", || !is_running("sleep 98767"));
    wait_until("the reader is gone", || {
        fs::read_to_string(
            Path::new("/proc")
                .join(reader.id().to_string())
                .join("stat"),
        )
        .map_or(true, |stat| stat.contains(") Z"))
    });
}
