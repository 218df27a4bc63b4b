//! The server as a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A server that runs, until this is dropped or killed.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts the server on the items in `dir`.
    pub fn start(dir: &Path, options: &[&str]) -> Self {
        let mut child = Command::new(executable())
            .arg(dir)
            .args(["--listen", "127.0.0.1:0", "--memtable", "4"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on ");
        let address = address.expect("the server says where it listens");
        Server {
            address: address.parse().unwrap(),
            child,
        }
    }

    /// `kill -9`, and nothing of it is left when this returns.
    pub fn kill(mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The example's executable. Cargo builds examples for some ways of running this test and not for
/// others, and tells none of them where; so it is asked to, which takes no time if it has already.
fn executable() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        // target/debug/deps/memcached-0123456789abcdef
        let this = std::env::current_exe().unwrap();
        let profile = this.parent().unwrap().parent().unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--example", "memcached"]);
        cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
        cargo.arg("--target-dir").arg(profile.parent().unwrap());
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        assert!(cargo.status().unwrap().success());
        let name = format!("memcached{}", std::env::consts::EXE_SUFFIX);
        profile.join("examples").join(name)
    })
}
