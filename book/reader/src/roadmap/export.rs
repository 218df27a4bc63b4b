//! The roadmap and the progress in one text: to read, or for a program.

use std::fmt::Write;

use book_roadmap::{Module, Progress, Record, Roadmap, View};
use clap::ValueEnum;
use serde::Serialize;

use super::paint::{hours, words};

/// In which form.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// Markdown, a list with boxes for each phase.
    Md,
    /// JSON: `roadmap` as in roadmap.toml, `progress` as the page gets it.
    Json,
}

#[derive(Serialize)]
struct Whole<'a> {
    roadmap: &'a Roadmap,
    progress: View,
}

impl Format {
    /// The text.
    pub fn text(self, roadmap: &Roadmap, progress: &Progress) -> serde_json::Result<String> {
        match self {
            Self::Md => Ok(markdown(roadmap, progress)),
            Self::Json => {
                let progress = View::of(roadmap, progress);
                let whole = Whole { roadmap, progress };
                Ok(serde_json::to_string_pretty(&whole)? + "\n")
            }
        }
    }
}

fn markdown(roadmap: &Roadmap, progress: &Progress) -> String {
    let mut text = "# Roadmap\n".to_owned();
    for phase in &roadmap.phases {
        let _ = write!(text, "\n## {}\n\n{}\n\n", phase.title, phase.about.trim());
        let modules = progress.modules(roadmap);
        for module in modules
            .into_iter()
            .filter(|module| module.phase == phase.id)
        {
            let record = progress
                .records
                .get(&module.id)
                .cloned()
                .unwrap_or_default();
            item(&mut text, module, &record);
        }
    }
    text
}

fn item(text: &mut String, module: &Module, record: &Record) {
    let tick = if record.state.was_done() { 'x' } else { ' ' };
    let mut said = vec![words(record).to_owned()];
    said.extend(record.finished.map(|day| day.to_string()));
    said.extend((record.hours > 0.0).then(|| hours(record.hours)));
    said.retain(|words| !words.is_empty());
    let said = match said.is_empty() {
        true => String::new(),
        false => format!(" ({})", said.join(", ")),
    };
    let _ = writeln!(text, "- [{tick}] **{}**: {}{said}", module.id, module.title);
    for (key, measured) in &record.measured {
        let measure = module.measures.iter().find(|measure| measure.key == *key);
        let unit = measure
            .map(|measure| format!(" {}", measure.unit))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "  - `{key}`: {}{unit} ({})",
            measured.value, measured.on
        );
    }
    for note in &record.notes {
        // An item's further lines are indented, or they would not be the item's.
        let _ = writeln!(text, "  - {}", note.replace('\n', "\n    "));
    }
}
