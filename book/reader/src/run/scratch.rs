//! The scratch package: where snippets are compiled.
//!
//! It depends on what the book depends on, with the same features and the same versions, and its
//! target folder is kept, so that a snippet costs one small compilation. Each slot has an
//! executable of its own; cargo's own lock lets one compile at a time.
//!
//! Two readers of one repository must not write to one package: the page of one would show the
//! output of the other's snippet. So a package belongs to the process that holds its lock, and the
//! next process takes another.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tokio::process::Command;

use super::launcher::Limited;
use super::limits::{Ended, run_limited};
use super::{Limits, RunError};

/// Enough for any message of the compiler's that somebody would read.
const MESSAGES: usize = 64 << 10;

/// The package, in `target/book-run` of the repository.
pub struct Scratch {
    root: PathBuf,
    /// Written once a process: the server runs for as long as one reads.
    package: OnceLock<Package>,
}

/// A package that no other process uses.
struct Package {
    folder: PathBuf,
    /// Is locked for as long as it is open, and closed when this process ends, in whichever way.
    _lock: File,
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
            package: OnceLock::new(),
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
        let package = match self.package.get() {
            Some(package) => package,
            None => {
                let package = self.write_package()?;
                self.package.get_or_init(|| package)
            }
        };
        let name = format!("snippet{slot}");
        fs::write(package.source(&name), program)?;
        let cargo = package.cargo(&name, limits)?;
        match run_limited(cargo, None, limits.compile, MESSAGES).await? {
            Ended::Itself { status, .. } if status.success() => {
                Ok(Compiled::Program(package.executable(&name)))
            }
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

    fn write_package(&self) -> Result<Package, RunError> {
        let package = Package::take(&self.root.join("target"))?;
        let sources = package.folder.join("src/bin");
        if sources.exists() {
            // What another number of slots has left.
            fs::remove_dir_all(&sources)?;
        }
        fs::create_dir_all(&sources)?;
        write_if_changed(&package.folder.join("Cargo.toml"), &self.manifest()?)?;
        // The book's own lock file: the same versions.
        fs::copy(
            self.root.join("Cargo.lock"),
            package.folder.join("Cargo.lock"),
        )?;
        Ok(package)
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

impl Package {
    /// The first one in `target` that no other process has.
    fn take(target: &Path) -> io::Result<Self> {
        let mut number = 1;
        loop {
            let suffix = if number == 1 {
                String::new()
            } else {
                format!("-{number}")
            };
            let folder = target.join(format!("book-run{suffix}"));
            fs::create_dir_all(&folder)?;
            let lock = File::create(folder.join("lock"))?;
            match lock.try_lock() {
                Ok(()) => {
                    return Ok(Package {
                        folder,
                        _lock: lock,
                    });
                }
                Err(fs::TryLockError::WouldBlock) => number += 1,
                Err(fs::TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    fn source(&self, name: &str) -> PathBuf {
        self.folder.join("src/bin").join(format!("{name}.rs"))
    }

    fn executable(&self, name: &str) -> PathBuf {
        self.folder.join("target/debug").join(name)
    }

    /// With a lock file that names every version, cargo asks the registry only for crates that are
    /// not on this machine yet. On a new one that is once: cargo has then fetched what this program
    /// needs, but not yet what the book's crates need.
    fn cargo(&self, name: &str, limits: &Limits) -> io::Result<Command> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command =
            Limited::command(limits.compile_memory, limits.compile, Path::new(&cargo))?;
        command.args(["build", "--quiet", "--color", "never", "--bin", name]);
        command.args(["--target-dir", "target"]);
        command.current_dir(&self.folder);
        Ok(command)
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
