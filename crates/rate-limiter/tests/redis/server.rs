//! A redis-server of a test's own.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a test waits for something that takes milliseconds, before it fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process, which ends with this value. It keeps nothing on disk.
pub struct Server {
    process: Option<Child>,
    port: u16,
}

impl Server {
    /// Starts one; `None`, with a message, where redis-server is not installed.
    pub fn start() -> Option<Server> {
        for _ in 0..10 {
            // Free now; should another process take it first, the next one will do.
            let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
            let port = free.local_addr().expect("it is bound").port();
            drop(free);
            let mut server = Server {
                process: None,
                port,
            };
            if !server.spawn() {
                println!("skipped: there is no redis-server on this machine");
                return None;
            }
            if server.is_up() {
                return Some(server);
            }
        }
        panic!("redis-server does not start");
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn connection(&self) -> redis::Connection {
        let client = redis::Client::open(self.url()).expect("a URL");
        client.get_connection().expect("the server is up")
    }

    /// Kills it: what it held is gone.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("our own child");
            process.wait().expect("our own child");
        }
    }

    /// Starts it again, empty, on the same port.
    pub fn restart(&mut self) {
        self.stop();
        assert!(self.spawn() && self.is_up(), "port {} is taken", self.port);
    }

    /// Makes it hang: connections are made by the system, and nobody answers.
    pub fn hang(&self) {
        self.signal("-STOP");
    }

    /// Ends that.
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.as_ref().expect("it runs");
        let kill = Command::new("kill")
            .args([signal, &process.id().to_string()])
            .status();
        assert!(kill.expect("kill is installed").success());
    }

    /// Whether there is such a program.
    fn spawn(&mut self) -> bool {
        let port = self.port.to_string();
        let args = [
            "--port",
            &port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ];
        match Command::new("redis-server")
            .args(args)
            .stdout(Stdio::null())
            .spawn()
        {
            Ok(process) => self.process = Some(process),
            Err(error) if error.kind() == ErrorKind::NotFound => return false,
            Err(error) => panic!("redis-server: {error}"),
        }
        true
    }

    /// Waits until it answers; false if it ended instead.
    fn is_up(&mut self) -> bool {
        let client = redis::Client::open(self.url()).expect("a URL");
        let pid = self.process.as_ref().map(Child::id);
        until("redis-server answers", || {
            let process = self.process.as_mut().expect("spawned");
            if process.try_wait().expect("our own child").is_some() {
                return Some(false);
            }
            // Ours, and not another test's that took the port.
            let mut connection = client.get_connection().ok()?;
            let info: String = redis::cmd("INFO")
                .arg("server")
                .query(&mut connection)
                .ok()?;
            let ours = pid.is_some_and(|pid| info.contains(&format!("process_id:{pid}\r\n")));
            ours.then_some(true)
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have been killed already, by whoever ended the test.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Asks again and again until there is an answer.
pub fn until<T>(what: &str, mut answer: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = answer() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::yield_now();
    }
}
