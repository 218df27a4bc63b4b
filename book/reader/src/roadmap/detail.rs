//! All that is known of one module.

use book_roadmap::{Error, Kind, Module, Progress, Record, Roadmap, State, Status};

use super::paint::{hours, words};

/// The module `id`, a line for each thing.
pub fn text(roadmap: &Roadmap, progress: &Progress, id: &str) -> Result<String, Error> {
    let module = progress.known(roadmap, id)?;
    let record = progress.records.get(id).cloned().unwrap_or_default();
    let mut page = Page(format!("{}: {}\n\n", module.id, module.title));
    describe(&mut page, roadmap, progress, module);
    page.list("exercises", &module.exercises);
    page.line(
        "experiment",
        module.experiment.as_deref().unwrap_or_default(),
    );
    for measure in &module.measures {
        let measured = record.measured.get(&measure.key);
        let value = measured.map(|it| format!(" = {} {} ({})", it.value, measure.unit, it.on));
        let value = value.unwrap_or_else(|| format!(" in {}", measure.unit));
        page.line(
            "measure",
            &format!("{}{value}: {}", measure.key, measure.what),
        );
    }
    for reading in &module.readings {
        let url = reading
            .url
            .as_deref()
            .map(|url| format!(" {url}"))
            .unwrap_or_default();
        let (title, author, question) = (&reading.title, &reading.author, &reading.question);
        page.line("read", &format!("{title}, {author}.{url} {question}"));
    }
    for question in &module.questions {
        page.line("question", question);
    }
    own_words(&mut page, &record);
    Ok(page.0)
}

fn describe(page: &mut Page, roadmap: &Roadmap, progress: &Progress, module: &Module) {
    let phase = roadmap
        .phase(&module.phase)
        .map_or(&module.phase, |phase| &phase.title);
    let kind = match module.kind {
        Kind::Core => "core",
        Kind::Challenge => "challenge",
    };
    let status = match module.status {
        _ if progress.is_own(&module.id) => "your own",
        Status::Here => "here",
        Status::Planned => "planned",
    };
    page.line(
        "phase",
        &format!("{phase}; {kind}; {status}; about {}", hours(module.hours)),
    );
    page.line("gives", &module.gives);
    let needs = module
        .needs
        .iter()
        .map(|need| match progress.state(need).was_done() {
            true => format!("{need} (done)"),
            false => need.clone(),
        });
    page.list("needs", &needs.collect::<Vec<_>>());
    let modules = progress.modules(roadmap);
    let needed = modules
        .iter()
        .filter(|other| other.needs.contains(&module.id));
    page.list(
        "needed by",
        &needed.map(|it| it.id.clone()).collect::<Vec<_>>(),
    );
    let chapter = module
        .chapter
        .as_ref()
        .map(|chapter| format!("book/src/{chapter}"));
    page.line("chapter", &chapter.unwrap_or_default());
    page.list("crates", &module.crates);
    for example in &module.examples {
        page.line("example", example);
    }
}

/// What the reader has put down.
fn own_words(page: &mut Page, record: &Record) {
    let day = |what: &str, day: Option<book_roadmap::Day>| {
        day.map(|day| format!(", {what} {day}")).unwrap_or_default()
    };
    if record.state != State::NotStarted {
        let dates = day("begun", record.started) + &day("done", record.finished);
        page.line("state", &format!("{}{dates}", words(record)));
    }
    if record.hours > 0.0 {
        page.line("hours", &hours(record.hours));
    }
    for note in &record.notes {
        page.line("note", note);
    }
}

struct Page(String);

impl Page {
    /// A line, unless there is nothing to say; what has lines of its own is indented.
    fn line(&mut self, what: &str, value: &str) {
        if !value.trim().is_empty() {
            let value = value.trim().replace('\n', &format!("\n{:14}", ""));
            self.0 += &format!("  {what:10}  {value}\n");
        }
    }

    fn list(&mut self, what: &str, values: &[String]) {
        self.line(what, &values.join(", "));
    }
}
