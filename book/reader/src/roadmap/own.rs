//! Modules of the reader's own: by options, from a file, or in an editor.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use book_roadmap::{Kind, Module, Status};
use clap::{Args, Subcommand, ValueEnum};

use super::{Course, Refused, say};

#[derive(Subcommand)]
pub enum Own {
    /// Add a module of your own
    Add {
        /// Its id: lower-case letters, digits and hyphens.
        #[arg(long, required_unless_present = "file")]
        id: Option<String>,
        /// A file with its fields, as of a `[[module]]` of roadmap.toml.
        #[arg(long, value_name = "PATH", conflicts_with_all = ["id", "fields"])]
        file: Option<PathBuf>,
        #[command(flatten)]
        fields: Box<Fields>,
    },
    /// Change a module of your own: by options, from a file, or without either in your $EDITOR
    Edit {
        /// The module.
        id: String,
        /// A file with all its fields.
        #[arg(long, value_name = "PATH", conflicts_with = "fields")]
        file: Option<PathBuf>,
        #[command(flatten)]
        fields: Box<Fields>,
    },
    /// Remove a module of your own, and what is recorded of it
    Remove {
        /// The module.
        id: String,
    },
}

/// What a module can be made of without a file. A list is given with commas between.
#[derive(Args, Debug, Default, PartialEq)]
#[group(id = "fields", multiple = true)]
pub struct Fields {
    /// A few words.
    #[arg(long)]
    title: Option<String>,
    /// The id of one of the roadmap's phases.
    #[arg(long)]
    phase: Option<String>,
    /// For everybody, or a challenge; a challenge by default.
    #[arg(long, value_enum)]
    kind: Option<KindName>,
    /// How long it takes.
    #[arg(long)]
    hours: Option<f64>,
    /// The ids of modules that come before it.
    #[arg(long, value_delimiter = ',')]
    needs: Option<Vec<String>>,
    /// What you can do afterwards.
    #[arg(long)]
    gives: Option<String>,
    /// The page below book/src.
    #[arg(long)]
    chapter: Option<String>,
    /// The names of its crates.
    #[arg(long, value_delimiter = ',')]
    crates: Option<Vec<String>>,
    /// A command that runs an example; may be given again.
    #[arg(long)]
    example: Option<Vec<String>>,
    /// The names of exercises.
    #[arg(long, value_delimiter = ',')]
    exercises: Option<Vec<String>>,
    /// What to try.
    #[arg(long)]
    experiment: Option<String>,
    /// A question to answer afterwards; may be given again.
    #[arg(long)]
    question: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum KindName {
    Core,
    Challenge,
}

impl Own {
    /// Does it, and says what was done.
    pub(super) fn change(self, course: &Course) -> Result<(), Box<dyn Error>> {
        let roadmap = &course.roadmap;
        match self {
            Self::Add {
                file: Some(file), ..
            } => {
                let text = read(&file)?;
                let id = course.edit(|progress| progress.put_text(roadmap, None, &text, &file))?;
                say(&format!("{id} is added\n"));
            }
            Self::Add { id, fields, .. } => {
                let module = fields.module(id.unwrap_or_default())?;
                let id = module.id.clone();
                course.edit(|progress| progress.add(roadmap, module))?;
                say(&format!("{id} is added\n"));
            }
            Self::Edit {
                id,
                file: Some(file),
                ..
            } => {
                let text = read(&file)?;
                course.edit(|progress| progress.put_text(roadmap, Some(&id), &text, &file))?;
                say(&format!("{id} is changed\n"));
            }
            Self::Edit { id, fields, .. } if *fields != Fields::default() => {
                course.edit(|progress| {
                    let mut module = progress.known(roadmap, &id)?.clone();
                    fields.apply(&mut module);
                    progress.replace(roadmap, &id, module)
                })?;
                say(&format!("{id} is changed\n"));
            }
            Self::Edit { id, .. } => in_editor(course, &id)?,
            Self::Remove { id } => {
                course.edit(|progress| progress.remove(roadmap, &id))?;
                say(&format!("{id} is removed\n"));
            }
        }
        Ok(())
    }
}

fn read(file: &Path) -> Result<String, Refused> {
    fs::read_to_string(file)
        .map_err(|error| Refused(format!("cannot read {}: {error}", file.display())))
}

/// The lock is not held while the reader thinks. So what they see may be changed meanwhile, by the
/// page or in another terminal; then their text is refused, and kept like any other that is.
fn in_editor(course: &Course, id: &str) -> Result<(), Box<dyn Error>> {
    let progress = course.load()?;
    let roadmap = &course.roadmap;
    let opened = progress.known(roadmap, id)?.clone();
    if !progress.is_own(id) {
        return Err(Box::new(book_roadmap::Error::NotOwn { id: id.to_owned() }));
    }
    let before = toml::to_string_pretty(&opened)?;
    let file = tempfile::Builder::new()
        .prefix(&format!("roadmap-{id}-"))
        .suffix(".toml")
        .tempfile()?;
    fs::write(file.path(), &before)?;
    run_editor(file.path())?;
    let text = fs::read_to_string(file.path())?;
    if text == before {
        say(&format!("{id} is as it was\n"));
        return Ok(());
    }
    let changed = course.edit(|progress| {
        if progress.known(roadmap, id)? != &opened {
            return Ok(false);
        }
        progress.put_text(roadmap, Some(id), &text, file.path())?;
        Ok(true)
    });
    let reason = match changed {
        Ok(true) => {
            say(&format!("{id} is changed\n"));
            return Ok(());
        }
        Ok(false) => format!("{id} was changed by somebody else meanwhile"),
        Err(error) => crate::with_causes(&error),
    };
    let (_, path) = file.keep()?;
    let path = path.display();
    Err(Box::new(Refused(format!(
        "{reason}\nnothing was changed, and your text is in {path}: mend it, then \
         `cargo book roadmap edit {id} --file {path}`"
    ))))
}

/// The editor that the reader has chosen, with its own options, as git does.
fn run_editor(file: &Path) -> Result<(), Refused> {
    let chosen = ["VISUAL", "EDITOR"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok());
    let editor = chosen.filter(|editor| !editor.trim().is_empty());
    let editor = editor.unwrap_or_else(|| "vi".to_owned());
    let mut shell = Command::new("sh");
    let status = shell
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("sh")
        .arg(file)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Refused(format!(
            "'{editor}' ended with {status}: nothing was changed"
        ))),
        Err(error) => Err(Refused(format!("cannot run '{editor}': {error}"))),
    }
}

impl Fields {
    /// A module of these fields.
    fn module(&self, id: String) -> Result<Module, Refused> {
        let missing: Vec<&str> = [
            ("--title", self.title.is_none()),
            ("--phase", self.phase.is_none()),
            ("--hours", self.hours.is_none()),
            ("--gives", self.gives.is_none()),
        ]
        .into_iter()
        .filter_map(|(name, missing)| missing.then_some(name))
        .collect();
        if !missing.is_empty() {
            return Err(Refused(format!(
                "a module also needs {}",
                missing.join(", ")
            )));
        }
        let mut module = Module {
            id,
            phase: String::new(),
            title: String::new(),
            kind: Kind::Challenge,
            // It is there as soon as its reader has written it down.
            status: Status::Here,
            hours: 0.0,
            needs: Vec::new(),
            gives: String::new(),
            chapter: None,
            crates: Vec::new(),
            examples: Vec::new(),
            exercises: Vec::new(),
            experiment: None,
            measures: Vec::new(),
            readings: Vec::new(),
            questions: Vec::new(),
        };
        self.apply(&mut module);
        Ok(module)
    }

    /// Sets the fields that were given.
    fn apply(&self, module: &mut Module) {
        let given = |field: &mut String, value: &Option<String>| {
            if let Some(value) = value {
                field.clone_from(value);
            }
        };
        // `--needs ""` takes all needs away.
        let list = |field: &mut Vec<String>, value: &Option<Vec<String>>| {
            if let Some(value) = value {
                let named = value
                    .iter()
                    .map(|name| name.trim())
                    .filter(|name| !name.is_empty());
                *field = named.map(str::to_owned).collect();
            }
        };
        given(&mut module.title, &self.title);
        given(&mut module.phase, &self.phase);
        given(&mut module.gives, &self.gives);
        list(&mut module.needs, &self.needs);
        list(&mut module.crates, &self.crates);
        list(&mut module.examples, &self.example);
        list(&mut module.exercises, &self.exercises);
        list(&mut module.questions, &self.question);
        module.chapter = self.chapter.clone().or(module.chapter.take());
        module.experiment = self.experiment.clone().or(module.experiment.take());
        module.hours = self.hours.unwrap_or(module.hours);
        module.kind = match self.kind {
            Some(KindName::Core) => Kind::Core,
            Some(KindName::Challenge) => Kind::Challenge,
            None => module.kind,
        };
    }
}
