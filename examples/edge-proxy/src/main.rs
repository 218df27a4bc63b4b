//! The program: `edge-proxy proxy.toml`.

#![forbid(unsafe_code)]

use std::path::PathBuf;

use clap::Parser;

/// Routes HTTP requests to the servers that a TOML file names.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// The configuration. It is read again when it changes.
    config: PathBuf,
}

fn main() {
    let options = Options::parse();
    eprintln!("edge-proxy: {}", options.config.display());
}
