//! Tells the arena which compiler built it, for the report's `machine.rustc`.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let rustc = std::env::var("RUSTC").expect("cargo sets RUSTC for build scripts");
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc --version runs");
    let version = String::from_utf8_lossy(&version.stdout);
    println!("cargo::rustc-env=ARENA_RUSTC={}", version.trim());
}
