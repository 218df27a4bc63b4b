//! The modules as a part of the book's page, in Markdown: a section for each phase, and in it each
//! module folded up behind its title and what it gives.
//!
//! The page is complete as it stands. What a reader has done is not in it: `book/src/roadmap.js`
//! asks the reader's own server for that, and finds its places by the `data-` attributes here.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::html::{escape, hours};
use crate::model::{Kind, Measure, Module, Phase, Reading, ReadingKind, Roadmap, Status};

/// The page's part that follows from the roadmap; `chapters` has the titles of the chapters, by
/// their files below `book/src`.
pub fn markdown(roadmap: &Roadmap, chapters: &BTreeMap<String, String>) -> String {
    let page = Page { roadmap, chapters };
    let mut text = String::new();
    for (index, phase) in roadmap.phases.iter().enumerate() {
        page.phase(&mut text, index, phase);
    }
    text
}

struct Page<'a> {
    roadmap: &'a Roadmap,
    chapters: &'a BTreeMap<String, String>,
}

impl Page<'_> {
    fn phase(&self, text: &mut String, index: usize, phase: &Phase) {
        let Phase { id, title, about } = phase;
        let number = index + 1;
        section(
            text,
            &format!("## {number}. {} {{#phase-{id}}}", prose(title)),
        );
        section(text, &prose(about));
        section(
            text,
            &format!("<div class=\"phase-progress\" data-phase=\"{id}\"></div>"),
        );
        for module in self.roadmap.modules_of(id) {
            self.module(text, module);
        }
        section(
            text,
            &format!("<div class=\"own-modules\" data-phase=\"{id}\"></div>"),
        );
    }

    fn module(&self, text: &mut String, module: &Module) {
        section(text, &summary(module));
        section(text, &self.where_from(module));
        section(text, &practice(module));
        if let Some(experiment) = &module.experiment {
            section(text, &format!("**Experiment.** {}", prose(experiment)));
        }
        section(text, &measures(&module.measures));
        section(text, &readings(&module.readings));
        section(text, &questions(&module.questions));
        section(text, "</details>");
    }

    /// What comes before a module, and where the book treats it.
    fn where_from(&self, module: &Module) -> String {
        let mut lines = Vec::new();
        if !module.needs.is_empty() {
            let links: Vec<String> = module.needs.iter().map(|need| self.link(need)).collect();
            lines.push(format!("**Before it:** {}.", list(&links)));
        }
        let crates: Vec<String> = module
            .crates
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let about = match crates.as_slice() {
            [] => String::new(),
            [one] => format!("the crate {one}"),
            more => format!("the crates {}", list(more)),
        };
        lines.push(match (&module.chapter, module.status, about.as_str()) {
            (Some(chapter), _, "") => format!("**In the book:** {}.", self.chapter(chapter)),
            (Some(chapter), _, about) => {
                format!("**In the book:** {}, with {about}.", self.chapter(chapter))
            }
            (None, Status::Planned, "") => PLANNED.to_owned(),
            (None, Status::Planned, about) => format!("{PLANNED} It will have {about}."),
            (None, Status::Here, "") => return lines.join("\\\n"),
            (None, Status::Here, about) => format!("**In the repository:** {about}."),
        });
        lines.join("\\\n")
    }

    fn link(&self, id: &str) -> String {
        self.roadmap.module(id).map_or_else(
            || format!("`{id}`"),
            |module| format!("[{}](#module-{id})", prose(&module.title)),
        )
    }

    fn chapter(&self, chapter: &str) -> String {
        let (file, heading) = chapter.split_once('#').unwrap_or((chapter, ""));
        let title = self.chapters.get(file).map_or(file, String::as_str);
        match heading {
            "" => format!("[{}]({chapter})", prose(title)),
            heading => format!(
                "[{}: {}]({chapter})",
                prose(title),
                heading.replace('-', " ")
            ),
        }
    }
}

const PLANNED: &str = "**Not in the book yet.** It can be learnt from what is listed here.";

fn section(text: &mut String, part: &str) {
    if !part.is_empty() {
        write!(text, "{part}\n\n").expect("a string grows");
    }
}

/// The beginning of a module: its one line, behind which the rest is folded up.
fn summary(module: &Module) -> String {
    let id = &module.id;
    let mut classes = String::from("module");
    let mut badges = String::new();
    let mut badge = |name: &str| {
        write!(classes, " {name}").expect("a string grows");
        write!(badges, "<span class=\"badge {name}\">{name}</span> ").expect("a string grows");
    };
    if module.kind == Kind::Challenge {
        badge("challenge");
    }
    if module.status == Status::Planned {
        badge("planned");
    }
    format!(
        "<details class=\"{classes}\" id=\"module-{id}\" data-module=\"{id}\" data-exercises=\"{}\">\n\
         <summary><span class=\"title\">{}</span> {badges}<span class=\"badge hours\">{} h</span>\
         <span class=\"gives\">{}</span></summary>",
        module.exercises.len(),
        inline(&module.title),
        hours(module.hours),
        inline(&module.gives),
    )
}

/// What to run: the examples, then the exercises.
fn practice(module: &Module) -> String {
    let checks = module
        .exercises
        .iter()
        .map(|name| format!("cargo book check {name}"));
    let commands: Vec<String> = module.examples.iter().cloned().chain(checks).collect();
    let what = match (module.examples.len(), module.exercises.len()) {
        (0, 0) => return String::new(),
        (0, 1) => "Exercise",
        (0, _) => "Exercises",
        (1, 0) => "Example",
        (_, 0) => "Examples",
        (_, _) => "Examples, then exercises",
    };
    format!("**{what}:**\n\n```sh\n{}\n```", commands.join("\n"))
}

fn measures(measures: &[Measure]) -> String {
    if measures.is_empty() {
        return String::new();
    }
    let rows: String = measures
        .iter()
        .map(|measure| {
            let (key, what, unit) = (&measure.key, cell(&measure.what), cell(&measure.unit));
            format!("| {what} | {unit} | `{key}` |\n")
        })
        .collect();
    format!(
        "**Write down what you measured:**\n\n| what | unit | key |\n|---|---|---|\n{}",
        rows.trim_end()
    )
}

fn readings(readings: &[Reading]) -> String {
    if readings.is_empty() {
        return String::new();
    }
    let items: String = readings.iter().map(reading).collect();
    format!(
        "**Read, each with a question to answer:**\n\n{}",
        items.trim_end()
    )
}

fn reading(reading: &Reading) -> String {
    let kind = match reading.kind {
        ReadingKind::Book => "book",
        ReadingKind::Paper => "paper",
        ReadingKind::Source => "source",
        ReadingKind::Article => "article",
    };
    let title = match &reading.url {
        Some(url) => format!("[{}](<{url}>)", prose(&reading.title)),
        None => format!("*{}*", prose(&reading.title)),
    };
    format!(
        "- {title}, {} ({kind}).\\\n  {}\n",
        prose(&reading.author),
        prose(&reading.question)
    )
}

fn questions(questions: &[String]) -> String {
    let count = match questions.len() {
        0 => return String::new(),
        1 => "one question".to_owned(),
        more => format!("{more} questions"),
    };
    let items: String = questions
        .iter()
        .map(|question| format!("1. {}\n", prose(question)))
        .collect();
    format!(
        "<details class=\"questions\">\n<summary>Check yourself: {count}</summary>\n\n{items}\n</details>"
    )
}

/// `a`, `a and b`, `a, b and c`.
fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// Text of the roadmap as Markdown: on one line, and with no HTML in it but what stands in code.
fn prose(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    outside_code(
        &words.join(" "),
        |part| part.replace('<', "&lt;"),
        |code| format!("`{code}`"),
    )
}

/// The same in a cell of a table.
fn cell(text: &str) -> String {
    prose(text).replace('|', "\\|")
}

/// Text of the roadmap as HTML, where Markdown is not looked at.
fn inline(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    outside_code(&words.join(" "), escape, |code| {
        format!("<code>{}</code>", escape(code))
    })
}

/// Changes the parts that are not between backticks, and those that are.
fn outside_code(
    text: &str,
    plain: impl Fn(&str) -> String,
    code: impl Fn(&str) -> String,
) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // With an odd number of backticks, the last one opens nothing.
    let closed = parts.len() - (parts.len() + 1) % 2;
    let change = |(index, part): (usize, &&str)| match index {
        index if index % 2 == 1 && index < closed => code(part),
        _ => plain(part),
    };
    parts.iter().enumerate().map(change).collect()
}
