//! Three servers to try the proxy with, that break when they are told to.

pub mod backend;
mod fault;

use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::config;

pub use fault::{Fault, Mode};

/// The configuration of the demo.
pub const CONFIG: &str = include_str!("../../demo/edge.toml");

/// The demo's servers, each a process of its own, so that one can be killed like a real one.
/// Dropping this ends them.
#[derive(Debug)]
pub struct Servers {
    children: Vec<Child>,
}

/// Writes the demo's configuration to a file that may be edited, starts its servers, and prints
/// what to try.
///
/// # Errors
///
/// If the file cannot be written, or a server not be started: most often because its port is in
/// use.
pub fn start() -> io::Result<(PathBuf, Servers)> {
    let directory = std::env::temp_dir().join("edge-proxy-demo");
    std::fs::create_dir_all(&directory)?;
    let file = directory.join("edge.toml");
    std::fs::write(&file, CONFIG)?;
    let config = config::load(&file).map_err(io::Error::other)?;
    let mut servers = Servers {
        children: Vec::new(),
    };
    let endpoints = config
        .upstreams
        .values()
        .flat_map(|upstream| &upstream.endpoints);
    for (index, endpoint) in endpoints.enumerate() {
        let name = format!("b{}", index + 1);
        let (child, address) = spawn(&name, &endpoint.address.to_string())?;
        println!("server {name}   http://{address}   kill -9 {}", child.id());
        servers.children.push(child);
    }
    for listen in &config.listen {
        println!("proxy       http://{listen}");
    }
    if let Some(admin) = &config.admin {
        println!("metrics     http://{}/metrics", admin.listen);
    }
    println!(
        "config      {}   (edit it: it is read again)",
        file.display()
    );
    println!("break one   curl 'http://127.0.0.1:9001/_fault?mode=status:500'");
    println!("            modes: {}", fault::MODES);
    Ok((file, servers))
}

fn spawn(name: &str, address: &str) -> io::Result<(Child, String)> {
    let mut child = Command::new(std::env::current_exe()?)
        .args([
            "backend",
            "--name",
            name,
            "--listen",
            address,
            "--with-parent",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Ctrl-C goes to a whole group: it is to drain the proxy, whose servers are needed for that.
        .process_group(0)
        .spawn()?;
    let mut line = String::new();
    if let Some(output) = child.stdout.take() {
        BufReader::new(output).read_line(&mut line)?;
    }
    match line.trim().strip_prefix("listening on ") {
        Some(address) => Ok((child, address.to_owned())),
        None => {
            child.wait()?;
            Err(io::Error::other(format!(
                "the demo's server {name} did not start"
            )))
        }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.children {
            // It ends when its input does; waiting for it leaves no zombie.
            drop::<Option<ChildStdin>>(child.stdin.take());
            let _ = child.wait();
        }
    }
}
