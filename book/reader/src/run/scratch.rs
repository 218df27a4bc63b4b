//! The scratch package: where snippets are compiled.
//!
//! It depends on what the book depends on, with the same features and the same versions, and its target folder is kept, so that a
//! snippet costs one small compilation. Each slot has an executable of its own; cargo's own lock lets one compile at a time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Once;

use tokio::process::Command;

use super::launcher::Limited;
use super::limits::{Ended, run_limited};
use super::{Limits, RunError};

/// Enough for any message of the compiler's that somebody would read.
const MESSAGES: usize = 64 << 10;

/// The package, under `target/book-run` of the repository.
pub struct Scratch {
    root: PathBuf,
    folder: PathBuf,
    /// The manifest is written once a process: the server runs for as long as one reads.
    written: Once,
}

/// What came of compiling.
pub enum Compiled {
    /// The executable.
    Program(PathBuf),
    /// What the compiler says.
    Refused(String),
}

impl Scratch {
    /// The scratch package of the repository at `root`. Nothing is written yet.
    pub fn new(root: &Path) -> Self {
        Scratch {
            root: root.to_owned(),
            folder: root.join("target/book-run"),
            written: Once::new(),
        }
    }

    /// Compiles `program` in `slot`.
    ///
    /// # Errors
    ///
    /// When the package cannot be written or cargo not be started.
    pub async fn compile(
        &self,
        slot: usize,
        program: &str,
        limits: &Limits,
    ) -> Result<Compiled, RunError> {
        let name = format!("snippet{slot}");
        if !self.written.is_completed() {
            self.write_package(limits.slots)?;
            self.written.call_once(|| ());
        }
        fs::write(self.source(&name), program)?;
        match run_limited(self.cargo(&name, limits)?, limits.compile, MESSAGES).await? {
            Ended::Itself { success: true, .. } => Ok(Compiled::Program(
                self.folder.join("target/debug").join(name),
            )),
            Ended::Itself { output, .. } | Ended::PrintedTooMuch { output } => {
                Ok(Compiled::Refused(output))
            }
            Ended::TookTooLong { output } => {
                let seconds = limits.compile.as_secs();
                Ok(Compiled::Refused(format!(
                    "{output}\n[stopped: the compiler took longer than {seconds} s]"
                )))
            }
        }
    }

    fn source(&self, name: &str) -> PathBuf {
        self.folder.join("src/bin").join(format!("{name}.rs"))
    }

    fn cargo(&self, name: &str, limits: &Limits) -> io::Result<Command> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command =
            Limited::command(limits.compile_memory, limits.compile, Path::new(&cargo))?;
        command.args([
            "build",
            "--quiet",
            "--offline",
            "--color",
            "never",
            "--bin",
            name,
        ]);
        command
            .args(["--target-dir", "target"])
            .current_dir(&self.folder);
        Ok(command)
    }

    fn write_package(&self, slots: usize) -> Result<(), RunError> {
        fs::create_dir_all(self.folder.join("src/bin"))?;
        for slot in 0..slots {
            fs::write(self.source(&format!("snippet{slot}")), "fn main() {}\n")?;
        }
        write_if_changed(&self.folder.join("Cargo.toml"), &self.manifest()?)?;
        // The book's own lock file: the same versions, all of them fetched already.
        let lock = fs::read_to_string(self.root.join("Cargo.lock"))?;
        fs::write(self.folder.join("Cargo.lock"), lock)?;
        Ok(())
    }

    /// The dependencies of the book's own package, with their paths made absolute.
    fn manifest(&self) -> Result<String, RunError> {
        let book: toml::Table = fs::read_to_string(self.root.join("Cargo.toml"))?.parse()?;
        let mut dependencies = book
            .get("dependencies")
            .and_then(|value| value.as_table())
            .cloned()
            .unwrap_or_default();
        for (_, dependency) in &mut dependencies {
            if let Some(path) = dependency.get_mut("path") {
                let absolute = self.root.join(path.as_str().unwrap_or_default());
                *path = absolute.display().to_string().into();
            }
        }
        let mut manifest = toml::Table::new();
        manifest.insert("dependencies".to_owned(), dependencies.into());
        Ok(format!("{HEAD}{manifest}"))
    }
}

/// No debug information: nobody debugs a snippet, and the linker is done in half the time.
const HEAD: &str = r#"# Written by `cargo book`, which compiles the snippets of the pages here.

[workspace]

[package]
name = "snippets"
version = "0.0.0"
edition = "2024"
publish = false

[profile.dev]
debug = false
incremental = false

"#;

/// Leaves a file alone that is as it should be, so that cargo does not see a change.
fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    fs::write(path, text)
}
