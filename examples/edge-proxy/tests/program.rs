//! The program's commands, as they are typed.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_edge-proxy"))
        .args(arguments)
        .output()
        .unwrap()
}

fn check(text: &str) -> (Output, String) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("edge.toml");
    std::fs::write(&file, text).unwrap();
    let name = file.display().to_string();
    (run(&["check", &name]), name)
}

#[test]
fn check_says_that_a_valid_file_is() {
    let (output, name) = check(edge_proxy::demo::CONFIG);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, format!("{name}: valid: 2 routes, 1 upstreams\n"));
}

#[test]
fn check_says_all_that_is_wrong_a_line_each() {
    let (output, name) = check(
        "listen = []\n[upstreams.a]\nendpoints = [\"127.0.0.1:1\"]\n[[routes]]\nupstream = \"b\"\n",
    );
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        format!("{name}:1:10: listen: there must be at least one address")
    );
    assert!(
        lines[1].starts_with(&format!("{name}:5:12: routes[0].upstream: ")),
        "{text}"
    );
    assert_eq!(lines.len(), 2);
}

#[test]
fn run_refuses_a_wrong_file_and_one_that_is_not_there() {
    for file in ["/nowhere/edge.toml", env!("CARGO_MANIFEST_DIR")] {
        let output = run(&["run", file]);
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(
            text.starts_with(&format!("{file}: cannot be read: ")),
            "{text}"
        );
    }
}

#[test]
fn an_address_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("edge.toml");
    let rest = "[upstreams.a]\nendpoints = [\"127.0.0.1:1\"]\n[[routes]]\nupstream = \"a\"\n";
    std::fs::write(&file, format!("listen = \"{address}\"\n{rest}")).unwrap();
    let output = run(&["run", &file.display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains(&format!("cannot listen at {address}")),
        "{text}"
    );
}

#[test]
fn a_server_of_the_demo_ends_with_whoever_started_it() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_edge-proxy"))
        .args(["backend", "--listen", "127.0.0.1:0", "--with-parent"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("listening on 127.0.0.1:"), "{line}");
    drop(server.stdin.take());
    assert!(server.wait().unwrap().success());
}
