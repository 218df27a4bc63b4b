//! Real processes: the proxy and its servers, ended when they are dropped.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::get;

/// Longer than anything takes, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until `condition` gives something.
///
/// # Panics
///
/// After [`PATIENCE`], naming what was waited for.
pub fn eventually<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(
            Instant::now() < deadline,
            "waited {PATIENCE:?} in vain: {what}"
        );
        thread::sleep(Duration::from_millis(5));
    }
}

/// An address that nobody listens at.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_edge-proxy"))
}

fn signal(name: &str, pid: u32) {
    let status = Command::new("kill")
        .args([name, &pid.to_string()])
        .status()
        .unwrap();
    assert!(status.success(), "kill {name} {pid}");
}

/// A server behind the proxy.
pub struct Backend {
    pub name: String,
    pub address: SocketAddr,
    pub http2: bool,
    child: Child,
    record: PathBuf,
    _directory: tempfile::TempDir,
}

impl Backend {
    pub fn start(name: &str) -> Self {
        Self::start_with(name, "127.0.0.1:0", &[])
    }

    pub fn start_http2(name: &str) -> Self {
        Self::start_with(name, "127.0.0.1:0", &["--http2"])
    }

    fn start_with(name: &str, listen: &str, more: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let record = directory.path().join("record");
        let mut child = program()
            .args([
                "backend",
                "--with-parent",
                "--name",
                name,
                "--listen",
                listen,
                "--record",
            ])
            .arg(&record)
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").expect(&line);
        let (name, address) = (name.to_owned(), address.parse().unwrap());
        let http2 = more.contains(&"--http2");
        Backend {
            name,
            address,
            http2,
            child,
            record,
            _directory: directory,
        }
    }

    /// Ends it at once, with what it is doing: `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Another one in the place of one that was killed.
    pub fn revive(&mut self) {
        let revived = Self::start_with(&self.name, &self.address.to_string(), &[]);
        drop(std::mem::replace(self, revived));
    }

    /// Changes how it treats its requests: `status:500`.
    pub fn fault(&self, mode: &str) {
        let reply = get(self.address, &format!("/_fault?mode={mode}")).unwrap();
        assert_eq!(reply.status, 200, "{mode}: {}", reply.text());
    }

    /// How often each id was executed. Also of one that was killed.
    pub fn executed(&self) -> BTreeMap<String, u32> {
        let mut executed = BTreeMap::new();
        for id in fs::read_to_string(&self.record).unwrap_or_default().lines() {
            *executed.entry(id.to_owned()).or_default() += 1;
        }
        executed
    }

    /// One of the numbers of `/_stats`: `connections`, `requests`, `active`.
    pub fn stat(&self, name: &str) -> u64 {
        let reply = get(self.address, "/_stats").unwrap();
        let text = reply.text();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().parse().unwrap()
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The proxy.
pub struct Proxy {
    pub address: SocketAddr,
    pub admin: SocketAddr,
    pub file: PathBuf,
    child: Child,
    directory: tempfile::TempDir,
}

impl Proxy {
    /// One that is configured with `rest`, and with addresses to listen at. Its `[upstreams]` and
    /// `[[routes]]` are the test's.
    pub fn start(rest: &str) -> Self {
        Self::start_with("", rest)
    }

    /// `top` comes before the first table.
    pub fn start_with(top: &str, rest: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (address, admin) = (free_address(), free_address());
        let file = directory.path().join("edge.toml");
        fs::write(&file, Self::text(address, admin, top, rest)).unwrap();
        let log = fs::File::create(directory.path().join("log")).unwrap();
        let child = program().arg("run").arg(&file).stderr(log).spawn().unwrap();
        let mut proxy = Proxy {
            address,
            admin,
            file,
            child,
            directory,
        };
        eventually("the proxy is ready", || {
            let ended = proxy.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended: {}", proxy.log());
            get(proxy.admin, "/healthz")
                .ok()
                .filter(|reply| reply.status == 200)
        });
        proxy
    }

    fn text(address: SocketAddr, admin: SocketAddr, top: &str, rest: &str) -> String {
        let workers = if top.contains("workers") {
            ""
        } else {
            "workers = 2"
        };
        let (address, admin) = (
            format!("listen = \"{address}\""),
            format!("admin.listen = \"{admin}\""),
        );
        [&address, workers, &admin, top, rest].join("\n")
    }

    /// Writes another configuration, the way editors do: a new file in the place of the old.
    pub fn write(&self, top: &str, rest: &str) {
        let new = self.directory.path().join("edge.toml.new");
        fs::write(&new, Self::text(self.address, self.admin, top, rest)).unwrap();
        fs::rename(&new, &self.file).unwrap();
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).unwrap()
    }

    pub fn hangup(&self) {
        signal("-HUP", self.child.id());
    }

    pub fn terminate(&self) {
        signal("-TERM", self.child.id());
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended by itself.
    pub fn ended(&mut self) -> ExitStatus {
        eventually("the proxy ends", || self.child.try_wait().unwrap())
    }

    /// The sum of all samples of a metric whose labels contain `labels`; 0 if there are none, as for
    /// what has not happened yet.
    pub fn metric(&self, name: &str, labels: &str) -> f64 {
        self.samples(name, labels).iter().sum()
    }

    /// All samples of a metric whose labels contain `labels`.
    pub fn samples(&self, name: &str, labels: &str) -> Vec<f64> {
        let page = get(self.admin, "/metrics").unwrap().text();
        let lines = page.lines().filter(|line| !line.starts_with('#'));
        let samples = lines.map(|line| line.rsplit_once(' ').unwrap());
        let wanted = samples.filter(|(sample, _)| {
            sample.split('{').next() == Some(name) && sample.contains(labels)
        });
        wanted.map(|(_, value)| value.parse().unwrap()).collect()
    }

    /// Memory that is in use, in bytes.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("the proxy's log:\n{}", self.log());
        }
    }
}

/// `endpoints = [...]` for these backends.
pub fn endpoints(backends: &[Backend]) -> String {
    let addresses: Vec<String> = backends
        .iter()
        .map(|b| format!("\"{}\"", b.address))
        .collect();
    format!("endpoints = [{}]", addresses.join(", "))
}

/// So many backends: b1, b2, …
pub fn backends(count: usize) -> Vec<Backend> {
    (1..=count)
        .map(|number| Backend::start(&format!("b{number}")))
        .collect()
}

/// How often each id was executed by all of them together.
pub fn executed(backends: &[Backend]) -> BTreeMap<String, u32> {
    let mut all = BTreeMap::new();
    for (id, times) in backends.iter().flat_map(Backend::executed) {
        *all.entry(id).or_default() += times;
    }
    all
}
