//! What a reader does with a module: begins it, is done with it, measures.

use std::error::Error;

use clap::Subcommand;

use super::{Course, Refused, say};
use crate::check::check_these;

#[derive(Subcommand)]
pub enum Step {
    /// Begin a module
    Start {
        /// The module.
        id: String,
    },
    /// Be done with a module: runs its exercises first, and refuses while one fails
    Done {
        /// The module.
        id: String,
        /// Do not run its exercises; it is recorded that nothing verified it.
        #[arg(long)]
        anyway: bool,
    },
    /// Mark a module that was done for review
    Again {
        /// The module.
        id: String,
    },
    /// Forget how far a module is, its hours and days; keeps notes and measurements
    Reset {
        /// The module.
        id: String,
    },
    /// Write a note down, with its day
    Note {
        /// The module.
        id: String,
        /// The note.
        #[arg(required = true, num_args = 1..)]
        text: Vec<String>,
    },
    /// Set the hours spent on a module so far, or add to them
    Hours {
        /// The module.
        id: String,
        /// Such as 3.5 for all of them, or +0.5 for half an hour more.
        #[arg(allow_hyphen_values = true)]
        hours: String,
    },
    /// Record a measurement; `show` tells which a module asks for
    Measure {
        /// Its key, such as `lru.hit-ratio`.
        key: String,
        /// A number, in the unit that the roadmap gives.
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
}

impl Step {
    /// Does it, and says what was done.
    pub(super) fn take(self, course: &Course) -> Result<(), Box<dyn Error>> {
        let (roadmap, today) = (&course.roadmap, course.today);
        match self {
            Self::Start { id } => {
                let unmet = course.edit(|progress| progress.start(roadmap, &id, today))?;
                warn_of(&unmet);
                say(&format!("{id} is begun\n"));
            }
            Self::Done { id, anyway } => done(course, &id, anyway)?,
            Self::Again { id } => {
                course.edit(|progress| progress.again(roadmap, &id))?;
                say(&format!("{id} is to be reviewed\n"));
            }
            Self::Reset { id } => {
                course.edit(|progress| progress.reset(roadmap, &id))?;
                say(&format!(
                    "{id} is as if it had not been begun; notes and measurements stay\n"
                ));
            }
            Self::Note { id, text } => {
                let text = text.join(" ");
                course.edit(|progress| progress.note(roadmap, &id, today, &text))?;
                say(&format!("{id}: noted\n"));
            }
            Self::Hours { id, hours } => {
                let spent = course.edit(|progress| {
                    let before = progress.records.get(&id).map_or(0.0, |record| record.hours);
                    let hours = total(before, &hours);
                    progress.set_hours(roadmap, &id, hours)?;
                    Ok(hours)
                })?;
                say(&format!("{id}: {spent} hours so far\n"));
            }
            Self::Measure { key, value } => {
                let (id, measure) =
                    course.edit(|progress| progress.measure(roadmap, &key, &value, today))?;
                say(&format!(
                    "{id}: {key} = {} {}\n",
                    value.trim(),
                    measure.unit
                ));
            }
        }
        Ok(())
    }
}

/// What is no number is no number of hours: the library refuses it.
fn total(before: f64, hours: &str) -> f64 {
    match hours.strip_prefix('+') {
        Some(more) => before + more.parse().unwrap_or(f64::NAN),
        None => hours.parse().unwrap_or(f64::NAN),
    }
}

/// The exercises take minutes, and a page may be changing the file meanwhile: they are run before
/// the lock is taken.
fn done(course: &Course, id: &str, anyway: bool) -> Result<(), Box<dyn Error>> {
    let progress = course.load()?;
    let exercises = &progress.known(&course.roadmap, id)?.exercises;
    let verified = !anyway && !exercises.is_empty();
    if verified {
        let failed = check_these(&course.root, exercises)?;
        if !failed.is_empty() {
            return Err(Box::new(Refused(format!(
                "{id} is not done: {} failed. `done {id} --anyway` takes your word for it",
                failed.join(", ")
            ))));
        }
    }
    let (roadmap, today) = (&course.roadmap, course.today);
    let unmet = course.edit(|progress| progress.done(roadmap, id, today, verified))?;
    warn_of(&unmet);
    say(&match (verified, exercises.len()) {
        (true, 1) => format!("{id} is done: its exercise passes\n"),
        (true, count) => format!("{id} is done: its {count} exercises pass\n"),
        (false, 0) => format!("{id} is done, on your word: it has no exercises to verify it\n"),
        (false, _) => format!("{id} is done, on your word: its exercises were not run\n"),
    });
    Ok(())
}

/// Who begins in the middle may have reasons.
fn warn_of(unmet: &[String]) {
    if !unmet.is_empty() {
        eprintln!(
            "warning: it needs what you have not done yet: {}",
            unmet.join(", ")
        );
    }
}
