//! The phases with their modules, how far each is, and what is next.

use std::fmt::Write;

use book_roadmap::{Kind, Module, Progress, Record, Roadmap, State, Status, Summary, Tally, graph};

use super::counted;
use super::paint::{Style, hours, words};

/// How many modules "Next" tells of; more would be no advice.
const NEXT: usize = 3;

/// The whole way, then what is next.
pub fn text(roadmap: &Roadmap, progress: &Progress, style: Style) -> String {
    let summary = Summary::of(roadmap, progress);
    let modules = progress.modules(roadmap);
    let width = modules
        .iter()
        .map(|module| module.id.len())
        .max()
        .unwrap_or(0);
    let titles = modules
        .iter()
        .map(|module| module.title.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (phase, sums) in roadmap.phases.iter().zip(&summary.phases) {
        text += &format!(
            "{}\n  {}\n",
            style.bold(&phase.title),
            sums_of(&sums.tally, style)
        );
        for module in modules.iter().filter(|module| module.phase == phase.id) {
            let record = progress
                .records
                .get(&module.id)
                .cloned()
                .unwrap_or_default();
            let sign = style.sign(record.state, module.status);
            let line = format!(
                "  {sign} {:width$}  {:titles$}  {}",
                module.id,
                module.title,
                notes_on(module, &record, progress.is_own(&module.id)).join(", ")
            );
            text += line.trim_end();
            text.push('\n');
        }
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "{}\n  {}",
        style.bold("All"),
        sums_of(&summary.all, style)
    );
    let (core, challenge) = (summary.core, summary.challenge);
    let _ = writeln!(
        text,
        "  core: {} of {}; challenges: {} of {}\n",
        core.done, core.total, challenge.done, challenge.total
    );
    text + &next(roadmap, progress, style)
}

fn sums_of(tally: &Tally, style: Style) -> String {
    let Tally { done, total, .. } = *tally;
    let spent = match tally.hours {
        0.0 => format!("about {}", hours(tally.estimate)),
        _ => format!(
            "{} spent of about {}",
            hours(tally.hours),
            hours(tally.estimate)
        ),
    };
    format!("{} {done} of {total} done, {spent}", style.bar(done, total))
}

/// What there is to say of a module in a few words.
fn notes_on(module: &Module, record: &Record, own: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if record.state != State::NotStarted {
        notes.push(words(record).to_owned());
    } else if module.status == Status::Planned {
        notes.push("planned".to_owned());
    }
    if own {
        notes.push("your own".to_owned());
    }
    if module.kind == Kind::Challenge {
        notes.push("challenge".to_owned());
    }
    if record.hours > 0.0 {
        notes.push(hours(record.hours));
    }
    notes
}

/// What was begun, what is to be gone over again, then what can be begun: first what the book has.
fn next(roadmap: &Roadmap, progress: &Progress, style: Style) -> String {
    let modules = progress.modules(roadmap);
    let in_state = |state| {
        let modules = modules.iter().copied();
        modules.filter(move |module| progress.state(&module.id) == state)
    };
    let ready = graph::ready(roadmap, progress);
    let ready = |status| {
        let modules = ready.iter().filter_map(|id| progress.module(roadmap, id));
        modules.filter(move |module| module.status == status)
    };
    let mut next: Vec<&Module> = in_state(State::InProgress)
        .chain(in_state(State::Review))
        .chain(ready(Status::Here))
        .collect();
    if next.is_empty() {
        next.extend(ready(Status::Planned));
    }
    let mut text = format!("{}\n", style.bold("Next"));
    if next.is_empty() {
        return text + "  nothing: all is done\n";
    }
    for module in next.iter().take(NEXT) {
        text += &asks(module, progress.state(&module.id));
    }
    match next.len().saturating_sub(NEXT) {
        0 => text,
        more => text + &format!("  and {} more\n", counted(more, "module")),
    }
}

/// What a module asks of its reader.
fn asks(module: &Module, state: State) -> String {
    let Module { id, title, .. } = module;
    let mut text = format!("  {id}: {title} (about {})\n", hours(module.hours));
    let mut line = |what: &str, value: &str| {
        if !value.is_empty() {
            text += &format!("    {what:10} {value}\n");
        }
    };
    match &module.chapter {
        Some(chapter) => line("read:", &format!("book/src/{chapter}")),
        None => {
            let first = module.readings.first();
            line(
                "read:",
                &first
                    .map(|it| format!("{}, {}", it.title, it.author))
                    .unwrap_or_default(),
            );
        }
    }
    line("exercises:", &module.exercises.join(", "));
    let command = match state {
        State::NotStarted => "start",
        State::InProgress | State::Done | State::Review => "done",
    };
    line(
        &format!("{command}:"),
        &format!("cargo book roadmap {command} {id}"),
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use book_roadmap::Day;

    #[test]
    fn a_terminal_is_shown_signs_and_colours_and_a_file_words() {
        let roadmap = Roadmap::parse(include_str!("../../../roadmap/tests/small.toml")).unwrap();
        let mut progress = Progress::default();
        let today = Day::parse("2026-11-21").unwrap();
        progress.done(&roadmap, "numbers", today, true).unwrap();
        let rich = text(&roadmap, &progress, Style::Rich);
        let plain = text(&roadmap, &progress, Style::Plain);
        assert!(
            rich.contains("\x1b[32m✓\x1b[0m numbers") && rich.contains("██████████"),
            "{rich}"
        );
        assert!(plain.is_ascii(), "{plain}");
        assert!(
            plain.contains("[##########----------] 1 of 2 done, about 9.5 h"),
            "{plain}"
        );
    }
}
