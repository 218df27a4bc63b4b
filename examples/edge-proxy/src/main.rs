//! The program: `edge-proxy run edge.toml`, `edge-proxy check edge.toml`, `edge-proxy demo`.

#![forbid(unsafe_code)]

use std::error::Error;
use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use edge_proxy::{config, demo, proxy};

// A request allocates some dozens of small things and frees them, in part on another thread than it
// began on; this allocator is made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Routes HTTP requests to the servers that a TOML file names.
#[derive(Parser)]
#[command(version)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the proxy. The file is read again when it changes, and on SIGHUP; SIGTERM drains.
    Run {
        /// The configuration.
        file: PathBuf,
    },
    /// Says what is wrong with a configuration, without running it.
    Check {
        /// The configuration.
        file: PathBuf,
    },
    /// Runs the proxy before three servers that break when they are told to.
    Demo,
    /// Runs one of the servers of the demo.
    Backend {
        /// Its name, in the header `x-backend`.
        #[arg(long, default_value = "b1")]
        name: String,
        /// Where it listens; port 0 is any that is free.
        #[arg(long, default_value = "127.0.0.1:9001")]
        listen: SocketAddr,
        /// Speaks HTTP/2, known beforehand, in place of HTTP/1.1.
        #[arg(long)]
        http2: bool,
        /// A file to which the header `x-id` of each executed request is written.
        #[arg(long)]
        record: Option<PathBuf>,
        /// Ends when the standard input does.
        #[arg(long)]
        with_parent: bool,
    },
}

fn main() -> ExitCode {
    match start(Options::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn start(command: Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Run { file } => proxy::run(file),
        Command::Check { file } => {
            let config = config::load(&file)?;
            let (routes, upstreams) = (config.routes.len(), config.upstreams.len());
            println!(
                "{}: valid: {routes} routes, {upstreams} upstreams",
                file.display()
            );
            Ok(())
        }
        Command::Demo => {
            let (file, _servers) = demo::start()?;
            proxy::run(file)
        }
        Command::Backend {
            name,
            listen,
            http2,
            record,
            with_parent,
        } => {
            if with_parent {
                std::thread::spawn(|| {
                    let _ = std::io::stdin().read_to_end(&mut Vec::new());
                    std::process::exit(0);
                });
            }
            Ok(demo::backend::serve(&demo::backend::Options {
                name,
                listen,
                http2,
                record,
            })?)
        }
    }
}
