//! `cargo book roadmap`: what the reader has done of the curriculum, and what is next.
//!
//! | command | module |
//! |---|---|
//! | none | [`overview`]: phases, modules, what is next |
//! | `show` | [`detail`]: all that is known of one module |
//! | `start`, `done`, `again`, `reset`, `note`, `hours`, `measure` | [`steps`] |
//! | `add`, `edit`, `remove` | [`own`]: modules of the reader's own |
//! | `export` | [`export`]: all of it, to read or for a program |
//! | `validate` | here |
//!
//! The rules are not here but in `book_roadmap`, which the server of the page uses too.

mod detail;
mod export;
mod overview;
mod own;
mod paint;
mod steps;

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use book_roadmap::{Day, Progress, Roadmap, edit, validate};
use clap::{Args, Subcommand};

use crate::cli::absolute;
use crate::today::today;

/// `cargo book roadmap …`
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Action>,
    /// The file of your progress; by default progress.toml at the root.
    #[arg(long, global = true, env = "BOOK_PROGRESS", value_name = "PATH")]
    progress: Option<PathBuf>,
    /// The day that is written down; by default today.
    #[arg(long, global = true, hide = true, value_parser = Day::parse)]
    today: Option<Day>,
}

#[derive(Subcommand)]
enum Action {
    #[command(flatten)]
    Step(steps::Step),
    #[command(flatten)]
    Own(own::Own),
    /// Show all that is known of a module
    Show {
        /// The module.
        id: String,
    },
    /// Check the roadmap against the book, and your progress against the roadmap
    Validate,
    /// Print the roadmap and your progress, to read or for a program
    Export {
        /// Markdown or JSON.
        #[arg(long, value_enum, default_value = "md")]
        format: export::Format,
    },
}

impl Arguments {
    /// Does what was asked, in the repository at `root`.
    pub fn dispatch(self, root: &Path) -> Result<ExitCode, Box<dyn Error>> {
        let file = self
            .progress
            .map_or_else(|| root.join("progress.toml"), absolute);
        let today = self.today.unwrap_or_else(today);
        let open = || Course::open(root, &file, today);
        match self.command {
            None => {
                let course = open()?;
                let style = paint::Style::of_stdout();
                say(&overview::text(&course.roadmap, &course.load()?, style));
            }
            Some(Action::Step(step)) => step.take(&open()?)?,
            Some(Action::Own(own)) => own.change(&open()?)?,
            Some(Action::Show { id }) => {
                let course = open()?;
                say(&detail::text(&course.roadmap, &course.load()?, &id)?);
            }
            Some(Action::Export { format }) => {
                let course = open()?;
                say(&format.text(&course.roadmap, &course.load()?)?);
            }
            Some(Action::Validate) => return check(root, &file),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What the commands work on.
struct Course {
    root: PathBuf,
    roadmap: Roadmap,
    /// The file of the reader's progress.
    file: PathBuf,
    today: Day,
}

impl Course {
    fn open(root: &Path, file: &Path, today: Day) -> Result<Self, book_roadmap::Error> {
        Ok(Self {
            root: root.to_owned(),
            roadmap: Roadmap::read(&root.join("book/roadmap.toml"))?,
            file: file.to_owned(),
            today,
        })
    }

    fn load(&self) -> Result<Progress, book_roadmap::Error> {
        Progress::load(&self.file)
    }

    fn edit<T>(
        &self,
        change: impl FnOnce(&mut Progress) -> Result<T, book_roadmap::Error>,
    ) -> Result<T, book_roadmap::Error> {
        edit(&self.file, &self.roadmap, change)
    }
}

/// What was asked for cannot be had; the reason is for the reader's eyes only.
#[derive(Debug)]
struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Refused {}

/// Both files, each with all that is wrong: the second one as far as the first one allows.
fn check(root: &Path, file: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let roadmap = validate(root);
    match &roadmap {
        Ok(roadmap) => {
            let (modules, phases) = (roadmap.modules.len(), roadmap.phases.len());
            say(&format!(
                "book/roadmap.toml: {modules} modules in {phases} phases, nothing wrong\n"
            ));
        }
        Err(error) => eprintln!("error: {}", crate::with_causes(error)),
    }
    let progress = match Roadmap::read(&root.join("book/roadmap.toml")) {
        Ok(roadmap) => Progress::check(file, &roadmap).map(|progress| {
            let strangers = progress.strangers(&roadmap);
            (progress, strangers)
        }),
        Err(_) => Progress::load(file).map(|progress| (progress, Vec::new())),
    };
    match &progress {
        Ok((progress, strangers)) => {
            let records = counted(progress.records.len(), "record");
            let own = counted(progress.own.len(), "module");
            let file = file.display();
            say(&format!(
                "{file}: {records}, {own} of your own, nothing wrong\n"
            ));
            if !strangers.is_empty() {
                let strangers = strangers.join(", ");
                say(&format!(
                    "  kept, though the book has no such modules: {strangers}\n"
                ));
            }
        }
        Err(error) => eprintln!("error: {}", crate::with_causes(error)),
    }
    Ok(match roadmap.is_ok() && progress.is_ok() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Prints a text. Who reads only its beginning, as `head` does, has what they want.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush())
        && error.kind() != ErrorKind::BrokenPipe
    {
        eprintln!("error: cannot print: {error}");
    }
}

/// `2 modules`, `1 module`.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
