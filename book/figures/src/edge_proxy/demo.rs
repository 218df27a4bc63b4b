//! The demo, started as the reader starts it.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::http::get;

pub const PROXY: &str = "127.0.0.1:8080";
const ADMIN: &str = "127.0.0.1:9090";
pub const START: &str = "cargo run -p edge-proxy -- demo";
const REVIVE: &str = "cargo run -q -p edge-proxy -- backend --name b1 --listen 127.0.0.1:9001";
/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(300);

/// The proxy and its three servers.
pub struct Demo {
    root: PathBuf,
    child: Child,
    output: Lines,
    log: Lines,
    /// By the names of the servers.
    pids: BTreeMap<String, String>,
    revived: Option<Child>,
}

type Lines = Arc<Mutex<Vec<String>>>;

impl Demo {
    pub fn start(root: &Path) -> io::Result<Self> {
        let words: Vec<&str> = START.split(' ').collect();
        let mut child = Command::new(words[0])
            .args(&words[1..])
            .current_dir(root)
            .env("NO_COLOR", "1")
            // A group of its own, as a terminal gives it.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut demo = Demo {
            root: root.to_owned(),
            output: lines(child.stdout.take()),
            log: lines(child.stderr.take()),
            child,
            pids: BTreeMap::new(),
            revived: None,
        };
        let begun = Instant::now();
        while !demo
            .logged("ready")
            .is_some_and(|line| line.contains("workers"))
        {
            if let Some(status) = demo.child.try_wait()? {
                return Err(io::Error::other(format!(
                    "the demo ended: {status}: {:?}",
                    locked(&demo.log)
                )));
            }
            if begun.elapsed() > PATIENCE {
                return Err(io::Error::other("the demo does not start"));
            }
            thread::sleep(Duration::from_millis(50));
        }
        for line in demo
            .said()
            .lines()
            .filter(|line| line.starts_with("server "))
        {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let (Some(name), Some(pid)) = (words.get(1), words.last()) {
                demo.pids.insert((*name).to_owned(), (*pid).to_owned());
            }
        }
        Ok(demo)
    }

    /// A command with the ids of processes in their places.
    pub fn fill_in(&self, command: &str) -> String {
        let filled = self.pids.iter();
        filled.fold(command.to_owned(), |command, (name, pid)| {
            command.replace(&format!("PID-OF-{name}"), pid)
        })
    }

    /// What a shell says to a command.
    pub fn run(&self, command: &str) -> io::Result<String> {
        let output = Command::new("bash")
            .args(["-c", &format!("{command} 2>&1")])
            .current_dir(&self.root)
            .output()?;
        Ok(String::from_utf8_lossy(&output.stdout).replace('\r', ""))
    }

    /// Starts the first server again.
    pub fn revive(&mut self) -> io::Result<()> {
        let words: Vec<&str> = REVIVE.split(' ').collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir(&self.root);
        let nothing = (Stdio::null(), Stdio::null());
        self.revived = Some(command.stdout(nothing.0).stderr(nothing.1).spawn()?);
        Ok(())
    }

    /// What it said when it started.
    pub fn said(&self) -> String {
        locked(&self.output).join("\n")
    }

    /// The last line of its log that has this in it, without the time.
    pub fn logged(&self, what: &str) -> Option<String> {
        let log = locked(&self.log);
        let line = log.iter().rev().find(|line| line.contains(what))?;
        Some(
            line.split_once(' ')
                .map_or("", |(_, rest)| rest)
                .trim()
                .to_owned(),
        )
    }

    /// Its metrics, by name and labels.
    pub fn metrics(&self) -> io::Result<BTreeMap<String, f64>> {
        let page = get(ADMIN, "/metrics")?.body;
        let lines = page.lines().filter(|line| !line.starts_with('#'));
        let samples = lines.filter_map(|line| line.rsplit_once(' '));
        let samples =
            samples.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)));
        Ok(samples.collect())
    }

    /// Ctrl-C in its terminal: a signal to the whole group.
    pub fn interrupt(&self) -> io::Result<()> {
        let group = format!("-{}", self.child.id());
        let mut kill = Command::new("kill");
        kill.args(["-INT", "--", &group]).status().map(drop)
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> io::Result<String> {
        self.child.wait().map(|status| status.to_string())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        for child in [&mut self.child].into_iter().chain(&mut self.revived) {
            let _ = child.kill();
            let _ = child.wait();
        }
        // The servers end when they notice that the demo has.
        thread::sleep(Duration::from_millis(300));
    }
}

fn lines(from: Option<impl io::Read + Send + 'static>) -> Lines {
    let lines = Lines::default();
    let kept = Arc::clone(&lines);
    if let Some(from) = from {
        thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                locked(&kept).push(line);
            }
        });
    }
    lines
}

fn locked(lines: &Lines) -> std::sync::MutexGuard<'_, Vec<String>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}
