//! The command line.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::run::{Limits, launcher};
use crate::{check, copy, pages, roadmap, serve};

/// Reads the book: serves it with Run buttons, copies its crates, checks your exercises.
#[derive(Parser)]
#[command(
    name = "cargo book",
    bin_name = "cargo book",
    version,
    args_conflicts_with_subcommands = true
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Action>,
    #[command(flatten)]
    serve: Serve,
    /// The repository; by default the one that this program was built in.
    #[arg(long, global = true, hide = true, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))]
    root: PathBuf,
}

#[derive(Subcommand)]
enum Action {
    /// Serve the book on this machine, with Run buttons, and reload it when a chapter or a source
    /// changes (the default)
    Serve(Serve),
    /// Build the book's pages; fails if a chapter is broken
    Build {
        /// Where to; by default book/html.
        #[arg(long)]
        dest: Option<PathBuf>,
    },
    /// Copy a crate, and the sibling crates that it needs, into a folder of yours
    Copy {
        /// The crate's name, as in `crates/`.
        name: String,
        /// The folder; the crate becomes a folder in it.
        into: PathBuf,
    },
    /// Test your solutions of the exercises, and say which is next
    Check {
        /// One exercise, with all that its test prints; by default all of them.
        name: Option<String>,
    },
    /// Show your way through the curriculum, and change what you have done of it
    Roadmap(roadmap::Arguments),
    /// Draw the book's figures and tables again
    Figures {
        /// `--check`, `--replay`: see `cargo book figures -- --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Give up resources, then become another program: what snippets run under.
    #[command(name = "__limited", hide = true)]
    Limited(launcher::Limited),
}

#[derive(Args)]
struct Serve {
    /// The port; 0 takes any that is free.
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Open the book in the browser.
    #[arg(long)]
    open: bool,
    /// The file of your progress through the roadmap; by default progress.toml at the root.
    #[arg(long, env = "BOOK_PROGRESS", value_name = "PATH")]
    progress: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitOptions,
}

/// The limits on snippets; hidden, since only tests change them.
#[derive(Args)]
struct LimitOptions {
    #[arg(long, hide = true, default_value_t = Limits::default().run.as_millis() as u64)]
    run_millis: u64,
    #[arg(long, hide = true, default_value_t = Limits::default().wait.as_millis() as u64)]
    wait_millis: u64,
    #[arg(long, hide = true, default_value_t = Limits::default().slots)]
    slots: usize,
}

impl LimitOptions {
    fn limits(&self) -> Limits {
        Limits {
            run: Duration::from_millis(self.run_millis),
            wait: Duration::from_millis(self.wait_millis),
            slots: self.slots,
            ..Limits::default()
        }
    }
}

impl Arguments {
    /// Does what was asked.
    pub fn dispatch(self) -> Result<ExitCode, Box<dyn Error>> {
        let action = self.command.unwrap_or(Action::Serve(self.serve));
        let root = self.root.canonicalize().unwrap_or(self.root);
        match action {
            Action::Serve(options) => {
                log_to_terminal();
                let limits = options.limits.limits();
                let progress = options.progress;
                let progress = progress.map_or_else(|| root.join("progress.toml"), absolute);
                serve::serve(
                    &root,
                    &serve::Options {
                        port: options.port,
                        open: options.open,
                        limits,
                        progress,
                    },
                )?;
                Ok(ExitCode::SUCCESS)
            }
            Action::Build { dest } => {
                log_to_terminal();
                let dest = dest.map_or_else(|| root.join("book/html"), absolute);
                pages::build(&root, &dest, None)?;
                println!("The book is in {}", dest.display());
                Ok(ExitCode::SUCCESS)
            }
            Action::Copy { name, into } => {
                let copied = copy::copy(&root, &name, &into)?;
                print!("{}", copied.advice());
                Ok(ExitCode::SUCCESS)
            }
            Action::Check { name } => check::check(&root, name.as_deref()).map_err(Into::into),
            Action::Roadmap(arguments) => arguments.dispatch(&root),
            Action::Figures { options } => figures(&root, &options),
            Action::Limited(limited) => Err(limited.become_program().into()),
        }
    }
}

pub fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

fn figures(root: &Path, options: &[String]) -> Result<ExitCode, Box<dyn Error>> {
    let mut cargo = Command::new("cargo");
    cargo
        .args([
            "run",
            "--release",
            "--quiet",
            "--package",
            "book-figures",
            "--",
        ])
        .args(options);
    let status = cargo.current_dir(root).status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What mdBook has to say goes to the terminal, from warnings up.
fn log_to_terminal() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .without_time()
        .with_target(false)
        .init();
}
