//! A reader of its own for a test: a small book, served on a free port, and a plain way to talk to
//! it.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A repository in small: one chapter, and one crate that a snippet can use.
pub fn repository() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let package = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
    };
    let dependencies = "[dependencies]\ntiny = { path = \"crates/tiny\" }\n[workspace]\nmembers = [\"crates/tiny\"]\n";
    write("Cargo.toml", &(package("small") + dependencies));
    write("src/lib.rs", "");
    write("Cargo.lock", "version = 4\n");
    write("crates/tiny/Cargo.toml", &package("tiny"));
    write(
        "crates/tiny/src/lib.rs",
        "// ANCHOR: answer\npub fn answer() -> u32 {\n    42\n}\n// ANCHOR_END: answer\n",
    );
    write(
        "book.toml",
        "[book]\ntitle = \"Small\"\nsrc = \"book/src\"\n[output.html.playground]\neditable = true\n",
    );
    write("book/src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n");
    write(
        "book/src/one.md",
        "# One\n\n```rust\nprintln!(\"{}\", tiny::answer());\n```\n",
    );
    root
}

/// A running `cargo book serve`, which ends with this value.
pub struct Reader {
    child: Child,
    pub port: u16,
    /// What it prints, from here on.
    pub output: BufReader<std::process::ChildStdout>,
}

impl Reader {
    pub fn serve(root: &Path, options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_book-reader"));
        command
            .args(["serve", "--port", "0", "--root"])
            .arg(root)
            .args(options);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let port = loop {
            line.clear();
            assert_ne!(
                output.read_line(&mut line).unwrap(),
                0,
                "the reader ended before it served"
            );
            if let Some((_, rest)) = line.split_once("http://127.0.0.1:") {
                break rest.split(' ').next().unwrap().trim().parse().unwrap();
            }
        };
        Reader {
            child,
            port,
            output,
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The token that the chapter's page carries.
    pub fn token(&self) -> String {
        let page = self.get("/one.html").body;
        let (_, rest) = page
            .split_once("name=\"book-token\" content=\"")
            .expect("the page has a token");
        rest.split('"').next().unwrap().to_owned()
    }

    pub fn get(&self, path: &str) -> Response {
        self.ask("GET", path, &[("host", &self.host())], "")
    }

    /// Runs a snippet as a page of the book does.
    pub fn run(&self, code: &str) -> Response {
        self.ask(
            "POST",
            "/run/evaluate",
            &self.headers(&self.token()),
            &snippet(code),
        )
    }

    /// The headers with which a page of the book sends a snippet.
    pub fn headers<'a>(&self, token: &'a str) -> Vec<(&'static str, &'a str)> {
        let host: &'static str = Box::leak(self.host().into_boxed_str());
        let origin: &'static str = Box::leak(format!("http://{host}").into_boxed_str());
        vec![
            ("host", host),
            ("origin", origin),
            ("content-type", "application/json"),
            ("x-book-token", token),
        ]
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// One request, on a connection of its own.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let mut connection = self.send(method, path, headers, body);
        let mut bytes = Vec::new();
        connection.read_to_end(&mut bytes).unwrap();
        Response::parse(&String::from_utf8_lossy(&bytes))
    }

    /// One request, whose answer is not waited for.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> TcpStream {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
        );
        connection.write_all((head + body).as_bytes()).unwrap();
        connection
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The body that carries a snippet.
pub fn snippet(code: &str) -> String {
    serde_json::json!({ "code": code }).to_string()
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Response {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        Response {
            status,
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    /// What stands under the snippet.
    pub fn result(&self) -> String {
        assert_eq!(self.status, 200, "{self:?}");
        let json: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        json["result"].as_str().unwrap().to_owned()
    }
}

/// Waits until something is so; fails if it is not within half a minute.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "still not so: {what}");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}
